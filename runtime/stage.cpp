// Executes the command inside the sandbox. See the header. A name without a slash is looked for in the PATH of the sandbox's own
// environment; nothing is ever handed to a shell because the kernel does not take it (R-RUN-09).
#include "runtime/stage.hpp"

#include "runtime/channel.hpp"
#include "runtime/number.hpp"
#include "runtime/refusal.hpp"
#include "runtime/scrub.hpp"
#include "runtime/stage_record.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <optional>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

/// Where a sandbox without PATH looks.
constexpr std::string_view usual_path = "/usr/local/bin:/usr/bin:/bin";

/// Is it true? bubblewrap says that it did all this; this is where it would show that it did not.
void check_confinement(const StageRecord& record) {
    const auto check = [](bool holds, const char* what) {
        if (!holds) {
            refuse(step::command, std::string("bubblewrap started the command ") + what, "reinstall the package bubblewrap");
        }
    };
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> sets{};
    const bool known = syscall(SYS_capget, &header, sets.data()) == 0;
    const bool none = std::all_of(sets.begin(), sets.end(),
                                  [](const auto& set) { return set.effective == 0 && set.permitted == 0 && set.inheritable == 0; });
    check(known && none, "with capabilities");
    check(getuid() == record.uid && geteuid() == record.uid && getgid() == record.gid && getegid() == record.gid, "with other ids");
    check(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "without no_new_privs");
    check(!record.filtered || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER, "without its system-call filter");
    check(getppid() == 1, "outside a pid namespace of its own");
}

/// Descriptors 0, 1, 2 and the passed ones stay; the channel closes when the command is executed.
void settle_descriptors(const StageRecord& record) {
    if (dup2(record.error_output, 2) != 2 || fcntl(record.channel, F_SETFD, FD_CLOEXEC) != 0) {
        refuse_errno(step::command, "the command's standard error cannot be put back", errno, "raise the policy's `open-files`");
    }
    std::vector<int> kept = record.passed;
    kept.push_back(record.channel);
    close_descriptors_except(std::move(kept));
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (std::string& text : strings) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

/// The files that the name may mean, in order.
std::vector<std::string> candidates(const StageRecord& record) {
    const std::string& name = record.command.front();
    if (name.find('/') != std::string::npos) {
        return {name};
    }
    const auto variable = record.environment.find("PATH");
    std::string_view path = variable != record.environment.end() ? std::string_view(variable->second) : usual_path;
    std::vector<std::string> result;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find(':'), path.size());
        // An empty component means the working directory to some shells; a sandbox has no use for that.
        if (end > 0) {
            result.push_back(std::string(path.substr(0, end)) + "/" + name);
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return result;
}

Refusal not_executable(const std::string& file, int error) {
    struct stat status {};
    const bool there = stat(file.c_str(), &status) == 0;
    Refusal refusal{std::string(step::command), quoted(file) + " cannot be executed: " + error_text(error), "",
                    exit_not_executable};
    if (error == ENOENT) {
        refusal.what = quoted(file) + " needs an interpreter or loader that the sandbox does not have";
        refusal.remedy = "grant what its first line names, or the loader that `ldd` shows";
    } else if (error == ENOEXEC) {
        refusal.what = quoted(file) + " is no program, and begins with no `#!`";
        refusal.remedy = "name the interpreter: `-- sh " + file.substr(0, 200) + "`";
    } else if (there && S_ISDIR(status.st_mode)) {
        refusal.what = quoted(file) + " is a directory";
        refusal.remedy = "name a program";
    } else {
        refusal.remedy =
            error == EACCES ? "make it executable, with `chmod +x` on the host" : "run it outside the sandbox to compare";
    }
    return refusal;
}

/// Returns only what keeps every candidate from running; a file that is there says more than one that is not.
Refusal execute(StageRecord& record) {
    std::vector<std::string> variables;
    variables.reserve(record.environment.size());
    for (const auto& [name, value] : record.environment) {
        variables.push_back(name + "=" + value);
    }
    const std::vector<char*> environment = pointers(variables);
    const std::vector<char*> words = pointers(record.command);
    std::optional<Refusal> best;
    for (const std::string& file : candidates(record)) {
        execve(file.c_str(), words.data(), environment.data());
        const int error = errno;
        struct stat status {};
        const bool absent = (error == ENOENT || error == ENOTDIR) && stat(file.c_str(), &status) != 0;
        if (!absent && !best) {
            best = not_executable(file, error);
        }
        if (!absent && error != EACCES) {
            break;
        }
    }
    if (best) {
        return *best;
    }
    const std::string& name = record.command.front();
    const bool by_path = name.find('/') == std::string::npos;
    return {std::string(step::command), quoted(name) + " is not in the sandbox" + (by_path ? ", in no directory of its PATH" : ""),
            "grant what holds it, or correct the name; names are those inside the sandbox", exit_not_found};
}

}  // namespace

int run_stage(std::string_view record_number) {
    int channel = -1;
    try {
        StageRecord record = read_stage_record(static_cast<int>(read_number(record_number).value_or(0)));
        channel = record.channel;
        check_confinement(record);
        settle_descriptors(record);
        unblock_signals();
        if (!tell_ready(channel)) {
            return exit_refused;  // nobody is there who would end the sandbox
        }
        const Refusal refusal = execute(record);
        tell_refusal(channel, refusal);
        return refusal.exit_code;
    } catch (const Refusal& refusal) {
        if (channel >= 0) {
            tell_refusal(channel, refusal);
        }
        return refusal.exit_code;
    }
}

}  // namespace sbx::runtime
