// Launch parameters: their checks as commands, their description for people, and `launch --help`.
#include "emitters/launcher_parts.hpp"
#include "emitters/quote.hpp"

#include <limits>
#include <string_view>

namespace sbx::emit {
namespace {

/// For people: one line, no control bytes.
std::string shown(std::string_view bytes) {
    return Comment(bytes).text();
}

/// The commands that check $sbx_value, in the order in which a person would.
std::vector<std::string> checks(const policy::Parameter& parameter) {
    std::vector<std::string> lines;
    if (!parameter.one_of.empty()) {
        std::string line = "is_one_of";
        for (const std::string& one : parameter.one_of) {
            line += ' ' + quoted(one);
        }
        lines.push_back(line);
    }
    const bool port = parameter.type == policy::ParameterType::port;
    constexpr std::uint64_t last_port = 65535;
    const auto range = parameter.range.value_or(
        std::pair<std::uint64_t, std::uint64_t>{port ? 1 : 0, port ? last_port : std::numeric_limits<std::uint64_t>::max()});
    switch (parameter.type) {
        case policy::ParameterType::path:
            lines.push_back("is_path" + (parameter.under ? ' ' + quoted(parameter.under->tail()) : std::string()));
            break;
        case policy::ParameterType::port:
        case policy::ParameterType::count:
            lines.push_back(fmt::format("is_number {} {}", range.first, range.second));
            break;
        case policy::ParameterType::address:
            lines.emplace_back("is_address");
            break;
        case policy::ParameterType::string: {
            constexpr std::uint64_t longest = 4096;
            const auto& characters = parameter.characters;
            lines.push_back(fmt::format("is_text {} {}", characters ? characters->min_length : 0,
                                        characters ? characters->max_length : longest));
            if (characters && !characters->characters.empty()) {
                // In quotes each byte of a bracket expression stands for itself (XCU 2.13.1).
                lines.push_back(fmt::format("case $sbx_value in *[!{}]*) wrong ;; esac", quoted(characters->characters)));
            }
            break;
        }
    }
    return lines;
}

std::string default_text(const policy::Parameter& parameter) {
    return parameter.default_value ? "; default `" + shown(*parameter.default_value) + "`" : std::string();
}

std::string names_of(const plan::ExecutionPlan& plan) {
    std::string list;
    for (const auto& [name, parameter] : plan.parameters) {
        list += (list.empty() ? "" : ", ") + name;
    }
    return list;
}

/// What the fixed part sets by number, so that nothing of the caller's is taken for it.
void declare_descriptors(ShellFunction& function, const plan::ExecutionPlan& plan) {
    for (std::size_t index = 0; index < plan.mounts.steps.size(); ++index) {
        const plan::MountStep& step = plan.mounts.steps[index];
        if (!step_condition(step, index).empty()) {
            function.line(fmt::format("sbx_g{}=", index));
        }
        for (std::size_t mount = 0; mount < step.mounts.size(); ++mount) {
            const auto* bind = std::get_if<plan::Bind>(&step.mounts[mount]);
            const auto* file = std::get_if<plan::PlaceFile>(&step.mounts[mount]);
            if (bind != nullptr && !mounted_by_path(*bind)) {
                function.line(fmt::format("sbx_s{}=", mount_number(index, mount)));
            } else if (file != nullptr && !file->contents.pieces().empty()) {
                function.line(fmt::format("sbx_d{}=", mount_number(index, mount)));
            }
        }
    }
}

class Help {
public:
    void line(std::string_view text) { function_.line("printf '%s\\n' " + quoted(text)); }
    std::string take() { return function_.take(); }

private:
    ShellFunction function_{"policy_help"};
};

void add_own(Help& help, const plan::ExecutionPlan& plan) {
    help.line("");
    help.line(plan.parameters.empty() ? "this bundle has no parameters" : "parameters of this bundle:");
    for (const auto& [name, parameter] : plan.parameters) {
        help.line(fmt::format("  --set {}=VALUE   {}{}", name, describe_parameter(parameter.value), default_text(parameter.value)));
    }
    if (!plan.environment.environment.accepted.empty()) {
        help.line("variables that may be passed:");
        for (const auto& [name, origin] : plan.environment.environment.accepted) {
            help.line(fmt::format("  --env {}=VALUE", name));
        }
    }
    const auto& command = plan.process.process.command;
    if (command) {
        std::string words = shown(command->value.program.text());
        for (const plan::Text& argument : command->value.arguments) {
            words += ' ' + shown(argument.quoted());
        }
        help.line(fmt::format("{}: {}", command->value.only ? "it runs only" : "without COMMAND it runs", words));
    }
}

void add_network(Help& help, const plan::ExecutionPlan& plan) {
    if (plan.process.network != policy::NetworkMode::filtered) {
        return;
    }
    if (!launcher_filters(plan)) {
        help.line(fmt::format("This bundle {}: only sbx-run can set that up, and this file refuses to start anything.",
                              beyond_shell(plan)));
        return;
    }
    help.line("  - the packet filter is read back from the kernel itself; here by `nft`, which is believed");
    help.line(
        fmt::format("This bundle filters its network: it needs `nft` and `slirp4netns` too, and the network {}.0/24 is theirs.",
                    virtual_networks(plan.network).front()));
}

void add_limits_of_shell(Help& help, const plan::ExecutionPlan& plan) {
    constexpr std::string_view lines[] = {
        "",
        "exit status: that of the command (128 + n if signal n ended it); 125 the launch was refused, one line says why;",
        "126 the command cannot be executed; 127 it is not in the sandbox",
        "",
        "This file is all that the launch uses: bubblewrap, coreutils and util-linux apart, it can be copied on its own.",
        "It is plain sh. What only sbx-run does:",
        "  - it checks the bundle: digests, owner and modes; this file checks nothing, and is as safe as its place",
        "  - a signal is passed on to the command, which has 2 seconds to put its things in order;",
        "    here it ends the sandbox at once",
        "  - blocked signals, session keyring, personality, priority and scheduling class of the caller are reset;",
        "    here ignored signals and the protection from the out-of-memory killer are,",
        "    and the system-call filter keeps keys out of reach",
        "  - a regular file as output is passed through a pipe, and a terminal through one that the command has alone;",
        "    here they are handed in as they are: the command can open the file again, and cut it",
        "  - at most 1024 signals wait in queues, which count for the caller too; here as many as the caller has",
        "  - sources need not be readable by the caller; here files and directories are opened for reading",
        "  - Landlock is put into force as a second wall, as far as the kernel has it; here there is none",
        "  - the command is looked up inside the sandbox; here through the mounts of the policy, and it gets its",
        "    full path as its name; that a file below /usr is a program is taken for granted if the caller cannot",
        "    change it",
        "  - there are --report, --print and --verbose",
    };
    for (const std::string_view line : lines) {
        help.line(line);
    }
    add_network(help, plan);
    if (const std::string limits = limits_beyond_shell(plan); !limits.empty()) {
        help.line(fmt::format("This bundle {}: only sbx-run does, and this file refuses to start anything.", limits));
    }
    for (const plan::MountStep& step : plan.mounts.steps) {
        for (const plan::Mount& mount : step.mounts) {
            const auto* bind = std::get_if<plan::Bind>(&mount);
            if (bind != nullptr && bind->kind == plan::SourceKind::socket) {
                help.line(
                    fmt::format("  - the socket {} is opened and that one mounted; here it is mounted by its path, shortly after "
                                "it was checked",
                                shown(bind->source.text())));
            }
        }
    }
    if (launcher_needs(plan).wide) {
        help.line("This bundle holds more descriptors open than every sh can name: it needs bash too.");
    }
}

}  // namespace

std::string describe_parameter(const policy::Parameter& parameter) {
    std::string text(policy::to_text(parameter.type));
    if (parameter.under) {
        text += " under " + shown(parameter.under->text());
    }
    if (parameter.range) {
        text += fmt::format(" from {} to {}", parameter.range->first, parameter.range->second);
    }
    if (parameter.characters) {
        text += fmt::format(" of `{}`, {} to {} bytes", shown(parameter.characters->characters), parameter.characters->min_length,
                            parameter.characters->max_length);
    }
    for (std::size_t index = 0; index < parameter.one_of.size(); ++index) {
        text += (index == 0 ? ", one of `" : ", `") + shown(parameter.one_of[index]) + "`";
    }
    return text;
}

std::string launcher_parameters(const plan::ExecutionPlan& plan, const ShellNames& names) {
    ShellFunction set("policy_set");
    ShellFunction defaults("policy_defaults");
    set.line("case $1 in");
    for (const auto& [name, located] : plan.parameters) {
        const policy::Parameter& parameter = located.value;
        const std::string& variable = names.variable(name);
        const std::string takes = quoted(describe_parameter(parameter));
        set.line(fmt::format("    {})", quoted(name)));
        set.line(fmt::format("        once {} \"${{{}+set}}\"", quoted(name), variable));
        set.line(fmt::format("        value {} \"$2\" {}", quoted(name), takes));
        for (const std::string& check : checks(parameter)) {
            set.line("        " + check);
        }
        set.line(fmt::format("        {}=$2", variable));
        set.line("        ;;");
        const std::string otherwise = parameter.default_value ? fmt::format("{}={}", variable, quoted(*parameter.default_value))
                                                              : fmt::format("lacks {} {}", quoted(name), takes);
        defaults.line(fmt::format("[ -n \"${{{}+set}}\" ] || {}", variable, otherwise));
    }
    set.line("    *) no_parameter \"$1\" ;;");
    set.line("esac");
    return set.take() + defaults.take();
}

std::string launcher_constants(const plan::ExecutionPlan& plan, const ShellNames& names) {
    ShellFunction function("policy_constants");
    const policy::Process& process = plan.process.process;
    const auto flag = [](bool value) { return value ? "yes" : ""; };
    const std::string run_as =
        process.run_as ? fmt::format("{}:{}", process.run_as->value.uid, process.run_as->value.gid) : std::string();
    std::string passes;
    for (const auto& [descriptor, origin] : process.pass_descriptors) {
        passes += fmt::format("{} ", descriptor);
    }
    const Needs needs = launcher_needs(plan);
    function.line("sbx_run_as=" + quoted(run_as));
    function.line(fmt::format("sbx_no_groups={}", flag(process.groups_none.value)));
    function.line(fmt::format("sbx_survives={}", flag(process.survive_parent.value)));
    function.line(fmt::format("sbx_only={}", flag(process.command && process.command->value.only)));
    function.line(fmt::format("sbx_filtered={}", flag(plan.process.network == policy::NetworkMode::filtered)));
    function.line("sbx_beyond=" + quoted(limits_beyond_shell(plan)));
    function.line("sbx_passes=" + quoted(passes));
    function.line(fmt::format("sbx_wide={}", flag(needs.wide)));
    function.line(fmt::format("sbx_writes={}", flag(needs.writes)));
    function.line(fmt::format("sbx_empties={}", flag(needs.empties)));
    const std::string list = names_of(plan);
    function.line("sbx_parameters=" + quoted(list.empty() ? "this bundle has no parameters" : "this bundle has: " + list));
    for (const auto& [name, variable] : names.parameters()) {
        function.line("unset -v " + variable);
    }
    declare_descriptors(function, plan);
    return function.take();
}

std::string launcher_help(const plan::ExecutionPlan& plan, const BundleInfo& info) {
    Help help;
    help.line(fmt::format("launch - run a command inside the sandbox of the profile {}", shown(info.profile)));
    if (!info.description.empty()) {
        help.line(shown(info.description));
    }
    help.line("");
    help.line("usage: launch [--set NAME=VALUE]... [--env NAME=VALUE]... [-- COMMAND [ARG...]]");
    add_own(help, plan);
    add_limits_of_shell(help, plan);
    return help.take();
}

}  // namespace sbx::emit
