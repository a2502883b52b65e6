// The edit that says something else of one value of a statement.
#pragma once

#include "grammar/diagnostic.hpp"
#include "grammar/syntax_views.hpp"

#include <optional>
#include <string_view>

namespace sbx::policy {

/// Gives one value of a statement another keyword: the statement itself, where it has no other value, else one of its own that
/// follows. nullopt where the value is no path as it is written, or stands beside a comma or words that say more about it.
[[nodiscard]] std::optional<Fix> restated_value(const StatementView& statement, const Origin& value, std::string_view keyword,
                                                bool safe);

}  // namespace sbx::policy
