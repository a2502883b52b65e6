// Networks to filters: which sets, which rules, who fills what, and which helper.
#include "compiler/plan/filter_size.hpp"
#include "network_fixture.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace sbx::plan {
namespace {

using policy::Family;
using policy::ParameterType;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

ExecutionPlan lowered(const policy::Policy& policy, std::size_t errors = 0) {
    DiagnosticSink sink;
    ExecutionPlan plan = lower(policy, sink);
    EXPECT_EQ(sink.error_count(), errors);
    return plan;
}

const FilterSet* find_set(const FilterPlan& plan, std::string_view name) {
    const auto found = std::find_if(plan.sets.begin(), plan.sets.end(), [&](const FilterSet& set) { return set.name == name; });
    return found == plan.sets.end() ? nullptr : &*found;
}

TEST(LowerNetwork, AFilteredNetworkIsTheLaunchersOwn) {
    const auto plan = lowered(with_network({allow(Protocol::tcp, {"10.20.0.0/16"}, ports({{443, 443}}))}));
    EXPECT_EQ(plan.process.network, policy::NetworkMode::filtered);
    EXPECT_THAT(plan.process.options, Not(Contains("--unshare-net")));
    EXPECT_THAT(plan.required_features, IsSupersetOf({"nft", "slirp4netns", "tun"}));
    EXPECT_THAT(plan.required_features, Not(Contains("dnsmasq")));
}

TEST(LowerNetwork, ANetworkThatIsOffOrTheHostsHasNoFilter) {
    policy::Policy policy = policy_of({});
    EXPECT_EQ(lowered(policy).network, FilterPlan());
    policy.network.mode.value = policy::NetworkMode::host;
    EXPECT_EQ(lowered(policy).network, FilterPlan());
}

TEST(LowerNetwork, EachReachBecomesAnElementForEachOfItsPortRanges) {
    const auto plan = lowered(with_network({allow(Protocol::tcp, {"10.0.0.0/8"}, ports({{80, 80}, {443, 444}})),
                                            deny(Protocol::tcp, {"10.1.0.0/16"})}))
                          .network;
    const FilterSet* const set = find_set(plan, "tcp_4");
    ASSERT_NE(set, nullptr);
    EXPECT_EQ(set->key, SetKey::endpoint);
    ASSERT_EQ(set->elements.size(), 4U);
    EXPECT_EQ(set->elements[0].addresses, addresses({"10.0.0.0/16"}).ranges().front());
    EXPECT_EQ(set->elements[0].ports, (policy::PortRange{80, 80}));
    EXPECT_EQ(set->elements[1].ports, (policy::PortRange{443, 444}));
    EXPECT_EQ(set->elements[3].addresses.first, address("10.2.0.0"));
    ASSERT_EQ(plan.allowances.size(), 1U);
    EXPECT_EQ(plan.allowances[0].destinations, "tcp_4");
    EXPECT_THAT(plan.denials, IsEmpty()) << "what is denied is out of the set already";
}

TEST(LowerNetwork, ProtocolsThatReachTheSameShareASetOfEachFamily) {
    const auto plan = lowered(with_network({any(NetworkStatement::allow, {"10.0.0.0/8", "2001:db8::/32"})})).network;
    for (const char* const name :
         {"tcp_udp_4", "tcp_udp_6", "icmp_other_4", "icmp_other_6", "host_4", "host_6", "gateway_4", "gateway_6"}) {
        ASSERT_NE(find_set(plan, name), nullptr) << name;
    }
    EXPECT_EQ(find_set(plan, "tcp_4"), nullptr);
    EXPECT_EQ(find_set(plan, "tcp_udp_4")->key, SetKey::endpoint);
    EXPECT_EQ(find_set(plan, "icmp_other_4")->key, SetKey::network);
    EXPECT_EQ(plan.allowances.size(), 8U);
    EXPECT_TRUE(plan.ipv6);
    EXPECT_EQ(plan.helper, NetworkHelper::pasta);
}

TEST(LowerNetwork, ProtocolsThatReachOtherPlacesOrBecauseOfOtherStatementsDoNot) {
    const auto plan = lowered(with_network({any(NetworkStatement::allow, {"10.0.0.0/8"}), allow(Protocol::udp, {"10.1.0.0/16"}),
                                            allow(Protocol::icmp, {"192.0.2.1"})}))
                          .network;
    EXPECT_EQ(find_set(plan, "icmp_other_4"), nullptr);
    ASSERT_NE(find_set(plan, "icmp_4"), nullptr);
    EXPECT_EQ(find_set(plan, "icmp_4")->elements.size(), 2U);
    EXPECT_EQ(find_set(plan, "other_4")->elements.size(), 1U);
}

TEST(LowerNetwork, WhatIsUnblockedIsNotOnTheFloor) {
    const auto shut = lowered(with_network({allow(Protocol::tcp, {"10.0.0.0/8"})})).network;
    const auto open = lowered(with_network({allow(Protocol::tcp, {"10.0.0.0/8"}),
                                            rule(NetworkStatement::unblock, {}, addresses({"169.254.0.0/16", "fe80::/10"}), {})}))
                          .network;
    const auto holds = [](const FilterPlan& plan, std::string_view text) {
        const policy::Address wanted = address(text);
        const auto& floor = find_set(plan, "floor_4")->elements;
        return std::any_of(floor.begin(), floor.end(), [&](const FilterElement& each) {
            return each.addresses.first <= wanted && wanted <= each.addresses.last;
        });
    };
    EXPECT_TRUE(holds(shut, "169.254.0.1"));
    EXPECT_FALSE(holds(open, "169.254.0.1"));
    EXPECT_TRUE(holds(open, "169.254.169.254")) << "unblocking link-local does not open metadata";
}

TEST(LowerNetwork, AParameterIsASetForEachFamilyThatTheLaunchFills) {
    const auto plan = lowered(with_network({allow_parameter("server", ports({{443, 443}}))}, {},
                                           {{"server", parameter(ParameterType::address, {"10.0.0.1", "10.0.0.2"})}}))
                          .network;
    EXPECT_THAT(plan.fill, ElementsAre(FilterFill{"param_server_4", "server", FillFamily::ipv4},
                                       FilterFill{"param_server_6", "server", FillFamily::ipv6}));
    EXPECT_TRUE(find_set(plan, "param_server_4")->elements.empty());
    ASSERT_EQ(plan.allowances.size(), 2U);
    EXPECT_EQ(plan.allowances[0].key, SetKey::address);
    EXPECT_EQ(std::get<policy::PortSet>(plan.allowances[0].ports), ports({{443, 443}}).literal);
    EXPECT_EQ(plan.helper, NetworkHelper::slirp4netns) << "no value is of IPv6";
}

TEST(LowerNetwork, AParameterThatMayBeOfIpv6NeedsPasta) {
    const auto plan = lowered(
        with_network({allow_parameter("server", ports({{443, 443}}))}, {}, {{"server", parameter(ParameterType::address)}}));
    EXPECT_TRUE(plan.network.ipv6);
    EXPECT_THAT(plan.required_features, Contains("pasta"));
    EXPECT_THAT(plan.required_features, Not(Contains("slirp4netns")));
}

TEST(LowerNetwork, APortParameterIsLookedUpBesideTheNetworksOfItsRule) {
    NetworkRule statement = allow(Protocol::tcp, {"10.0.0.0/8"}, {});
    statement.ports.parameters = {"p"};
    const auto plan = lowered(with_network({statement}, {}, {{"p", parameter(ParameterType::port)}})).network;
    ASSERT_NE(find_set(plan, "param_p_port"), nullptr);
    EXPECT_EQ(find_set(plan, "param_p_port")->key, SetKey::port);
    ASSERT_EQ(plan.allowances.size(), 1U);
    EXPECT_EQ(plan.allowances[0].destinations, "at_0_4");
    EXPECT_EQ(std::get<PortSetName>(plan.allowances[0].ports).set, "param_p_port");
}

TEST(LowerNetwork, DenialsStandBesideWhatALaunchBrings) {
    const auto plan = lowered(with_network({allow_parameter("server", ports({{443, 443}})), deny(Protocol::tcp, {"10.0.0.0/8"})},
                                           {}, {{"server", parameter(ParameterType::address, {"10.0.0.1", "11.0.0.1"})}}))
                          .network;
    ASSERT_EQ(plan.denials.size(), 1U);
    EXPECT_EQ(plan.denials[0].destinations, "no_tcp_4");
}

TEST(LowerNetwork, WithNamesOnlyTheResolverAsksTheResolver) {
    const auto plan = lowered(with_network({allow_name("example.org", ports({{443, 443}}))},
                                           {address("10.20.0.53"), policy::ParameterName{"dns"}},
                                           {{"dns", parameter(ParameterType::address, {"10.20.0.54"})}}));
    EXPECT_THAT(plan.required_features, Contains("dnsmasq"));
    ASSERT_TRUE(plan.network.resolver);
    EXPECT_THAT(plan.network.resolver->upstream, ElementsAre(address("10.20.0.53")));
    EXPECT_THAT(plan.network.resolver->parameters, ElementsAre("dns"));
    std::size_t asked = 0;
    for (const FilterRule& rule : plan.network.allowances) {
        if (rule.destinations == "resolver_4" || rule.destinations == "param_dns_4" || rule.destinations == "param_dns_6") {
            EXPECT_TRUE(rule.from_resolver) << rule.destinations;
            EXPECT_EQ(rule.protocol, Protocol::udp);
            ++asked;
        }
    }
    EXPECT_EQ(asked, 3U);
    EXPECT_NE(find_set(plan.network, "name_0_4"), nullptr);
    EXPECT_NE(find_set(plan.network, "name_0_6"), nullptr);
}

TEST(LowerNetwork, ANameAndWhatIsBelowItShareASetOfAnswersOnlyWithTheSamePorts) {
    const auto plan = lowered(with_network({allow_name("a.org", ports({{443, 443}})), allow_name("*.a.org", ports({{443, 443}})),
                                            allow_name("b.org", ports({{443, 443}})), allow_name("*.c.org", ports({{443, 443}}))},
                                           {address("10.20.0.53")}))
                          .network;
    EXPECT_THAT(plan.resolver->domains, ElementsAre(ResolvedDomain{"a.org", true, true, {}, {"name_2", "name_0"}},
                                                    ResolvedDomain{"b.org", true, false, {}, {"name_3"}},
                                                    ResolvedDomain{"c.org", false, true, {}, {"name_1"}}));
    DiagnosticSink sink;
    static_cast<void>(lower(with_network({allow_name("git.a.org", ports({{22, 22}})), allow_name("*.a.org", ports({{443, 443}}))},
                                         {address("10.20.0.53")}),
                            sink));
    ASSERT_EQ(sink.error_count(), 1U);
    EXPECT_THAT(sink.sorted().front().message, HasSubstr("`git.a.org` may be reached at other ports than the names below it"));
}

TEST(LowerNetwork, PublishingNeedsPasta) {
    const auto plan = lowered(with_network({allow(Protocol::tcp, {"10.0.0.0/8"}), publish("127.0.0.1", 8080)}));
    EXPECT_EQ(plan.network.helper, NetworkHelper::pasta);
    EXPECT_FALSE(plan.network.ipv6);
    ASSERT_EQ(plan.network.publish.size(), 1U);
}

TEST(LowerNetwork, MoreNamesThanTheFirstTransactionCanDeclareAreRefused) {
    std::vector<NetworkRule> rules;
    for (int i = 0; i < 300; ++i) {
        rules.push_back(allow_name("n" + std::to_string(i) + ".example.org", ports({{443, 443}})));
    }
    DiagnosticSink sink;
    static_cast<void>(lower(with_network(std::move(rules), {address("10.20.0.53")}), sink));
    ASSERT_EQ(sink.error_count(), 1U);
    EXPECT_THAT(sink.sorted().front().message, HasSubstr("more than the kernel takes at once without root"));
}

TEST(LowerNetwork, AnElementNamesTheStatementsThatSayIt) {
    const SourceFile file("ci.sbx", "one\ntwo\nthree\n");
    const auto plan = lowered(with_network({from(file, 0, allow(Protocol::tcp, {"10.0.0.0/24"}, ports({{443, 443}}))),
                                            from(file, 4, allow(Protocol::tcp, {"10.0.1.0/24"}, ports({{443, 443}}))),
                                            from(file, 8, allow(Protocol::tcp, {"10.0.9.0/24"}, ports({{80, 80}})))}))
                          .network;
    const auto& elements = find_set(plan, "tcp_4")->elements;
    ASSERT_EQ(elements.size(), 2U);
    ASSERT_EQ(elements[0].origins.size(), 2U) << "two statements make one interval";
    EXPECT_EQ(elements[0].origins[1].describe_stable(), "ci.sbx:2");
    ASSERT_EQ(elements[1].origins.size(), 1U);
    EXPECT_EQ(elements[1].origins[0].describe_stable(), "ci.sbx:3");
}

TEST(LowerNetwork, EveryStatementHasItsRowInTheTableOfProtections) {
    const auto plan = lowered(with_network({allow(Protocol::tcp, {"10.0.0.0/8"}), publish("127.0.0.1", 8080)}));
    std::vector<std::string> rows;
    for (const Enforcement& row : plan.enforcement) {
        if (row.statement.starts_with("network")) {
            rows.push_back(row.statement + ": " + row.protection);
        }
    }
    EXPECT_THAT(rows, ElementsAre("network filtered: network-namespace", "network allow tcp to 10.0.0.0/8: packet-filter",
                                  "network publish tcp 8080 on 127.0.0.1: packet-filter and user-mode-network",
                                  "network host denied: packet-filter and user-mode-network",
                                  "network link-local denied: packet-filter", "network metadata denied: packet-filter"));
}

}  // namespace
}  // namespace sbx::plan
