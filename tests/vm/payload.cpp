// What runs inside the sandboxes of the virtual machine: uses up one thing, and says how far it came. Static, and alone in its
// view.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <sys/mman.h>
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
    std::fprintf(stderr, "payload: touch|memfd|tmpfs MEBIBYTES, spin MILLISECONDS, bomb COUNT, print FILE\n");
    return 8;
}
