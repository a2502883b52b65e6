// What a launcher says, part by part; see the header. The records are replayed like those of bwrap.args, so that the two cannot
// differ without one of them differing from the policy.
#include "compiler/verify/compare_launcher.hpp"

#include "compiler/verify/compare_filesystem.hpp"
#include "compiler/verify/digest.hpp"
#include "compiler/verify/supervision.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <iterator>

namespace sbx::verify {
namespace {

class LauncherComparison {
public:
    LauncherComparison(Launcher launcher, const policy::Policy& policy, const PolicyView& view, const BundleFiles& files,
                       const NftRuleset* ruleset, Findings& findings)
        : launcher_(std::move(launcher)),
          policy_(policy),
          view_(view),
          files_(files),
          ruleset_(ruleset),
          findings_(findings),
          table_(policy.parameters, file_, objections_) {}

    void run() {
        compare_parameters();
        compare_environment(policy_.environment, launcher_.environment, file_, findings_);
        compare_limits(policy_.limits, launcher_.limits, file_, findings_);
        table_.replay(std::move(launcher_.records));
        compare_filesystem(view_, table_, file_, findings_);
        compare_switches(policy_, table_.switches(), file_, findings_);
        compare_constants();
        compare_command();
        compare_filters();
        compare_launcher_network(launcher_.network, policy_, files_, ruleset_, findings_);
        compare_places();
        compare_chosen();
        compare_locks();
        std::move(objections_.begin(), objections_.end(), std::back_inserter(findings_));
    }

private:
    void object(std::string place, std::string message, std::string witness) {
        findings_.push_back({file_, std::move(place), std::move(message), std::move(witness)});
    }

    void compare_parameters() {
        for (const auto& [name, parameter] : policy_.parameters) {
            const auto found = launcher_.parameters.find(name);
            if (found == launcher_.parameters.end()) {
                object("", "the parameter " + named(name) + " is missing", "$" + name);
            } else if (!(found->second == meant_checks(parameter.value))) {
                object(found->second.place, "the parameter " + named(name) + " takes other values than the policy says",
                       "$" + name);
            }
        }
        for (const auto& [name, checks] : launcher_.parameters) {
            if (!policy_.parameters.contains(name)) {
                object(checks.place, "the parameter " + named(name) + " is taken, and the policy has none of that name",
                       "$" + name);
            }
        }
    }

    void compare_constant(const std::string& name, const std::string& meant) {
        const auto found = launcher_.constants.find(name);
        if (found == launcher_.constants.end()) {
            object("", named(name) + " is not set: what the caller left in it would be believed", name);
        } else if (found->second != meant) {
            object("", named(name) + " is " + named(found->second) + "; the policy means " + named(meant), name);
        }
    }

    void compare_constants() {
        const policy::Process& process = policy_.process;
        const auto flag = [](bool on) { return std::string(on ? "yes" : ""); };
        const auto& ids = process.run_as;
        compare_constant("sbx_run_as", ids ? std::to_string(ids->value.uid) + ":" + std::to_string(ids->value.gid) : "");
        compare_constant("sbx_no_groups", flag(process.groups_none.value));
        compare_constant("sbx_survives", flag(process.survive_parent.value));
        compare_constant("sbx_only", flag(process.command && process.command->value.only));
        compare_constant("sbx_filtered", flag(policy_.network.mode.value == policy::NetworkMode::filtered));
        compare_beyond();
        std::string passed;
        for (const auto& [descriptor, origin] : process.pass_descriptors) {
            passed += std::to_string(descriptor) + " ";
        }
        compare_constant("sbx_passes", passed);
        const bool writes = std::any_of(view_.placements.begin(), view_.placements.end(),
                                        [](const auto& placement) { return placement.second.asks_to_write; });
        compare_constant("sbx_writes", flag(writes));
        for (const char* name : {"sbx_wide", "sbx_empties", "sbx_parameters"}) {
            if (!launcher_.constants.contains(name)) {
                object("", named(name) + " is not set: what the caller left in it would be believed", name);
            }
        }
    }

    /// What a shell cannot keep has it refuse the launch: any text does, and none does not.
    void compare_beyond() {
        const bool insists = policy_.landlock.least || policy::has_noexec(policy_);
        const bool beyond = insists || !limits_of_sbx_run(policy_).empty();
        const auto found = launcher_.constants.find("sbx_beyond");
        if (found == launcher_.constants.end()) {
            object("", "`sbx_beyond` is not set: what the caller left in it would be believed", "sbx_beyond");
        } else if (found->second.empty() == beyond) {
            object("",
                   beyond ? "it starts a sandbox whose limits a shell cannot keep"
                          : "it refuses a sandbox whose limits a shell can keep",
                   "sbx_beyond");
        }
    }

    void compare_command() {
        const auto& meant = policy_.process.command;
        const bool same = launcher_.command.has_value() == meant.has_value() &&
                          (!meant || (launcher_.command->program == meant->value.program &&
                                      launcher_.command->arguments == meant->value.arguments));
        if (!same) {
            object("", "the command that runs when none is named is another one than the policy says", "policy_command");
        }
        const SandboxPath directory = policy_.filesystem.workdir ? policy_.filesystem.workdir->value : SandboxPath();
        if (launcher_.directory != directory) {
            object("", "the command is looked up from another directory than the one that it starts in", directory.text());
        }
        const auto path = policy_.environment.fixed.find("PATH");
        const auto search = path == policy_.environment.fixed.end() ? std::nullopt : std::optional(path->second.value);
        if (launcher_.search != search) {
            object("", "the command is looked up in another PATH than the one that the policy sets", "PATH");
        }
    }

    void compare_filters() {
        for (const auto& [architecture, bytes] : launcher_.filters) {
            const auto file = files_.find(std::string(format::seccomp_prefix) + architecture + std::string(format::seccomp_suffix));
            if (file == files_.end() || file->second.bytes != bytes) {
                object("", "the system-call filter for " + named(architecture) + " is not the one in the bundle", architecture);
            }
        }
        std::size_t in_bundle = 0;
        for (const auto& [name, file] : files_) {
            in_bundle += name.starts_with(format::seccomp_prefix) && name.ends_with(format::seccomp_suffix) ? 1U : 0U;
        }
        if (in_bundle != launcher_.filters.size()) {
            object("", "it does not have a system-call filter for each machine that the bundle has one for", "policy_filter");
        }
    }

    /// `visit` says of each place what it is: values of parameters, hidden objects and the command are judged by that.
    void compare_places() {
        for (const auto& [path, view] : table_.views().placed()) {
            if (path.is_root() && view.sight != Sight::host_tree) {
                continue;
            }
            const auto found = launcher_.visits.find(path);
            if (found == launcher_.visits.end()) {
                object("", named(path.text()) + " is no place for the launch: a parameter's value could cover it", path.text());
                continue;
            }
            const Visit& visit = found->second;
            const Mounted* const mounted = table_.mounted(path);
            const bool same_condition =
                mounted == nullptr || (visit.condition == mounted->condition &&
                                       (visit.condition == Guard::always || visit.conditioned == mounted->conditioned));
            if (!same_condition || visit.text != path.text() || !is_what(path, view, visit)) {
                object(visit.place, named(path.text()) + " is taken for something else than " + describe(view), path.text());
            }
        }
        for (const auto& [path, visit] : launcher_.visits) {
            if (!table_.views().has(path)) {
                object(visit.place, named(path.text()) + " is taken for a place, and nothing is mounted there", path.text());
            }
        }
    }

    [[nodiscard]] bool is_what(const SandboxPath& path, const View& view, const Visit& visit) const {
        const bool hides = hides_host(path);
        if (hides) {
            const auto host = table_.views().host_path(path);
            return visit.kind.starts_with("hidden-") && host && as_path(visit.host) == *host;
        }
        switch (view.sight) {
            case Sight::host_tree:
                return visit.kind == "tree" && as_path(visit.host) == view.source;
            case Sight::private_directory:
                return visit.kind == "empty";
            case Sight::empty_directory:
                return visit.kind == "empty" || visit.kind == "hidden-directory";
            case Sight::file:
                return visit.kind == "file" || visit.kind == "script";
            case Sight::link:
                return visit.kind == "link" && visit.host == Text(view.target);
            case Sight::procfs:
            case Sight::devices:
            case Sight::device:
            case Sight::socket:
                return visit.kind == "other";
            case Sight::absent:
            case Sight::passage:
                break;
        }
        return false;
    }

    /// A mask on something that the host may also show under another name (R-FS-11). The kernel's own files have no other.
    [[nodiscard]] bool hides_host(const SandboxPath& path) const {
        const auto found = view_.placements.find(path);
        if (found == view_.placements.end() || !found->second.is_mask) {
            return false;
        }
        const Placement& placement = found->second;
        const SandboxPath kernel = *SandboxPath::literal("/proc");
        const auto of_host = [&](const SandboxPath& host) { return !kernel.contains(host); };
        return (placement.condition != Guard::always && of_host(placement.conditioned)) ||
               std::any_of(placement.requirements.begin(), placement.requirements.end(),
                           [&](const Requirement& requirement) { return of_host(requirement.first); });
    }

    void compare_chosen() {
        bool hides = false;
        for (const auto& [path, view] : table_.views().placed()) {
            hides = hides || hides_host(path);
            if (path.is_literal()) {
                continue;
            }
            const SandboxPath* const under = table_.views().under(path.parameter());
            const bool direct = under != nullptr && path.tail().empty() && table_.views().has(*under) &&
                                table_.views().at(*under).sight == Sight::private_directory;
            const auto found = launcher_.chosen.find(path);
            if (found == launcher_.chosen.end()) {
                object("", "where the value of " + named(path.text()) + " lies is not compared with the places of the policy",
                       path.text());
            } else if (under == nullptr || found->second.under != under->text() || found->second.text != path.text() ||
                       (direct && !found->second.direct)) {
                object("",
                       "where the value of " + named(path.text()) + " lies is compared as if the policy had another place for it",
                       path.text());
            }
        }
        if (hides && !launcher_.compares_masks) {
            object("", "what is hidden is not compared with what is granted under other names", "compare_masks");
        }
    }

    void compare_locks() {
        for (const SandboxPath& tree : view_.exclusive) {
            if (!launcher_.locked.contains(tree)) {
                object("", named(tree.text()) + " is writable and holds other nodes, and is not locked while a sandbox runs",
                       tree.text());
            }
        }
        for (const SandboxPath& tree : launcher_.locked) {
            if (!view_.exclusive.contains(tree)) {
                object("", named(tree.text()) + " is locked, and nothing calls for it", tree.text());
            }
        }
    }

    const std::string file_{format::launch_file};
    Launcher launcher_;
    const policy::Policy& policy_;
    const PolicyView& view_;
    const BundleFiles& files_;
    const NftRuleset* ruleset_;
    Findings& findings_;
    Findings objections_;  ///< what would go wrong at the launch
    MountTable table_;
};

}  // namespace

void compare_launcher(std::string_view bytes, const policy::Policy& policy, const PolicyView& view, const BundleFiles& files,
                      const NftRuleset* ruleset, Findings& findings) {
    const ShellScript script = read_script(bytes);
    std::string_view common = script.fixed_part;
    const std::string_view values = policy.parameters.empty() ? std::string_view() : launcher_known_values_part();
    const std::string_view network = shell_can_filter(policy) ? launcher_known_network_part() : std::string_view();
    bool begins = true;
    for (const std::string_view before : {values, network}) {
        begins = begins && common.starts_with(before);
        common.remove_prefix(begins ? before.size() : 0);
    }
    if (!begins || common != launcher_known_part()) {
        findings.push_back({std::string(format::launch_file), "line " + std::to_string(script.fixed_line),
                            "what follows from here is not the fixed part of this policyc's launchers", "fixed part"});
    }
    LauncherComparison(read_launcher(script), policy, view, files, ruleset, findings).run();
}

}  // namespace sbx::verify
