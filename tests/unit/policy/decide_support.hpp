// Rows of `policy, request, verdict`, all in the language itself, for tests of decide(). Assumes policies that resolve without an
// error; guarantees that the request is read as a `test` statement of that very policy, so that its parameters are in scope.
#pragma once

#include "compiler/policy/decide.hpp"
#include "tests/support/memory_files.hpp"

#include <gtest/gtest.h>
#include <span>
#include <string>
#include <string_view>

namespace sbx::test {

struct DecideRow {
    const char* policy;   ///< statements after the header
    const char* request;  ///< as in a `test`: `read /usr`, `connect tcp 192.0.2.1:80`
    policy::Verdict verdict;
};

inline std::string_view name_of(policy::Verdict verdict) {
    return verdict == policy::Verdict::allowed ? "allowed" : verdict == policy::Verdict::denied ? "denied" : "depends";
}

/// The decision for the first request of the policy's test; a failure where there is none.
inline policy::Decision decided(const std::string& statements, const std::string& request) {
    const bool is_own_statement = request.starts_with("sees ") || request.starts_with("limit ");
    const Resolved resolved =
        resolve_profile(statements + "\ntest \"it\" { " + (is_own_statement ? "" : "allowed ") + request + " }");
    if (resolved.sink.has_errors() || resolved.profile.tests.empty()) {
        ADD_FAILURE() << statements << ": " << testing::PrintToString(resolved.messages());
        return {};
    }
    return policy::decide(resolved.profile.policy, resolved.profile.tests[0].expectations.at(0).request);
}

inline void expect_verdicts(std::span<const DecideRow> rows) {
    for (const DecideRow& row : rows) {
        const policy::Decision decision = decided(row.policy, row.request);
        EXPECT_EQ(name_of(decision.verdict), name_of(row.verdict))
            << row.policy << "\n  " << row.request << "\n  " << decision.reason;
        EXPECT_FALSE(decision.reason.empty()) << row.policy << ": " << row.request;
    }
}

}  // namespace sbx::test
