// The manual page policyc(1), from the same tables as `--help`.
#pragma once

#include <string>

namespace sbx::cli {

/// groff_man(7) source.
[[nodiscard]] std::string manual_page();

}  // namespace sbx::cli
