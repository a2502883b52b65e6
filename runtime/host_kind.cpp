// Names the obstacle. See the header; user_namespaces(7), namespaces(7), proc(5).
#include "runtime/host_kind.hpp"

#include "runtime/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

std::string beginning_of(const char* file) {
    const Descriptor open_file(open(file, O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> bytes{};
    const ssize_t length = open_file.open() ? read(open_file.get(), bytes.data(), bytes.size()) : 0;
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

bool reads_as(const char* file, std::string_view value) {
    const std::string text = beginning_of(file);
    return text.substr(0, text.find('\n')) == value;
}

bool is_confined_by_apparmor() {
    std::string profile = beginning_of("/proc/self/attr/apparmor/current");
    profile = profile.substr(0, profile.find('\n'));
    return !profile.empty() && profile.find("unconfined") == std::string::npos;
}

bool is_refusal(int error) {
    return error == EPERM || error == EACCES || error == ENOSYS;
}

/// In words that are true of Docker, Podman, Kubernetes, LXC and of systemd's units.
std::string allow_in_filter(const std::string& calls) {
    return "allow " + calls +
           " in the system-call filter that this process is under: of a container, as with `--security-opt seccomp=FILE`, or of a "
           "systemd unit, in `RestrictNamespaces=` and `SystemCallFilter=`";
}

}  // namespace

HostKind look_at_host() {
    HostKind host;
    host.no_user_namespaces = reads_as("/proc/sys/user/max_user_namespaces", "0");
    host.none_for_users = reads_as("/proc/sys/kernel/unprivileged_userns_clone", "0");
    host.restricted_by_apparmor = reads_as("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1");
    host.filtered = beginning_of("/proc/self/status").find("\nSeccomp:\t2\n") != std::string::npos;
    host.restricted = is_confined_by_apparmor();
    return host;
}

std::string remedy_for_user_namespace(const HostKind& host, int error) {
    if (host.no_user_namespaces) {
        return "raise /proc/sys/user/max_user_namespaces, which is 0";
    }
    if (error == ENOSPC || error == EUSERS) {
        return "raise /proc/sys/user/max_user_namespaces: here, or in what this container is part of, there are as many as it lets "
               "be";
    }
    if (host.none_for_users) {
        return "set the sysctl kernel.unprivileged_userns_clone, which is 0, to 1";
    }
    if (host.restricted_by_apparmor) {
        return "give sbx-run an AppArmor profile with `userns`, or set kernel.apparmor_restrict_unprivileged_userns to 0";
    }
    if (is_refusal(error) && host.filtered) {
        return allow_in_filter("clone(2), unshare(2) and mount(2)");
    }
    if (is_refusal(error)) {
        return "leave the chroot, or have the security module that forbids user namespaces allow them";
    }
    return "use a kernel with user namespaces (CONFIG_USER_NS)";
}

std::string remedy_for_namespace(const HostKind& host, int error, std::string_view kind) {
    const std::string knob = "/proc/sys/user/max_" + std::string(kind) + "_namespaces";
    if (error == ENOSPC || error == EUSERS) {
        return "raise " + knob + ", here, or in what this container is part of";
    }
    if (error == EINVAL) {
        return "use a kernel with namespaces of that kind";
    }
    return remedy_for_calls(host, error, "unshare(2)");
}

std::string remedy_for_calls(const HostKind& host, int error, const std::string& calls) {
    if (host.restricted_by_apparmor && is_refusal(error)) {
        return remedy_for_user_namespace(host, error);
    }
    if (host.filtered && is_refusal(error)) {
        return allow_in_filter(calls);
    }
    if (host.restricted && is_refusal(error)) {
        return "allow it in the AppArmor profile that this process is under";
    }
    return "look for a security module that forbids " + calls;
}

}  // namespace sbx::runtime
