// What runs in the virtual machine: inside the sandboxes it uses up one thing or calls a socket, and says how far it came; outside
// it is who is called. Static, and alone in its view.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

int fail(const char* what) {
    std::fprintf(stderr, "payload: %s: %s\n", what, std::strerror(errno));
    return 9;
}

int touch(std::size_t count) {
    void* const memory = mmap(nullptr, count * mebibyte, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return fail("mmap");
    }
    std::memset(memory, 1, count * mebibyte);
    return std::printf("touched %zu\n", count) > 0 ? 0 : 9;
}

int fill(int file, std::size_t count) {
    const std::vector<char> bytes(mebibyte, 'x');
    for (std::size_t i = 0; i < count; ++i) {
        if (write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
            return fail("write");
        }
    }
    return std::printf("filled %zu\n", count) > 0 ? 0 : 9;
}

/// Prints how much processor time it got in so many milliseconds.
int spin(long milliseconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (std::chrono::steady_clock::now() < end) {
    }
    return std::printf("spun %ld\n", static_cast<long>(std::clock() / (CLOCKS_PER_SEC / 1000))) > 0 ? 0 : 9;
}

/// Forks until it may not, and prints how often that was.
int bomb(int most) {
    std::vector<pid_t> children;
    for (int i = 0; i < most; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            pause();
            _exit(0);
        }
        if (child < 0) {
            break;
        }
        children.push_back(child);
    }
    std::printf("forked %zu\n", children.size());
    std::fflush(stdout);
    for (const pid_t child : children) {
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
    }
    return 0;
}

int print(const char* path) {
    std::FILE* const file = std::fopen(path, "r");
    if (file == nullptr) {
        return fail(path);
    }
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
        std::putchar(c);
    }
    return std::fclose(file);
}

/// A name that begins with `@` is in no filesystem (unix(7)).
struct Address {
    explicit Address(std::string_view path) {
        name.sun_family = AF_UNIX;
        path.copy(name.sun_path, sizeof name.sun_path - 1);
        if (path.front() == '@') {
            name.sun_path[0] = '\0';
            length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
        }
    }
    sockaddr_un name{};
    socklen_t length = sizeof name;
    [[nodiscard]] const sockaddr* any() const { return reinterpret_cast<const sockaddr*>(&name); }
};

/// A service of that kind: a line for each call, until it is killed.
int serve(const char* path, int kind) {
    const Address address(path);
    const int file = socket(AF_UNIX, kind, 0);
    if (bind(file, address.any(), address.length) != 0 || (kind == SOCK_STREAM && listen(file, 8) != 0)) {
        return fail(path);
    }
    if (path[0] != '@' && chmod(path, 0777) != 0) {
        return fail(path);
    }
    for (char byte = 0;;) {
        const int call = kind == SOCK_STREAM ? accept(file, nullptr, nullptr) : static_cast<int>(recv(file, &byte, 1, 0));
        if (call < 0 || std::printf("called at %s\n", path) < 0 || std::fflush(stdout) != 0) {
            return fail(path);
        }
        if (kind == SOCK_STREAM) {
            close(call);
        }
    }
}

int tell(const char* what, bool done) {
    return std::printf("%s %s\n", what, done ? "ok" : strerrorname_np(errno)) > 0 ? 0 : 9;
}

int call(const char* path) {
    const Address address(path);
    const int file = socket(AF_UNIX, SOCK_STREAM, 0);
    return tell("call", file >= 0 && connect(file, address.any(), address.length) == 0);
}

/// Without connecting.
int send(const char* path) {
    const Address address(path);
    const int file = socket(AF_UNIX, SOCK_DGRAM, 0);
    return tell("send", file >= 0 && sendto(file, "x", 1, 0, address.any(), address.length) == 1);
}

/// Calls who listens in the same sandbox.
int call_own(const char* path) {
    const Address address(path);
    const int file = socket(AF_UNIX, SOCK_STREAM, 0);
    if (file < 0 || bind(file, address.any(), address.length) != 0 || listen(file, 8) != 0) {
        return tell("own", false);
    }
    const int caller = socket(AF_UNIX, SOCK_STREAM, 0);
    return tell("own", connect(caller, address.any(), address.length) == 0);
}

/// Of the kernel: `version` or `errata`.
int landlock(std::string_view what) {
    return std::printf("%ld\n", syscall(SYS_landlock_create_ruleset, nullptr, 0UL, what == "errata" ? 2U : 1U)) > 0 ? 0 : 9;
}

}  // namespace

int main(int count, char** words) {
    const std::string_view what = count == 3 ? words[1] : "";
    const long number = count == 3 ? std::atol(words[2]) : 0;
    const auto size = static_cast<std::size_t>(number);
    if (what == "touch") {
        return touch(size);
    }
    if (what == "memfd") {
        return fill(memfd_create("payload", 0), size);
    }
    if (what == "tmpfs") {
        return fill(open("/tmp/file", O_WRONLY | O_CREAT, 0600), size);
    }
    if (what == "spin") {
        return spin(number);
    }
    if (what == "bomb") {
        return bomb(static_cast<int>(number));
    }
    if (what == "print") {
        return print(words[2]);
    }
    if (what == "serve") {
        return serve(words[2], SOCK_STREAM);
    }
    if (what == "serve-datagrams") {
        return serve(words[2], SOCK_DGRAM);
    }
    if (what == "call") {
        return call(words[2]);
    }
    if (what == "send") {
        return send(words[2]);
    }
    if (what == "own") {
        return call_own(words[2]);
    }
    if (what == "landlock") {
        return landlock(words[2]);
    }
    std::fprintf(
        stderr,
        "payload: touch|memfd|tmpfs MEBIBYTES, spin MILLISECONDS, bomb COUNT, print FILE, serve|serve-datagrams|call|send|own "
        "SOCKET, landlock version|errata\n");
    return 8;
}
