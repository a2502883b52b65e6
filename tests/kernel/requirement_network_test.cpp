// R-NET-15: the host's network is shared where the policy says so, and there only; and it is called by its name.
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstddef>
#include <cstring>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

/// Services of the host as a desktop has them: a port of its loopback, and a socket that no filesystem holds.
class LocalServices {
public:
    LocalServices() : tcp_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), unix_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in loopback{};
        socklen_t length = sizeof loopback;
        loopback.sin_family = AF_INET;
        loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr_un abstract{};
        abstract.sun_family = AF_UNIX;
        const std::string name = name_of_socket();
        std::memcpy(abstract.sun_path + 1, name.data() + 1, name.size() - 1);
        works_ = bind(tcp_, reinterpret_cast<const sockaddr*>(&loopback), length) == 0 &&
                 getsockname(tcp_, reinterpret_cast<sockaddr*>(&loopback), &length) == 0 &&
                 bind(unix_, reinterpret_cast<const sockaddr*>(&abstract),
                      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())) == 0 &&
                 listen(tcp_, 8) == 0 && listen(unix_, 8) == 0;
        port_ = ntohs(loopback.sin_port);
    }
    LocalServices(const LocalServices&) = delete;
    LocalServices& operator=(const LocalServices&) = delete;
    ~LocalServices() {
        close(tcp_);
        close(unix_);
    }
    [[nodiscard]] bool works() const { return works_; }
    [[nodiscard]] std::vector<std::string> requests() const {
        return {"tcp:127.0.0.1:" + std::to_string(port_), "unix:" + name_of_socket()};
    }
    /// Whether somebody has come; forgets it.
    [[nodiscard]] bool tcp_reached() const { return came(tcp_); }
    [[nodiscard]] bool unix_reached() const { return came(unix_); }

private:
    int tcp_;
    int unix_;
    bool works_ = false;
    std::uint16_t port_ = 0;

    static std::string name_of_socket() { return "@sbx-kernel-" + std::to_string(getpid()); }
    static bool came(int listener) {
        pollfd file{listener, POLLIN, 0};
        bool any = false;
        while (poll(&file, 1, 0) == 1) {
            close(accept(listener, nullptr, nullptr));
            any = true;
        }
        return any;
    }
};

Outcome try_services(const Setting& setting, const Scene& scene, const LocalServices& services,
                     std::vector<std::string> options = {}) {
    return run(probing(setting, scene, services.requests(), std::move(options)));
}

SBX_REQUIREMENT(R_NET_15, "the host's network is shared by its own keyword only, and the bundle says so", all, "net,seccomp") {
    const LocalServices services;
    finding.control(services.works(), "the host has services");
    Scene scene;
    if (!compiled(scene, finding, "network host\nsockets { allow unix }")) {
        return;
    }
    const Outcome shared = try_services(setting, scene, services);
    finding.control(services.tcp_reached(), "with `network host` the payload reaches what the host does", shared.text());
    static_cast<void>(services.unix_reached());
    const nlohmann::json manifest = nlohmann::json::parse(read_file(scene.bundle() + "/manifest.json"));
    finding.claim(manifest["network"]["mode"] == "host", "the manifest names it", manifest["network"].dump());
    const nlohmann::json& protections = manifest["enforcement"];
    const bool granted = std::any_of(protections.begin(), protections.end(), [](const nlohmann::json& one) {
        return one["statement"] == "network.host" && one["protection"] == "granted";
    });
    finding.claim(granted, "and that it is granted, not a protection", protections.dump());
    if (setting.mode.program == Program::sbx_run) {
        const std::string report = scene.directory("report", 0777) + "/launch.json";
        static_cast<void>(try_services(setting, scene, services, {"--report", report}));
        const nlohmann::json said = nlohmann::json::parse(read_file(report), nullptr, false);
        finding.claim(said.is_object() && said["network"]["mode"] == "host", "so does the report", said.dump());
        static_cast<void>(services.tcp_reached() && services.unix_reached());
    }
    for (const char* const statements : {"", "network off", "network { }"}) {
        Scene alone;
        if (!compiled(alone, finding, statements)) {
            return;
        }
        const Outcome outcome = try_services(setting, alone, services);
        finding.control(outcome.status == 0, "it runs", outcome.text());
        finding.claim(!services.tcp_reached(), std::string("the host's loopback is out of reach with `") + statements + "`",
                      outcome.text());
        finding.claim(!services.unix_reached(), std::string("so are its abstract sockets with `") + statements + "`",
                      outcome.text());
    }
}

}  // namespace
}  // namespace sbx::kernel
