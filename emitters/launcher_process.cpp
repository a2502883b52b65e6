// What is about the process: environment, limits, command, system-call filter, and what the shell needs for all of it.
#include "compiler/plan/visit.hpp"
#include "emitters/launcher_parts.hpp"
#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>

namespace sbx::emit {
namespace {

/// `case $1 in A|B*) return 0 ;; esac; return 1`.
std::string name_test(std::string_view function_name, const std::map<std::string, Origin>& names) {
    ShellFunction function(function_name);
    for (const auto& [name, origin] : names) {
        function.line(fmt::format("case $1 in {}) return 0 ;; esac", Name(name)));
    }
    function.line("return 1");
    return function.take();
}

bool is_pattern(const std::string& name) {
    return name.ends_with('*');
}

std::string kept(const std::map<std::string, Origin>& names) {
    ShellFunction function("policy_kept");
    bool patterns = false;
    for (const auto& [name, origin] : names) {
        patterns = patterns || is_pattern(name);
        if (name == "PATH") {
            function.line("[ -z \"$sbx_had_path\" ] || keep PATH \"$sbx_caller_path\"");
        } else if (name == "LC_ALL") {
            function.line("[ -z \"$sbx_had_locale\" ] || keep LC_ALL \"$sbx_caller_locale\"");
        } else if (!is_pattern(name)) {
            function.line(fmt::format("[ -z \"${{{0}+set}}\" ] || keep {0} \"${{{0}-}}\"", Name(name)));
        }
    }
    if (patterns) {
        function.line("keep_patterns");
    }
    return function.take();
}

std::string accepted_text(const std::map<std::string, Origin>& names) {
    std::string list;
    for (const auto& [name, origin] : names) {
        list += (list.empty() ? "it accepts " : ", ") + name;
    }
    return list.empty() ? "leave it out; the policy accepts none" : list;
}

/// prlimit(1)'s name, and the label in /proc/PID/limits.
const std::map<std::string_view, std::string_view>& kernel_labels() {
    static const std::map<std::string_view, std::string_view> labels = {
        {"as", "Max address space"},       {"core", "Max core file size"}, {"cpu", "Max cpu time"},
        {"data", "Max data size"},         {"fsize", "Max file size"},     {"memlock", "Max locked memory"},
        {"msgqueue", "Max msgqueue size"}, {"nofile", "Max open files"},   {"nproc", "Max processes"},
        {"stack", "Max stack size"},
    };
    return labels;
}

/// The letter of ulimit, where its unit is the kernel's; each other limit costs a program.
std::string_view shell_letter(const plan::ResourceLimit& limit) {
    if (limit.name == "cpu") {
        return "t";
    }
    if (limit.name == "nofile") {
        return "n";
    }
    const auto* number = std::get_if<std::uint64_t>(&limit.value);
    return limit.name == "core" && number != nullptr && *number == 0 ? "c" : "";
}

std::string limit_value(const plan::ResourceLimit& limit, const ShellNames& names) {
    return std::visit(
        plan::Overloaded{
            [&](std::uint64_t number) {
                // As in the table: never the largest number, which is the kernel's "unlimited", and never beyond it.
                constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max() - 1;
                return quoted(fmt::format("{}", number > largest - limit.added ? largest : number + limit.added));
            },
            [](const policy::Unlimited&) { return std::string("unlimited"); },
            [&](const policy::ParameterValue& value) { return fmt::format("\"${}\"", names.variable(value.parameter)); },
        },
        limit.value);
}

/// Octal escapes for printf's %b; the next byte always begins with a backslash, so the digits need no padding.
std::string escaped(std::string_view bytes) {
    const auto digit = [](unsigned bits) { return static_cast<char>('0' + (bits & 7U)); };
    std::string text;
    text.reserve(bytes.size() * 5);
    for (const char byte : bytes) {
        const unsigned value = static_cast<unsigned char>(byte);
        text += "\\0";
        if (value >= 64) {
            text += digit(value >> 6U);
        }
        if (value >= 8) {
            text += digit(value >> 3U);
        }
        text += digit(value);
    }
    return text;
}

}  // namespace

std::string launcher_environment(const plan::ExecutionPlan& plan, const ShellNames& names) {
    const policy::Environment& environment = plan.environment.environment;
    ShellFunction fixed("policy_fixed_variables");
    for (const auto& [name, value] : environment.fixed) {
        fixed.origin(value.origin);
        fixed.line(fmt::format("words --setenv {} {}", Name(name), names.word(value.value)));
    }
    ShellFunction search("policy_measure");
    for (const auto& [name, value] : environment.fixed) {
        const std::string word = names.word(value.value);
        // `--setenv`, three NULs, and the two words in shell text, which is never shorter.
        search.line(fmt::format("sbx_size=$((sbx_size + {}{}))", 11 + name.size() + word.size(), names.length(value.value)));
        if (name == "PATH") {
            search.line("sbx_search=" + word);
        }
    }
    ShellFunction accepted("policy_accepted");
    accepted.line("sbx_accepted=" + quoted(accepted_text(environment.accepted)));
    const auto& names_kept = environment.kept;
    const bool patterns =
        std::any_of(names_kept.begin(), names_kept.end(), [](const auto& kept) { return is_pattern(kept.first); });
    return kept(names_kept) + (patterns ? name_test("policy_keeps", names_kept) : std::string()) +
           name_test("policy_accepts", environment.accepted) + fixed.take() + search.take() + accepted.take();
}

std::string launcher_limits(const plan::ExecutionPlan& plan, const ShellNames& names) {
    ShellFunction shell("policy_limits");
    ShellFunction kernel("policy_kernel_limits");
    for (const plan::ResourceLimit& limit : plan.limits.limits) {
        const std::string_view letter = shell_letter(limit);
        const std::string value = limit_value(limit, names);
        if (!letter.empty()) {
            shell.origin(limit.origin);
            shell.line(fmt::format("limit {} {}", letter, value));
        } else {
            kernel.origin(limit.origin);
            const bool added = std::holds_alternative<policy::ParameterValue>(limit.value) && limit.added != 0;
            kernel.line(fmt::format("kernel_limit {} {} {}{}", Name(limit.name), quoted(kernel_labels().at(limit.name)), value,
                                    added ? fmt::format(" {}", limit.added) : std::string()));
        }
    }
    return shell.take() + kernel.take();
}

std::string limits_beyond_shell(const plan::ExecutionPlan& plan) {
    std::string names;
    for (const plan::SupervisedLimit& limit : plan.limits.supervised) {
        if (limit.name != "grace") {
            names += fmt::format("{}`{}`", names.empty() ? "" : " and ", limit.name);
        }
    }
    std::string grouped;
    for (const plan::CgroupLimit& limit : plan.limits.cgroup) {
        grouped += fmt::format("{}`{}`", grouped.empty() ? "" : " and ", limit.name);
    }
    std::string text = names.empty() ? names : "limits " + names + ", which a supervisor has to measure";
    if (!grouped.empty()) {
        text += (text.empty() ? "limits " : "; and ") + grouped + ", which need a cgroup";
    }
    if (plan.landlock.insists()) {
        const std::string_view statement = plan.landlock.needs_execute ? "noexec" : "require landlock";
        text += fmt::format("{}says `{}`, which Landlock has to deliver", text.empty() ? "" : "; and ", statement);
    }
    return text;
}

std::string launcher_command(const plan::ExecutionPlan& plan, const ShellNames& names) {
    ShellFunction function("policy_command");
    const auto& command = plan.process.process.command;
    if (command) {
        function.origin(command->origin);
        std::string line = "run " + names.word(command->value.program);
        for (const plan::Text& argument : command->value.arguments) {
            line += ' ' + names.word(argument);
        }
        function.line(line);
    } else {
        function.line("refuse usage 'no command is named, and the policy has none' 'write `-- COMMAND`'");
    }
    return function.take();
}

std::string launcher_filter(const std::vector<Artifact>& artifacts) {
    ShellFunction function("policy_filter");
    function.line("case $1 in");
    for (const Artifact& artifact : artifacts) {
        std::string_view name = artifact.name;
        if (name.starts_with(format::seccomp_prefix) && name.ends_with(format::seccomp_suffix)) {
            name.remove_prefix(format::seccomp_prefix.size());
            name.remove_suffix(format::seccomp_suffix.size());
            function.line(fmt::format("    {}) printf '%b' {} ;;", quoted(name), quoted(escaped(artifact.bytes))));
        }
    }
    function.line(
        "    *) refuse bind \"there is no system-call filter for the machine $1\" 'run it on one of those that the bundle is for' "
        ";;");
    function.line("esac");
    return function.take();
}

Needs launcher_needs(const plan::ExecutionPlan& plan) {
    Needs needs;
    std::size_t held = 5;                    // arguments, filter, status, gate, standard input
    held += launcher_filters(plan) ? 6 : 0;  // four pipes, two of them at both ends
    for (const plan::MountStep& step : plan.mounts.steps) {
        for (const plan::Mount& mount : step.mounts) {
            if (const auto* bind = std::get_if<plan::Bind>(&mount)) {
                held += mounted_by_path(*bind) ? 0 : 1;
                needs.writes = needs.writes || (bind->writable && !bind->pin);
            } else if (const auto* file = std::get_if<plan::PlaceFile>(&mount)) {
                const bool empty = file->contents.pieces().empty();
                needs.empties = needs.empties || empty;
                held += empty ? 0 : 1;
            }
        }
    }
    constexpr std::uint32_t first = 3;
    constexpr std::uint32_t last = 9;  // POSIX: what every shell can name
    std::size_t free = last - first + 1;
    for (const auto& [descriptor, origin] : plan.process.process.pass_descriptors) {
        free -= descriptor >= first && descriptor <= last ? 1 : 0;
    }
    needs.wide = held + (needs.empties ? 1 : 0) > free;
    return needs;
}

}  // namespace sbx::emit
