// Edits that take text out of a policy and leave what is around it as its writer would.
#pragma once

#include "grammar/diagnostic.hpp"
#include "grammar/syntax_tree.hpp"

#include <optional>
#include <set>
#include <vector>

namespace sbx::policy {

/// Takes a whole statement out: its line with it, where it stands there alone, else the `;` that follows, or the one before.
[[nodiscard]] Fix statement_removal(const Origin& statement, bool safe);
/// Takes words at the end of a statement out, and the blanks before them.
[[nodiscard]] Fix clause_removal(const Origin& clause, bool safe);

/// Takes values out of the statements of one file, which outlives it.
class ValueRemovals {
public:
    explicit ValueRemovals(const SyntaxTree& tree);

    /// The value with its optional mark, or the statement, where it is the only one. nullopt where it stands in a list, beside a
    /// comma, or with words that say more about it; and for a second value of one statement, of which something has to be left.
    [[nodiscard]] std::optional<Fix> of(const Origin& value, bool safe);

private:
    const SyntaxTree& tree_;
    std::vector<std::uint32_t> statements_;  ///< indices of the statements, by where they begin
    std::set<std::uint32_t> edited_;         ///< those of which a value was taken
};

}  // namespace sbx::policy
