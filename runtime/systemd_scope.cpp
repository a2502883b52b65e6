// Asks systemd's manager for a scope. See the header; unix(7), D-Bus Specification, "Authentication Protocol".
#include "runtime/systemd_scope.hpp"

#include "runtime/cgroup_path.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/refusal.hpp"
#include "runtime/systemd_bus.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

using ScopeClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint32_t serial_of_call = 1;
constexpr std::size_t longest_answer = 512;  ///< of the authentication
constexpr milliseconds time_for_scope{1000};
constexpr milliseconds between_looks{10};  ///< whether the scope is there, should no message say so

constexpr const char* not_in_time = "it did not answer in time";
constexpr const char* hung_up = "it hung up";
constexpr const char* no_bus = "what it answers is no message of D-Bus";

/// What is said to a manager, and what it answers. Every step is over at the deadline; why_not() then has the reason.
class ManagerTalk {
public:
    ManagerTalk(int connection, milliseconds limit) : connection_(connection), deadline_(ScopeClock::now() + limit) {}

    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else if (sent < 0 && errno == EAGAIN ? !wait(POLLOUT, deadline_) : errno != EINTR) {
                return is_late() ? fail(not_in_time) : fail(hung_up);
            }
        }
        return true;
    }

    /// Up to the end of a line of the authentication, without it.
    bool take_answer(std::string& line) {
        std::size_t end = 0;
        while ((end = received_.find("\r\n")) == std::string::npos) {
            if (received_.size() > longest_answer) {
                return fail(no_bus);
            }
            if (!receive(deadline_)) {
                return is_late() ? fail(not_in_time) : false;
            }
        }
        line = received_.substr(0, end);
        received_.erase(0, end + 2);
        return true;
    }

    /// False where none has come at `until`, and where none will; why_not() is empty in the first case.
    bool take_message(BusMessage& message, ScopeClock::time_point until) {
        for (;;) {
            if (received_.size() >= bus_preamble) {
                const std::optional<std::size_t> size = bus_message_size(std::string_view(received_).substr(0, bus_preamble));
                if (!size) {
                    return fail(no_bus);
                }
                if (received_.size() >= *size) {
                    const std::optional<BusMessage> read = read_bus_message(std::string_view(received_).substr(0, *size));
                    if (!read) {
                        return fail(no_bus);
                    }
                    message = *read;
                    received_.erase(0, *size);
                    return true;
                }
            }
            if (!receive(until)) {
                return false;
            }
        }
    }

    bool fail(const std::string& why) {
        why_not_ = why;
        return false;
    }
    [[nodiscard]] bool is_late() const { return ScopeClock::now() >= deadline_; }
    [[nodiscard]] ScopeClock::time_point deadline() const { return deadline_; }
    [[nodiscard]] const std::string& why_not() const { return why_not_; }

private:
    int connection_;
    ScopeClock::time_point deadline_;
    std::string received_, why_not_;

    bool wait(short events, ScopeClock::time_point until) const {
        const auto left = std::chrono::ceil<milliseconds>(until - ScopeClock::now());
        if (left.count() <= 0) {
            return false;
        }
        struct pollfd file {
            connection_, events, 0
        };
        return poll(&file, 1, static_cast<int>(left.count())) > 0 || ScopeClock::now() < until;
    }

    bool receive(ScopeClock::time_point until) {
        std::array<char, 4096> bytes{};
        while (wait(POLLIN, until)) {
            const ssize_t length = recv(connection_, bytes.data(), bytes.size(), MSG_DONTWAIT);
            if (length > 0) {
                received_.append(bytes.data(), static_cast<std::size_t>(length));
                return true;
            }
            if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
                return fail(hung_up);
            }
        }
        return false;
    }
};

/// `31303030` for 1000.
std::string hexadecimal(const std::string& text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const char c : text) {
        result += digits[static_cast<unsigned char>(c) >> 4U];
        result += digits[static_cast<unsigned char>(c) & 0xfU];
    }
    return result;
}

bool authenticate(ManagerTalk& talk) {
    std::string answer;
    if (!talk.send(std::string(1, '\0') + "AUTH EXTERNAL " + hexadecimal(std::to_string(geteuid())) + "\r\n") ||
        !talk.take_answer(answer)) {
        return false;
    }
    return answer.rfind("OK ", 0) == 0 ? talk.send("BEGIN\r\n") : talk.fail("it does not let this user in: " + quoted(answer));
}

/// What systemd has to say against it; empty while it has nothing.
std::string objection_in(const BusMessage& message, const std::string& name) {
    BusReader body(message.body);
    if (message.kind == BusKind::error && message.reply_to == serial_of_call) {
        const std::string_view text = message.signature.rfind('s', 0) == 0 ? body.string() : std::string_view();
        return "it says " + quoted(text.empty() ? message.error : text);
    }
    if (message.kind == BusKind::signal && message.member == "JobRemoved" && message.signature == "uoss") {
        body.number();
        body.string();
        const std::string_view unit = body.string();
        const std::string_view result = body.string();
        if (!body.failed() && unit == name && result != "done") {
            return "the job to start it ended with " + quoted(result);
        }
    }
    return {};
}

bool is_in_scope(const char* own_cgroups, const std::string& name) {
    const std::string path = cgroup_path(procfs_text(own_cgroups));
    return path.size() > name.size() && path.substr(path.size() - name.size() - 1) == "/" + name;
}

/// A property: its name, and a value of that type.
void begin_property(BusWriter& body, std::string_view name, std::string_view type) {
    body.align(8);
    body.string(name);
    body.signature(type);
}

void text_property(BusWriter& body, std::string_view name, std::string_view value) {
    begin_property(body, name, "s");
    body.string(value);
}

}  // namespace

std::string new_scope_name() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return "sbx-run-" + std::to_string(getpid()) + "-" +
           std::to_string(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()) + ".scope";
}

std::string manager_socket(uid_t user) {
    return user == 0 ? "/run/systemd/private" : "/run/user/" + std::to_string(user) + "/systemd/private";
}

std::string scope_call(const ScopeRequest& request) {
    BusWriter body;
    body.string(request.name);
    body.string("fail");
    const BusArray properties = body.begin_array(8);
    text_property(body, "Description", request.description);
    // 0 is who sends this: an id of our own would mean another process to a manager in another pid namespace.
    begin_property(body, "PIDs", "au");
    const BusArray processes = body.begin_array(sizeof(std::uint32_t));
    body.number(0);
    body.end_array(processes);
    begin_property(body, "Delegate", "b");
    body.number(1);
    text_property(body, "CollectMode", "inactive-or-failed");
    if (!request.slice.empty()) {
        text_property(body, "Slice", request.slice);
    }
    if (!request.service.empty()) {
        begin_property(body, "PartOf", "as");
        const BusArray units = body.begin_array(sizeof(std::uint32_t));
        body.string(request.service);
        body.end_array(units);
    }
    body.end_array(properties);
    body.end_array(body.begin_array(8));  // no other units
    return bus_call({"/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "StartTransientUnit",
                     "org.freedesktop.systemd1", "ssa(sv)a(sa(sv))"},
                    serial_of_call, body.bytes());
}

std::string ask_for_scope(int connection, const ScopeRequest& request, const char* own_cgroups, milliseconds limit) {
    ManagerTalk talk(connection, limit);
    if (!authenticate(talk) || !talk.send(scope_call(request))) {
        return talk.why_not();
    }
    while (!is_in_scope(own_cgroups, request.name)) {
        if (talk.is_late()) {
            return not_in_time;
        }
        BusMessage message;
        const ScopeClock::time_point next_look = std::min(ScopeClock::now() + between_looks, talk.deadline());
        if (!talk.take_message(message, next_look)) {
            if (!talk.why_not().empty()) {
                return talk.why_not();
            }
            continue;
        }
        if (const std::string objection = objection_in(message, request.name); !objection.empty()) {
            return objection;
        }
    }
    return {};
}

std::string enter_systemd_scope(const std::string& socket_path, const ScopeRequest& request) {
    struct sockaddr_un address {};
    address.sun_family = AF_UNIX;
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    const Descriptor connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!connection.open() || connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return quoted(socket_path) + " cannot be reached: " + error_text(errno);
    }
    struct ucred peer {};
    socklen_t length = sizeof peer;
    if (getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || (peer.uid != 0 && peer.uid != geteuid())) {
        return quoted(socket_path) + " is the socket of user " + std::to_string(peer.uid) + ", and is not spoken to";
    }
    return ask_for_scope(connection.get(), request, "/proc/self/cgroup", time_for_scope);
}

}  // namespace sbx::runtime
