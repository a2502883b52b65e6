// The normal form written back in the language: for messages that name a statement, for `policyc expand`, and for advice that can
// be typed as it stands. What resolve() makes of to_statements(policy) equals the policy.
#pragma once

#include "compiler/policy/policy.hpp"

#include <set>
#include <string>
#include <vector>

namespace sbx::policy {

/// As statements stand in messages.
[[nodiscard]] inline std::string in_backquotes(const std::string& statement) {
    return "`" + statement + "`";
}
/// `$a`, `$b` and `$c`, each in backquotes.
[[nodiscard]] std::string parameter_list(const std::set<std::string>& parameters);
/// As a path of the language: bare where it can be, else as a string.
[[nodiscard]] std::string quote_path(const SandboxPath& path);
/// As a value of `limit`: `60s`, `512M`, `1.5`, `unlimited`, `$files`.
[[nodiscard]] std::string to_text(Limit limit, const LimitValue& value);

/// The whole statement that places this node: `read noexec /usr`, `tmpfs /tmp { size 1G; mode 1777 }`; options that have their
/// default value are left out.
[[nodiscard]] std::string to_statement(const SandboxPath& path, const Node& node);
/// Enough of it to find it by: without block, contents or link target.
[[nodiscard]] std::string statement_head(const SandboxPath& path, const Node& node);
/// `param files: count 1-1024 = 64`.
[[nodiscard]] std::string to_statement(const std::string& name, const Parameter& parameter);

/// One line of a file, and where what it says was said; no origin for lines that only open or close a block.
struct StatementLine {
    std::string text;  ///< indented, without its line end
    Origin origin;
};
/// Everything but the two opening statements (`sbx 1`, `profile NAME`) and tests, in canonical order.
[[nodiscard]] std::vector<StatementLine> statement_lines(const Policy& policy);
[[nodiscard]] std::vector<std::string> to_statements(const Policy& policy);

}  // namespace sbx::policy
