// Random policies over a universe small enough to be decided point by point: directories named a, b, c and files named f, to a
// depth of three. Deterministic for a seed.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/policy/resolve.hpp"
#include "grammar/diagnostic.hpp"

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sbx::test {

/// One statement as text, and the parts it was made of.
struct RandomStatement {
    std::string verb;  ///< read, write, tmpfs, dir, hide …
    std::string path;
    std::string text;
    std::string block = "filesystem";  ///< empty: it stands in none
};

/// Between 1 and 7 `read`, `write`, `tmpfs`, `dir` and `hide` at distinct paths of at most three components named a, b, c.
[[nodiscard]] std::vector<RandomStatement> random_statements(std::mt19937& random);
/// Every kind of node but sockets and devices, on directories and on files, optional ones and moved ones among them; sometimes with
/// a parameter `p: path under /a`, `/b` or `/c`.
[[nodiscard]] std::vector<RandomStatement> random_view(std::mt19937& random);
/// `syscalls`, changed, replaced or removed, and `sockets`; often nothing.
[[nodiscard]] std::vector<RandomStatement> random_filters(std::mt19937& random);
/// Everything else that a policy says: limits, environment, process, system calls.
[[nodiscard]] std::vector<RandomStatement> random_settings(std::mt19937& random);
/// A filtering `network` block: one to five rules, and what else such a block may hold; sometimes with parameters and names.
[[nodiscard]] std::vector<RandomStatement> random_network(std::mt19937& random);

/// The whole file, its statements on one line, so that origins do not depend on the order; one block of each name.
[[nodiscard]] std::string policy_text(const std::vector<RandomStatement>& statements);
/// The same with a block around each statement, in this order.
[[nodiscard]] std::string scattered_text(const std::vector<RandomStatement>& statements);
/// Every path of the universe, and one component below each.
[[nodiscard]] std::vector<std::string> universe();

/// A resolved policy with what it points into; nullopt when it was refused, but for what lints and tests refuse.
struct Compiled {
    std::unique_ptr<policy::SourceSet> sources;
    policy::Profile profile;
};
[[nodiscard]] std::optional<Compiled> compile(const std::string& text);

}  // namespace sbx::test
