// Whether the host itself lets an id do something, asked of the kernel as that id.
#pragma once

#include "compiler/policy/quantity.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace sbx::cli {

enum class HostAccess : std::uint8_t { exists, read, write, execute };

/// As root: as `id`, where there is one. What is to be written and is not there needs a directory that can be written. False where
/// it cannot be found out.
[[nodiscard]] bool host_allows(const std::string& path, HostAccess access, std::optional<policy::IdPair> id);

}  // namespace sbx::cli
