// The functions of the generated part, one by one; a function that is not known, or a command that is in none of its forms, makes
// the whole unreadable.
#include "compiler/verify/launcher.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

constexpr std::array<std::string_view, 19> known_functions = {
    "policy_accepted",        "policy_accepts",  "policy_bind",    "policy_command",
    "policy_constants",       "policy_defaults", "policy_egress",  "policy_filter",
    "policy_fixed_variables", "policy_help",     "policy_keeps",   "policy_kept",
    "policy_kernel_limits",   "policy_limits",   "policy_measure", "policy_network",
    "policy_places",          "policy_set",      "policy_words"};

/// `name` of an assignment, else empty.
std::string assigned_name(const ShellCommand& command) {
    const ShellPiece& first = command.words.front().pieces.front();
    const std::size_t equals = first.text.find('=');
    return command.words.size() == 1 && first.kind == ShellPiece::Kind::bare && equals != std::string::npos
               ? std::string(first.text.substr(0, equals))
               : std::string();
}

/// The variables of the policy are set to nothing before anything is read from the caller.
void read_constants(const ShellScript& script, Launcher& launcher) {
    for_each_command(script, "policy_constants", [&](const ShellCommand& command) {
        if (command.words.size() == 3 && command.is("unset") && command.words[1].is("-v")) {
            launcher.constants.emplace("unset " + command.words[2].spelled(), "");
            return;
        }
        const std::string name = assigned_name(command);
        if (name.empty()) {
            refuse_command(command, "policy_constants");
        }
        const ShellWord& word = command.words.front();
        std::string value(word.pieces.front().text.substr(name.size() + 1));
        if (word.pieces.size() > 1) {
            value = assigned_value(word, {}).literal();
        } else if (!value.empty() && value != "yes") {
            throw Malformed{"", named(word.spelled()) + " assigns what is not quoted"};
        }
        if (!launcher.constants.emplace(name, value).second) {
            throw Malformed{"", named(name) + " is assigned a second time"};
        }
    });
}

void read_command_function(const ShellScript& script, Launcher& launcher) {
    const auto& commands = function_of(script, "policy_command");
    if (commands.size() != 1) {
        throw Malformed{"", "`policy_command` is one command"};
    }
    for_each_command(script, "policy_command", [&](const ShellCommand& command) {
        if (command.is("refuse") && command.words.size() == 4 && command.words[1].is("usage")) {
            static_cast<void>(literal_of(command.words[2]));
            static_cast<void>(literal_of(command.words[3]));
            return;
        }
        if (!command.is("run") || command.words.size() < 2) {
            refuse_command(command, "policy_command");
        }
        policy::Command run;
        run.program = as_path(value_of(command.words[1], launcher.names));
        for (std::size_t i = 2; i < command.words.size(); ++i) {
            run.arguments.push_back(value_of(command.words[i], launcher.names));
        }
        launcher.command = std::move(run);
    });
}

/// printf's %b (XCU): `\0` and up to three octal digits are one byte.
std::string unescaped(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at, 2) != "\\0") {
            throw Malformed{"", "the filter holds something else than octal escapes"};
        }
        at += 2;
        unsigned value = 0;
        for (int digits = 0; digits < 3 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++digits, ++at) {
            value = value * 8 + static_cast<unsigned>(text[at] - '0');
        }
        if (value > 0xff) {
            throw Malformed{"", "the filter holds an escape for no byte"};
        }
        bytes.push_back(static_cast<char>(value));
    }
    return bytes;
}

void read_filters(const ShellScript& script, Launcher& launcher) {
    const auto& commands = function_of(script, "policy_filter");
    if (commands.size() < 3 || commands.front().spelled() != "case $1 in" || commands.back().spelled() != "esac" ||
        !commands[commands.size() - 2].spelled().starts_with("*) refuse bind ")) {
        throw Malformed{"", "`policy_filter` does not refuse machines that it has no filter for"};
    }
    for (std::size_t i = 1; i + 2 < commands.size(); ++i) {
        const ShellCommand& command = commands[i];
        const auto& words = command.words;
        const bool shape = words.size() == 5 && words[0].pieces.size() == 2 && words[0].pieces[1].text == ")" &&
                           words[1].is("printf") && words[2].spelled() == "'%b'" && words[4].is(";;");
        if (!shape) {
            throw Malformed{command.place(), named(command.spelled().substr(0, 40)) + " is no filter for a machine"};
        }
        launcher.filters.emplace(words[0].pieces[0].text, unescaped(literal_of(words[3])));
    }
}

void check_help(const ShellScript& script) {
    for_each_command(script, "policy_help", [](const ShellCommand& command) {
        if (command.words.size() != 3 || !command.is("printf") || command.words[1].spelled() != "'%s\\n'") {
            refuse_command(command, "policy_help");
        }
        static_cast<void>(literal_of(command.words[2]));
    });
}

}  // namespace

const std::vector<ShellCommand>& function_of(const ShellScript& script, const std::string& name) {
    const auto found = script.functions.find(name);
    if (found == script.functions.end()) {
        throw Malformed{"", "the function " + named(name) + " is missing"};
    }
    return found->second;
}

void refuse_command(const ShellCommand& command, const std::string& function) {
    throw Malformed{command.place(), named(command.spelled().substr(0, 80)) + " is no command of " + named(function)};
}

Launcher read_launcher(const ShellScript& script) {
    for (const auto& [name, commands] : script.functions) {
        if (std::find(known_functions.begin(), known_functions.end(), name) == known_functions.end()) {
            throw Malformed{"", named(name) + " is no function of a launcher"};
        }
    }
    Launcher launcher;
    launcher.names = {{"sbx_uid", "uid"}, {"sbx_gid", "gid"}};
    read_constants(script, launcher);
    read_launcher_parameters(script, launcher);
    read_launcher_settings(script, launcher);
    read_launcher_mounts(script, launcher);
    read_command_function(script, launcher);
    read_filters(script, launcher);
    launcher.network = read_launcher_network(script, launcher.names);
    check_help(script);
    return launcher;
}

}  // namespace sbx::verify
