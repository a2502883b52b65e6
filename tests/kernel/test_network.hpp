// A network for tests, with nothing of the machine's own in it: a namespace `host`, in which launchers are started, and a namespace
// `world` beyond it. In both, a server answers TCP and UDP on every address and writes down what reached it: the judge of every
// test. Needs root.
#pragma once

#include "tests/kernel/harness.hpp"

#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

namespace sbx::kernel {

class TestNetwork {
public:
    /// Addresses of the host beside loopback; of the world: a gateway, two that tests allow and deny, one that is inside the
    /// network that slirp4netns takes by default, and the metadata service.
    static constexpr const char* host = "10.77.0.1";
    static constexpr const char* host_6 = "fd77::1";
    static constexpr const char* gateway = "10.77.0.2";
    static constexpr const char* allowed = "203.0.113.5";
    static constexpr const char* denied = "203.0.113.6";
    static constexpr const char* named = "203.0.113.9";
    static constexpr const char* shadowed = "10.0.2.77";
    static constexpr const char* metadata = "169.254.169.254";
    static constexpr const char* allowed_6 = "2001:db8:77::5";
    static constexpr const char* denied_6 = "2001:db8:77::6";

    /// One for all tests of a process.
    static TestNetwork& instance();
    TestNetwork(const TestNetwork&) = delete;
    TestNetwork& operator=(const TestNetwork&) = delete;

    enum class Tun { usable, locked, absent };
    /// The command in the host's namespace, with a TUN device that every id can open, or not.
    [[nodiscard]] Command in_host(Command command, Tun tun = Tun::usable) const;

    /// Forgets what was written down.
    void clear();
    /// Whether `tcp ADDRESS PORT` or `udp ADDRESS PORT` was written down by the server of `where`, `host` or `world`; waits a
    /// moment for what is still under way.
    [[nodiscard]] bool reached(const std::string& where, const std::string& what) const;
    /// All that was written down, as `host: tcp ADDRESS PORT`; waits a moment for what is still under way.
    [[nodiscard]] std::multiset<std::string> arrivals() const;
    [[nodiscard]] std::string log() const;

    /// User-mode networks that run in the host's namespace.
    [[nodiscard]] std::vector<pid_t> helpers() const;
    [[nodiscard]] bool helpers_gone(int milliseconds) const;
    void kill_helpers() const;

private:
    TestNetwork();
    ~TestNetwork();

    std::string directory_;
    std::vector<pid_t> processes_;
    int host_ = -1;
};

/// What a handwritten packet filter of these tests allows and denies.
struct Egress {
    std::string allow = "ip daddr 203.0.113.5 meta l4proto tcp tcp dport 80 accept";  ///< rules, one a line
    std::string sets{};                                                               ///< more of the table
    std::string network = "{}";                                                       ///< members of the manifest's network, JSON
    std::string resolver{};                                                           ///< resolver.conf
};
/// Makes a bundle that was compiled with `network host` one of a filtered network.
void filter_by_hand(const Scene& scene, const Egress& egress);

}  // namespace sbx::kernel
