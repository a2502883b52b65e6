// Starts programs and waits for them. See the header.
#include "runtime/program.hpp"

#include "runtime/host_path.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr off_t output_size = 4096;
constexpr int highest_capability = 63;

/// Whatever it executes, it cannot get more than these.
bool bound_capabilities(const std::vector<int>& kept) {
    for (int capability = 0; capability <= highest_capability; ++capability) {
        const bool keep = kept.empty() || std::find(kept.begin(), kept.end(), capability) != kept.end();
        if (!keep && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL) {  // EINVAL: there is none of that number
            return false;
        }
    }
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

}  // namespace

int left_until(Deadline deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left, 0, 60000));
}

ProgramOutput::ProgramOutput() : file_(out_of_the_way(Descriptor(memfd_create("sbx-output", MFD_CLOEXEC | MFD_ALLOW_SEALING)))) {
    if (!file_.open() || ftruncate(file_.get(), output_size) != 0 ||
        fcntl(file_.get(), F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        refuse_errno(step::network, "a file in memory cannot be made", errno, "give the caller more memory");
    }
}

std::string ProgramOutput::line() const {
    std::array<char, output_size> bytes{};
    const ssize_t length = pread(file_.get(), bytes.data(), bytes.size(), 0);
    std::string_view text(bytes.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    text = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
    return std::string(text.substr(0, text.find('\n')));
}

std::string ProgramOutput::first_line() const {
    const std::string text = line();
    return text.empty() ? text : ": " + quoted(text);
}

void become_program(const Program& program, const std::vector<Place>& places) noexcept {
    for (const Place& place : places) {
        if (dup2(place.from, place.to) < 0) {
            _exit(exit_refused);
        }
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    setsid();  // what a terminal sends to the foreground group is for the payload
    if (bound_capabilities(program.capabilities)) {
        std::vector<char*> words;
        for (const std::string& word : program.words) {
            words.push_back(const_cast<char*>(word.c_str()));
        }
        words.push_back(nullptr);
        char* const no_environment = nullptr;
        execve(program.path.c_str(), words.data(), &no_environment);
    }
    const std::string why = error_text(errno) + "\n";
    static_cast<void>(!write(2, why.data(), why.size()));
    _exit(exit_refused);
}

Child::Child(pid_t process) : process_(process), handle_(static_cast<int>(syscall(SYS_pidfd_open, process, 0U))) {
    if (!handle_.open()) {
        const int error = errno;
        kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
        refuse_errno(step::network, "a process cannot be watched", error, "Linux 5.3 or newer is needed; allow pidfd_open(2)");
    }
}

Child::~Child() {
    if (process_ > 0) {
        kill(process_, SIGKILL);
        while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
}

std::optional<int> Child::wait(Deadline deadline) {
    pollfd end{handle_.get(), POLLIN, 0};
    int ready = 0;
    do {
        ready = poll(&end, 1, left_until(deadline));
    } while (ready < 0 && errno == EINTR);
    int status = 0;
    if (ready != 1) {
        return std::nullopt;
    }
    pid_t reaped = 0;
    do {
        reaped = waitpid(process_, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    if (reaped != process_) {
        return std::nullopt;
    }
    process_ = 0;
    return status;
}

bool Child::ended() const {
    pollfd end{handle_.get(), POLLIN, 0};
    return poll(&end, 1, 0) != 0;
}

Child start_program(const Program& program, const std::vector<Place>& places) {
    const pid_t process = fork();
    if (process == 0) {
        become_program(program, places);
    }
    if (process < 0) {
        refuse_errno(step::network, quoted(program.path) + " cannot be started", errno, "raise the caller's limit of processes");
    }
    return Child(process);
}

}  // namespace sbx::runtime
