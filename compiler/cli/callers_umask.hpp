// The caller's umask(2), which holds for reports: they are files like those of any other tool. Bundles have modes of their own.
#pragma once

#include <sys/stat.h>

namespace sbx::cli {

/// From here on nothing is made that others can reach unless its mode is said. Once, before any file is made.
void set_own_umask();
/// As it was before.
[[nodiscard]] mode_t callers_umask();

}  // namespace sbx::cli
