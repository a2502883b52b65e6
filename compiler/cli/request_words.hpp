// A request as words of the command line: `read /etc/passwd`, `connect tcp 10.0.0.1:443`, `env HOME`,
// `limit cpu-time 60s`.
#pragma once

#include "compiler/cli/options.hpp"
#include "compiler/policy/policy.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::cli {

/// What was asked, or why it was not understood.
struct ParsedRequest {
    policy::Request request;
    std::string text;             ///< as a message names it
    bool asks_for_value = false;  ///< `limit NAME`: what is it?
    std::optional<UsageError> error;
};
/// The words that a request may begin with.
[[nodiscard]] const std::vector<std::string_view>& request_verbs();

/// `words` are those after FILE: two or three.
[[nodiscard]] ParsedRequest parse_request(const std::vector<std::string>& words, const policy::Policy& policy);

}  // namespace sbx::cli
