// Environment and limits in the launcher: which variables are kept, accepted and set, and what is limited before anything is
// started.
#include "compiler/verify/launcher.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

/// proc(5), /proc/PID/limits.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> labels = {{{"as", "Max address space"},
                                                                                   {"core", "Max core file size"},
                                                                                   {"cpu", "Max cpu time"},
                                                                                   {"data", "Max data size"},
                                                                                   {"fsize", "Max file size"},
                                                                                   {"memlock", "Max locked memory"},
                                                                                   {"msgqueue", "Max msgqueue size"},
                                                                                   {"nofile", "Max open files"},
                                                                                   {"nproc", "Max processes"},
                                                                                   {"stack", "Max stack size"}}};
/// XCU, ulimit; whose unit is the kernel's for these (for core, of 0).
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> letters = {{{"c", "core"}, {"n", "nofile"}, {"t", "cpu"}}};

using Names = std::map<std::string, Origin>;

/// `case $1 in NAME) return 0 ;; esac`, any number of times; then `return 1`.
Names read_name_test(const ShellScript& script, const std::string& function) {
    Names names;
    const auto& commands = function_of(script, function);
    if (commands.empty() || commands.back().spelled() != "return 1") {
        throw Malformed{"", named(function) + " does not end in `return 1`"};
    }
    for (std::size_t i = 0; i + 1 < commands.size(); ++i) {
        const std::string text = commands[i].spelled();
        constexpr std::string_view before = "case $1 in ";
        constexpr std::string_view after = ") return 0 ;; esac";
        if (!text.starts_with(before) || !text.ends_with(after)) {
            refuse_command(commands[i], function);
        }
        const std::string name = text.substr(before.size(), text.size() - before.size() - after.size());
        const std::string_view stem = std::string_view(name).substr(0, name.size() - (name.ends_with('*') ? 1 : 0));
        const bool plain = std::all_of(stem.begin(), stem.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        });
        if (name.empty() || !plain) {
            throw Malformed{commands[i].place(), named(name) + " is no name of a variable"};
        }
        names.emplace(name, Origin{});
    }
    return names;
}

/// `[ -z "${NAME+set}" ] || keep NAME "${NAME-}"`; PATH and LC_ALL were put aside before.
std::string kept_name(const ShellCommand& command) {
    const auto& words = command.words;
    if (words.size() != 8 || !words[0].is("[") || !words[1].is("-z") || !words[3].is("]") || !words[4].is("||") ||
        !words[5].is("keep")) {
        refuse_command(command, "policy_kept");
    }
    const std::string name = words[6].spelled();
    const std::string test = words[2].spelled();
    const std::string value = words[7].spelled();
    const bool path = name == "PATH" && test == "\"$sbx_had_path\"" && value == "\"$sbx_caller_path\"";
    const bool locale = name == "LC_ALL" && test == "\"$sbx_had_locale\"" && value == "\"$sbx_caller_locale\"";
    if (!path && !locale && (test != "\"${" + name + "+set}\"" || value != "\"${" + name + "-}\"")) {
        refuse_command(command, "policy_kept");
    }
    return name;
}

void read_kept(const ShellScript& script, Launcher& launcher) {
    Names& kept = launcher.environment.kept;
    bool patterns = false;
    for_each_command(script, "policy_kept", [&](const ShellCommand& command) {
        if (command.words.size() == 1 && command.is("keep_patterns")) {
            patterns = true;
        } else {
            kept.emplace(kept_name(command), Origin{});
        }
    });
    if (patterns != script.functions.contains("policy_keeps")) {
        throw Malformed{"", "`policy_keeps` goes with `keep_patterns`, and one of the two is missing"};
    }
    if (!patterns) {
        return;
    }
    Names tested = read_name_test(script, "policy_keeps");
    for (const auto& [name, origin] : kept) {
        if (!tested.contains(name)) {
            throw Malformed{"", "`policy_keeps` does not know " + named(name)};
        }
    }
    for (const auto& [name, origin] : tested) {
        kept.emplace(name, origin);
    }
}

void read_fixed(const ShellScript& script, Launcher& launcher) {
    for_each_command(script, "policy_fixed_variables", [&](const ShellCommand& command) {
        const auto& words = command.words;
        if (words.size() != 4 || !words[0].is("words") || !words[1].is("--setenv") || words[2].pieces.size() != 1) {
            refuse_command(command, "policy_fixed_variables");
        }
        const std::string name = words[2].spelled();
        if (!launcher.environment.fixed.emplace(name, Located<Text>{value_of(words[3], launcher.names), {}}).second) {
            throw Malformed{"", named(name) + " is set a second time"};
        }
    });
    for_each_command(script, "policy_measure", [&](const ShellCommand& command) {
        const std::string text = command.spelled();
        if (command.words.size() == 1 && text.starts_with("sbx_search=")) {
            launcher.search = assigned_value(command.words.front(), launcher.names);
        } else if (command.words.size() != 1 || !text.starts_with("sbx_size=$((sbx_size + ")) {
            refuse_command(command, "policy_measure");
        }
    });
    for_each_command(script, "policy_accepted", [&](const ShellCommand& command) {
        if (command.words.size() != 1 || command.words.front().pieces.front().text != "sbx_accepted=") {
            refuse_command(command, "policy_accepted");
        }
        static_cast<void>(assigned_value(command.words.front(), {}));
    });
}

KernelLimit read_limit(const ShellWord& word, const Launcher& launcher) {
    KernelLimit limit;
    if (word.is("unlimited")) {
        limit.value = policy::Unlimited{};
        return limit;
    }
    const Text text = value_of(word, launcher.names);
    const auto number = text.is_literal() ? read_decimal(text.literal()) : std::nullopt;
    if (number) {
        limit.value = *number;
    } else if (text.pieces().size() == 1 && text.pieces()[0].is_parameter) {
        limit.value = policy::ParameterValue{text.pieces()[0].value};
    } else {
        throw Malformed{"", named(word.spelled()) + " is no value of a limit"};
    }
    return limit;
}

void add_limit(Launcher& launcher, const ShellCommand& command, std::string_view name, KernelLimit limit) {
    limit.place = command.place();
    if (!launcher.limits.emplace(name, std::move(limit)).second) {
        throw Malformed{"", named(name) + " is limited a second time"};
    }
}

void read_limits(const ShellScript& script, Launcher& launcher) {
    for_each_command(script, "policy_limits", [&](const ShellCommand& command) {
        const auto& words = command.words;
        const auto* const letter = words.size() != 3 ? letters.end()
                                                     : std::find_if(letters.begin(), letters.end(),
                                                                    [&](const auto& row) { return words[1].is(row.first); });
        if (!command.is("limit") || letter == letters.end()) {
            refuse_command(command, "policy_limits");
        }
        KernelLimit limit = read_limit(words[2], launcher);
        if (letter->second == "core" && limit.value != policy::LimitValue{std::uint64_t{0}}) {
            throw Malformed{"", "the shell counts core files in blocks, so that nothing but 0 is safe here"};
        }
        add_limit(launcher, command, letter->second, std::move(limit));
    });
    for_each_command(script, "policy_kernel_limits", [&](const ShellCommand& command) {
        const auto& words = command.words;
        if (!command.is("kernel_limit") || words.size() < 4 || words.size() > 5) {
            refuse_command(command, "policy_kernel_limits");
        }
        const auto* const label =
            std::find_if(labels.begin(), labels.end(), [&](const auto& row) { return words[1].is(row.first); });
        if (label == labels.end() || literal_of(words[2]) != label->second) {
            throw Malformed{"", named(command.spelled()) + " sets one limit and reads another back"};
        }
        KernelLimit limit = read_limit(words[3], launcher);
        if (words.size() == 5) {
            limit.added = read_decimal(words[4].spelled()).value_or(0);
        }
        add_limit(launcher, command, label->first, std::move(limit));
    });
}

}  // namespace

void read_launcher_settings(const ShellScript& script, Launcher& launcher) {
    read_kept(script, launcher);
    launcher.environment.accepted = read_name_test(script, "policy_accepts");
    read_fixed(script, launcher);
    read_limits(script, launcher);
}

}  // namespace sbx::verify
