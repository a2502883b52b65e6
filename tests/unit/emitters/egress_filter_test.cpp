// The text of packet filters. That nft loads it is tested where nft may be run.
#include "emitters/egress_filter.hpp"

#include "../plan/network_fixture.hpp"
#include "compiler/plan/filter_size.hpp"
#include "emitters/manifest.hpp"
#include "emitters/resolver_configuration.hpp"
#include "emitters_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <gmock/gmock.h>

namespace sbx::emit {
namespace {

using plan::NetworkStatement;
using plan::Protocol;
using policy::ParameterType;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::map<std::string, std::string> files_of(const policy::Policy& policy) {
    std::map<std::string, std::string> files;
    for (const Artifact& artifact : egress_filter(plan_of(policy))) {
        EXPECT_THAT(artifact.bytes, StartsWith("# sbx egress 1\n")) << artifact.name;
        EXPECT_TRUE(artifact.bytes.ends_with("\n")) << artifact.name;
        files.emplace(artifact.name, artifact.bytes);
    }
    return files;
}

/// Place of the text, which is there once.
std::size_t place_of(const std::string& text, std::string_view part) {
    const std::size_t place = text.find(part);
    EXPECT_NE(place, std::string::npos) << part;
    EXPECT_EQ(text.find(part, place + 1), std::string::npos) << part << " occurs twice";
    return place;
}

/// `count` networks of 16 addresses, every other one.
plan::NetworkRule many_networks(std::uint32_t count, Protocol protocol = Protocol::tcp) {
    std::vector<policy::AddressRange> ranges;
    for (std::uint32_t i = 0; i < count; ++i) {
        policy::Address first = plan::address("10.0.0.0");
        const std::uint32_t number = i * 32;
        first.bytes[1] = static_cast<std::uint8_t>(number >> 16U);
        first.bytes[2] = static_cast<std::uint8_t>(number >> 8U);
        first.bytes[3] = static_cast<std::uint8_t>(number);
        policy::Address last = first;
        last.bytes[3] = static_cast<std::uint8_t>(last.bytes[3] + 15U);
        ranges.push_back({first, last});
    }
    plan::NetworkRule rule = plan::allow(protocol, {});
    rule.addresses = policy::AddressSet::of(std::move(ranges));
    return rule;
}

TEST(EgressFilter, ANetworkThatIsNotFilteredHasNone) {
    EXPECT_TRUE(egress_filter(plan_of(plan::policy_of({}))).empty());
}

TEST(EgressFilter, ASetOfSingleThingsIsNoneOfIntervals) {
    const auto set_of = [](std::initializer_list<std::string_view> addresses, policy::PortRange range) {
        const auto files = files_of(plan::with_network({plan::allow(Protocol::tcp, addresses, plan::ports({range}))}));
        const std::string& first = files.at("egress.nft");
        const std::size_t begin = first.find("    set tcp_4 ");
        return first.substr(begin, first.find('\n', begin) - begin);
    };
    const std::string hashed = "    set tcp_4 { type ipv4_addr . inet_service;";
    EXPECT_EQ(set_of({"10.20.0.1", "10.20.0.3"}, {443, 443}), hashed);
    for (const std::string& wide : {set_of({"10.20.0.1", "10.20.0.4/31"}, {443, 443}), set_of({"10.20.0.1"}, {443, 444})}) {
        EXPECT_EQ(wide, hashed + " flags interval;");
    }
}

TEST(EgressFilter, ASmallFilterIsTwoFiles) {
    const auto files = files_of(plan::with_network({plan::allow(Protocol::tcp, {"10.20.0.0/16"}, plan::ports({{443, 443}}))}));
    ASSERT_EQ(files.size(), 2U);
    const std::string& first = files.at("egress.nft");
    EXPECT_THAT(first, HasSubstr("    set tcp_4 { type ipv4_addr . inet_service; flags interval;\n"
                                 "        elements = {\n"
                                 "            10.20.0.0/16 . 443\n"
                                 "        }\n"
                                 "    }\n"));
    EXPECT_EQ(files.at("egress.allow.nft"),
              "# sbx egress 1\n"
              "add rule inet sbx allowed meta nfproto ipv4 meta l4proto tcp ip daddr . tcp dport @tcp_4 accept\n");
}

// The files go into one transaction. One that declares a chain again changes it, and nft waits for the end of a change: some 10 ms.
TEST(EgressFilter, NoFileDeclaresAChainOfAnother) {
    const auto files = files_of(plan::with_network({plan::allow(Protocol::tcp, {"10.20.0.0/16"})}));
    EXPECT_NE(files.at("egress.nft").find("chain allowed {"), std::string::npos);
    EXPECT_EQ(files.at("egress.allow.nft").find("chain"), std::string::npos);
}

TEST(EgressFilter, EveryHookDropsWhatNoRuleDecides) {
    const auto files = files_of(plan::with_network({plan::allow(Protocol::tcp, {"10.20.0.0/16"})}));
    for (const std::string hook : {"input", "forward", "output"}) {
        place_of(files.at("egress.nft"), "type filter hook " + hook + " priority 0; policy drop;");
    }
}

TEST(EgressFilter, WhatStaysShutComesBeforeDenialsAndThoseBeforeAllowances) {
    const auto files = files_of(
        plan::with_network({plan::allow_parameter("server", plan::ports({{443, 443}})), plan::deny(Protocol::tcp, {"10.0.0.0/8"})},
                           {}, {{"server", plan::parameter(ParameterType::address, {"10.0.0.1", "11.0.0.1"})}}));
    const std::string& text = files.at("egress.nft");
    const std::size_t output = place_of(text, "hook output");
    const std::size_t gateway = place_of(text, "@gateway_4 goto refuse");
    const std::size_t floor = place_of(text, "@floor_4 goto refuse");
    const std::size_t host = place_of(text, "@host_4 jump host");
    const std::size_t denial = place_of(text, "@no_tcp_4 goto refuse");
    const std::size_t allowed = place_of(text, "jump allowed\n        goto refuse\n");
    EXPECT_TRUE(output < gateway && gateway < floor && floor < host && host < denial && denial < allowed);
    EXPECT_THAT(files.at("egress.allow.nft"), HasSubstr("ip daddr @param_server_4 tcp dport 443 accept"));
}

TEST(EgressFilter, HostPortsThatAreUnblockedGoOnToTheAllowances) {
    const auto open = files_of(plan::with_network(
        {plan::allow(Protocol::tcp, {"10.0.0.0/8"}), plan::rule(NetworkStatement::unblock, {}, {}, plan::ports({{5432, 5432}}))}));
    EXPECT_THAT(open.at("egress.nft"), HasSubstr("    chain host {\n"
                                                 "        meta l4proto { tcp, udp } th dport 5432 return\n"
                                                 "        goto refuse\n"
                                                 "    }\n"));
}

TEST(EgressFilter, APublishedPortLetsNewConnectionsIn) {
    const std::string with = "        meta nfproto ipv4 meta l4proto tcp tcp dport 8080 ct state new accept\n";
    const auto files = files_of(plan::with_network({plan::allow(Protocol::tcp, {"10.0.0.0/8"}), plan::publish("127.0.0.1", 8080)}));
    EXPECT_THAT(files.at("egress.nft"), HasSubstr(with));
    EXPECT_THAT(files_of(plan::with_network({plan::allow(Protocol::tcp, {"10.0.0.0/8"})})).at("egress.nft"),
                Not(HasSubstr("state new")));
}

TEST(EgressFilter, EchoRequestsAndOtherProtocolsAreNamedForWhatTheyAre) {
    const auto files = files_of(plan::with_network({plan::any(NetworkStatement::allow, {"10.0.0.0/8", "2001:db8::/32"})}));
    const std::string& rules = files.at("egress.allow.nft");
    EXPECT_THAT(rules, HasSubstr("meta nfproto ipv4 meta l4proto icmp icmp type 8 ip daddr @icmp_other_4 accept\n"));
    EXPECT_THAT(rules, HasSubstr("meta nfproto ipv6 meta l4proto icmpv6 icmpv6 type 128 ip6 daddr @icmp_other_6 accept\n"));
    EXPECT_THAT(rules, HasSubstr("meta nfproto ipv4 meta l4proto != { tcp, udp, icmp } ip daddr @icmp_other_4 accept\n"));
    EXPECT_THAT(rules, HasSubstr("meta nfproto ipv6 meta l4proto != { tcp, udp, icmpv6 } ip6 daddr @icmp_other_6 accept\n"));
    EXPECT_THAT(files.at("egress.nft"), HasSubstr("10.0.0.0/8 . 0-65535")) << "one entry in the kernel, where 1-65535 is 16";
}

TEST(EgressFilter, NoByteOfAnOriginLeavesItsComment) {
    const SourceFile file("x", "a\nb.sbx } accept\n\x1b[2J\\", "one\n");
    const auto files =
        files_of(plan::with_network({plan::from(file, 0, plan::allow(Protocol::tcp, {"10.0.0.0/8"}, plan::ports({{443, 443}})))}));
    EXPECT_THAT(files.at("egress.nft"), HasSubstr("            # a?b.sbx } accept??[2J\\:1\n            10.0.0.0/8 . 443\n"));
}

TEST(EgressFilter, NoFileHoldsMoreElementsThanOneTransaction) {
    const auto files = files_of(plan::with_network({many_networks(5000), many_networks(5000, Protocol::icmp)}));
    std::size_t elements = 0;
    for (const auto& [name, text] : files) {
        std::size_t here = 0;
        for (std::size_t at = text.find("/28"); at != std::string::npos; at = text.find("/28", at + 1)) {
            ++here;
        }
        EXPECT_LE(here, plan::max_filter_elements) << name;
        elements += here;
    }
    EXPECT_EQ(elements, 10000U);
    EXPECT_THAT(filter_files(egress_filter(plan_of(plan::with_network({many_networks(5000)})))),
                ElementsAre("egress.nft", "egress.000.nft", "egress.001.nft", "egress.allow.nft"));
}

TEST(EgressFilter, APacketIsLookedUpInTheSetThatIsAboutItsAddress) {
    const auto files = files_of(plan::with_network({many_networks(5000), many_networks(3000, Protocol::icmp)}));
    const std::string& rules = files.at("egress.allow.nft");
    EXPECT_THAT(
        rules, HasSubstr("meta nfproto ipv4 meta l4proto tcp ip daddr 10.0.0.0-10.1.255.239 ip daddr . tcp dport @tcp_4 accept\n"));
    EXPECT_THAT(rules, HasSubstr("meta l4proto tcp ip daddr 10.2.0.0-10.2.112.239 ip daddr . tcp dport @tcp_4_1 accept\n"));
    EXPECT_THAT(rules, HasSubstr("icmp type 8 ip daddr 10.0.0.0-10.0.255.239 ip daddr @icmp_4 accept\n"));
    EXPECT_THAT(rules, HasSubstr("icmp type 8 ip daddr 10.1.0.0-10.1.118.239 ip daddr @icmp_4_1 accept\n"));
}

TEST(EgressFilter, AllowancesThatNoTransactionHoldsStandInChainsThatTheLastFileOpens) {
    std::vector<plan::NetworkRule> rules;
    for (int i = 0; i < 100; ++i) {
        rules.push_back(plan::allow_name("n" + std::to_string(i) + ".example.org", plan::ports({{443, 443}, {8000, 8999}})));
    }
    const auto files = files_of(plan::with_network(std::move(rules), {plan::address("10.20.0.53")}));
    EXPECT_THAT(files.at("egress.allow.nft"), HasSubstr("add rule inet sbx allowed jump allowed_000\n"));
    EXPECT_THAT(files.at("egress.000.nft"), HasSubstr("    chain allowed_000 {\n"));
    EXPECT_THAT(files.at("egress.nft"), Not(HasSubstr("jump allowed_")));
}

TEST(EgressFilter, AHundredThousandNetworksTakeLessThanASecond) {
    std::vector<plan::NetworkRule> rules = {many_networks(100000)};
    const policy::Policy policy = plan::with_network(std::move(rules));
    const auto start = std::chrono::steady_clock::now();
    const auto files = egress_filter(plan_of(policy));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(files.size(), 2 + 49U);
    RecordProperty("milliseconds", static_cast<int>(taken.count() * 1000));
    EXPECT_LT(taken.count(), 1.0);
}

TEST(ResolverConfiguration, AnExactNameIsAnsweredWithoutWhatIsBelowIt) {
    const auto plan = plan_of(plan::with_network(
        {plan::allow_name("a.org", plan::ports({{443, 443}})), plan::allow_name("*.b.org", plan::ports({{443, 443}}))},
        {plan::address("10.20.0.53")}));
    const std::string text = resolver_configuration(plan.network);
    EXPECT_THAT(text, StartsWith("# sbx resolver 1\nno-resolv\n"));
    EXPECT_THAT(text, HasSubstr("query-port=853\nfilter-AAAA\n"));
    EXPECT_THAT(text, HasSubstr("server=/a.org/10.20.0.53\n"
                                "address=/*.a.org/\n"
                                "nftset=/a.org/4#inet#sbx#name_1_4,6#inet#sbx#name_1_6\n"
                                "server=/*.b.org/10.20.0.53\n"
                                "nftset=/b.org/4#inet#sbx#name_0_4,6#inet#sbx#name_0_6\n"));
    EXPECT_THAT(resolver_names(*plan.network.resolver), ElementsAre("a.org", "*.b.org"));
}

TEST(ManifestNetwork, EveryModeSaysWhatItIs) {
    BundleInfo info;
    info.policy_json = "{}\n";
    policy::Policy policy = plan::policy_of({});
    EXPECT_THAT(manifest(plan_of(policy), info, {}), HasSubstr("\"network\": {\n    \"mode\": \"off\"\n  },\n  \"exclusive\""));
    policy.network.mode.value = policy::NetworkMode::host;
    EXPECT_THAT(manifest(plan_of(policy), info, {}), HasSubstr("\"network\": {\n    \"mode\": \"host\"\n  },"));
}

TEST(ManifestNetwork, AFilteredOneSaysAllThatALaunchHasToDo) {
    BundleInfo info;
    info.policy_json = "{}\n";
    plan::NetworkRule published = plan::publish("127.0.0.1", 8080);
    const auto policy =
        plan::with_network({plan::allow_name("a.org", plan::ports({{443, 443}})), published}, {policy::ParameterName{"dns"}},
                           {{"dns", plan::parameter(ParameterType::address, {"10.20.0.53"})}});
    const Bundle bundle = emit(plan_of(policy), info);
    const auto file = std::find_if(bundle.artifacts.begin(), bundle.artifacts.end(),
                                   [](const Artifact& each) { return each.name == "manifest.json"; });
    ASSERT_NE(file, bundle.artifacts.end());
    EXPECT_THAT(file->bytes, HasSubstr(R"(  "network": {
    "mode": "filtered",
    "helper": "pasta",
    "ipv6": false,
    "filter": [
      "egress.nft",
      "egress.allow.nft"
    ],
    "fill": [
      {
        "set": "param_dns_4",
        "parameter": "dns",
        "family": "ipv4"
      },
      {
        "set": "param_dns_6",
        "parameter": "dns",
        "family": "ipv6"
      }
    ],
    "resolver": "resolver.conf",
    "names": [
      "a.org"
    ],
    "upstream": [
      "\"${dns}\""
    ],
    "publish": [
      {
        "protocol": "tcp",
        "port": "\"8080\"",
        "on": "127.0.0.1"
      }
    ]
  },
)"));
}

}  // namespace
}  // namespace sbx::emit
