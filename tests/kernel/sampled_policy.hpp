// A random policy on a SampledHost: its text, what a launch of it must come to, and what decide() says of each point, in the words
// of the probe.
#pragma once

#include "compiler/policy/concrete_view.hpp"
#include "tests/kernel/sampled_host.hpp"
#include "tests/property/random_policy.hpp"

#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace sbx::kernel {

/// `$ROOT` stands for the scene's root.
struct SampledPolicy {
    std::string text;
    std::vector<std::string> options;  ///< of the launch
    std::set<std::string> missing;     ///< of the host
    /// The same without parameters and `?`, as it is for this launch: what the oracle is asked about.
    test::Compiled meant;
    /// And as it would be on a host that lacks nothing.
    test::Compiled complete;
};
/// nullopt when the statements can't stand together, or the parameter can't have the value.
[[nodiscard]] std::optional<SampledPolicy> sample(std::mt19937& random, const SampledHost& host);

enum class Launch : std::uint8_t {
    runs,
    is_refused,
    either,  ///< something is to be mounted where the host's tree has no place for it
};
/// While the host lacks what is missing.
[[nodiscard]] Launch launch_expected(const SampledPolicy& policy, const SampledHost& host);

struct Question {
    std::string request;
    std::set<std::string> answers;  ///< those that agree with the policy
    policy::RequestKind kind{};     ///< what the oracle is asked to know the answer
    std::string path;
};
struct Questions {
    std::vector<Question> all;
    std::set<std::string> arriving;  ///< files of the host that are changed by them
};
/// Why the policy means that.
[[nodiscard]] std::string reason_of(const Question& question, const SampledPolicy& policy);
/// Looks at every point, executions around each boundary, writes at every point, in this order.
[[nodiscard]] Questions questions(const SampledPolicy& policy, const SampledHost& host);

}  // namespace sbx::kernel
