// See the header.
#include "tests/pipelines/terminal_shell.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <pty.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::pipelines {

TerminalShell::TerminalShell(const std::vector<std::string>& words, const std::filesystem::path& directory,
                             const std::string& setup) {
    struct winsize size {};
    size.ws_row = 50;
    size.ws_col = 400;
    child_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (child_ < 0) {
        throw std::runtime_error("forkpty");
    }
    if (child_ == 0) {
        ::setenv("TERM", "dumb", 1);
        ::setenv("INPUTRC", "/dev/null", 1);
        ::setenv("HOME", directory.c_str(), 1);
        ::setenv("LC_ALL", "C.UTF-8", 1);
        std::vector<char*> pointers;
        for (const std::string& word : words) {
            pointers.push_back(const_cast<char*>(word.c_str()));
        }
        pointers.push_back(nullptr);
        if (::chdir(directory.c_str()) == 0) {
            ::execvp(pointers.front(), pointers.data());
        }
        ::_exit(127);
    }
    type(setup + "\necho REA''DY\n");
    static_cast<void>(read_until("READY\r\n"));
}

TerminalShell::~TerminalShell() {
    ::close(terminal_);
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
}

std::string TerminalShell::completed(const std::string& typed) {
    // Control-A and Control-E: to the beginning and to the end of the line.
    type(typed + "\t\x01printf '%s %s\\n' '<\x05>' EN''D\n");
    const std::string shown = read_until("> END\r\n");
    const std::size_t end = shown.rfind("> END\r\n");
    const std::size_t begin = end == std::string::npos ? end : shown.rfind('<', end);
    if (begin == std::string::npos) {
        return "no answer: " + shown;
    }
    std::string line = shown.substr(begin + 1, end - begin - 1);
    while (!line.empty() && line.back() == ' ') {
        line.pop_back();
    }
    return line;
}

void TerminalShell::type(const std::string& text) const {
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t put = ::write(terminal_, text.data() + at, text.size() - at);
        if (put <= 0) {
            return;
        }
        at += static_cast<std::size_t>(put);
    }
}

std::string TerminalShell::read_until(const std::string& mark) const {
    std::string all;
    std::array<char, 4096> buffer{};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (all.find(mark) == std::string::npos && std::chrono::steady_clock::now() < deadline) {
        struct pollfd ready {
            terminal_, POLLIN, 0
        };
        if (::poll(&ready, 1, 500) > 0) {
            const ssize_t got = ::read(terminal_, buffer.data(), buffer.size());
            if (got <= 0) {
                break;
            }
            all.append(buffer.data(), static_cast<std::size_t>(got));
        }
    }
    return all;
}

}  // namespace sbx::pipelines
