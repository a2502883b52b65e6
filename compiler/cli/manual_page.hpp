// The manual pages. policyc(1) is made of the tables that `--help` prints; in sbx-run(1) and sbx(5) the options and the statements
// are, and the rest is compiler/cli/man/*.in, put into the program at build time by embed.cmake.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::cli {

/// `policyc`, `sbx-run`, `sbx`.
[[nodiscard]] const std::vector<std::string_view>& manual_pages();
/// groff_man(7) source; nullopt if there is no page of this name.
[[nodiscard]] std::optional<std::string> manual_page(std::string_view name);

/// compiler/cli/man/NAME.*.in, with `@VERSION@` and the name of a table where those belong.
struct ManualForm {
    std::string_view name;
    std::string_view text;
};
[[nodiscard]] const std::vector<ManualForm>& manual_forms();

}  // namespace sbx::cli
