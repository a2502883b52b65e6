// Launches with a filtered network: names, publishing, what is missing, what is reported, and deaths at any moment.
#include "tests/kernel/network_fixture.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

const std::string resolver_configuration = R"(port=53
no-resolv
no-hosts
no-poll
listen-address=127.0.0.1
bind-interfaces
query-port=853
server=/www.example.org/10.77.0.2
address=/*.www.example.org/
nftset=/www.example.org/4#inet#sbx#name_0_4,6#inet#sbx#name_0_6
local=/#/
)";
const std::string name_sets = "    set name_0_4 { type ipv4_addr; }\n    set name_0_6 { type ipv6_addr; }\n";

/// Processes below `ancestor` whose command line begins with `name`.
std::vector<pid_t> descendants_of(pid_t ancestor, const std::string& name) {
    std::vector<pid_t> found = processes_with(name);
    std::erase_if(found, [&](pid_t process) {
        const std::string own = "/proc/" + std::to_string(process);
        if (!read_file(own + "/cmdline").starts_with(name)) {
            return true;
        }
        for (pid_t above = process; above > 1;) {
            above = std::atoi(field(read_file("/proc/" + std::to_string(above) + "/status"), "PPid").c_str());
            if (above == ancestor) {
                return false;
            }
        }
        return true;
    });
    return found;
}

class EgressLaunch : public InTestNetwork<testing::TestWithParam<Mode>> {
protected:
    void compile(const Egress& egress, const std::string& statements = "") {
        const Outcome outcome = scene.compile("filesystem { proc /proc }\nnetwork host\n" + statements);
        ASSERT_EQ(outcome.status, 0) << outcome.text();
        filter_by_hand(scene, egress);
    }
    [[nodiscard]] Command launch(std::vector<std::string> requests, std::vector<std::string> options = {},
                                 TestNetwork::Tun tun = TestNetwork::Tun::usable) const {
        return launch_as(GetParam(), std::move(requests), std::move(options), tun);
    }
};

TEST_P(EgressLaunch, NamesAreResolvedAndOpenWhatTheyLeadTo) {
    compile({.allow = "ip daddr 10.77.0.2 udp sport 853 udp dport 53 accept\nip daddr @name_0_4 tcp dport 80 accept",
             .sets = name_sets,
             .network = R"({"resolver": "resolver.conf", "names": ["www.example.org"]})",
             .resolver = resolver_configuration});
    const std::string before = "echo:tcp:203.0.113.9:80";
    const Outcome closed = run(launch({before}));
    EXPECT_TRUE(closed.has(before + " no ECONNREFUSED")) << closed.text();
    const Outcome outcome = run(launch({"query:www.example.org", before, "echo:tcp:203.0.113.9:81", "query:other.example.org",
                                        "query:x.www.example.org", "echo:udp:10.77.0.2:53"}));
    EXPECT_TRUE(outcome.has("query:www.example.org = 203.0.113.9")) << outcome.text();
    EXPECT_TRUE(outcome.has(before + " ok")) << outcome.text();
    EXPECT_FALSE(outcome.has("echo:tcp:203.0.113.9:81 ok")) << outcome.text();
    EXPECT_TRUE(outcome.has("query:other.example.org refused")) << outcome.text();
    EXPECT_TRUE(outcome.has("query:x.www.example.org refused")) << outcome.text();
    EXPECT_FALSE(outcome.has("echo:udp:10.77.0.2:53 ok")) << "the payload itself does not reach the resolver\n" << outcome.text();
}

TEST_P(EgressLaunch, TheEndOfTheResolverEndsTheRun) {
    const Outcome compiling = scene.compile("network {\nresolver 10.77.0.2\nallow tcp to host \"www.example.org\" port 80\n}");
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    Running running(launch({"cat:/etc/resolv.conf", "tag:up", "sleep:5", "tag:after"}));
    ASSERT_TRUE(running.wait_for("tag up"));
    const std::vector<pid_t> resolvers = descendants_of(running.pid(), "dnsmasq");
    ASSERT_EQ(resolvers.size(), 1U);
    const std::string status = read_file("/proc/" + std::to_string(resolvers[0]) + "/status");
    EXPECT_EQ(field(status, "CapBnd"), "0000000000001400") << "CAP_NET_ADMIN and CAP_NET_BIND_SERVICE";
    EXPECT_EQ(field(status, "NoNewPrivs"), "1");
    kill(resolvers[0], SIGKILL);
    const Outcome outcome = running.finish();
    EXPECT_EQ(outcome.status, 125);
    EXPECT_FALSE(outcome.has("tag after"));
    EXPECT_TRUE(outcome.has("cat:/etc/resolv.conf = nameserver 127.0.0.1\\n")) << outcome.text();
    EXPECT_TRUE(outcome.err.starts_with("sbx-run: network: dnsmasq ended while the sandbox needed it; ")) << outcome.text();
}

TEST_P(EgressLaunch, AParameterIsPutIntoItsSet) {
    compile({.allow = "ip daddr @param_server_4 tcp dport @param_p_port accept",
             .sets = "    set param_server_4 { type ipv4_addr; }\n    set param_server_6 { type ipv6_addr; }\n"
                     "    set param_p_port { type inet_service; }\n",
             .network = R"({"fill": [{"set": "param_server_4", "parameter": "server", "family": "ipv4"},
                                     {"set": "param_server_6", "parameter": "server", "family": "ipv6"},
                                     {"set": "param_p_port", "parameter": "p", "family": "port"}]})"},
            "");
    using Json = nlohmann::ordered_json;
    const std::string file = scene.bundle() + "/manifest.json";
    Json manifest = Json::parse(read_file(file));
    manifest["parameters"] = Json::parse(R"([{"name": "server", "type": "address"}, {"name": "p", "type": "port"}])");
    write_file(file, manifest.dump(2), 0644);
    const auto with = [this](const std::string& server, const std::string& port) {
        return run(launch({"echo:tcp:203.0.113.6:81", "echo:tcp:203.0.113.6:80", "echo:tcp:203.0.113.5:81"},
                          {"--set", "server=" + server, "--set", "p=" + port}));
    };
    for (const char* server : {"203.0.113.6", "::ffff:203.0.113.6"}) {
        const Outcome outcome = with(server, "81");
        EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.6:81 ok")) << outcome.text();
        EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.6:80 no ECONNREFUSED")) << outcome.text();
        EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.5:81 no ECONNREFUSED")) << outcome.text();
    }
    for (const char* server : {"203.0.113.6 } ; flush ruleset", "localhost", "203.0.113.6/8", "0"}) {
        EXPECT_EQ(with(server, "81").status, 125) << server;
    }
    EXPECT_TRUE(with("10.77.0.1", "80").out.find(" ok") == std::string::npos) << "the host stays denied";
}

TEST_P(EgressLaunch, APublishedPortIsReachedFromTheHostAndNoOther) {
    compile({.network = R"({"helper": "pasta", "publish": [{"protocol": "tcp", "port": "\"8080\"", "on": "127.0.0.1"}]})"});
    Running running(launch({"listen:8080:5"}));
    ASSERT_TRUE(running.wait_for("listening ok")) << running.finish().text();
    const Outcome caller = run(network().in_host({.words = {tools_directory() + "/probe", "echo:tcp:10.77.0.1:8080",
                                                            "echo:tcp:127.0.0.1:8081", "echo:tcp:127.0.0.1:8080"}}));
    EXPECT_TRUE(caller.has("echo:tcp:127.0.0.1:8080 ok")) << caller.text();
    EXPECT_TRUE(caller.has("echo:tcp:10.77.0.1:8080 no ECONNREFUSED")) << caller.text();
    EXPECT_TRUE(caller.has("echo:tcp:127.0.0.1:8081 no ECONNREFUSED")) << caller.text();
    EXPECT_TRUE(running.finish().has("listen:8080:5 ok"));
}

TEST_P(EgressLaunch, AParameterIsPutIntoItsSetByTheCompilersFilterToo) {
    const Outcome compiling =
        scene.compile("param server: address\nparam p: port\nnetwork {\nallow tcp to $server port $p\ndeny tcp to 203.0.113.9\n}");
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    const auto with = [this](const std::string& server, const std::string& port) {
        return run(launch({"echo:tcp:203.0.113.6:81", "echo:tcp:203.0.113.6:80", "echo:tcp:203.0.113.5:81",
                           "echo:tcp:203.0.113.9:81", "echo:tcp:10.77.0.1:81", "echo:tcp:169.254.169.254:81"},
                          {"--set", "server=" + server, "--set", "p=" + port}));
    };
    const Outcome outcome = with("203.0.113.6", "81");
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.6:81 ok")) << outcome.text();
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.6:80 no ECONNREFUSED")) << outcome.text();
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.5:81 no ECONNREFUSED")) << outcome.text();
    for (const char* denied : {"203.0.113.9", "10.77.0.1", "169.254.169.254"}) {
        const Outcome other = with(denied, "81");
        EXPECT_EQ(other.out.find(" ok"), std::string::npos) << denied << "\n" << other.text();
    }
}

TEST_P(EgressLaunch, EchoRequestsGoWhereTheyAreAllowed) {
    compile({.allow = "ip daddr 203.0.113.5 icmp type echo-request accept"});
    const Outcome outcome = run(launch({"ping:203.0.113.5", "ping:203.0.113.6", "ping:10.77.0.1"}));
    EXPECT_TRUE(outcome.has("ping:203.0.113.5 ok")) << outcome.text();
    EXPECT_FALSE(outcome.has("ping:203.0.113.6 ok")) << outcome.text();
    EXPECT_FALSE(outcome.has("ping:10.77.0.1 ok")) << outcome.text();
}

TEST_P(EgressLaunch, WhatIsMissingIsNamedBeforeAnythingRuns) {
    compile({});
    const Outcome absent = run(launch({"tag:ran"}, {}, TestNetwork::Tun::absent));
    EXPECT_EQ(absent.status, 125);
    EXPECT_EQ(absent.out, "");
    EXPECT_EQ(absent.err,
              "sbx-run: network: `/dev/net/tun` cannot be opened: No such file or directory; load the module with "
              "`modprobe tun`, or give the container that device\n");
    const Outcome locked = run(launch({"tag:ran"}, {}, TestNetwork::Tun::locked));
    EXPECT_EQ(locked.status, 125);
    EXPECT_TRUE(locked.err.starts_with("sbx-run: network: `/dev/net/tun` cannot be opened by uid ")) << locked.text();
}

TEST_P(EgressLaunch, AFilterThatWasNotLoadedIsNoticed) {
    compile({});
    Command command = probing({GetParam(), ""}, scene, {"tag:ran", "echo:tcp:203.0.113.6:80"});
    command.before_exec = [before = command.before_exec] {
        // An nft that says it has done what it was asked for.
        if (mount("/usr/bin/true", "/usr/sbin/nft", nullptr, MS_BIND, nullptr) != 0) {
            _exit(1);
        }
        if (before) {
            before();
        }
    };
    const Outcome outcome = run(network().in_host(std::move(command)));
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(outcome.err.starts_with("sbx-run: network: the packet filter is not in force as it was loaded: "))
        << outcome.text();
    EXPECT_FALSE(network().reached("world", "tcp 203.0.113.6 80")) << network().log();
}

TEST_P(EgressLaunch, TheReportSaysWhatWasInForce) {
    compile({});
    const std::string report = scene.directory("report", 0777) + "/report.json";
    const Outcome outcome = run(launch({"echo:tcp:203.0.113.5:80"}, {"--report", report}));
    ASSERT_EQ(outcome.status, 0) << outcome.text();
    const nlohmann::json network = nlohmann::json::parse(read_file(report))["network"];
    EXPECT_EQ(network["mode"], "filtered");
    EXPECT_EQ(network["helper"]["path"], "/usr/bin/slirp4netns");
    EXPECT_NE(network["helper"]["version"], "unknown");
    EXPECT_EQ(network["cidr"], "10.0.2.0/24");
    EXPECT_EQ(network["resolver"], nullptr);
    const std::string denied = network["host_addresses_denied"].dump();
    EXPECT_NE(denied.find("\"10.77.0.1\""), std::string::npos) << denied;
    EXPECT_NE(denied.find("\"fd77::1\""), std::string::npos) << denied;
    EXPECT_TRUE(network["filter"].get<std::string>().starts_with("sha256:"));
    const Outcome shown = run(launch({"tag:ran"}, {"--print"}));
    EXPECT_TRUE(shown.has("/usr/sbin/nft") && shown.has("--disable-host-loopback") && !shown.has("tag ran")) << shown.text();
}

/// A host of its own, which has a way out for IPv4, and for IPv6 where it is asked to.
Command on_a_host(Command command, bool with_ipv6) {
    command.before_exec = [before = command.before_exec, with_ipv6] {
        before();
        std::string commands =
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin; ip link set lo up; ip link add near type veth peer name far; "
            "ip addr add 10.77.0.1/24 dev near; ip link set near up; ip link set far up; ip route add default via 10.77.0.2; ";
        commands += with_ipv6 ? "ip addr add fd77::1/64 dev near nodad; ip route add default via fd77::2; turn=0; "
                                "until grep -q '^fe80.* near$' /proc/net/if_inet6; do turn=$((turn + 1)); [ $turn -lt 500 ]; "
                                "sleep 0.01; done"
                              : "echo 1 >/proc/sys/net/ipv6/conf/near/disable_ipv6";
        if (unshare(CLONE_NEWNET) != 0 || std::system(("set -e; " + commands).c_str()) != 0) {
            _exit(98);
        }
    };
    return command;
}

TEST_P(EgressLaunch, AHostWithoutIpv6IsReported) {
    const Outcome compiling =
        scene.compile("filesystem { proc /proc }\nnetwork {\nallow tcp to 203.0.113.5 2001:db8:77::5 port 80\n}");
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    const std::string report = scene.directory("report", 0777) + "/report.json";
    for (const bool has_ipv6 : {false, true}) {
        const Outcome outcome =
            run(on_a_host(launch({"cat:/proc/net/if_inet6", "echo:tcp:2001:db8:77::5:80"}, {"--report", report}), has_ipv6));
        ASSERT_EQ(outcome.status, 0) << outcome.text();
        EXPECT_EQ(outcome.out.find("fd7362782d72") != std::string::npos, has_ipv6) << outcome.text();
        const nlohmann::json json = nlohmann::json::parse(read_file(report));
        EXPECT_EQ(json["network"]["ipv6"], has_ipv6) << json;
        EXPECT_EQ(json["notes"].dump().find("the sandbox has no IPv6, since this host has no") == std::string::npos, has_ipv6)
            << json["notes"];
    }
}

TEST_P(EgressLaunch, ASignalDuringSetUpEndsTheLaunchAtOnce) {
    compile({});
    for (int turn = 1; turn < 6; ++turn) {
        Running running(launch({"sleep:5"}));
        usleep(static_cast<useconds_t>(turn) * 15000);
        kill(running.pid(), SIGTERM);
        const Outcome outcome = running.finish();
        const bool killed = outcome.status == 128 + SIGKILL && outcome.err.find("killed after signal 15") != std::string::npos;
        EXPECT_TRUE(killed || outcome.status == 125 || outcome.status == 128 + SIGTERM) << outcome.text();
        EXPECT_TRUE(network().helpers_gone(1000)) << "turn " << turn;
    }
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressLaunch, testing::ValuesIn(modes_of_sbx_run()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
