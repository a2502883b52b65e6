// Requests for paths: for one set of parameter values, and for all of them.
#pragma once

#include "compiler/policy/concrete_view.hpp"

namespace sbx::policy {

struct Outcome {
    Decision decision;
    std::vector<SandboxPath> passed;  ///< as Arrival::passed
};
/// `concrete` is the request's path with its parameter's value put in. Verdict::depends only where `?` leaves it to the host.
[[nodiscard]] Outcome decide_with_values(const Filesystem& filesystem, const ParameterValues& values, const Request& request,
                                         const SandboxPath& concrete);

/// For every value that a launch accepts.
[[nodiscard]] Decision decide_for_every_value(const Policy& policy, const Request& request);

/// The sentence for a decision, and the statement that would turn it.
struct Explanation {
    std::string reason;
    std::string advice;
};
/// `path`: where the request ended up, as a policy would write it.
[[nodiscard]] Explanation explain(RequestKind kind, bool allowed, const SandboxPath& path, const Place& place,
                                  const Arrival& arrival);

}  // namespace sbx::policy
