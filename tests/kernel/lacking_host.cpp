// Makes hosts that lack something. See the header; seccomp(2), user_namespaces(7), mount_namespaces(7).
#include "tests/kernel/lacking_host.hpp"

#include "tests/kernel/harness.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

void must_be_made(bool made, const char* what) {
    if (!made) {
        std::perror(what);
        _exit(96);
    }
}

void put(const std::string& path, const std::string& text) {
    const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    must_be_made(file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()), path.c_str());
    close(file);
}

void install(std::vector<sock_filter> program) {
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    must_be_made(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0, "seccomp");
}

}  // namespace

void keep_mounts_apart() {
    must_be_made(unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount namespace");
}

void put_in_place(const std::string& by, const std::string& place) {
    must_be_made(mount(by.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) == 0, place.c_str());
}

void put_script_in_place(const std::string& directory, const std::string& place, const std::string& text) {
    const std::string script = directory + "/script";
    write_file(script, "#!/bin/sh\n" + text, 0755);
    put_in_place(script, place);
}

void hide_programs(const std::vector<std::string>& paths) {
    struct Kept {
        std::string path;
        int file;
    };
    std::vector<Kept> kept;
    for (const char* path : {"/usr/bin/bwrap", "/usr/bin/slirp4netns", "/usr/bin/passt", "/usr/sbin/nft", "/usr/sbin/dnsmasq"}) {
        if (std::find(paths.begin(), paths.end(), path) == paths.end()) {
            kept.push_back({path, open(path, O_PATH | O_CLOEXEC)});
        }
    }
    for (const char* directory : {"/usr/bin", "/usr/sbin"}) {
        must_be_made(mount("none", directory, "tmpfs", 0, "mode=755") == 0, directory);
    }
    for (const Kept& program : kept) {
        close(open(program.path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
        put_in_place("/proc/self/fd/" + std::to_string(program.file), program.path);
    }
}

void cover_proc() {
    put_in_place("/dev/null", "/proc/version");
}

void enter_container(pid_t number) {
    // The first process of a pid namespace, and the one that is wanted: who has made them waits, and ends as they do.
    const auto wait_as = [](pid_t process) {
        int status = 0;
        must_be_made(waitpid(process, &status, 0) == process, "wait");
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    };
    must_be_made(unshare(CLONE_NEWPID) == 0, "pid namespace");
    if (const pid_t first = fork(); first != 0) {
        wait_as(first);
    }
    keep_mounts_apart();
    must_be_made(mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0, "procfs");
    put("/proc/sys/kernel/ns_last_pid", std::to_string(number - 1));
    if (const pid_t wanted = fork(); wanted != 0) {
        wait_as(wanted);
    }
}

void forbid_namespaces(const std::string& kind) {
    const pid_t self = getpid();
    std::array<int, 2> ready{};
    std::array<int, 2> mapped{};
    must_be_made(pipe(ready.data()) == 0 && pipe(mapped.data()) == 0, "pipe");
    if (fork() == 0) {
        char byte = 0;
        (void)!read(ready[0], &byte, 1);
        const std::string map = "0 0 4294967295";
        put("/proc/" + std::to_string(self) + "/uid_map", map);
        put("/proc/" + std::to_string(self) + "/gid_map", map);
        (void)!write(mapped[1], "x", 1);
        _exit(0);
    }
    must_be_made(unshare(CLONE_NEWUSER) == 0, "user namespace");
    char byte = 0;
    (void)!write(ready[1], "x", 1);
    (void)!read(mapped[0], &byte, 1);
    put("/proc/sys/user/max_" + kind + "_namespaces", "0");
}

void filter_call(std::uint32_t number, unsigned argument, std::uint32_t mask, std::uint32_t action) {
    const auto low_half = static_cast<std::uint32_t>(offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t));
    install({BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
             BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low_half), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1),
             BPF_STMT(BPF_RET | BPF_K, action), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)});
}

void filter_landlock() {
    static_assert(SYS_landlock_restrict_self == SYS_landlock_create_ruleset + 2);
    install({BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
             BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, SYS_landlock_create_ruleset, 0, 2),
             BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, SYS_landlock_restrict_self, 1, 0),
             BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)});
}

void filter_system_call_filters() {
    const auto option = static_cast<std::uint32_t>(offsetof(seccomp_data, args));
    install({BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 3, 0),
             BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3), BPF_STMT(BPF_LD | BPF_W | BPF_ABS, option),
             BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
             BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)});
}

void filter_user_namespaces() {
    filter_call(SYS_clone, 0, CLONE_NEWUSER, SECCOMP_RET_ERRNO | EPERM);
    filter_call(SYS_unshare, 0, CLONE_NEWUSER, SECCOMP_RET_ERRNO | EPERM);
    filter_call(SYS_clone3, 1, 0xffffffffU, SECCOMP_RET_ERRNO | ENOSYS);
}

}  // namespace sbx::kernel
