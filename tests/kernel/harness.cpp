// Starting programs and watching them: ids, pipes and terminals, time limits, exit statuses.
#include "tests/kernel/harness.hpp"

#include "tests/kernel/kept_reports.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pty.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace sbx::kernel {

bool running_as_root() {
    return geteuid() == 0;
}

std::vector<Mode> modes() {
    std::vector<Mode> all;
    for (const bool root : {true, false}) {
        for (const Program program : {Program::sbx_run, Program::launch}) {
            if (!root || running_as_root()) {
                all.push_back({program, root});
            }
        }
    }
    return all;
}

std::vector<Mode> modes_of_sbx_run() {
    std::vector<Mode> all = modes();
    std::erase_if(all, [](const Mode& mode) { return mode.program != Program::sbx_run; });
    return all;
}

std::string to_text(const Mode& mode) {
    const char* const program = mode.program == Program::sbx_run ? "SbxRun" : mode.program == Program::launch ? "Launch" : "Naive";
    return std::string(program) + (mode.as_root ? "AsRoot" : "AsUser");
}

uid_t payload_of(const Mode& mode) {
    return mode.as_root ? payload_id : running_as_root() ? ordinary_id : geteuid();
}

bool Outcome::has(std::string_view line) const {
    const std::string text = "\n" + out;
    return text.find("\n" + std::string(line) + "\n") != std::string::npos;
}

std::optional<std::string> Outcome::after(std::string_view prefix) const {
    const std::string text = "\n" + out;
    const std::size_t at = text.find("\n" + std::string(prefix));
    if (at == std::string::npos) {
        return std::nullopt;
    }
    const std::size_t begin = at + 1 + prefix.size();
    return text.substr(begin, text.find('\n', begin) - begin);
}

std::string Outcome::text() const {
    return "status " + std::to_string(status) + (timed_out ? " (timed out)" : "") + "\nstdout:\n" + out + "stderr:\n" + err;
}

namespace {

void check(bool succeeded, const char* what) {
    if (!succeeded) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

void become_ordinary() {
    if (geteuid() != 0) {
        return;
    }
    if (setresgid(ordinary_id, ordinary_id, ordinary_id) != 0 || setresuid(ordinary_id, ordinary_id, ordinary_id) != 0) {
        _exit(98);
    }
}

void close_others(const std::vector<int>& keep) {
    for (int descriptor = 3; descriptor < 1024; ++descriptor) {
        if (std::find(keep.begin(), keep.end(), descriptor) == keep.end()) {
            close(descriptor);
        }
    }
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& word : words) {
        out.push_back(word.data());
    }
    out.push_back(nullptr);
    return out;
}

}  // namespace

void Running::child(const Command& command, const int (&in)[2], const int (&out)[2], const int (&err)[2]) {
    if (!command.terminal) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
    }
    setpgid(0, 0);
    for (int number = 1; number < NSIG; ++number) {
        (void)std::signal(number, SIG_DFL);
    }
    if (command.before_exec) {
        command.before_exec();
    }
    close_others(command.keep);
    if (geteuid() == 0 && setgroups(command.groups.size(), command.groups.data()) != 0) {
        _exit(98);
    }
    if (!command.as_root) {
        become_ordinary();
    }
    if (chdir(command.directory.c_str()) != 0) {
        _exit(98);
    }
    std::vector<std::string> words = command.words;
    std::vector<std::string> environment;
    for (const auto& [name, value] : command.environment) {
        environment.push_back(name + "=" + value);
    }
    execve(words[0].c_str(), pointers(words).data(), pointers(environment).data());
    _exit(97);
}

Running::Running(Command command) : words_(command.words), deadline_(std::chrono::steady_clock::now() + command.timeout) {
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    int err[2] = {-1, -1};
    if (command.terminal) {
        pid_ = forkpty(&out_, nullptr, nullptr, nullptr);
    } else {
        check(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0, "pipe");
        pid_ = fork();
    }
    check(pid_ >= 0, "fork");
    if (pid_ == 0) {
        child(command, in, out, err);
    }
    if (!command.terminal) {
        close(in[0]);
        close(out[1]);
        close(err[1]);
        in_ = in[1];
        out_ = out[0];
        err_ = err[0];
        (void)std::signal(SIGPIPE, SIG_IGN);
        (void)!write(in_, command.input.data(), command.input.size());
        if (!command.input.empty()) {
            close_input();
        }
    }
}

void Running::close_input() {
    if (in_ >= 0) {
        close(in_);
        in_ = -1;
    }
}

void Running::type(std::string_view keys) const {
    check(write(out_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()), "typing");
}

Running::~Running() {
    if (!reaped_) {
        kill(-pid_, SIGKILL);
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    for (const int descriptor : {in_, out_, err_}) {
        if (descriptor >= 0) {
            close(descriptor);
        }
    }
}

/// Reads once from what is ready; false at the end of both, or when the time is up.
bool Running::pump(std::chrono::steady_clock::time_point until) {
    pollfd files[2] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if ((out_ < 0 && err_ < 0) || left <= 0 || poll(files, 2, static_cast<int>(left)) <= 0) {
        return false;
    }
    for (int index = 0; index < 2; ++index) {
        if (files[index].revents != 0) {
            char buffer[8192];
            const ssize_t count = read(files[index].fd, buffer, sizeof buffer);
            if (count > 0) {
                (index == 0 ? outcome_.out : outcome_.err).append(buffer, static_cast<std::size_t>(count));
            } else {
                close(files[index].fd);
                (index == 0 ? out_ : err_) = -1;
            }
        }
    }
    return true;
}

bool Running::wait_for(std::string_view text) {
    while (outcome_.out.find(text) == std::string::npos) {
        if (!pump(deadline_)) {
            return outcome_.out.find(text) != std::string::npos;
        }
    }
    return true;
}

void Running::reap() {
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > deadline_) {
            outcome_.timed_out = true;
            kill(-pid_, SIGKILL);
            kill(pid_, SIGKILL);
            waitpid(pid_, &status, 0);
            break;
        }
        // A descriptor that outlives the command must not keep us; what it still says is read all the same.
        if (!pump(std::chrono::steady_clock::now() + std::chrono::milliseconds(5))) {
            usleep(2000);
        }
    }
    reaped_ = true;
    if (!outcome_.timed_out && !WIFSIGNALED(status)) {
        keep_report(words_);
    }
    outcome_.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Outcome Running::finish() {
    close_input();
    if (!reaped_) {
        reap();
        while (pump(std::chrono::steady_clock::now() + std::chrono::milliseconds(100))) {
        }
    }
    return outcome_;
}

Outcome run(Command command) {
    Running running(std::move(command));
    return running.finish();
}

}  // namespace sbx::kernel
