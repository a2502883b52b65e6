// The whole plan out of its parts.
#include "compiler/plan/lower.hpp"

#include "compiler/plan/crowded_mounts.hpp"
#include "compiler/plan/stages.hpp"

#include <set>

namespace sbx::plan {
namespace {

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
