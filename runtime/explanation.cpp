// Explains a launch. See the header. Each line begins with the name of its step, as refusals do.
#include "runtime/explanation.hpp"

#include "runtime/refusal.hpp"

namespace sbx::runtime {

namespace {

std::string line_of(std::string_view at, const std::string& text) {
    return std::string(at) + ": " + text;
}

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
    return count == 1 ? "1 " + one : std::to_string(count) + " " + many;
}

std::string explain_limit(const EffectiveLimit& limit) {
    const auto amount = [](const std::optional<std::uint64_t>& value) {
        return value ? std::to_string(*value) : std::string("unlimited");
    };
    std::string text =
        "the limit " + quoted(limit.name) + " is " + amount(limit.effective) + ", soft and hard, for every process of the sandbox";
    if (limit.narrower()) {
        text += "; asked for was " + amount(limit.requested) + ", and the caller has no more itself";
    }
    return line_of(step::limits, text);
}

std::string explain_network(const BoundNetwork& network) {
    std::string text = "the network is filtered by " + network.nft.path + " before it has an interface, and carried by " +
                       (network.macvlan ? "a macvlan interface on " + quoted(network.macvlan->parent) : network.helper.path) +
                       "; inside it is " + network.inside.cidr;
    if (network.resolver) {
        text += ", and names are resolved by " + network.resolver->path;
    }
    return line_of(step::network, text);
}

std::string explain_streams(const Preparation& preparation, const Handover& handover) {
    if (preparation.limits_output) {
        return "what the command writes comes through pipes, and is counted";
    }
    if (handover.terminal.open()) {
        return handover.takes_typing ? "the command has a terminal of its own, connected with the caller's, which it cannot reach"
                                     : "what the command writes to the terminal comes through one of its own";
    }
    return handover.own_output.open() || handover.command_error.open()
               ? "what the command writes to a file comes through a pipe: the file itself it cannot open"
               : "standard input, output and error are handed in as they are";
}

}  // namespace

std::string explain_scrub() {
    return line_of(step::scrub,
                   "descriptors above 2 are closed, and signals, timers, umask and personality are as usual: what is inherited "
                   "could be a way out");
}

std::string explain_bundle(const Manifest& manifest) {
    return line_of(step::verify, "the bundle is the profile " + quoted(manifest.profile) + ", compiled by " +
                                     quoted(manifest.compiler) + "; each of its files is used only as its digest says");
}

std::string explain_identity(const Manifest& manifest, const Identity& identity) {
    const std::string ids = "uid " + std::to_string(identity.uid) + " and gid " + std::to_string(identity.gid);
    if (identity.drops) {
        return line_of(step::identity, "the caller is root, so the command runs as " + ids + ", which `run-as` names, in no group");
    }
    std::string text = "the caller is not root, so the command keeps its " + ids;
    text += manifest.run_as ? "; `run-as` is for root" : "";
    if (identity.supplementary_groups != 0) {
        text += "; " + counted(identity.supplementary_groups, "supplementary group stays", "supplementary groups stay") +
                ", since only root can drop them";
    }
    return line_of(step::identity, text);
}

std::vector<std::string> explain_preparation(const CommandLine& line, const Preparation& preparation) {
    std::vector<std::string> lines;
    if (!line.settings.empty()) {
        lines.push_back(line_of(step::bind, counted(line.settings.size(), "parameter was", "parameters were") +
                                                " given, and held against what the policy says of them"));
    }
    lines.push_back(line_of(step::bind, counted(preparation.arguments.handed.size(), "path or file is", "paths and files are") +
                                            " open for the sandbox, with the rights of the id that will run, no link followed"));
    for (const std::string& path : preparation.arguments.skipped) {
        lines.push_back(line_of(step::bind, quoted(path) + " is not on this host, and is left out"));
    }
    const BoundLandlock& wall = preparation.landlock;
    lines.push_back(line_of(step::bind, wall.domain.empty()
                                            ? "there is no second wall: this kernel offers no Landlock"
                                            : "Landlock, version " + std::to_string(wall.version.abi) + ", is the second wall: " +
                                                  counted(wall.domain.rules.size(), "path has", "paths have") + " rights"));
    std::string names;
    for (const auto& [name, value] : preparation.environment.variables) {
        names += (names.empty() ? ": " : ", ") + name;
    }
    lines.push_back(line_of(step::bind, "the environment is empty but for " +
                                            counted(preparation.environment.variables.size(), "variable", "variables") + names));
    for (const EffectiveLimit& limit : preparation.limits) {
        lines.push_back(explain_limit(limit));
    }
    if (preparation.network) {
        lines.push_back(explain_network(*preparation.network));
    }
    return lines;
}

std::vector<std::string> explain_handover(const Manifest& manifest, const Preparation& preparation, const Handover& handover) {
    std::vector<std::string> lines;
    lines.push_back(line_of(step::namespaces,
                            "user, mount and pid namespaces of the sandbox's own come first: limits count for it alone, and "
                            "nothing of it outlives its first process"));
    lines.push_back(line_of(step::bubblewrap, quoted(preparation.bubblewrap) + " sets up what the command sees, by " +
                                                  std::to_string(handover.options.size()) + " words; `--print` shows them"));
    lines.push_back(line_of(step::supervise, explain_streams(preparation, handover)));
    const SupervisedLimits& limits = manifest.supervised;
    if (limits.wall_time) {
        lines.push_back(line_of(step::supervise, "the command has " + std::to_string(limits.wall_time->count()) +
                                                     " ms by the clock (`wall-time`), then SIGTERM, and " +
                                                     std::to_string(limits.grace.count()) + " ms later SIGKILL"));
    }
    if (limits.output) {
        lines.push_back(line_of(step::supervise, "the command may write " + std::to_string(*limits.output) + " bytes (`output`)"));
    }
    if (preparation.survives_parent) {
        lines.push_back(line_of(step::supervise, "the sandbox lives on if sbx-run is killed (`survive-parent`)"));
    }
    lines.push_back(line_of(step::command, quoted(preparation.command.front()) + " is looked for inside, and executed once ids, "
                                                                                 "capabilities and the filter are seen in force"));
    return lines;
}

std::string explain_ending(const Ending& ending) {
    std::string text = ending.started ? "the sandbox has ended" : "the command did not run";
    if (ending.forwarded != 0) {
        text += ", after signal " + std::to_string(ending.forwarded) + " was passed on";
    }
    if (ending.output) {
        text += ", with " + std::to_string(ending.output->bytes) + " bytes passed on";
    }
    return line_of(step::supervise, text + "; exit status " + std::to_string(ending.exit_code));
}

}  // namespace sbx::runtime
