// Trials of what a process does to itself: what it inherited, its ids, limits and system-call filter. See trial_functions.hpp;
// seccomp(2), setrlimit(2).
#include "compiler/doctor/trial_functions.hpp"
#include "compiler/doctor/trial_process.hpp"
#include "runtime/host_kind.hpp"
#include "runtime/limits_table.hpp"
#include "runtime/scrub.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::doctor {
namespace {

namespace step = runtime::step;

/// Nothing that a process of today does not have, so that every one of them is a limit that is set.
constexpr std::string_view every_limit =
    "# sbx rlimits 1\n"
    "as 1099511627776 1099511627776\n"
    "core 0 0\n"
    "cpu 3600 3600\n"
    "data 1099511627776 1099511627776\n"
    "fsize 1073741824 1073741824\n"
    "memlock 0 0\n"
    "msgqueue 0 0\n"
    "nofile 64 64\n"
    "nproc 64 64\n"
    "stack 8388608 8388608\n";

/// Answers one call, which nobody makes, with an error that it does not have.
void install_filter() {
    std::array<sock_filter, 4> program = {{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (EXDEV & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
    const sock_fprog filter{program.size(), program.data()};
    // bubblewrap sets it in this way, too.
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0) {
        const int error = errno;
        runtime::refuse_errno(step::bubblewrap, "no system-call filter can be set", error,
                              error == EINVAL ? "use a kernel with CONFIG_SECCOMP_FILTER"
                                              : runtime::remedy_for_calls(runtime::look_at_host(), error, "prctl(2)"));
    }
}

}  // namespace

std::string try_inherited_state(const Launcher& launcher) {
    runtime::scrub();
    take_ids(launcher);
    runtime::scrub_child();
    return {};
}

std::string try_identity(const Launcher& launcher) {
    runtime::Manifest manifest;
    if (launcher.has_run_as) {
        manifest.run_as = runtime::RunAs{launcher.uid, launcher.gid};
    }
    manifest.groups_none = launcher.groups_none;
    const runtime::Identity identity = runtime::choose_identity(manifest);
    return "uid " + std::to_string(identity.uid) + ", gid " + std::to_string(identity.gid);
}

std::string try_ids(const Launcher& launcher) {
    take_ids(launcher);
    return {};
}

std::string try_rlimits(const Launcher& launcher) {
    take_ids(launcher);
    const std::vector<runtime::EffectiveLimit> limits = runtime::bind_limits(runtime::read_limits_table(every_limit), {});
    runtime::set_limits(limits);
    for (const runtime::EffectiveLimit& limit : limits) {
        struct rlimit now {};
        const rlim_t wanted = limit.effective.value_or(RLIM_INFINITY);
        if (::getrlimit(static_cast<__rlimit_resource_t>(limit.resource), &now) != 0 || now.rlim_cur != wanted ||
            now.rlim_max != wanted) {
            runtime::refuse(step::limits, "the limit " + runtime::quoted(limit.name) + " is not in force after it was set",
                            "look for what answers setrlimit(2) in the kernel's place");
        }
    }
    return {};
}

std::string try_system_call_filter(const Launcher& launcher) {
    take_ids(launcher);
    install_filter();
    if (::syscall(SYS_getpgid, 0) != -1 || errno != EXDEV) {
        runtime::refuse(step::bubblewrap, "a system-call filter was set, and is not in force",
                        "look for what answers system calls in the kernel's place");
    }
    return {};
}

}  // namespace sbx::doctor
