// Running policyc; see the header.
#include "tests/unit/cli/run_policyc.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <pty.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::test {
namespace {

/// An open file without a name.
class MemoryFile {
public:
    explicit MemoryFile(const std::string& bytes = "") : descriptor_(::memfd_create("policyc-test", MFD_CLOEXEC)) {
        if (descriptor_ < 0 || ::pwrite(descriptor_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
            throw std::runtime_error("memfd_create");
        }
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(descriptor_); }
    [[nodiscard]] int get() const { return descriptor_; }
    [[nodiscard]] std::string bytes() const {
        std::string all;
        std::array<char, 65536> buffer{};
        for (ssize_t got = 1; got > 0;) {
            got = ::pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(all.size()));
            all.append(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        }
        return all;
    }

private:
    int descriptor_;
};

struct Streams {
    int in, out, err;
};

[[noreturn]] void become_policyc(const RunSetup& setup, const Streams& streams) {
    std::vector<std::string> arguments = setup.arguments;
    arguments.insert(arguments.begin(), SBX_POLICYC);
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) {
        pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);
    if ((setup.directory.empty() || ::chdir(setup.directory.c_str()) == 0) && ::dup2(streams.in, 0) == 0 &&
        ::dup2(streams.out, 1) == 1 && ::dup2(streams.err, 2) == 2) {
        if (setup.prepare) {
            setup.prepare();
        }
        ::execv(SBX_POLICYC, pointers.data());
    }
    ::_exit(99);
}

std::string read_terminal(int master) {
    std::string all;
    std::array<char, 4096> buffer{};
    while (true) {
        const ssize_t got = ::read(master, buffer.data(), buffer.size());
        if (got > 0) {
            all.append(buffer.data(), static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            return all;  // EIO: the last process has closed it (pty(7))
        }
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Outcome run_policyc(const RunSetup& setup) {
    const MemoryFile in(setup.input);
    const MemoryFile out;
    const MemoryFile err;
    Streams streams{in.get(), out.get(), err.get()};
    int master = -1;
    int slave = -1;
    if (setup.terminal) {
        if (::openpty(&master, &slave, nullptr, nullptr, nullptr) != 0) {
            throw std::runtime_error("openpty");
        }
        streams.out = streams.err = slave;
    }
    const pid_t child = ::fork();
    if (child < 0) {
        throw std::runtime_error("fork");
    }
    if (child == 0) {
        become_policyc(setup, streams);
    }
    Outcome run;
    if (setup.terminal) {
        ::close(slave);
        run.out = read_terminal(master);
        ::close(master);
    }
    if (setup.kill_after_microseconds >= 0) {
        ::usleep(static_cast<useconds_t>(setup.kill_after_microseconds));
        ::kill(child, SIGKILL);
    }
    run.code = wait_for(child);
    run.out += out.bytes();
    run.err = err.bytes();
    return run;
}

std::string what_a_terminal_obeys(const std::string& text) {
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        if ((value < 0x20 && byte != '\n') || value == 0x7F) {
            return "control character " + std::to_string(value);
        }
    }
    // C1 controls, bidirectional marks, embeddings, overrides and isolates, as UTF-8.
    static const std::vector<std::string> reordering = {
        "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAE",
        "\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9", "\xC2\x9B",     "\xC2\x85"};
    for (const std::string& sequence : reordering) {
        if (text.find(sequence) != std::string::npos) {
            return "the sequence " + nlohmann::json(sequence).dump(-1, ' ', true);
        }
    }
    try {
        static_cast<void>(nlohmann::json(text).dump());
    } catch (const nlohmann::json::exception&) {
        return "bytes that are no UTF-8";
    }
    return {};
}

}  // namespace sbx::test
