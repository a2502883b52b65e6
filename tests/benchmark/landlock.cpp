// Executes a command on this kernel as it is, or as one without Landlock: `landlock with|without COMMAND…`. Both are under a
// system-call filter of the same length, so that what the filter costs cancels out.
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char** argv) {
    const bool without = argc > 2 && std::strcmp(argv[1], "without") == 0;
    if (argc < 3 || (!without && std::strcmp(argv[1], "with") != 0)) {
        std::fprintf(stderr, "usage: landlock with|without COMMAND…\n");
        return 2;
    }
    const unsigned answer = without ? SECCOMP_RET_ERRNO | ENOSYS : SECCOMP_RET_ALLOW;
    sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                          BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, SYS_landlock_create_ruleset, 0, 2),
                          BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, SYS_landlock_restrict_self, 1, 0), BPF_STMT(BPF_RET | BPF_K, answer),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const sock_fprog program{sizeof code / sizeof code[0], code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        std::perror("landlock: seccomp");
        return 1;
    }
    execv(argv[2], argv + 2);
    std::perror(argv[2]);
    return 127;
}
