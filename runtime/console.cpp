// Texts for people. See the header.
#include "runtime/console.hpp"

#include "runtime/parameters.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace sbx::runtime {

namespace {

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return true;
}

void say(const std::string& text) {
    static_cast<void>(write_all(2, "sbx-run: " + printable(text) + "\n"));  // with nobody listening, nothing is lost
}

std::string listed(const std::vector<std::string>& names) {
    std::string result;
    for (const std::string& name : names) {
        result += (result.empty() ? "" : ", ") + name;
    }
    return result;
}

std::string shown(const Template& text) {
    std::string result;
    for (const TemplatePart& part : text.parts) {
        result += part.is_parameter ? "$" + part.text : part.text;
    }
    return printable(result);
}

/// As it is, or between back-quotes and escaped where a terminal or a reader could be misled.
std::string word_line(const std::string& word) {
    const std::string text = printable(word);
    return (text == word && !text.empty() ? text : quoted(word)) + "\n";
}

std::string describe_program(const Program& program) {
    std::string result = word_line(program.path);
    for (std::size_t i = 1; i < program.words.size(); ++i) {
        result += word_line(program.words[i]);
    }
    return result + "\n";
}

/// What is run before bubblewrap, and what is in the first program's standard input.
std::string describe_network(const BoundNetwork& network) {
    std::string result;
    for (const std::string& transaction : network.transactions) {
        result += describe_program(network.nft);
        for (std::size_t begin = 0; begin < transaction.size();) {
            const std::size_t end = std::min(transaction.find('\n', begin), transaction.size());
            result += "  " + printable(transaction.substr(begin, end - begin)) + "\n";
            begin = end + 1;
        }
        result += "\n";
    }
    if (const std::optional<Macvlan>& macvlan = network.macvlan) {
        result += describe_program({"macvlan", {"", macvlan->parent, macvlan->text_address, macvlan->text_gateway}});
    } else {
        result += describe_program(network.helper);
    }
    return result + (network.resolver ? describe_program(*network.resolver) : std::string());
}

}  // namespace

void Console::refusal(const Refusal& refusal) const {
    say(refusal.step + ": " + refusal.what + (refusal.remedy.empty() ? "" : "; " + refusal.remedy));
}

void Console::failure(const std::string& text) const {
    say(text);
}

void Console::note(const std::string& text) const {
    if (verbosity_ != Verbosity::quiet) {
        say(text);
    }
}

void Console::downgrade(const std::string& text) const {
    say(text);
}

void Console::detail(const std::string& text) const {
    if (verbose()) {
        say(text);
    }
}

void print(std::string_view text) {
    if (!write_all(1, text)) {
        refuse_errno(step::usage, "standard output cannot be written", errno, "send it elsewhere");
    }
}

std::string describe_bundle(const Manifest& manifest, const EnvironmentTable& environment) {
    std::string result = printable(manifest.profile);
    result += manifest.description.empty() ? "\n" : " - " + printable(manifest.description) + "\n";
    result += "\nparameters (`--set NAME=VALUE`):\n";
    for (const ParameterDeclaration& parameter : manifest.parameters) {
        result += "  " + parameter.name + ": " + printable(describe(parameter));
        result += parameter.default_value ? "; default " + quoted(*parameter.default_value) + "\n" : "; must be given\n";
    }
    result += manifest.parameters.empty() ? "  none\n" : "";
    result += "\nvariables that the caller may pass (`--env NAME=VALUE`):\n  " +
              (environment.accept.empty() ? std::string("none") : listed(environment.accept)) + "\n";
    result += "variables that are kept from the caller:\n  " +
              (environment.keep.empty() ? std::string("none") : listed(environment.keep)) + "\n";
    result += "\ncommand:\n  ";
    if (!manifest.command) {
        result += "any, after `--`\n";
    } else {
        result += shown(manifest.command->program);
        for (const Template& argument : manifest.command->arguments) {
            result += " " + shown(argument);
        }
        result += manifest.command->only ? " (no other)\n" : " (unless another follows `--`)\n";
    }
    result += "\nids of a root caller's command:\n  ";
    result += manifest.run_as ? std::to_string(manifest.run_as->uid) + ":" + std::to_string(manifest.run_as->gid) + "\n"
                              : std::string("none: root is refused\n");
    return result;
}

std::string describe_handover(const Preparation& preparation, const Handover& handover) {
    std::string result = preparation.network ? describe_network(*preparation.network) : std::string();
    result += word_line(preparation.bubblewrap);
    for (std::size_t i = 1; i < handover.command_line.size(); ++i) {
        if (handover.command_line[i] == "--") {
            for (const std::string& option : handover.options) {
                result += "  " + word_line(option);
            }
        }
        result += word_line(handover.command_line[i]);
    }
    for (const std::string& word : preparation.command) {
        result += "  " + word_line(word);
    }
    return result;
}

}  // namespace sbx::runtime
