// What the host's /proc says about a process.
#pragma once

#include <sys/types.h>

namespace sbx::runtime {

/// Whether it has begun to end, or has ended: its pid namespace is being emptied, if it is the first process of one. False if
/// nobody knows.
[[nodiscard]] bool is_ending(pid_t process);

}  // namespace sbx::runtime
