// Trees of the host that a policy may not grant, or not for writing, because the host itself depends on them.
#pragma once

#include "compiler/policy/resolve_session.hpp"

namespace sbx::policy {

/// Reports F004 for the host's /proc, /dev and a writable /sys, F029 for `write` of a system tree; false then. `statement` is
/// the one that `origin` stands in, where the tree is to be seen at its own place: an edit of it comes with the report.
[[nodiscard]] bool check_source(Session& session, Origin origin, const SandboxPath& source, bool writable,
                                const StatementView* statement = nullptr);
/// The same for `write $parameter`, whose value may be any directory strictly below `under`.
[[nodiscard]] bool check_parameter_source(Session& session, Origin origin, const std::string& parameter, const SandboxPath& under,
                                          Origin declaration);

}  // namespace sbx::policy
