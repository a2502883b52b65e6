// Process switches: each states its own order. What only names or places the program, and lets it do neither more
// nor less, is a difference without a direction.
#include "compiler/policy/compare_parts.hpp"
#include "compiler/policy/statement_text.hpp"

#include <set>

namespace sbx::policy {
namespace {

/// A switch that adds to what the program can do.
struct Switch {
    Located<bool> Process::*value;
    std::string_view statement;
    std::string_view on;  ///< claims
    std::string_view off;
    bool grants;
    unsigned weight;
};
constexpr Switch switches[] = {
    {&Process::keep_terminal, "controlling-terminal keep", "keeps the caller's terminal, into which it can type",
     "gets a session of its own, without the caller's terminal", true, 65},
    {&Process::nested_namespaces, "nested-namespaces allow", "can create user namespaces, in which it has all capabilities",
     "can no longer create user namespaces", true, 70},
    {&Process::survive_parent, "survive-parent", "can outlive its launcher", "ends with its launcher", true, 40},
    {&Process::share_ipc, "share ipc", "shares the host's System V IPC and POSIX message queues",
     "no longer shares the host's System V IPC and POSIX message queues", true, 65},
    {&Process::share_uts, "share uts", "shares the host's host name", "no longer shares the host's host name", true, 30},
    {&Process::groups_none, "groups none", "is not launched while the caller has supplementary groups",
     "keeps the supplementary groups of its caller", false, 50},
};

void compare_switch(const Switch& row, const Process& before, const Process& after, Regions& regions) {
    const Located<bool>& left = before.*row.value;
    const Located<bool>& right = after.*row.value;
    if (left.value == right.value) {
        return;
    }
    const auto side = [&](const Located<bool>& value) {
        return value.value ? RegionSide{"said", std::string(row.statement), value.origin}
                           : RegionSide{"not said", "", value.origin};
    };
    const bool more = right.value == row.grants;
    Region region = setting_region(Domain::process, more ? Relation::wider : Relation::narrower, std::string(row.statement),
                                   side(left), side(right));
    region.claim = right.value ? row.on : row.off;
    region.witness = std::string(row.statement);
    region.weight = row.weight;
    regions.push_back(std::move(region));
}

RegionSide run_as_side(const std::optional<Located<IdPair>>& run_as) {
    if (!run_as) {
        return {"not launched by root", "", {}};
    }
    const std::string ids = std::to_string(run_as->value.uid) + ":" + std::to_string(run_as->value.gid);
    return {ids, "run-as " + ids, run_as->origin};
}

void compare_run_as(const Process& before, const Process& after, Regions& regions) {
    if (before.run_as == after.run_as) {
        return;
    }
    Region region = setting_region(Domain::process, relation_of(!after.run_as, !before.run_as), "run-as",
                                   run_as_side(before.run_as), run_as_side(after.run_as));
    region.claim = !after.run_as    ? "can no longer be launched by root, which ran it as " + region.before.words
                   : !before.run_as ? "can be launched by root, and then runs as " + region.after.words
                                    : "runs as " + region.after.words + " when root launches it, which was " + region.before.words;
    region.witness = region.after.statement.empty() ? region.before.statement : region.after.statement;
    region.weight = 60;
    regions.push_back(std::move(region));
}

std::string command_text(const Command& command) {
    std::string text = quote_path(command.program);
    for (const Text& argument : command.arguments) {
        text += " " + argument.quoted();
    }
    return text;
}

RegionSide command_side(const std::optional<Located<Command>>& command) {
    if (!command) {
        return {"none of its own", "", {}};
    }
    const std::string text = command_text(command->value);
    return {(command->value.only ? "only " : "") + text, std::string("command ") + (command->value.only ? "only " : "") + text,
            command->origin};
}

void compare_command(const Process& before, const Process& after, Regions& regions) {
    if (before.command == after.command) {
        return;
    }
    // What may run is one command, or whatever the launch says.
    const bool old_is_one = before.command && before.command->value.only;
    const bool new_is_one = after.command && after.command->value.only;
    Region region = setting_region(Domain::process, relation_of(!old_is_one, !new_is_one), "command", command_side(before.command),
                                   command_side(after.command));
    region.claim = new_is_one && !old_is_one ? "runs nothing but " + command_text(after.command->value)
                   : old_is_one && !new_is_one
                       ? "runs whatever the launch says, where it ran nothing but " + command_text(before.command->value)
                       : "runs " + region.after.words + " unless the launch says otherwise, which was " + region.before.words;
    if (old_is_one && new_is_one) {
        region.claim = "runs " + region.after.words + ", which was " + region.before.words;
    }
    region.witness = region.after.statement.empty() ? region.before.statement : region.after.statement;
    region.weight = region.relation == Relation::equivalent ? 2 : 60;
    regions.push_back(std::move(region));
}

void compare_descriptors(const Process& before, const Process& after, Regions& regions) {
    std::set<std::uint32_t> numbers;
    for (const Process* process : {&before, &after}) {
        for (const auto& [number, origin] : process->pass_descriptors) {
            numbers.insert(number);
        }
    }
    for (const std::uint32_t number : numbers) {
        const auto left = before.pass_descriptors.find(number);
        const auto right = after.pass_descriptors.find(number);
        const bool in_old = left != before.pass_descriptors.end();
        const bool in_new = right != after.pass_descriptors.end();
        if (in_old == in_new) {
            continue;
        }
        const std::string text = "pass-descriptor " + std::to_string(number);
        Region region = setting_region(Domain::process, in_new ? Relation::wider : Relation::narrower, text,
                                       in_old ? RegionSide{"passed", text, left->second} : RegionSide{"closed", "", {}},
                                       in_new ? RegionSide{"passed", text, right->second} : RegionSide{"closed", "", {}});
        region.claim = std::string(in_new ? "gets" : "no longer gets") + " the caller's descriptor " + std::to_string(number);
        region.witness = "descriptor " + std::to_string(number);
        region.weight = 55;
        regions.push_back(std::move(region));
    }
}

void compare_hostname(const Process& before, const Process& after, Regions& regions) {
    if (before.hostname == after.hostname) {
        return;
    }
    const auto side = [](const Located<Text>& name) {
        const std::string text = name.value.quoted();
        return RegionSide{text, name.origin.known() ? "hostname " + text : "", name.origin};
    };
    Region region = setting_region(Domain::process, Relation::equivalent, "hostname", side(before.hostname), side(after.hostname));
    region.claim = "has the host name " + region.after.words + ", which was " + region.before.words;
    regions.push_back(std::move(region));
}

}  // namespace

void compare_process(const Process& before, const Process& after, Regions& regions) {
    compare_run_as(before, after, regions);
    compare_hostname(before, after, regions);
    compare_command(before, after, regions);
    compare_descriptors(before, after, regions);
    for (const Switch& row : switches) {
        compare_switch(row, before, after, regions);
    }
}

}  // namespace sbx::policy
