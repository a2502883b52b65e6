// The order of a launch. Everything it does is a step with a file of its own; here it is only seen that they follow each other.
#pragma once

#include <string_view>
#include <vector>

namespace sbx::runtime {

/// `words` without argv[0]; `environment` is environ(7). Returns the exit status of sbx-run if there was nothing to launch; else
/// the process ends here.
[[nodiscard]] int launch(const std::vector<std::string_view>& words, const std::vector<std::string_view>& environment);

}  // namespace sbx::runtime
