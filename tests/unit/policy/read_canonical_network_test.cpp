// The network of policy.json: what is written is read back, and what was not written by policyc is refused where it stands.
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/read_canonical_json.hpp"
#include "tests/support/memory_files.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace sbx {
namespace {

constexpr const char* every_traffic = R"(
param server: address
param dns: address
param door: port 1-2
network {
    allow tcp to 10.20.0.0/16 2001:db8::/32 port 443 8000-8999
    allow any to 10.0.0.9
    allow tcp to $server 10.7.0.1 port 22 $door
    allow icmp to $server
    allow tcp to host "*.example.org" port 443 $door
    allow icmp to host "a.example.net"
    deny udp to $server port 9
    deny tcp to 10.1.0.0/16 port 443
    resolver 10.20.0.53 $dns
    unblock link-local because "x"
    unblock host port 5432 $door because "x"
    publish tcp 8080
    publish udp $door on ::1
}
)";

policy::Policy network_policy_of(const std::string& statements) {
    auto resolved = test::resolve_profile(statements);
    EXPECT_FALSE(resolved.sink.has_errors()) << testing::PrintToString(resolved.messages());
    return std::move(resolved.profile.policy);
}

TEST(ReadCanonicalNetwork, ReadsWhatIsWritten) {
    const policy::Policy policy = network_policy_of(every_traffic);
    const std::string text = canonical_json(policy);
    const policy::ReadPolicy read = policy::read_canonical_json(text);
    ASSERT_TRUE(read.policy.has_value()) << "line " << read.line << ": " << read.error << "\n" << text;
    EXPECT_EQ(*read.policy, policy);
    EXPECT_EQ(canonical_json(*read.policy), text);
}

TEST(ReadCanonicalNetwork, ListsThatDifferLateAreNotTakenForOneAnother) {
    for (const char* more : {"", "allow udp to 10.9.0.0/16", "allow tcp to 10.9.0.0/16", "allow icmp to 10.9.0.0/16",
                             "deny udp to 10.2.0.0/16 port 9", "allow tcp to 10.9.0.0/16 port 1-9"}) {
        const policy::Policy policy =
            network_policy_of("network { allow any to 10.0.0.0/16 10.2.0.0/16\n" + std::string(more) + " }");
        const std::string text = canonical_json(policy);
        const policy::ReadPolicy read = policy::read_canonical_json(text);
        ASSERT_TRUE(read.policy.has_value()) << "line " << read.line << ": " << read.error << "\n" << text;
        EXPECT_EQ(*read.policy, policy) << text;
    }
}

/// One list for the protocols that reach the same, so that a change shows once; never one for those with ports and those without.
TEST(ReadCanonicalNetwork, WhatSeveralProtocolsReachStandsThereOnce) {
    const std::string any = canonical_json(network_policy_of("network { allow any to 10.0.0.0/16 }"));
    EXPECT_NE(any.find("\"protocols\": [\"icmp\", \"other\"],"), std::string::npos) << any;
    EXPECT_NE(any.find("\"protocols\": [\"tcp\", \"udp\"],"), std::string::npos) << any;
    // Whether they were written in one statement or in two does not matter.
    const std::string apart = canonical_json(
        network_policy_of("network { allow icmp to 10.0.0.0/16\nallow udp to 10.0.0.0/16\nallow tcp to 10.0.0.0/16 }"));
    EXPECT_NE(apart.find("\"protocols\": [\"icmp\"],"), std::string::npos) << apart;
    EXPECT_NE(apart.find("\"protocols\": [\"tcp\", \"udp\"],"), std::string::npos) << apart;
    std::string split = any;
    const std::size_t at = split.find("[\"tcp\", \"udp\"]");
    split.replace(at, 14, "[\"udp\", \"tcp\"]");
    EXPECT_FALSE(policy::read_canonical_json(split).policy.has_value()) << split;
}

TEST(ReadCanonicalNetwork, HasTheAgreedForm) {
    const std::string text = canonical_json(network_policy_of("network { allow tcp to 10.0.0.0/8 port 443 }"));
    EXPECT_NE(text.find(R"(  "network": {
    "mode": "filtered",
    "allowed": [
      {
        "protocols": ["tcp"],
        "to": [
          {"addresses": "10.0.0.0/8", "ports": [[443, 443]]}
        ]
      }
    ],
    "denied": [],
    "symbolic_allowed": [],
    "symbolic_denied": [],
    "names": {},
    "resolvers": [],
    "unblocked": {
      "host": {
        "ranges": [],
        "parameters": []
      },
      "link_local": false,
      "metadata": false
    },
    "publish": []
  },)"),
              std::string::npos)
        << text;
}

/// The text of `every_traffic` with one part replaced, and the beginning of what is said about it.
struct NetworkMistake {
    const char* part;
    const char* replacement;
    const char* error;
};
constexpr NetworkMistake network_mistakes[] = {
    {"\"mode\": \"filtered\"", "\"mode\": \"host\"", "there is no key `allowed` here"},
    {"\"addresses\": \"10.0.0.9\"", "\"addresses\": \"10.0.0.09\"", "`10.0.0.09` is no address, network or range"},
    {"\"addresses\": \"10.0.0.9\"", "\"addresses\": \"10.0.0.10-10.0.0.9\"", "`10.0.0.10-10.0.0.9` is no address"},
    {"\"addresses\": \"10.0.0.9\"", "\"addresses\": \"10.0.0.9-::1\"", "`10.0.0.9-::1` is no address, network or range"},
    {"\"addresses\": \"10.0.0.9\"", "\"addresses\": \"10.0.0.9/8\"", "`10.0.0.9/8` is no address, network or range"},
    {"\"addresses\": \"10.0.0.9\"", "\"addresses\": \"10.0.0.8\"", ""},
    {"\"addresses\": \"10.0.0.9\"", "\"addresses\": \"10.0.0.9/32\"", "a string is not spelled as policyc spells it"},
    {"\"addresses\": \"2001:db8::/32\"", "\"addresses\": \"2001:DB8::/32\"", "a string is not spelled as policyc spells it"},
    {"[\"icmp\", \"other\"]", "[\"icmp\", \"sctp\"]", "`sctp` is no protocol"},
    {"[\"icmp\", \"other\"]", "[\"icmp\", \"tcp\"]", "protocols that share a list"},
    {"[\"icmp\", \"other\"]", "[]", "protocols that share a list"},
    {"[443, 443]", "[0, 443]", "no port is 0"},
    {"[443, 443]", "[444, 443]", "a range of ports is"},
    {"[443, 443]", "[443, 65536]", "65536 is more than 65535"},
    {"[443, 443]", "[443,443]", "expected `]`, found `,443"},
    {"[443, 443]", "[443, 443 ]", "expected `]`, found ` ]"},
    {"[443, 443]", "[443, ]", "expected another entry"},
    {"[443, 443]", "[\n443, 443]", "expected a whole number"},
    {"{\"addresses\": \"10.0.0.9\"", "{ \"addresses\": \"10.0.0.9\"", "expected a string"},
    {"\"parameter\": \"server\"", "\"parameter\": \"door\"", "the parameter `door` is of type port"},
    {"\"parameter\": \"server\"", "\"parameter\": \"other\"", "the parameter `other` is not declared"},
    {"\"*.example.org\"", "\"*.Example.org\"", "`*.Example.org` is not the name of a host"},
    {"\"*.example.org\"", "\"b.example.org\"", "`a.example.net` stands here a second time, or out of order"},
    {"\"10.20.0.53\",", "\"10.20.0.53/32\",", "`10.20.0.53/32` is no address"},
    {"\"port\": 8080", "\"port\": 0", "no port is 0"},
    {"\"on\": \"::1\"", "\"on\": \"localhost\"", "`localhost` is no address"},
    {"\"link_local\": true", "\"link_local\": 1", "expected `true` or `false`"},
};

TEST(ReadCanonicalNetwork, RefusesWhatPolicycDoesNotWrite) {
    const std::string good = canonical_json(network_policy_of(every_traffic));
    for (const NetworkMistake& mistake : network_mistakes) {
        std::string text = good;
        const std::size_t at = text.find(mistake.part);
        ASSERT_NE(at, std::string::npos) << mistake.part << "\n" << good;
        text.replace(at, std::string_view(mistake.part).size(), mistake.replacement);
        const policy::ReadPolicy read = policy::read_canonical_json(text);
        EXPECT_EQ(read.policy.has_value(), *mistake.error == '\0') << mistake.replacement;
        EXPECT_TRUE(read.error.starts_with(mistake.error)) << mistake.replacement << ": " << read.error;
    }
}

}  // namespace
}  // namespace sbx
