// Policies to artifacts, and NUL-separated files as lists.
#pragma once

#include "../plan/plan_fixture.hpp"
#include "emitters/bwrap_arguments.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sbx::emit {

/// The strings of a file in which every string ends in NUL.
inline std::vector<std::string> strings_of(std::string_view bytes) {
    std::vector<std::string> strings;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\0');
        EXPECT_NE(end, std::string_view::npos) << "the last string has no NUL";
        strings.emplace_back(bytes.substr(0, end));
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    }
    return strings;
}

inline plan::ExecutionPlan plan_of(const policy::Policy& policy) {
    DiagnosticSink sink;
    return plan::lower(policy, sink);
}

}  // namespace sbx::emit
