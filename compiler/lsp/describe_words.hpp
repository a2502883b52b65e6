// What the words of the language mean, from the compiler's tables.
#pragma once

#include "compiler/lsp/workspace.hpp"
#include "compiler/policy/statement_table.hpp"

#include <string>
#include <string_view>

namespace sbx::lsp {

// Each is Markdown, and empty where there is no such thing.

/// Signature, what it means, and, of a block at the top level, what stands in it.
[[nodiscard]] std::string describe_statement(const policy::StatementInfo& row);
/// A set of addresses or a group of system calls: `@private`, `@mount`.
[[nodiscard]] std::string describe_set(std::string_view name);
[[nodiscard]] std::string describe_family(std::string_view name);
/// A standard fragment, whole.
[[nodiscard]] std::string describe_fragment(std::string_view name);
/// The one line of its `description`.
[[nodiscard]] std::string description_of(const SyntaxTree& tree);

}  // namespace sbx::lsp
