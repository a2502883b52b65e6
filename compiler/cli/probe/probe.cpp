// sbx-probe: what `policyc test --kernel` runs inside a sandbox. Static, so that it needs nothing of the view that it looks at. Its
// words are pairs, KIND ARGUMENT; each is tried with real system calls, and one line says what came of it: `NUMBER RESULT`, where
// RESULT is `ok`, `empty`, `set`, `unset`, `reached`, two numbers, or the name of an errno value. It changes nothing that lasts:
// files are opened and not written, what it creates it removes, and a program that it starts dies before its first instruction.
#include "compiler/cli/probe/system_call.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

std::string failed() {
    const char* name = strerrorname_np(errno);
    return name != nullptr ? name : "E" + std::to_string(errno);
}

std::string try_read_directory(const char* path) {
    DIR* directory = opendir(path);
    if (directory == nullptr) {
        return failed();
    }
    bool empty = true;
    errno = 0;
    while (const dirent* entry = readdir(directory)) {
        const std::string name = static_cast<const char*>(entry->d_name);
        empty = empty && (name == "." || name == "..");
    }
    const std::string result = errno != 0 ? failed() : empty ? "empty" : "ok";
    closedir(directory);
    return result;
}

std::string try_read(const char* path) {
    struct stat status {};
    if (stat(path, &status) != 0) {
        return failed();
    }
    if (S_ISDIR(status.st_mode)) {
        return try_read_directory(path);
    }
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        return failed();
    }
    char byte = 0;
    const ssize_t count = S_ISREG(status.st_mode) ? read(file, &byte, 1) : 1;  // of a device, opening is the question
    const std::string result = count < 0 ? failed() : count == 0 ? "empty" : "ok";
    close(file);
    return result;
}

std::string try_create(const std::string& path) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        return failed();
    }
    close(file);
    unlink(path.c_str());
    return "ok";
}

/// connect(2) asks for write permission (unix(7)); a server that takes no more callers, or another kind of them, has let us in.
std::string try_socket(const char* path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (std::strlen(path) >= sizeof address.sun_path) {
        return "ENAMETOOLONG";
    }
    std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool connected = file >= 0 && connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    return connected || errno == EAGAIN || errno == EPROTOTYPE ? "ok" : failed();
}

std::string try_write(const char* path) {
    struct stat status {};
    if (stat(path, &status) != 0) {
        return errno == ENOENT ? try_create(path) : failed();
    }
    if (S_ISDIR(status.st_mode)) {
        return try_create(std::string(path) + "/.sbx-probe-" + std::to_string(getpid()));
    }
    if (S_ISSOCK(status.st_mode)) {
        return try_socket(path);
    }
    const int file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        return failed();
    }
    close(file);
    return "ok";
}

/// execve(2) for real, in a process that may have no memory: what may not be executed is refused with an errno value, and what may
/// has lost its old program by the time the kernel sets up the stack of the new one, cannot, and kills the process (execve(2), "in
/// certain cases"; RLIMIT_AS in setrlimit(2)). So no instruction of it is ever run.
std::string try_exec(const char* path) {
    struct stat status {};
    if (stat(path, &status) != 0) {
        return failed();
    }
    if (S_ISDIR(status.st_mode)) {
        return "EISDIR";
    }
    int error[2];
    if (pipe2(error, O_CLOEXEC) != 0) {
        return failed();
    }
    const pid_t child = fork();
    if (child == 0) {
        const rlimit nothing{0, 0};
        if (setrlimit(RLIMIT_CORE, &nothing) == 0 && setrlimit(RLIMIT_AS, &nothing) == 0) {
            execl(path, path, static_cast<char*>(nullptr));
        } else {
            errno = ENOTRECOVERABLE;  // nothing was tried
        }
        const int code = errno;
        static_cast<void>(!write(error[1], &code, sizeof code));
        _exit(1);
    }
    close(error[1]);
    int state = 0;
    std::string result = child < 0 ? failed() : "ok";
    if (child >= 0 && (waitpid(child, &state, 0) != child || !WIFSIGNALED(state))) {
        int code = 0;
        errno = read(error[0], &code, sizeof code) == sizeof code ? code : EIO;
        result = failed();
    }
    close(error[0]);
    return result;
}

std::string try_limit(const std::string& name) {
    static constexpr struct {
        const char* name;
        int resource;
    } known[] = {{"cpu", RLIMIT_CPU},       {"as", RLIMIT_AS},           {"data", RLIMIT_DATA},         {"stack", RLIMIT_STACK},
                 {"core", RLIMIT_CORE},     {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE}, {"fsize", RLIMIT_FSIZE},
                 {"nofile", RLIMIT_NOFILE}, {"nproc", RLIMIT_NPROC}};
    for (const auto& row : known) {
        rlimit limit{};
        if (name == row.name && getrlimit(static_cast<__rlimit_resource>(row.resource), &limit) == 0) {
            const auto text = [](rlim_t value) {
                return value == RLIM_INFINITY ? std::string("unlimited") : std::to_string(value);
            };
            return text(limit.rlim_cur) + " " + text(limit.rlim_max);
        }
    }
    return "EINVAL";
}

bool parse_endpoint(const std::string& text, sockaddr_storage& storage, socklen_t& size) {
    const std::size_t colon = text.rfind(':');
    std::string host = text.substr(0, colon);
    const auto port = htons(static_cast<unsigned short>(std::atoi(text.substr(colon + 1).c_str())));
    if (host.size() > 1 && host.front() == '[') {
        host = host.substr(1, host.size() - 2);
        auto* address = reinterpret_cast<sockaddr_in6*>(&storage);
        address->sin6_family = AF_INET6;
        address->sin6_port = port;
        size = sizeof *address;
        return inet_pton(AF_INET6, host.c_str(), &address->sin6_addr) == 1;
    }
    auto* address = reinterpret_cast<sockaddr_in*>(&storage);
    address->sin_family = AF_INET;
    address->sin_port = port;
    size = sizeof *address;
    return inet_pton(AF_INET, host.c_str(), &address->sin_addr) == 1;
}

std::string try_connect(const std::string& text, int type) {
    sockaddr_storage address{};
    socklen_t size = 0;
    if (!parse_endpoint(text, address, size)) {
        return "EINVAL";
    }
    const int file = socket(address.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (file < 0) {
        return failed();
    }
    int code = connect(file, reinterpret_cast<const sockaddr*>(&address), size) == 0 ? 0 : errno;
    if (code == EINPROGRESS) {
        pollfd wait{file, POLLOUT, 0};
        socklen_t length = sizeof code;
        code = ETIMEDOUT;
        if (poll(&wait, 1, 2000) == 1) {
            getsockopt(file, SOL_SOCKET, SO_ERROR, &code, &length);
        }
    }
    close(file);
    errno = code;
    return code == 0 ? "ok" : failed();
}

std::string attempt(const std::string& kind, const char* argument) {
    if (kind == "read") {
        return try_read(argument);
    }
    if (kind == "write") {
        return try_write(argument);
    }
    if (kind == "exec") {
        return try_exec(argument);
    }
    if (kind == "env") {
        return std::getenv(argument) != nullptr ? "set" : "unset";
    }
    if (kind == "limit") {
        return try_limit(argument);
    }
    if (kind == "syscall") {
        return sbx::probe::try_system_call(argument);
    }
    return kind == "tcp" ? try_connect(argument, SOCK_STREAM) : kind == "udp" ? try_connect(argument, SOCK_DGRAM) : "EINVAL";
}

}  // namespace

int main(int argc, char** argv) {
    for (int at = 1; at + 1 < argc; at += 2) {
        std::printf("%d %s\n", (at - 1) / 2, attempt(argv[at], argv[at + 1]).c_str());
        std::fflush(stdout);
    }
    return 0;
}
