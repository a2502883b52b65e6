// A Unix socket of the host that knows whether somebody called. A name that begins with `@` is in no filesystem (unix(7)).
#pragma once

#include <cstddef>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace sbx::kernel {

class HostSocket {
public:
    explicit HostSocket(const std::string& path) : file_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        socklen_t length = sizeof address;
        if (path.front() == '@') {
            address.sun_path[0] = '\0';
            length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
        }
        listens_ = bind(file_, reinterpret_cast<const sockaddr*>(&address), length) == 0 && listen(file_, 8) == 0;
        if (path.front() != '@') {
            chmod(path.c_str(), 0777);
        }
    }
    HostSocket(const HostSocket&) = delete;
    HostSocket& operator=(const HostSocket&) = delete;
    ~HostSocket() { close(file_); }

    [[nodiscard]] bool listens() const { return listens_; }
    /// Since the last time that this was asked.
    [[nodiscard]] bool was_called() const {
        bool any = false;
        for (int call = accept4(file_, nullptr, nullptr, SOCK_CLOEXEC); call >= 0;
             call = accept4(file_, nullptr, nullptr, SOCK_CLOEXEC)) {
            any = true;
            close(call);
        }
        return any;
    }

private:
    int file_;
    bool listens_ = false;
};

}  // namespace sbx::kernel
