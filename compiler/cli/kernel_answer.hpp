// What an answer of the kernel says about a decision.
#pragma once

#include "compiler/cli/kernel_trial.hpp"
#include "compiler/cli/probe_sandbox.hpp"
#include "compiler/policy/concrete_view.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sbx::cli {

/// The parameters of one launch.
struct LaunchValues {
    /// `settings`: NAME=VALUE; defaults stand for the rest.
    LaunchValues(const policy::Policy& policy, const std::vector<std::string>& settings);
    /// With the launch's value for the parameter; nullopt where it has none.
    [[nodiscard]] std::optional<policy::SandboxPath> concrete(const policy::SandboxPath& path) const;

    std::map<std::string, std::string> texts;
    policy::ParameterValues paths;  ///< of those that place something
};

struct PlannedTrial {
    const policy::Expectation* expectation = nullptr;
    ProbeRequest request;
    policy::Decision decision;
    policy::SandboxPath place;  ///< of a path
};
/// `result`: the probe's line; empty where there is none.
[[nodiscard]] KernelTrial judge_answer(const policy::Policy& policy, const LaunchValues& values, const PlannedTrial& planned,
                                       const std::string& result);

}  // namespace sbx::cli
