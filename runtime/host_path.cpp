// Opens host paths and decides guards. See the header; openat2(2).
#include "runtime/host_path.hpp"

#include "runtime/parameters.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

std::string place(const std::string& origin) {
    return origin.empty() ? std::string() : " (" + origin + ")";
}

/// Says which component is the link, and where it leads.
[[noreturn]] void refuse_link(const std::string& path, const std::string& origin) {
    std::array<char, PATH_MAX> target{};
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string prefix = path.substr(0, end);
        const ssize_t length = readlink(prefix.c_str(), target.data(), target.size());
        if (length >= 0) {
            std::array<char, PATH_MAX> real{};
            const char* const resolved = realpath(path.c_str(), real.data());
            refuse(step::bind,
                   quoted(prefix) + " is a symbolic link to " + quoted({target.data(), static_cast<std::size_t>(length)}) +
                       place(origin),
                   resolved != nullptr ? "name the target: " + quoted("read " + std::string(resolved) + " as " + path)
                                       : "remove the link, or name what it should lead to");
        }
        if (end == std::string::npos) {
            break;
        }
    }
    refuse(step::bind, "a component of " + quoted(path) + " is a symbolic link" + place(origin), "name the target instead");
}

[[noreturn]] void refuse_kind(const std::string& path, const char* wanted, const std::string& origin) {
    refuse(step::bind, quoted(path) + " is no " + wanted + place(origin), "correct the policy, or what lies there");
}

void check_kind(const HostObject& object, SourceKind kind, const std::string& path, const std::string& origin) {
    const mode_t type = object.status.st_mode & S_IFMT;
    switch (kind) {
        case SourceKind::any:
            if (type == S_IFCHR || type == S_IFBLK) {
                refuse(step::bind, quoted(path) + " is a device" + place(origin), "grant it with `device`");
            }
            if (type == S_IFSOCK) {
                refuse(step::bind, quoted(path) + " is a socket" + place(origin), "grant it with `socket`");
            }
            if (type == S_IFIFO) {
                refuse(step::bind, quoted(path) + " is a fifo, through which the host's processes can be reached" + place(origin),
                       "leave it out");
            }
            return;
        case SourceKind::directory:
            if (type != S_IFDIR) {
                refuse_kind(path, "directory", origin);
            }
            return;
        case SourceKind::socket:
            if (type != S_IFSOCK) {
                refuse_kind(path, "socket", origin);
            }
            return;
    }
}

/// What the compiler refuses where it stands in a policy, in a parameter's value.
void refuse_kernel_tree(const Word& word, const std::string& path, const std::string& origin) {
    const auto& parts = word.text.parts;
    if (std::none_of(parts.begin(), parts.end(), [](const TemplatePart& part) { return part.is_parameter; })) {
        return;
    }
    const std::string remedy = "give the parameter a path outside it";
    if (at_or_below(path, "/proc")) {
        refuse(step::bind, quoted(path) + " shows the host's processes" + place(origin), remedy);
    }
    if (at_or_below(path, "/dev")) {
        refuse(step::bind, quoted(path) + " shows the host's devices" + place(origin), remedy);
    }
    if (word.write && at_or_below(path, "/sys")) {
        refuse(step::bind, quoted(path) + " lets the sandbox change the kernel's settings" + place(origin), remedy);
    }
}

}  // namespace

std::optional<HostObject> look_up(const std::string& path, const std::string& origin) {
    struct open_how how {};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_NO_SYMLINKS;
    HostObject object;
    object.descriptor = Descriptor(static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
    if (!object.descriptor.open()) {
        const int error = errno;
        if (error == ENOENT || error == ENOTDIR) {
            return std::nullopt;
        }
        if (error == ELOOP) {
            refuse_link(path, origin);
        }
        const std::string who = error == EACCES ? " by uid " + std::to_string(geteuid()) : std::string();
        refuse_errno(step::bind, quoted(path) + " cannot be opened" + who + place(origin), error,
                     error == EACCES ? "let that id search the directories on the way" : "Linux 5.6 or newer is needed");
    }
    if (fstat(object.descriptor.get(), &object.status) != 0) {
        refuse_errno(step::bind, quoted(path) + " cannot be examined" + place(origin), errno, "check the file system");
    }
    return object;
}

HostObject open_source(const Word& word, const std::string& path, const std::string& origin) {
    refuse_kernel_tree(word, path, origin);
    std::optional<HostObject> object = look_up(path, origin);
    if (!object) {
        refuse(step::bind, quoted(path) + " does not exist" + place(origin), "create it, or mark it optional with `?`");
    }
    check_kind(*object, word.source_kind, path, origin);
    if (word.write && syscall(SYS_faccessat2, object->descriptor.get(), "", W_OK, AT_EMPTY_PATH | AT_EACCESS) != 0) {
        const int error = errno;
        refuse_errno(step::bind, quoted(path) + " cannot be written by uid " + std::to_string(geteuid()) + place(origin), error,
                     "give that id the right to write there, or grant it with `read`");
    }
    object->descriptor = out_of_the_way(std::move(object->descriptor));
    return std::move(*object);
}

GuardOutcome decide_guard(Guard guard, const std::optional<HostObject>& object, const std::string& path,
                          const std::string& origin) {
    const bool directory = object && S_ISDIR(object->status.st_mode);
    const auto want_directory = [&] {
        if (object && !directory) {
            refuse(step::bind, quoted(path) + " is no directory" + place(origin), "write it without the `/` at its end");
        }
    };
    const auto want_file = [&] {
        if (directory) {
            refuse(step::bind, quoted(path) + " is a directory" + place(origin), "write it with a `/` at its end");
        }
        if (object && S_ISREG(object->status.st_mode) && object->status.st_nlink != 1) {
            refuse(step::bind,
                   quoted(path) + " has more than one hard link: under another name it would stay in reach" + place(origin),
                   "remove the other links, or put a copy there");
        }
    };
    const auto want_something = [&] {
        if (!object) {
            refuse(step::bind, quoted(path) + " does not exist" + place(origin),
                   "create it: the sandbox needs it as a mount point");
        }
        return GuardOutcome::holds;
    };
    const auto if_there = [&](GuardOutcome otherwise) { return object ? GuardOutcome::holds : otherwise; };
    switch (guard) {
        case Guard::always:
        case Guard::comment:
            return GuardOutcome::holds;
        case Guard::if_exists:
            return if_there(GuardOutcome::fails);
        case Guard::must_exist:
            return want_something();
        case Guard::if_directory:
            want_directory();
            return if_there(GuardOutcome::fails);
        case Guard::if_file:
            want_file();
            return if_there(GuardOutcome::fails);
        case Guard::must_be_directory:
        case Guard::hide_directory:
            want_directory();
            return want_something();
        case Guard::must_be_file:
            want_file();
            return want_something();
        case Guard::reserve_directory:
            want_directory();
            return if_there(GuardOutcome::reserve);
        case Guard::reserve_file:
            want_file();
            return if_there(GuardOutcome::reserve);
    }
    return GuardOutcome::fails;
}

Descriptor out_of_the_way(Descriptor descriptor) {
    constexpr int lowest = 64;
    if (!descriptor.open() || descriptor.get() >= lowest) {
        return descriptor;
    }
    Descriptor copy(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, lowest));
    return copy.open() ? std::move(copy) : std::move(descriptor);
}

}  // namespace sbx::runtime
