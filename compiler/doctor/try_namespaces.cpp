// Trials of namespaces, and of what is mounted in them. See trial_functions.hpp; namespaces(7), mount(2).
#include "compiler/doctor/trial_functions.hpp"
#include "compiler/doctor/trial_process.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/host_kind.hpp"
#include "runtime/interfaces.hpp"
#include "runtime/namespaces.hpp"
#include "runtime/own_procfs.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

namespace sbx::doctor {
namespace {

namespace step = runtime::step;

void enter_namespace(int flag, const char* title, const char* kind) {
    if (::unshare(flag) != 0) {
        const int error = errno;
        runtime::refuse_errno(step::namespaces, std::string("this host gives no ") + title, error,
                              runtime::remedy_for_namespace(runtime::look_at_host(), error, kind));
    }
}

void check_mount(int result, const char* what) {
    if (result != 0) {
        const int error = errno;
        runtime::refuse_errno(step::bubblewrap, what, error,
                              error == ENOENT ? "make the directory /tmp, which bubblewrap mounts on"
                                              : runtime::remedy_for_calls(runtime::look_at_host(), error, "mount(2)"));
    }
}

/// Where bubblewrap, too, begins its view; nobody outside the namespace sees it.
void mount_view() {
    check_mount(::mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=65536"), "no tmpfs can be mounted");
    check_mount(::mkdir("/tmp/host", 0755), "nothing can be made in a tmpfs");
    check_mount(::mount("/", "/tmp/host", nullptr, MS_BIND | MS_REC, nullptr), "no tree of the host can be bound");
    check_mount(::mkdir("/tmp/read", 0755), "nothing can be made in a tmpfs");
    check_mount(::mount("/tmp/read", "/tmp/read", nullptr, MS_BIND, nullptr), "no directory can be bound");
    check_mount(::mount("none", "/tmp/read", nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, nullptr),
                "no mount can be made read-only");
    const runtime::Descriptor file(::open("/tmp/read/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (file.open() || errno != EROFS) {
        runtime::refuse(step::bubblewrap, "a mount was made read-only, and can be written",
                        "look for what answers mount(2) in the kernel's place");
    }
}

}  // namespace

std::string try_user_namespace(const Launcher& launcher) {
    in_namespaces(launcher, [] {});
    return {};
}

std::string try_mounts(const Launcher& launcher) {
    in_namespaces(launcher, mount_view);
    return {};
}

std::string try_procfs(const Launcher& launcher) {
    in_namespaces(launcher, [] { runtime::mount_own_procfs({}); });
    return {};
}

std::string try_ipc_namespace(const Launcher& launcher) {
    in_namespaces(launcher, [] { enter_namespace(CLONE_NEWIPC, "IPC namespace", "ipc"); });
    return {};
}

std::string try_uts_namespace(const Launcher& launcher) {
    in_namespaces(launcher, [] { enter_namespace(CLONE_NEWUTS, "UTS namespace", "uts"); });
    return {};
}

std::string try_cgroup_namespace(const Launcher& launcher) {
    in_namespaces(launcher, [] { enter_namespace(CLONE_NEWCGROUP, "cgroup namespace", "cgroup"); });
    return {};
}

std::string try_network_namespace(const Launcher& launcher) {
    in_namespaces(launcher, [] {
        runtime::enter_network_namespace();
        runtime::raise_loopback();
    });
    return {};
}

}  // namespace sbx::doctor
