// The whole plan out of its parts, and the one size that bubblewrap cannot exceed.
#include "compiler/plan/lower.hpp"

#include "compiler/plan/stages.hpp"
#include "compiler/plan/visit.hpp"
#include "compiler/plan/words.hpp"

#include <map>
#include <set>
#include <utility>

namespace sbx::plan {
namespace {

/// Where a mount stands; nullptr for what is no mount.
const SandboxPath* destination(const Mount& mount) {
    return std::visit(Overloaded{
                          [](const BindDevice& device) { return &device.path; },
                          [](const Require&) -> const SandboxPath* { return nullptr; },
                          [](const auto& other) { return &other.destination; },
                      },
                      mount);
}

/// The directory in which most of the mounts lie, and how many.
std::pair<std::string, std::uint32_t> most_crowded(const MountPlan& plan) {
    std::map<std::string, std::uint32_t> children;
    for (const MountStep& step : plan.steps) {
        const SandboxPath* const path = step.mounts.empty() ? nullptr : destination(step.mounts.front());
        const auto parent = path != nullptr ? path->parent() : std::nullopt;
        if (parent) {
            ++children[parent->text()];
        }
    }
    std::pair<std::string, std::uint32_t> most;
    for (const auto& [directory, count] : children) {
        if (count > most.second) {
            most = {directory, count};
        }
    }
    return most;
}

/// The statement whose mount is the first that no longer fits.
Origin first_too_many(const MountPlan& plan, std::uint32_t words) {
    Origin known;
    for (const MountStep& step : plan.steps) {
        for (const Mount& mount : step.mounts) {
            words += word_count(mount);
        }
        known = step.origin.known() ? step.origin : known;
        if (words > word_limit && known.known()) {
            return known;
        }
    }
    return known;
}

/// False, and a diagnostic, where bubblewrap could not take the plan.
bool fits(const ExecutionPlan& plan, DiagnosticSink& sink) {
    const std::uint32_t fixed = word_count(plan.process) + word_count(plan.environment);
    const std::uint32_t words = fixed + word_count(plan.mounts);
    if (words <= word_limit) {
        return true;
    }
    auto report = sink.report(DiagnosticKind::many_mounts, first_too_many(plan.mounts, fixed),
                              "the policy needs " + std::to_string(plan.mounts.mount_count) + " mounts, in " +
                                  std::to_string(words) + " words for bubblewrap, which takes " + std::to_string(word_limit));
    report.caret("from here on they no longer fit");
    if (plan.mounts.saved > 0) {
        report.note(std::to_string(plan.mounts.saved) + " paths needed no mount, because a wider one gives them already");
    }
    const auto [directory, count] = most_crowded(plan.mounts);
    if (count > 1) {
        report.note(std::to_string(count) + " of the mounts lie directly in `" + directory + "`");
        report.help("grant `" + directory + "/` as a whole, and `hide` what must stay out of sight");
    }
    return false;
}

std::vector<std::string> required_features(const policy::Policy& policy, const ExecutionPlan& plan) {
    std::set<std::string> features = {"bwrap:add-seccomp-fd", "bwrap:bind-fd", "bwrap:perms", "bwrap:size", "user-namespace"};
    if (!policy.process.nested_namespaces.value) {
        features.insert("bwrap:disable-userns");
    }
    if (policy.network.mode.value == policy::NetworkMode::filtered) {
        features.insert({"nft", "tun", std::string(to_text(plan.network.helper))});
        if (plan.network.resolver) {
            features.insert("dnsmasq");
        }
    }
    if (plan.landlock.insists()) {
        features.insert("landlock");
    }
    for (const SupervisedLimit& limit : plan.limits.supervised) {
        if (limit.name != "grace") {
            features.insert(limit.name);
        }
    }
    for (const CgroupLimit& limit : plan.limits.cgroup) {
        features.insert(limit.name);
    }
    return {features.begin(), features.end()};
}

}  // namespace

ExecutionPlan lower(const policy::Policy& policy, DiagnosticSink& sink) {
    ExecutionPlan plan;
    plan.parameters = policy.parameters;
    plan.mounts = lower_mounts(policy.filesystem, policy.parameters, sink);
    plan.limits = lower_limits(policy.limits, policy.may_degrade, sink);
    plan.environment = lower_environment(policy.environment);
    plan.network = lower_network(policy, sink);
    plan.process = lower_process(policy);
    plan.system_calls = lower_system_calls(policy);
    plan.landlock = lower_landlock(policy);
    plan.required_features = required_features(policy, plan);
    if (fits(plan, sink)) {
        plan.enforcement = enforcement_table(policy);
    }
    return plan;
}

}  // namespace sbx::plan
