// Requests to the kernel that a sandbox is there to refuse: more namespaces, other networks, the terminal, keys, foreign system
// calls.
#include "tests/kernel/probe/probe.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::probe {
namespace {

/// `tcp:ADDRESS:PORT`; the port is after the last colon.
bool connect_to(const std::string& argument, int type) {
    const std::string::size_type colon = argument.rfind(':');
    const std::string host = argument.substr(0, colon);
    const auto port = htons(static_cast<std::uint16_t>(std::atoi(argument.substr(colon + 1).c_str())));
    sockaddr_storage storage{};
    socklen_t length = 0;
    if (host.find(':') != std::string::npos) {
        auto* address = reinterpret_cast<sockaddr_in6*>(&storage);
        address->sin6_family = AF_INET6;
        address->sin6_port = port;
        inet_pton(AF_INET6, host.c_str(), &address->sin6_addr);
        length = sizeof *address;
    } else {
        auto* address = reinterpret_cast<sockaddr_in*>(&storage);
        address->sin_family = AF_INET;
        address->sin_port = port;
        inet_pton(AF_INET, host.c_str(), &address->sin_addr);
        length = sizeof *address;
    }
    const int file = socket(storage.ss_family, type | SOCK_CLOEXEC, 0);
    const bool connected = file >= 0 && connect(file, reinterpret_cast<const sockaddr*>(&storage), length) == 0;
    const bool sent = connected && send(file, "hello\n", 6, MSG_NOSIGNAL) == 6;
    const int code = errno;
    close(file);
    errno = code;
    return sent;
}

/// Takes the loopback interface down: needs CAP_NET_ADMIN over the network namespace.
bool change_network() {
    const int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    if (file < 0 || ioctl(file, SIOCGIFFLAGS, &request) != 0) {
        return false;
    }
    request.ifr_flags = static_cast<short>(request.ifr_flags ^ IFF_UP);
    return ioctl(file, SIOCSIFFLAGS, &request) == 0;
}

/// In a child, because success would change what the later requests see.
template <class Call>
void in_child(const std::string& word, Call call) {
    int answer[2];
    if (pipe2(answer, O_CLOEXEC) != 0) {
        report(word, false);
        return;
    }
    const pid_t child = fork();
    if (child == 0) {
        const int code = call() ? 0 : errno;
        (void)!write(answer[1], &code, sizeof code);
        _exit(0);
    }
    close(answer[1]);
    int code = EINTR;  // stays when the child was killed
    const bool answered = read(answer[0], &code, sizeof code) == sizeof code;
    close(answer[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        std::printf("%s no signal-%d\n", word.c_str(), WTERMSIG(status));
        std::fflush(stdout);
        return;
    }
    errno = code;
    report(word, answered && code == 0);
}

#if defined(__x86_64__)
/// getpid by the 32-bit entry, number 20; the 64-bit one would be writev.
bool foreign_call() {
    int result = 20;
    asm volatile("int $0x80" : "+a"(result) : : "memory");
    errno = result < 0 ? -result : 0;
    return result > 0;
}
bool x32_call() {
    return syscall(0x40000000 + SYS_getpid) > 0;
}
#endif

/// A file by its handle, which needs no path: the walk past every mount.
bool open_by_handle(const std::string& path) {
    alignas(file_handle) char buffer[sizeof(file_handle) + MAX_HANDLE_SZ] = {};
    auto* handle = reinterpret_cast<file_handle*>(buffer);
    handle->handle_bytes = MAX_HANDLE_SZ;
    int mount = 0;
    if (name_to_handle_at(AT_FDCWD, path.c_str(), handle, &mount, 0) != 0) {
        return false;
    }
    const int tree = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const int file = open_by_handle_at(tree, handle, O_RDONLY | O_CLOEXEC);
    return file >= 0 && close(file) == 0;
}

bool take_over_init() {
    const int file = open("/proc/1/mem", O_RDWR | O_CLOEXEC);
    return file >= 0 && close(file) == 0;
}

}  // namespace

bool system_request(const std::string& word, const std::string& name, const std::string& argument) {
    if (name == "tcp") {
        report(word, connect_to(argument, SOCK_STREAM));
    } else if (name == "udp") {
        report(word, connect_to(argument, SOCK_DGRAM));
    } else if (name == "netadmin") {
        in_child(word, change_network);
    } else if (name == "userns") {
        in_child(word, [] { return unshare(CLONE_NEWUSER) == 0; });
    } else if (name == "mount") {
        in_child(word, [] { return mount("none", "/", "tmpfs", 0, nullptr) == 0; });
    } else if (name == "remount") {
        in_child(word, [&] { return mount(nullptr, argument.c_str(), nullptr, MS_REMOUNT | MS_BIND, nullptr) == 0; });
    } else if (name == "umount") {
        in_child(word, [&] { return umount2(argument.c_str(), MNT_DETACH) == 0; });
    } else if (name == "tiocsti") {
        char byte = '!';
        report(word, ioctl(std::atoi(argument.c_str()), TIOCSTI, &byte) == 0);
    } else if (name == "async") {
        // Whoever is in the foreground of the terminal that is descriptor 0 gets the signal when something is typed.
        (void)fcntl(0, F_SETSIG, std::atoi(argument.c_str()));
        report(word, fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_ASYNC) == 0);
    } else if (name == "async-ioctl") {
        int on = 1;
        (void)fcntl(0, F_SETSIG, std::atoi(argument.c_str()));
        report(word, ioctl(0, FIOASYNC, &on) == 0);
    } else if (name == "tiocsti-high") {  // the kernel looks at 32 bits of the request; so must a filter
        char byte = '!';
        report(word, syscall(SYS_ioctl, std::atoi(argument.c_str()), 0x100000000UL | TIOCSTI, &byte) == 0);
    } else if (name == "socket") {
        // FAMILY[:TYPE[:PROTOCOL]]
        int numbers[3] = {0, SOCK_DGRAM, 0};
        (void)!std::sscanf(argument.c_str(), "%d:%d:%d", &numbers[0], &numbers[1], &numbers[2]);
        in_child(word, [&] { return socket(numbers[0], numbers[1], numbers[2]) >= 0; });
    } else if (name == "keyring") {
        const long key = syscall(SYS_keyctl, 10 /* KEYCTL_SEARCH */, -3 /* session */, "user", argument.c_str(), 0);
        report(word, key >= 0);
    } else if (name == "handle") {
        report(word, open_by_handle(argument));
    } else if (name == "init-memory") {
        report(word, take_over_init());
#if defined(__x86_64__)
    } else if (name == "foreign-call") {
        in_child(word, foreign_call);
    } else if (name == "x32-call") {
        in_child(word, x32_call);
#endif
    } else {
        return false;
    }
    return true;
}

}  // namespace sbx::probe
