// System calls as the kernel has them. Those of musl, since there might be threads, block all signals meanwhile and look not
// whether they could unblock them again; a process that cannot would wait for ever for the signals that it lives by. There are no
// threads, locks or handlers to look after.
#include <csignal>
#include <grp.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" {

pid_t fork() {
    return static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, 0L, 0L, 0L, 0L));
}

int setgroups(size_t count, const gid_t* groups) {
    return static_cast<int>(syscall(SYS_setgroups, count, groups));
}

int setresgid(gid_t real, gid_t effective, gid_t saved) {
    return static_cast<int>(syscall(SYS_setresgid, real, effective, saved));
}

int setresuid(uid_t real, uid_t effective, uid_t saved) {
    return static_cast<int>(syscall(SYS_setresuid, real, effective, saved));
}

int raise(int number) {
    return kill(getpid(), number);
}

}  // extern "C"
