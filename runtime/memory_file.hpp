// What bubblewrap and the stage read, without a file on disk (memfd_create(2)).
#pragma once

#include "runtime/descriptor.hpp"

#include <string_view>

namespace sbx::runtime {

/// A descriptor that holds these bytes, read from its beginning; closed by execve(2), and out of the way of small numbers.
[[nodiscard]] Descriptor memory_file(const char* name, std::string_view bytes);

}  // namespace sbx::runtime
