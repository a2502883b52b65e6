// Step 4: opening what the host has, without following a link in any component (R-FS-02), and what the guards of bwrap.args ask
// about it. Assumes that the effective ids are those that will run.
#pragma once

#include "runtime/argument_records.hpp"
#include "runtime/descriptor.hpp"

#include <optional>
#include <string>
#include <sys/stat.h>

namespace sbx::runtime {

struct HostObject {
    Descriptor descriptor;  ///< O_PATH
    struct stat status {};
};

/// Absent if nothing is there. A link in the path, and a directory on the way that cannot be searched, are refused; `origin` says
/// for whom the path is looked up.
[[nodiscard]] std::optional<HostObject> look_up(const std::string& path, const std::string& origin);

/// A `<` or `>` word: the object must be there, be of that kind, and for `>` be writable (faccessat2(2), read-only mounts
/// included).
[[nodiscard]] HostObject open_source(const Word& word, const std::string& path, const std::string& origin);

enum class GuardOutcome : std::uint8_t { holds, fails, reserve };
/// Decides a guard about what `look_up` found; refuses as runtime/artifact_format.hpp says.
[[nodiscard]] GuardOutcome decide_guard(Guard guard, const std::optional<HostObject>& object, const std::string& path,
                                        const std::string& origin);

/// A duplicate above the numbers that a small RLIMIT_NOFILE would leave bubblewrap; the descriptor itself if that cannot be had.
[[nodiscard]] Descriptor out_of_the_way(Descriptor descriptor);

}  // namespace sbx::runtime
