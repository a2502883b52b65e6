// The limit table as rlimits.tab.
#pragma once

#include "emitters/emit.hpp"

#include <string>

namespace sbx::emit {

[[nodiscard]] std::string rlimit_table(const plan::LimitTable& table);

}  // namespace sbx::emit
