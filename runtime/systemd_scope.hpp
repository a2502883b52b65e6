// A cgroup from systemd, where the one that sbx-run was started in is shared or somebody else's: a transient scope with this
// process alone in it, asked for on the manager's own socket, without a bus and without a library. An ordinary user asks the
// manager of that user, root that of the system. Assumes that /proc is mounted; guarantees an end within a second whatever answers,
// and that nothing is said to a socket that is neither root's nor the caller's. org.freedesktop.systemd1(5), systemd.scope(5).
#pragma once

#include <chrono>
#include <string>
#include <sys/types.h>

namespace sbx::runtime {

struct ScopeRequest {
    std::string name;         ///< `sbx-run-4711-1f2e3d.scope`
    std::string description;  ///< what `systemctl status` shows
    std::string slice;        ///< whose limits it stays under; empty: where the manager puts scopes
    std::string service;      ///< with which it is stopped; empty: none
};

/// The name is one that no other launch has.
[[nodiscard]] std::string new_scope_name();

/// `/run/user/UID/systemd/private`, and of root `/run/systemd/private`.
[[nodiscard]] std::string manager_socket(uid_t user);

/// The call of StartTransientUnit that puts the process which sends it into that scope.
[[nodiscard]] std::string scope_call(const ScopeRequest& request);

/// Why there is no scope; empty once `own_cgroups` (/proc/self/cgroup) says that this process is in it. `connection`: to a manager,
/// not spoken to yet.
[[nodiscard]] std::string ask_for_scope(int connection, const ScopeRequest& request, const char* own_cgroups,
                                        std::chrono::milliseconds limit);

/// The same from the start, at that socket.
[[nodiscard]] std::string enter_systemd_scope(const std::string& socket_path, const ScopeRequest& request);

}  // namespace sbx::runtime
