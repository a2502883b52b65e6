// Creates the outer namespaces. See the header; user_namespaces(7), mount_namespaces(7).
#include "runtime/namespaces.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/host_kind.hpp"
#include "runtime/refusal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

[[noreturn]] void refuse_namespaces(int error) {
    refuse_errno(step::namespaces, "this host gives no user, mount and pid namespace", error,
                 remedy_for_user_namespace(look_at_host(), error));
}

void write_map(const char* file, const std::string& text) {
    const Descriptor map(open(file, O_WRONLY | O_CLOEXEC));
    if (map.open() && write(map.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
        return;
    }
    const int error = errno;
    if (error == EPERM) {
        refuse_namespaces(error);  // AppArmor lets the namespace be made, and then takes its rights away
    }
    refuse_errno(step::namespaces, quoted(file) + " cannot be written", error, "check that /proc is mounted, and not read-only");
}

}  // namespace

pid_t start_in_namespaces(int (*function)(void*), void* argument, bool as_sibling) {
    constexpr int flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_VM | CLONE_VFORK | SIGCHLD;
    alignas(16) static std::array<std::byte, 256 << 10> stack;
    // Not clone3(2), which system-call filters of containers refuse.
    const int process = clone(function, stack.data() + stack.size(), flags | (as_sibling ? CLONE_PARENT : 0), argument);
    if (process < 0) {
        refuse_namespaces(errno);
    }
    return process;
}

void set_up_namespaces(const Identity& identity) {
    write_map("/proc/self/setgroups", "deny");
    write_map("/proc/self/uid_map", "0 " + std::to_string(identity.uid) + " 1\n");
    write_map("/proc/self/gid_map", "0 " + std::to_string(identity.gid) + " 1\n");
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        const int error = errno;
        if (error == EPERM || error == EACCES) {
            refuse_namespaces(error);
        }
        refuse_errno(step::namespaces, "the mounts cannot be made private", error,
                     "leave the chroot, or make its root a mount point");
    }
}

void enter_network_namespace() {
    if (unshare(CLONE_NEWNET) != 0) {
        const int error = errno;
        refuse_errno(step::namespaces, "this host gives no network namespace", error,
                     remedy_for_namespace(look_at_host(), error, "net"));
    }
}

}  // namespace sbx::runtime
