// Which bubblewrap runs: found in a fixed list of directories, never by PATH, and only where nobody but root could have put it
// (R-ENV-04). One with privileges of its own is refused (R-PRV-11): it would be a way up, and it is of no use to a sandbox like
// this.
#pragma once

#include "runtime/identity.hpp"

#include <string>

namespace sbx::runtime {

/// Its absolute path, checked component by component. Refuses if there is none, or if the first one found must not be trusted.
[[nodiscard]] std::string find_bubblewrap();

/// What `bwrap --version` says, for the report; `unknown` if it says nothing within a second. Runs it without privilege.
[[nodiscard]] std::string bubblewrap_version(const std::string& path, const Identity& identity);

}  // namespace sbx::runtime
