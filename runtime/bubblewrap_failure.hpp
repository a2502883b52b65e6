// What is said when bubblewrap ends without having said how the command ended.
#pragma once

#include "runtime/refusal.hpp"

#include <string>

namespace sbx::runtime {

/// `status` is as waitpid(2) gives it, `said` the first line of bubblewrap's own messages, if any; `command_ran` whether it got as
/// far as that.
[[nodiscard]] Refusal describe_bubblewrap_failure(int status, const std::string& said, bool command_ran);

}  // namespace sbx::runtime
