// Tests that say nothing, regions of which no test says anything, and a policy that grants everything.
#include "compiler/policy/advise.hpp"
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/coverage.hpp"
#include "compiler/policy/judge.hpp"

#include <set>

namespace sbx::policy {
namespace {

/// A policy with these parameters and nothing else.
Policy empty_policy(const Policy& policy) {
    Policy empty;
    empty.parameters = policy.parameters;
    empty.limits[Limit::core] = {LimitValue(std::uint64_t{0}), {}};
    return empty;
}

/// One that denies as little as can be denied, as far as `request` can tell.
Policy full_policy(const Policy& policy, const Request& request) {
    Policy full = empty_policy(policy);
    Node root;
    root.content = HostTree{SandboxPath(), true, false};
    full.filesystem.nodes.emplace(SandboxPath(), root);
    full.network.mode.value = NetworkMode::host;
    full.limits[Limit::core] = {LimitValue(Unlimited{}), {}};
    if (!request.name.empty()) {
        full.environment.fixed.emplace(request.name, Located<Text>{});
    }
    return full;
}

/// What an expectation about the filesystem or the network can be about at all.
bool is_decided_by_policies(const Request& request) {
    switch (request.kind) {
        case RequestKind::read:
        case RequestKind::write:
        case RequestKind::exec:
        case RequestKind::connect_tcp:
        case RequestKind::connect_udp:
        case RequestKind::environment:
            return true;
        case RequestKind::resolve:
        case RequestKind::syscall:
        case RequestKind::limit:
            return false;
    }
    return false;
}

/// Whether something empty stands there in the place of files that belong to others.
bool keeps_apart(const SandboxPath& path, const NodeContent& content) {
    if (!path.is_literal() || !(std::holds_alternative<Tmpfs>(content) || std::holds_alternative<EmptyDirectory>(content))) {
        return false;
    }
    const std::string text = path.text();
    return text == "/home" || text.starts_with("/home/") || text == "/root" || text == "/etc" || text == "/var";
}

}  // namespace

void lint_tests(const Profile& profile, Findings& findings) {
    const Policy empty = empty_policy(profile.policy);
    for (const Test& test : profile.tests) {
        for (const Expectation& expectation : test.expectations) {
            if (!is_decided_by_policies(expectation.request) || !is_own(expectation.origin)) {
                continue;
            }
            if (judge(empty, expectation).holds && judge(full_policy(profile.policy, expectation.request), expectation).holds) {
                Diagnostic finding = make_finding(DiagnosticKind::vacuous_test, expectation.origin,
                                                  "`" + to_statement(expectation) + "` holds whatever a policy says");
                finding.notes.emplace_back("it holds for a policy that grants nothing, and for one that grants everything");
                finding.help.emplace_back("ask about a place or an address that some statement decides");
                findings.add(std::move(finding));
            }
        }
    }
}

void lint_coverage(const Profile& profile, Findings& findings) {
    if (profile.tests.empty()) {
        Diagnostic finding = make_finding(DiagnosticKind::untested_region, profile.origin, "the profile has no test");
        finding.help.emplace_back(
            "write down what it is for: `test \"…\" { denied read /etc/shadow }`; `policyc test --mutate` suggests more");
        findings.add(std::move(finding));
        return;
    }
    std::set<std::pair<const SourceFile*, std::uint32_t>> said;  // one statement may make several regions
    for (const Covered& region : coverage(profile).statements) {
        if (!region.asked && said.emplace(region.origin.file, region.origin.span.begin).second) {
            Diagnostic finding = make_finding(DiagnosticKind::untested_region, region.origin, "no test asks about " + region.what);
            finding.help.emplace_back("`policyc test --coverage --mutate` prints expectations that do");
            findings.add(std::move(finding));
        }
    }
}

void lint_whole(const Profile& profile, Findings& findings) {
    const Policy& policy = profile.policy;
    const auto root = policy.filesystem.nodes.find(SandboxPath());
    bool hides = false;
    for (const auto& [path, node] : policy.filesystem.nodes) {
        hides = hides || std::holds_alternative<Mask>(node.content) || keeps_apart(path, node.content);
    }
    if (root == policy.filesystem.nodes.end() || hides || policy.network.mode.value != NetworkMode::host) {
        return;
    }
    Diagnostic finding = make_finding(DiagnosticKind::grants_everything, profile.origin,
                                      "the profile shows the whole host and opens the whole network: it keeps nothing apart");
    finding.labels.push_back({root->second.origin, "everything can be read"});
    finding.labels.push_back({policy.network.mode.origin, "and sent anywhere"});
    finding.help.emplace_back("begin with `use std/system`, and grant what the program works on");
    findings.add(std::move(finding));
}

}  // namespace sbx::policy
