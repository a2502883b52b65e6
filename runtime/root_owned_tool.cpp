// Finds and checks programs. See the header; capabilities(7) for security.capability.
#include "runtime/root_owned_tool.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/openat2.h>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

Descriptor open_in_place(const Tool& tool, const std::string& path) {
    struct open_how how {};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_NO_SYMLINKS;
    Descriptor file(static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
    // A link on the way (a merged /bin) leads to a place that is in the list by its own name.
    if (!file.open() && errno != ENOENT && errno != ENOTDIR && errno != ELOOP && errno != EACCES) {
        refuse_errno(tool.step, quoted(path) + " cannot be opened", errno, "Linux 5.6 or newer is needed");
    }
    return file;
}

void check_status(const Tool& tool, int descriptor, const std::string& path) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0) {
        refuse_errno(tool.step, quoted(path) + " cannot be examined", errno, "check the file system");
    }
    if (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        refuse(tool.step, quoted(path) + " can be changed by others than root", "run `chown root` and `chmod go-w` on it");
    }
    if (S_ISDIR(status.st_mode)) {
        return;
    }
    if (!S_ISREG(status.st_mode)) {
        refuse(tool.step, quoted(path) + " is no regular file", "install the package " + std::string(tool.package));
    }
    if ((status.st_mode & (S_ISUID | S_ISGID)) != 0) {
        refuse(tool.step, quoted(path) + " is set-uid or set-gid", "run `chmod u-s,g-s` on it: it needs no privilege");
    }
    if (getxattr(path.c_str(), "security.capability", nullptr, 0) >= 0) {
        refuse(tool.step, quoted(path) + " has file capabilities", "run `setcap -r` on it: it needs no privilege");
    }
}

[[noreturn]] void print_version(const std::string& path, std::string_view name, const Identity& identity, int out) {
    try {
        drop_for_good(identity);
        if (dup2(out, 1) == 1 && dup2(out, 2) == 2) {
            std::string first(name);
            std::string option = "--version";
            const std::array<char*, 3> words = {first.data(), option.data(), nullptr};
            char* const none = nullptr;
            execve(path.c_str(), words.data(), &none);
        }
    } catch (const Refusal&) {
        _exit(exit_refused);  // the report says `unknown`
    }
    _exit(exit_refused);
}

std::string places_of(const Tool& tool) {
    std::string result;
    for (std::size_t i = 0; i < tool.places.size(); ++i) {
        const bool last = i + 1 == tool.places.size();
        result += (i == 0 ? "" : last ? " or " : ", ") + std::string(tool.places[i]);
    }
    return result;
}

}  // namespace

std::string find_tool(const Tool& tool) {
    for (const std::string_view place : tool.places) {
        const std::string path(place);
        const Descriptor file = open_in_place(tool, path);
        if (!file.open()) {
            continue;
        }
        // Nobody but root can change a directory that passed, so what is looked at one after the other stays as it was.
        for (std::size_t slash = 0; slash != std::string::npos; slash = path.find('/', slash + 1)) {
            const std::string directory = slash == 0 ? "/" : path.substr(0, slash);
            const Descriptor above = open_in_place(tool, directory);
            check_status(tool, above.get(), directory);
        }
        check_status(tool, file.get(), path);
        return path;
    }
    refuse(tool.step, std::string(tool.name) + " is not installed: it is not at " + places_of(tool),
           "install the package " + std::string(tool.package));
}

std::string tool_version(const std::string& path, std::string_view name, std::string_view prefix, const Identity& identity) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        return "unknown";
    }
    const Descriptor in(ends[0]);
    Descriptor out(ends[1]);
    const pid_t child = fork();
    if (child == 0) {
        print_version(path, name, identity, out.get());
    }
    out.reset();
    std::array<char, 128> bytes{};
    pollfd wait_for{in.get(), POLLIN, 0};
    const ssize_t length = child > 0 && poll(&wait_for, 1, 1000) == 1 ? read(in.get(), bytes.data(), bytes.size()) : 0;
    if (child > 0) {
        kill(child, SIGKILL);
        while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    std::string_view text(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    text = text.substr(0, text.find('\n'));
    return text.substr(0, prefix.size()) == prefix ? std::string(text.substr(prefix.size())) : "unknown";
}

}  // namespace sbx::runtime
