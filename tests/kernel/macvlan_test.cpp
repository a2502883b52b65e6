// A filtered network that leaves by a macvlan interface: what it reaches, what is refused, what is left behind.
#include "tests/kernel/network_fixture.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

using Words = std::vector<std::string>;
const Words on_near = {"--macvlan", "near", "--address", "10.77.0.50/24", "--gateway", "10.77.0.2"};

class MacvlanNetwork : public InTestNetwork<testing::Test> {
protected:
    void compile(const std::string& block) {
        const Outcome outcome = scene.compile("filesystem { proc /proc }\n" + block);
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    [[nodiscard]] Command launch(Words requests, Words options, bool as_root = true) const {
        return launch_as({Program::sbx_run, as_root}, std::move(requests), std::move(options), TestNetwork::Tun::absent);
    }
    /// What sbx-run says to these options; nothing ran.
    [[nodiscard]] std::string refused(const Words& options, bool as_root = true) const {
        const Outcome outcome = run(launch({"tag:macvlan-ran"}, options, as_root));
        EXPECT_EQ(outcome.status, 125) << outcome.text();
        EXPECT_EQ(outcome.out, "");
        return outcome.err;
    }
};

TEST_F(MacvlanNetwork, LetsThroughWhatThePolicyAllowsAndNothingElse) {
    compile("network {\nallow tcp to 203.0.113.5 10.77.0.0/24 port 80\n}");
    const Outcome outcome =
        run(launch({"echo:tcp:203.0.113.5:80", "echo:tcp:203.0.113.5:81", "echo:udp:203.0.113.5:80", "echo:tcp:203.0.113.6:80",
                    "echo:tcp:10.77.0.2:80", "echo:tcp:10.77.0.1:80", "echo:tcp:2001:db8:77::5:80", "cat:/proc/net/if_inet6"},
                   on_near));
    ASSERT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_TRUE(network().reached("world", "tcp 203.0.113.5 80") && outcome.has("echo:tcp:203.0.113.5:80 ok")) << outcome.text();
    EXPECT_TRUE(network().reached("world", "tcp 10.77.0.2 80")) << "the router is a neighbour like others\n" << outcome.text();
    for (const char* denied : {"tcp 203.0.113.5 81", "udp 203.0.113.5 80", "tcp 203.0.113.6 80", "tcp 2001:db8:77::5 80"}) {
        EXPECT_FALSE(network().reached("world", denied)) << denied << "\n" << outcome.text();
    }
    EXPECT_FALSE(network().reached("host", "tcp 10.77.0.1 80")) << "the host's own address\n" << outcome.text();
    EXPECT_EQ(outcome.out.find("tap0"), std::string::npos) << "it has an address of IPv6\n" << outcome.text();
}

TEST_F(MacvlanNetwork, ResolvesTheNamesOfThePolicy) {
    compile("network {\nresolver 10.77.0.2\nallow tcp to host \"www.example.org\" port 80\n}");
    const Outcome outcome = run(launch({"echo:tcp:203.0.113.9:80", "query:www.example.org", "echo:tcp:203.0.113.9:80",
                                        "query:example.org", "echo:udp:10.77.0.2:53"},
                                       on_near));
    EXPECT_TRUE(
        outcome.out.starts_with("echo:tcp:203.0.113.9:80 no ECONNREFUSED\nquery:www.example.org = 203.0.113.9\n"
                                "echo:tcp:203.0.113.9:80 ok\nquery:example.org refused\n"))
        << outcome.text();
    EXPECT_FALSE(outcome.has("echo:udp:10.77.0.2:53 ok")) << outcome.text();
}

TEST_F(MacvlanNetwork, IsReportedAndNeedsNoOtherProgram) {
    compile("network {\nallow tcp to 203.0.113.5 2001:db8:77::5 port 80\n}");
    scene.directory("report");
    const std::string report = scene.path("report/json");
    Words options = on_near;
    options.insert(options.end(), {"--report", report});
    Running running(launch({"tag:macvlan-report", "sleep:1"}, options));
    ASSERT_TRUE(running.wait_for("tag macvlan-report"));
    EXPECT_TRUE(network().helpers().empty());
    EXPECT_EQ(running.finish().status, 0);
    const std::string text = read_file(report);
    for (const char* part : {"\"interface\": \"near\"", "\"address\": \"10.77.0.50/24\"", "\"gateway\": \"10.77.0.2\"",
                             "the sandbox has no IPv6, since its macvlan interface has", "\"ipv6\": false"}) {
        EXPECT_NE(text.find(part), std::string::npos) << text;
    }
}

TEST_F(MacvlanNetwork, IsRefusedWhereItCannotBe) {
    compile("network {\nallow tcp to 203.0.113.5 port 80\n}");
    const auto with = [](std::size_t at, const char* value) {
        Words words = on_near;
        words.at(at) = value;
        return words;
    };
    EXPECT_NE(refused(on_near, false).find("only root can give"), std::string::npos);
    EXPECT_NE(refused({"--macvlan", "near"}).find("belong together"), std::string::npos);
    for (const std::size_t at : {1U, 3U, 5U}) {
        EXPECT_NE(refused(with(at, "")).find("needs a value, and has an empty one"), std::string::npos);
    }
    EXPECT_NE(refused({"--macvlan=", "--address=", "--gateway="}).find("`--macvlan` needs a value"), std::string::npos)
        << "it would run with another network";
    EXPECT_NE(refused(with(1, "eth99")).find("this host has no interface `eth99`; name one that `ip link` shows"),
              std::string::npos);
    for (const char* address : {"10.77.0.50", "10.77.0.50/31", "10.77.0/24", "fd77::5/64", "10.77.0.50/24/1"}) {
        EXPECT_NE(refused(with(3, address)).find("`--address` is not an address"), std::string::npos) << address;
    }
    for (const char* address : {"10.77.0.0/24", "10.77.0.255/24"}) {
        EXPECT_NE(refused(with(3, address)).find("broadcast address"), std::string::npos) << address;
    }
    for (const char* gateway : {"10.78.0.2", "10.77.0.50", "router"}) {
        EXPECT_NE(refused(with(5, gateway)).find("is no other address in the network"), std::string::npos) << gateway;
    }
    // The loopback interface can carry none.
    EXPECT_NE(refused(with(1, "lo")).find("no macvlan interface can be made on `lo`: Invalid argument"), std::string::npos);
    compile("network off");
    EXPECT_NE(refused(on_near).find("is for a filtered network"), std::string::npos);
    compile("network {\nallow tcp to 203.0.113.5 port 80\npublish tcp 8080\n}");
    EXPECT_NE(refused(on_near).find("publishes a port"), std::string::npos);
}

TEST_F(MacvlanNetwork, ALauncherKilledAtAnyMomentLetsNothingThroughAndLeavesNothing) {
    compile("network {\nallow tcp to 203.0.113.5 port 80\n}");
    const std::string tag = "tag:macvlan-" + std::to_string(getpid());
    for (int turn = 0; turn < 20; ++turn) {
        Running running(launch({tag, "echo:udp:203.0.113.6:80", "echo:tcp:203.0.113.5:81", "sleep:5"}, on_near));
        usleep(static_cast<useconds_t>(turn) * 4000);
        kill(running.pid(), SIGKILL);
        EXPECT_TRUE(gone(scene.bundle(), 2000) && gone(tag, 2000)) << "turn " << turn;
    }
    EXPECT_FALSE(network().reached("world", "udp 203.0.113.6 80")) << network().log();
    EXPECT_FALSE(network().reached("world", "tcp 203.0.113.5 81")) << network().log();
    const Outcome links = run(network().in_host({.words = {"/usr/sbin/ip", "link"}}));
    EXPECT_EQ(links.out.find("tap0"), std::string::npos) << links.out;
}

}  // namespace
}  // namespace sbx::kernel
