// One system call, asked about and not made.
#pragma once

#include <string>

namespace sbx::probe {

/// `NUMBER[:ARGUMENT]`, the first argument; the others are 0. `reached` where every filter lets the call through, else the name of
/// the error that it is told; with `?` before it where nothing could be asked.
[[nodiscard]] std::string try_system_call(const char* argument);

}  // namespace sbx::probe
