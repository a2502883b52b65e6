// fork(2) as the kernel has it. That of musl blocks all signals meanwhile and looks not whether it could unblock them again; a
// process that cannot would wait for ever for the signals that it lives by. There are no threads, locks or handlers to look after.
#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" pid_t fork() {
    return static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, 0L, 0L, 0L, 0L));
}
