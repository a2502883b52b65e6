// Answers to verdicts. The kernel's answer is held against decide's, not against what the test hopes for: a test that fails is
// reported as such anyway. An answer proves a disagreement only where nothing but the policy can explain it, so where a grant came
// to nothing the host is asked, as the id that ran, whether it has the thing at all.
#include "compiler/cli/kernel_answer.hpp"

#include "compiler/cli/host_access.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

using policy::RequestKind;
using policy::SandboxPath;
using policy::Verdict;

bool is_path(RequestKind kind) {
    return kind == RequestKind::read || kind == RequestKind::write || kind == RequestKind::exec;
}

class Judge {
public:
    Judge(const policy::Policy& policy, const LaunchValues& values) : policy_(policy), values_(values) {}

    [[nodiscard]] KernelTrial judge(const PlannedTrial& planned, const std::string& result) const {
        KernelTrial trial;
        trial.expectation = planned.expectation;
        trial.tried = fmt::format("{} {}", planned.request.kind, planned.request.argument);
        trial.decided = policy::to_text(planned.decision.verdict);
        trial.kernel = result;
        if (result.empty()) {
            trial.reason = "the sandbox ended before it was tried";
        } else if (planned.request.kind == "env") {
            const bool may_be = planned.decision.verdict != Verdict::denied;
            trial.agreement = (result == "set") == may_be ? Agreement::agrees : Agreement::disagrees;
        } else if (planned.request.kind == "limit") {
            judge_limit(planned, trial);
        } else if (planned.request.kind == "syscall" && result.starts_with('?')) {
            trial.reason = fmt::format("the policy refuses what it takes to ask: {}", result.substr(1));
        } else if (planned.request.kind == "syscall") {
            const bool is_allowed = planned.decision.verdict == Verdict::allowed;
            trial.agreement = (result == "reached") == is_allowed ? Agreement::agrees : Agreement::disagrees;
        } else if (planned.decision.verdict == Verdict::denied) {
            judge_denied(planned, trial);
        } else if (is_path(planned.expectation->request.kind)) {
            judge_allowed(planned, trial);
        } else {
            judge_connected(trial);
        }
        return trial;
    }

private:
    static void judge_denied(const PlannedTrial& planned, KernelTrial& trial) {
        const bool looks_empty = trial.kernel == "empty" && planned.decision.view == policy::View::masked;
        // An answer of the other side, a refusal included, came through.
        const bool reached = trial.kernel == "ok" || trial.kernel == "empty" || trial.kernel == "ECONNREFUSED";
        trial.agreement = reached && !looks_empty ? Agreement::disagrees : Agreement::agrees;
    }
    static void judge_connected(KernelTrial& trial) {
        if (trial.kernel == "ok" || trial.kernel == "ECONNREFUSED") {
            trial.agreement = Agreement::agrees;
        } else {
            trial.reason = "no answer from there: " + trial.kernel;
        }
    }
    void judge_allowed(const PlannedTrial& planned, KernelTrial& trial) const {
        const std::string& kernel = trial.kernel;
        if (kernel == "ok" || kernel == "empty" || (kernel == "ENOEXEC" && planned.request.kind == "exec")) {
            trial.agreement = Agreement::agrees;
            return;
        }
        if (kernel == "EISDIR" || kernel == "ENOTRECOVERABLE" || kernel == "EAGAIN" || kernel == "ETXTBSY" || kernel == "ENXIO") {
            trial.reason = kernel == "EISDIR" ? "a directory cannot be executed" : "it could not be tried here: " + kernel;
            return;
        }
        const auto host = host_path(planned.place);
        if (!host) {
            trial.agreement = kernel == "ENOENT" ? Agreement::skipped : Agreement::disagrees;
            trial.reason = kernel == "ENOENT" ? "nothing is there yet" : "";
        } else if (planned.request.kind == "exec" && kernel == "ENOENT" && host_allows(*host, HostAccess::exists, run_as())) {
            trial.reason = "its interpreter or loader is not there";
        } else if (host_allows(*host, access_of(planned.request.kind), run_as())) {
            trial.agreement = Agreement::disagrees;
        } else {
            trial.reason = "the host lacks it, or does not let this id: " + kernel;
        }
    }
    void judge_limit(const PlannedTrial& planned, KernelTrial& trial) const {
        const policy::Request& request = planned.expectation->request;
        const auto found = policy_.limits.find(*request.limit);
        if (found == policy_.limits.end()) {
            trial.reason = "the limit is inherited";
            return;
        }
        std::string expected = "unlimited";
        if (const auto* number = std::get_if<std::uint64_t>(&found->second.value)) {
            expected = std::to_string(*request.limit == policy::Limit::cpu_time ? *number / 1000 : *number);
        } else if (const auto* parameter = std::get_if<policy::ParameterValue>(&found->second.value)) {
            const auto value = values_.texts.find(parameter->parameter);
            expected = value == values_.texts.end() ? "" : value->second;
        }
        if (*request.limit == policy::Limit::processes && expected != "unlimited" && !expected.empty()) {
            expected = std::to_string(std::stoull(expected) + 2);  // bubblewrap's own two, see the reference
        }
        trial.decided = fmt::format("{} {}", expected, expected);
        const std::string hard = trial.kernel.substr(std::min(trial.kernel.find(' ') + 1, trial.kernel.size()));
        const bool narrower = hard != expected && hard != "unlimited" &&
                              (expected == "unlimited" || std::strtoull(hard.c_str(), nullptr, 10) < std::stoull("0" + expected));
        if (trial.kernel == trial.decided) {
            trial.agreement = Agreement::agrees;
        } else if (narrower) {
            trial.reason = "the caller's own hard limit is lower: " + hard;
        } else {
            trial.agreement = Agreement::disagrees;
        }
    }

    static HostAccess access_of(const std::string& kind) {
        return kind == "read" ? HostAccess::read : kind == "write" ? HostAccess::write : HostAccess::execute;
    }
    [[nodiscard]] std::optional<policy::IdPair> run_as() const {
        return policy_.process.run_as ? std::optional(policy_.process.run_as->value) : std::nullopt;
    }
    /// What of the host is seen at a place; nullopt where it is not the host's.
    [[nodiscard]] std::optional<std::string> host_path(const SandboxPath& place) const {
        const policy::ConcreteView view(policy_.filesystem, values_.paths);
        const policy::Arrival arrival = view.walk(place);
        const policy::Place there = view.at(arrival.path);
        if (there.node == nullptr) {
            return std::nullopt;
        }
        if (std::holds_alternative<policy::HostDevice>(there.node->content) ||
            std::holds_alternative<policy::HostSocket>(there.node->content)) {
            return arrival.path.text();
        }
        const auto* tree = std::get_if<policy::HostTree>(&there.node->content);
        const auto source = tree == nullptr ? std::nullopt : values_.concrete(tree->source);
        return source ? std::optional(source->joined(policy::below(there.concrete, arrival.path)).text()) : std::nullopt;
    }

    const policy::Policy& policy_;
    const LaunchValues& values_;
};

}  // namespace

LaunchValues::LaunchValues(const policy::Policy& policy, const std::vector<std::string>& settings) {
    for (const auto& [name, parameter] : policy.parameters) {
        if (parameter.value.default_value) {
            texts[name] = *parameter.value.default_value;
        }
    }
    for (const std::string& setting : settings) {
        texts[setting.substr(0, setting.find('='))] = setting.substr(std::min(setting.find('=') + 1, setting.size()));
    }
    for (const auto& [name, parameter] : policy.parameters) {
        if (parameter.value.type == policy::ParameterType::path && parameter.value.under && texts.count(name) != 0) {
            paths[name] = SandboxPath::literal(texts.at(name)).value_or(SandboxPath());
        }
    }
}

std::optional<SandboxPath> LaunchValues::concrete(const SandboxPath& path) const {
    if (path.is_literal()) {
        return path;
    }
    const auto value = texts.find(path.parameter());
    const auto base = value == texts.end() ? std::nullopt : SandboxPath::literal(value->second);
    return base ? std::optional(base->joined(path.tail())) : std::nullopt;
}

KernelTrial judge_answer(const policy::Policy& policy, const LaunchValues& values, const PlannedTrial& planned,
                         const std::string& result) {
    return Judge(policy, values).judge(planned, result);
}

}  // namespace sbx::cli
