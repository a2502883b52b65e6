// The options of sbx-run as data, from the table that sbx-run itself reads its command line with.
#pragma once

#include <string_view>
#include <vector>

namespace sbx::cli {

/// One row of runtime/options.def.
struct RuntimeOption {
    std::string_view long_name, short_name, argument;
    std::string_view help, manual;
    bool repeats = false;
};
[[nodiscard]] const std::vector<RuntimeOption>& runtime_options();

}  // namespace sbx::cli
