// What becomes of an expectation under a policy: whether it holds, what was decided, and the sentence that says how it failed. The
// one judge behind check(), `policyc test`, coverage and mutation, so that none of them can mean another thing by "holds".
#pragma once

#include "compiler/policy/decide.hpp"
#include "grammar/diagnostic.hpp"

#include <string>
#include <vector>

namespace sbx::policy {

struct Judgement {
    bool holds = false;
    Decision decision;             ///< of the request; of the place that breaks it for a `never` that does not hold
    Request asked;                 ///< what the decision is about
    std::string message;           ///< what was observed instead; empty when it holds
    std::vector<Decision> places;  ///< for `never write`: the decisions that it rests on, one a place where the view may change
};
/// An answer that depends on a parameter satisfies no expectation but `sees`: a claim holds for every value or not at all.
[[nodiscard]] Judgement judge(const Policy& policy, const Expectation& expectation);

/// T003 for an expectation that was judged not to hold under `policy`.
[[nodiscard]] Diagnostic failure_of(const Policy& policy, const Test& test, const Expectation& expectation,
                                    const Judgement& judgement);

/// As a message names it: `read /usr`, `limit cpu-time`.
[[nodiscard]] std::string to_text(const Request& request);
/// As a line of a `test` block, ready to be pasted: `denied write /usr`, `limit cpu-time 60s`, `hides LANG`.
[[nodiscard]] std::string to_statement(const Expectation& expectation);

}  // namespace sbx::policy
