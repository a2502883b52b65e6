// Connections and names, decided from the language reference: rows of policy, request and verdict.
#include "compiler/policy/judge.hpp"
#include "tests/unit/policy/decide_support.hpp"

#include <gmock/gmock.h>

namespace sbx {
namespace {

using policy::Verdict;
constexpr Verdict passes = Verdict::allowed;
constexpr Verdict stops = Verdict::denied;
constexpr Verdict maybe = Verdict::depends;

constexpr const char* mirror =
    "network { allow tcp to 10.20.0.0/16 2001:db8:20::/48 port 443; allow udp to 10.20.0.53 port 53; deny any to 10.20.9.0/24 }";
constexpr const char* every_kind = "network { allow any to @any; allow any to 169.254.0.0/16 10.0.0.1 }";
constexpr const char* parameters =
    "param server: address\nparam door: port 1000-2000\nparam fixed: port 7-7\nparam one: address one of [10.3.0.1]\n"
    "network { allow tcp to $server port 443; allow tcp to 10.1.0.1 port $door $fixed; allow udp to 10.2.0.0/16 port 1-2000; "
    "deny udp to 10.2.0.1 port $door; deny udp to $server port 80; allow tcp to $one port 9; deny tcp to 10.9.0.0/16 }";
constexpr const char* names =
    "network { resolver 10.0.0.53; allow tcp to host \"*.example.org\" port 443; allow tcp to 10.0.0.0/8 port 22; "
    "deny any to 10.66.0.0/16 }";

constexpr test::DecideRow request_rows[] = {
    {mirror, "connect tcp 10.20.3.4:443", passes},
    {mirror, "connect tcp 10.20.0.0:443", passes},
    {mirror, "connect tcp 10.20.255.255:443", passes},
    {mirror, "connect tcp 10.19.255.255:443", stops},
    {mirror, "connect tcp 10.21.0.0:443", stops},
    {mirror, "connect tcp 10.20.3.4:442", stops},
    {mirror, "connect tcp 10.20.3.4:444", stops},
    {mirror, "connect udp 10.20.3.4:443", stops},
    {mirror, "connect tcp [2001:db8:20::1]:443", passes},
    {mirror, "connect tcp [2001:db8:21::1]:443", stops},
    {mirror, "connect udp 10.20.0.53:53", passes},
    {mirror, "connect tcp 10.20.0.53:53", stops},
    {mirror, "connect tcp 10.20.9.1:443", stops},
    {mirror, "connect tcp 127.0.0.1:1", passes},
    {mirror, "connect udp [::1]:1", passes},
    {mirror, "resolve example.org", stops},
    {every_kind, "connect tcp 192.0.2.1:1", passes},
    {every_kind, "connect udp [2001:db8::1]:65535", passes},
    {every_kind, "connect tcp 169.254.169.254:80", stops},
    {every_kind, "connect tcp 169.254.0.1:80", stops},
    {every_kind, "connect tcp [fe80::1]:80", stops},
    {every_kind, "connect tcp 100.100.100.200:80", stops},
    {parameters, "connect tcp 192.0.2.1:443", maybe},
    {parameters, "connect tcp 192.0.2.1:444", stops},
    {parameters, "connect tcp 10.9.0.1:443", stops},
    {parameters, "connect tcp 10.1.0.1:1000", maybe},
    {parameters, "connect tcp 10.1.0.1:999", stops},
    {parameters, "connect tcp 10.1.0.1:7", passes},
    {parameters, "connect tcp 10.3.0.1:9", passes},
    {parameters, "connect tcp 10.3.0.2:9", stops},
    {parameters, "connect udp 10.2.0.2:1500", passes},
    {parameters, "connect udp 10.2.0.1:1500", maybe},
    {parameters, "connect udp 10.2.0.1:999", passes},
    {parameters, "connect udp 10.2.0.1:80", maybe},
    {names, "connect tcp 192.0.2.1:443", maybe},
    {names, "connect tcp 192.0.2.1:80", stops},
    {names, "connect tcp 10.66.0.1:443", stops},
    {names, "connect tcp 169.254.169.254:443", stops},
    {names, "connect tcp 10.1.0.1:22", passes},
    {names, "connect udp 10.0.0.53:53", stops},
    {names, "resolve a.example.org", passes},
    {names, "resolve b.a.Example.org", passes},
    {names, "resolve \"a.example.org\"", passes},
    {names, "resolve example.org", stops},
    {names, "resolve badexample.org", stops},
    {"network { resolver 10.0.0.53 }", "resolve anything.example", passes},
    {"network { resolver 10.0.0.53 }", "connect tcp 10.0.0.53:53", passes},
    {"network { resolver 10.0.0.53 }", "connect tcp 10.0.0.53:54", stops},
    {"network off", "resolve example.org", stops},
    {"network host", "resolve example.org", passes},
    {"network { publish tcp 8080 }", "connect tcp 10.0.0.1:8080", stops},
};

TEST(DecideNetwork, EveryRowHasItsVerdict) {
    test::expect_verdicts(request_rows);
}

TEST(DecideNetwork, NamesTheStatementThatDecides) {
    const auto reason = [](const char* policy, const char* request) { return test::decided(policy, request).reason; };
    EXPECT_EQ(reason(mirror, "connect tcp 10.20.3.4:443"), "`allow tcp to 10.20.0.0/16 2001:db8:20::/48 port 443` allows it");
    EXPECT_EQ(reason(mirror, "connect tcp 10.20.9.4:443"), "`deny any to 10.20.9.0/24` denies it, whatever is allowed");
    EXPECT_EQ(reason(mirror, "connect tcp 10.20.3.4:80"), "no statement allows `tcp to 10.20.3.4 port 80`");
    EXPECT_EQ(reason(every_kind, "connect tcp 169.254.169.254:80"), "`@metadata` is denied in every filtered network");
    EXPECT_EQ(reason(parameters, "connect tcp 192.0.2.1:443"),
              "it depends on the value of `$server`: `allow tcp to $server port 443` allows it for one value");
    EXPECT_EQ(reason(names, "connect udp 10.0.0.53:53"),
              "only the sandbox's own resolver may ask the name server, since names are allowed");
    EXPECT_TRUE(test::decided(mirror, "connect tcp 10.20.3.4:443").origin.known());
}

TEST(DecideNetwork, NamesEveryParameterOnWhichItDepends) {
    const auto reason = [](const std::string& rules, const char* request) {
        const std::string policy =
            "param h: address one of [10.0.0.1 10.0.0.9]\nparam g: address one of [10.0.0.1 10.0.0.9]\n"
            "param p: port 400-500\nparam one: address one of [10.0.0.1]\nnetwork {\n" +
            rules + "\n}";
        return test::decided(policy.c_str(), request).reason;
    };
    EXPECT_EQ(reason("allow tcp to $h port $p", "connect tcp 10.0.0.1:443"),
              "it depends on the values of `$h` and `$p`: `allow tcp to $h port $p` allows it for some of them");
    EXPECT_EQ(reason("allow tcp to $one port $p", "connect tcp 10.0.0.1:443"),
              "it depends on the value of `$p`: `allow tcp to $one port $p` allows it for one value");
    EXPECT_EQ(reason("allow tcp to $h port 443; allow tcp to $g port 443-444", "connect tcp 10.0.0.1:443"),
              "it depends on the values of `$g` and `$h`: `allow tcp to $g port 443-444` allows it for some of them");
    EXPECT_EQ(reason("allow tcp to 10.0.0.0/8; deny tcp to $h", "connect tcp 10.0.0.1:443"),
              "it depends on the value of `$h`: `deny tcp to $h` denies it for one value");
    EXPECT_EQ(reason("allow tcp to $h; deny tcp to $g", "connect tcp 10.0.0.1:443"),
              "it depends on the values of `$g` and `$h`: `allow tcp to $h` allows it for some of them");
}

TEST(DecideNetwork, WhatIsDeniedWhereverItIsAllowedIsDenied) {
    const char* const policy = "param h: address one of [10.0.0.1 10.0.0.9]\nnetwork { allow tcp to $h; deny tcp to $h port 443 }";
    EXPECT_EQ(test::decided(policy, "connect tcp 10.0.0.1:443").verdict, stops);
    EXPECT_EQ(test::decided(policy, "connect tcp 10.0.0.1:443").reason,
              "`deny tcp to $h port 443` denies it wherever `allow tcp to $h` allows it");
    EXPECT_EQ(test::decided(policy, "connect tcp 10.0.0.1:444").verdict, maybe);
}

// ---- tests ------------------------------------------------------------------------------------------------------------------

/// Whether the one expectation holds.
bool holds(const std::string& policy, const std::string& expectation) {
    const auto resolved = test::resolve_profile(policy + "\ntest \"it\" { " + expectation + " }");
    EXPECT_FALSE(resolved.sink.has_errors()) << testing::PrintToString(resolved.messages());
    return policy::judge(resolved.profile.policy, resolved.profile.tests.at(0).expectations.at(0)).holds;
}

TEST(NeverConnect, HoldsWhereNoLaunchReachesTheAddresses) {
    EXPECT_TRUE(holds(mirror, "never connect 10.21.0.0/16"));
    EXPECT_TRUE(holds(mirror, "never connect 10.20.9.0/24"));
    EXPECT_FALSE(holds(mirror, "never connect 10.20.8.0/23"));
    EXPECT_FALSE(holds(mirror, "never connect @private"));
    EXPECT_TRUE(holds(mirror, "never connect @public"));
    EXPECT_TRUE(holds(every_kind, "never connect @metadata"));
    EXPECT_TRUE(holds(every_kind, "never connect 127.0.0.1"));
    EXPECT_FALSE(holds("network { allow icmp to 10.0.0.1 }", "never connect 10.0.0.1"));
    EXPECT_FALSE(holds(parameters, "never connect 192.0.2.1"));
    EXPECT_TRUE(holds(parameters, "never connect @metadata"));
    EXPECT_FALSE(holds(names, "never connect 192.0.2.1"));
    EXPECT_TRUE(holds(names, "never connect 10.66.0.0/16"));
    EXPECT_TRUE(holds("network off", "never connect @any"));
    EXPECT_FALSE(holds("network host", "never connect 10.0.0.1"));
}

TEST(Expectations, AboutWhatDependsOnTheLaunchDoNotHold) {
    EXPECT_FALSE(holds(names, "denied connect tcp 192.0.2.1:443"));
    EXPECT_FALSE(holds(names, "allowed connect tcp 192.0.2.1:443"));
    EXPECT_TRUE(holds(names, "denied connect tcp 192.0.2.1:444"));
}

}  // namespace
}  // namespace sbx
