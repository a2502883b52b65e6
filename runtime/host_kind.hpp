// What this host says about itself when the kernel has said no: which of the usual obstacles is in the way, and so what is to be
// done about it. Never asked instead of trying, since a knob can say yes where a filter or a security module says no.
#pragma once

#include <string>
#include <string_view>

namespace sbx::runtime {

struct HostKind {
    bool no_user_namespaces = false;      ///< /proc/sys/user/max_user_namespaces is 0
    bool none_for_users = false;          ///< kernel.unprivileged_userns_clone is 0 (Debian's kernels)
    bool restricted_by_apparmor = false;  ///< kernel.apparmor_restrict_unprivileged_userns is 1
    bool filtered = false;                ///< the calling process is under a system-call filter (seccomp(2))
    bool restricted = false;              ///< the calling process is under a profile of AppArmor's
};
/// Of the calling process. What cannot be read is taken for not being in the way.
[[nodiscard]] HostKind look_at_host();

/// `error` is what clone(2), unshare(2), or what follows from them, failed with.
[[nodiscard]] std::string remedy_for_user_namespace(const HostKind& host, int error);
/// Likewise for a namespace of the other kinds; `kind` is as in /proc/sys/user/max_KIND_namespaces.
[[nodiscard]] std::string remedy_for_namespace(const HostKind& host, int error, std::string_view kind);
/// `calls` is what failed: `mount(2)`.
[[nodiscard]] std::string remedy_for_calls(const HostKind& host, int error, const std::string& calls);

}  // namespace sbx::runtime
