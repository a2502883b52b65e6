// Names of open files, as this process sees them: proc(5), /proc/PID/fd.
#pragma once

#include <string>

namespace sbx::runtime {

/// `/proc/self/fd/N`, which leads to what is open there, whatever its own name is.
[[nodiscard]] std::string link_to(int descriptor);

/// The file's own name, as far as the kernel knows it; empty if it has none.
[[nodiscard]] std::string path_of(int descriptor);

}  // namespace sbx::runtime
