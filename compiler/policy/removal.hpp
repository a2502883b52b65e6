// Edits that take text out of a policy and leave what is around it as its writer would.
#pragma once

#include "grammar/diagnostic.hpp"

namespace sbx::policy {

/// Takes a whole statement out: its line with it, where it stands there alone, else the `;` that follows.
[[nodiscard]] Fix statement_removal(const Origin& statement, bool safe);
/// Takes words at the end of a statement out, and the blanks before them.
[[nodiscard]] Fix clause_removal(const Origin& clause, bool safe);

}  // namespace sbx::policy
