// Executes the command inside the sandbox. See the header. It runs before anything of the C library does: as the entry point of the
// static program, it takes the place of its start-up code, which would cost more time than all that is done here. So it uses system
// calls and its own stack, and nothing else: no library function, no thread-local variable, no exception, no constructor.
#include "runtime/stage.hpp"

#include "runtime/stage_landlock.hpp"
#include "runtime/stage_message.hpp"
#include "runtime/stage_reader.hpp"
#include "runtime/system_call.hpp"

#include <asm/unistd.h>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>

namespace sbx::runtime {

namespace {

constexpr int refused = 125, not_executable = 126, not_found = 127;  // as in runtime/refusal.hpp, which needs the library

bool equal(const char* one, const char* other) {
    while (*one != '\0' && *one == *other) {
        ++one;
        ++other;
    }
    return *one == *other;
}

/// The exit status says it too, if nobody reads the message.
[[noreturn]] void fail(int channel, StageFailure failure, int error, const char* file, int status) {
    StageMessage message;
    message.text("stage");
    message.number(static_cast<unsigned>(failure));
    message.number(static_cast<unsigned>(error));
    message.text(file);
    static_cast<void>(message.send(channel));
    leave_stage(status);
}

/// Is it true? bubblewrap was told to do all this; here it would show that it did not.
void check_confinement(StageReader& record, int channel) {
    const auto check = [channel](bool holds, StageFailure failure) {
        if (!holds) {
            fail(channel, failure, 0, "", refused);
        }
    };
    const long user = record.number();
    const long group = record.number();
    const bool filtered = record.number() != 0;
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct sets[2];
    const bool known = system_call(__NR_capget, &header, &sets) == 0;
    const auto empty = [](const __user_cap_data_struct& set) { return (set.effective | set.permitted | set.inheritable) == 0; };
    check(known && empty(sets[0]) && empty(sets[1]), StageFailure::capabilities);
    check(system_call(__NR_getuid) == user && system_call(__NR_geteuid) == user && system_call(__NR_getgid) == group &&
              system_call(__NR_getegid) == group,
          StageFailure::ids);
    check(system_call(__NR_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, StageFailure::new_privileges);
    check(!filtered || system_call(__NR_prctl, PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER, StageFailure::filter);
    check(system_call(__NR_getppid) == 1, StageFailure::pid_namespace);
}

/// The list names what stays beside 0, 1 and 2, in rising order; the channel is among it, and closes when the command is executed.
void settle_descriptors(StageReader& record, int channel) {
    const auto check = [channel](long result) {
        if (result < 0) {
            fail(channel, StageFailure::descriptors, static_cast<int>(-result), "", refused);
        }
    };
    check(system_call(__NR_dup3, record.number(), 2, 0));
    check(system_call(__NR_fcntl, channel, F_SETFD, FD_CLOEXEC));
    if (record.number() != 0) {
        system_call(__NR_setsid);  // fails where it leads one already
        if (const long result = system_call(__NR_ioctl, 0, TIOCSCTTY, 0); result < 0) {
            fail(channel, StageFailure::terminal, static_cast<int>(-result), "", refused);
        }
    }
    long first = 3;
    for (long left = record.number(); left > 0; --left) {
        const long kept = record.number();
        if (kept > first) {
            check(system_call(__NR_close_range, first, kept - 1, 0));
        }
        first = kept + 1;
    }
    check(system_call(__NR_close_range, first, 0xffffffffL, 0));
}

/// No signal stays blocked (R-ENV-05).
void unblock_signals() {
    const unsigned long none = 0;
    system_call(__NR_rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof none);
}

[[noreturn]] void tell_why(int channel, const char* file, int error, bool directory) {
    StageFailure failure = StageFailure::other;
    if (error == ENOENT || error == ENOTDIR) {
        failure = StageFailure::interpreter;
    } else if (error == ENOEXEC) {
        failure = StageFailure::format;
    } else if (directory) {
        failure = StageFailure::directory;
    }
    fail(channel, failure, error, file, not_executable);
}

/// Tries one file after the other; nothing is handed to a shell because the kernel does not take it (R-RUN-09). A file that is
/// there says more about what is wrong than one that is not.
[[noreturn]] void execute(char** files, char** command, char** environment, int channel) {
    const char* found = nullptr;
    int why = 0;
    bool directory = false;
    for (; *files != nullptr; ++files) {
        const int error = static_cast<int>(-system_call(__NR_execve, *files, command, environment));
        struct stat status;
        status.st_mode = 0;
        const bool there = system_call(__NR_newfstatat, AT_FDCWD, *files, &status, 0) == 0;
        const bool absent = !there && (error == ENOENT || error == ENOTDIR);
        if (!absent && found == nullptr) {
            found = *files;
            why = error;
            directory = there && S_ISDIR(status.st_mode);
        }
        if (!absent && error != EACCES) {
            break;
        }
    }
    if (found != nullptr) {
        tell_why(channel, found, why, directory);
    }
    fail(channel, StageFailure::absent, ENOENT, command[0], not_found);
}

}  // namespace

void run_stage(const char* record_number) {
    StageReader record(record_number);
    if (!equal(record.text(), "sbx-stage 1")) {
        leave_stage(refused);
    }
    const int channel = record.descriptor();
    check_confinement(record, channel);
    settle_descriptors(record, channel);
    char** const files = record.strings();
    char** const command = record.strings();
    char** const environment = record.strings();
    if (const LandlockResult landlock = StageLandlock(record).enforce(); landlock.error != 0) {
        fail(channel, StageFailure::landlock, static_cast<int>(landlock.error), landlock.path, refused);
    }
    unblock_signals();
    StageMessage ready;
    ready.text("ready");
    if (!ready.send(channel)) {
        leave_stage(refused);  // nobody is there who would end the sandbox
    }
    execute(files, command, environment, channel);
}

/// Called with the stack as the kernel made it, before the program's own start (System V ABI, "Process Initialization"). Returns
/// where this is no stage.
extern "C" void sbx_look_for_stage(const long* stack) {
    const auto* const words = reinterpret_cast<const char* const*>(stack + 1);
    if (stack[0] == 3 && equal(words[1], stage_word)) {
        run_stage(words[2]);
    }
}

}  // namespace sbx::runtime

// The entry point: looks for a stage, and else goes on where the C library begins, with stack and registers as they were.
#if defined(__x86_64__)
__asm__(R"(
    .pushsection .text
    .global sbx_entry
    .type sbx_entry, @function
sbx_entry:
    endbr64
    mov %rsp, %rdi
    mov %rsp, %rbx
    mov %rdx, %rbp
    and $-16, %rsp
    call sbx_look_for_stage
    mov %rbx, %rsp
    mov %rbp, %rdx
    xor %ebp, %ebp
    jmp _start
    .size sbx_entry, . - sbx_entry
    .popsection
)");
#elif defined(__aarch64__)
__asm__(R"(
    .pushsection .text
    .global sbx_entry
    .type sbx_entry, %function
sbx_entry:
    mov x19, x0
    mov x0, sp
    bl sbx_look_for_stage
    mov x0, x19
    b _start
    .size sbx_entry, . - sbx_entry
    .popsection
)");
#else
#error "the entry point is not written for this architecture"
#endif
