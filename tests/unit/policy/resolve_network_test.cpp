// A `network` block as a value: what its statements come to, alone, together and over layers, and what is refused.
#include "compiler/policy/network_parts.hpp"
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

using policy::NetworkMode;
using policy::Protocol;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

policy::Network network_of(const std::string& statements, const test::MemoryFiles& files = test::MemoryFiles()) {
    const auto resolved = test::resolve_profile(statements, files);
    EXPECT_FALSE(resolved.sink.has_errors()) << statements << testing::PrintToString(resolved.messages());
    return resolved.profile.policy.network;
}
policy::Network rules(const std::string& text) {
    return network_of("network {\n" + text + "\n}");
}
std::vector<std::string> codes(const std::string& statements, const test::MemoryFiles& files = test::MemoryFiles()) {
    return test::resolve_profile(statements, files).codes();
}
std::vector<std::string> rule_codes(const std::string& text) {
    return codes("network {\n" + text + "\n}");
}
bool allows(const policy::Network& network, Protocol protocol, const std::string& endpoint) {
    const auto parsed = policy::parse_endpoint(endpoint);
    return network.allowed.contains(protocol, parsed->address, parsed->port);
}

TEST(Network, AllowsWhatItsRulesAllow) {
    const auto network = rules("allow tcp to 10.20.0.0/16 port 443 8000-8999");
    EXPECT_EQ(network.mode.value, NetworkMode::filtered);
    EXPECT_TRUE(allows(network, Protocol::tcp, "10.20.255.255:443"));
    EXPECT_TRUE(allows(network, Protocol::tcp, "10.20.0.0:8999"));
    EXPECT_FALSE(allows(network, Protocol::tcp, "10.20.0.0:9000"));
    EXPECT_FALSE(allows(network, Protocol::tcp, "10.21.0.0:443"));
    EXPECT_FALSE(allows(network, Protocol::udp, "10.20.0.0:443"));
    EXPECT_TRUE(network.denied.empty());
}

TEST(Network, AnyIsEveryProtocol) {
    const auto network = rules("allow any to 10.0.0.1");
    EXPECT_EQ(network.allowed.reaches().size(), 4U);
    const auto without = rules("allow any to 10.0.0.1\ndeny udp\ndeny icmp to 10.0.0.0/8");
    EXPECT_EQ(without.allowed.reaches().size(), 2U);
}

TEST(Network, DeniesBeforeItAllows) {
    const auto network = rules("deny tcp to 10.1.0.0/16 port 443\nallow tcp to 10.0.0.0/8\ndeny any to 10.2.0.0/16");
    EXPECT_FALSE(allows(network, Protocol::tcp, "10.1.0.1:443"));
    EXPECT_TRUE(allows(network, Protocol::tcp, "10.1.0.1:444"));
    EXPECT_FALSE(allows(network, Protocol::tcp, "10.2.0.1:444"));
    EXPECT_EQ(network, rules("allow tcp to 10.0.0.0/8\ndeny any to 10.2.0.0/16\ndeny tcp to 10.1.0.0/16 port 443"));
}

TEST(Network, KeepsTheFloorShutWhateverIsAllowed) {
    const auto network = rules("allow any to @any");
    for (const char* shut : {"169.254.169.254:80", "169.254.1.1:80", "[fe80::1]:80", "[fd00:ec2::254]:80", "100.100.100.200:80",
                             "168.63.129.16:80", "192.0.0.192:80", "127.0.0.1:80", "[::1]:80"}) {
        EXPECT_FALSE(allows(network, Protocol::tcp, shut)) << shut;
    }
    EXPECT_TRUE(allows(network, Protocol::tcp, "192.0.2.1:80"));
    const auto link = rules("allow any to @any\nunblock link-local because \"mDNS\"");
    EXPECT_TRUE(allows(link, Protocol::udp, "169.254.1.1:80"));
    EXPECT_FALSE(allows(link, Protocol::tcp, "169.254.169.254:80"));
    const auto metadata = rules("allow any to @any\nunblock metadata because \"a test of the service\"");
    EXPECT_TRUE(allows(metadata, Protocol::tcp, "169.254.169.254:80"));
    EXPECT_FALSE(allows(metadata, Protocol::tcp, "169.254.1.1:80"));
}

TEST(Network, UnblocksPortsOfTheHost) {
    const auto one = rules("allow tcp to 10.0.0.0/8\nunblock host port 5432 because \"the database\"");
    EXPECT_TRUE(one.unblocked.host.literal.contains(5432));
    EXPECT_FALSE(one.unblocked.host.literal.contains(5433));
    const auto all = rules("allow tcp to 10.0.0.0/8\nunblock host because \"a local job\"");
    EXPECT_EQ(all.unblocked.host.literal, policy::PortSet::all());
}

TEST(Network, WithNothingAllowedIsOff) {
    EXPECT_EQ(rules("deny any to @metadata"), network_of("network off"));
    EXPECT_EQ(rules("allow tcp to 10.0.0.1\ndeny any to 10.0.0.0/8").mode.value, NetworkMode::off);
    EXPECT_EQ(rules("publish tcp 80").mode.value, NetworkMode::filtered);
}

TEST(Network, TakesParametersAsRulesOfTheirOwn) {
    const auto network = network_of(
        "param server: address\nparam p: port 1000-2000\n"
        "network { allow tcp to [10.0.0.1, $server] port [443, $p]; deny udp to $server; deny tcp to 10.0.0.9 port 443 }");
    ASSERT_EQ(network.symbolic_allowed.size(), 2U);
    EXPECT_EQ(std::get<policy::AddressSet>(network.symbolic_allowed[0].to).ranges().size(), 1U);
    EXPECT_TRUE(network.symbolic_allowed[0].ports.literal.empty());
    EXPECT_EQ(std::get<policy::ParameterName>(network.symbolic_allowed[1].to).name, "server");
    EXPECT_TRUE(network.symbolic_allowed[1].ports.literal.contains(443));
    EXPECT_TRUE(network.symbolic_denied.empty()) << "nothing allows udp";
    EXPECT_FALSE(network.denied.empty()) << "the parameter may be 10.0.0.9";
    EXPECT_EQ(network_of("param server: address\nnetwork { allow tcp to $server port 80; deny udp to 10.0.0.0/8 }").denied,
              policy::Traffic());
}

TEST(Network, DropsWhatAParameterCannotAdd) {
    const std::string head = "param p: port 1000-2000\n";
    EXPECT_EQ(network_of(head + "network { allow tcp to 10.0.0.0/8 port 1000-3000; allow tcp to 10.1.0.0/16 port $p }"),
              network_of(head + "network { allow tcp to 10.0.0.0/8 port 1000-3000 }"));
    EXPECT_EQ(network_of(head + "network { allow tcp to [10.0.0.1, 127.0.0.1] port $p; deny tcp to 10.0.0.1 }").mode.value,
              NetworkMode::off);
}

TEST(Network, AllowsNamesByTheirLongestEntry) {
    const auto network = rules(
        "resolver 10.0.0.53\n"
        "allow tcp to host \"*.Example.org\" port 443\nallow tcp to host \"a.example.org\" \"a.example.org\" port 80\n"
        "allow tcp to host \"b.example.org\" port 443");
    EXPECT_EQ(network.names.size(), 2U);
    EXPECT_TRUE(network.names.at("a.example.org").at(Protocol::tcp).literal.contains(443));
    EXPECT_TRUE(network.names.at("a.example.org").at(Protocol::tcp).literal.contains(80));
    EXPECT_FALSE(allows(network, Protocol::udp, "10.0.0.53:53")) << "only the sandbox's own resolver asks";
    EXPECT_EQ(policy::deciding_entry(network.names, "x.y.example.org")->first, "*.example.org");
    EXPECT_EQ(policy::deciding_entry(network.names, "example.org"), nullptr);
    EXPECT_EQ(policy::deciding_entry(network.names, "badexample.org"), nullptr);
}

TEST(Network, GivesTheSandboxItsResolver) {
    const auto contents = [](const std::string& statements) {
        const auto resolved = test::resolve_profile(statements);
        const auto& nodes = resolved.profile.policy.filesystem.nodes;
        const auto node = nodes.find(policy::SandboxPath::literal("/etc/resolv.conf").value());
        return node == nodes.end() ? std::string("none") : std::get<policy::DataFile>(node->second.content).contents.quoted();
    };
    EXPECT_EQ(contents("network { resolver 10.0.0.53 2001:db8::53 }"), "\"nameserver 10.0.0.53\\nnameserver 2001:db8::53\\n\"");
    EXPECT_EQ(contents("network { resolver 10.0.0.53; allow tcp to host \"a.example.org\" }"), "\"nameserver 127.0.0.1\\n\"");
    EXPECT_EQ(contents("param dns: address\nnetwork { resolver $dns }"), "\"nameserver ${dns}\\n\"");
    EXPECT_EQ(contents("filesystem { file /etc/resolv.conf \"x\" }\nnetwork { resolver 10.0.0.53 }"), "\"x\"");
    EXPECT_THAT(codes("filesystem { read /etc/resolv.conf }\nnetwork { resolver 10.0.0.53 }"), ElementsAre("F002"));
    const auto network = rules("resolver 10.0.0.53");
    EXPECT_TRUE(allows(network, Protocol::udp, "10.0.0.53:53"));
    EXPECT_TRUE(allows(network, Protocol::tcp, "10.0.0.53:53"));
    EXPECT_FALSE(allows(network, Protocol::tcp, "10.0.0.53:54"));
}

TEST(Network, PublishesOnePortEach) {
    const auto network = network_of("param p: port\nnetwork { publish tcp 8080; publish udp $p on ::1 }");
    ASSERT_EQ(network.published.size(), 2U);
    EXPECT_EQ(policy::to_text(network.published.begin()->on), "127.0.0.1");
}

TEST(Network, RefusesWhatCannotBe) {
    EXPECT_THAT(rule_codes("allow tcp to 10.0.0.1/8"), ElementsAre("N008"));
    EXPECT_THAT(rule_codes("allow tcp to ::ffff:10.0.0.1"), ElementsAre("N023"));
    EXPECT_THAT(rule_codes("allow tcp to ::ffff:10.0.0.0/104"), ElementsAre("N023"));
    EXPECT_THAT(rule_codes("allow icmp to 10.0.0.9 port 90"), ElementsAre("N007"));
    EXPECT_THAT(rule_codes("publish icmp 8"), ElementsAre("N007"));
    EXPECT_THAT(rule_codes("publish tcp 80-90"), ElementsAre("S010"));
    EXPECT_THAT(rule_codes("allow tcp to host \"a.example.org\""), ElementsAre("N011"));
    EXPECT_THAT(rule_codes("resolver 10.0.0.53\ndeny tcp to host \"a.example.org\""), ElementsAre("S009"));
    EXPECT_THAT(rule_codes("resolver 169.254.169.254"), ElementsAre("N025"));
    EXPECT_THAT(rule_codes("resolver fe80::1"), ElementsAre("N025"));
    EXPECT_THAT(rule_codes("resolver 127.0.0.53"), ElementsAre("N025"));
    EXPECT_THAT(rule_codes("resolver 10.0.0.53\ndeny any to 10.0.0.0/24"), ElementsAre("N025"));
    EXPECT_THAT(rule_codes("resolver 169.254.1.1\nunblock link-local because \"x\""), IsEmpty());
    EXPECT_THAT(rule_codes("allow tcp to 127.0.0.1 port 80"), ElementsAre("N001"));
    EXPECT_THAT(rule_codes("allow tcp to 10.0.0.1\ndeny tcp to ::1"), ElementsAre("N001"));
    EXPECT_THAT(rule_codes("allow tcp to 169.254.169.254 port 80"), ElementsAre("N001"));
    EXPECT_THAT(rule_codes("allow tcp to 10.0.0.1\nallow tcp to 10.0.0.1"), ElementsAre("L004"));
    EXPECT_THAT(rule_codes("resolver 10.0.0.1\nresolver 10.0.0.2"), ElementsAre("L004"));
    EXPECT_THAT(rule_codes("resolver 10.0.0.1 10.0.0.1"), ElementsAre("L004"));
    EXPECT_THAT(codes("fragment x\nnetwork { allow tcp to host \"a.example.org\" }"), Contains("S011"));
}

TEST(Network, RefusesNamesThatNoHostHas) {
    for (const char* bad : {"", ".", "a..b", "-a.org", "a-.org", "a_b.org", "*", "*a.org", "a.*.org", "*.*.org", "a.org.",
                            "10.0.0.1", "a.1", "https://a.org", "a.org:443", "2001:db8::1", "a b.org",
                            "b\xC3\xBC"
                            "cher.example"}) {
        EXPECT_THAT(rule_codes(std::string("resolver 10.0.0.53\nallow tcp to host \"") + bad + "\""), ElementsAre("N024")) << bad;
    }
    for (const char* good : {"a", "a.org", "*.org", "1a.2b.org", "xn--bcher-kva.example", "A.B-C.ORG"}) {
        EXPECT_THAT(rule_codes(std::string("resolver 10.0.0.53\nallow tcp to host \"") + good + "\""), IsEmpty()) << good;
    }
    const std::string label(63, 'a');
    EXPECT_TRUE(policy::host_name_fault(label + "." + label + "." + label + "." + std::string(61, 'a')).empty());
    EXPECT_FALSE(policy::host_name_fault(label + "." + label + "." + label + "." + std::string(62, 'a')).empty());
    EXPECT_FALSE(policy::host_name_fault(label + "a").empty());
}

// ---- layers -----------------------------------------------------------------------------------------------------------------

std::string fragment_with(const std::string& statements) {
    return "sbx 1\nfragment part\n" + statements;
}
std::string profile_with(const std::string& statements) {
    return "sbx 1\nprofile base\n" + statements;
}

TEST(NetworkLayers, RulesOfAllFilesAddUp) {
    const test::MemoryFiles files{{"a.sbx", fragment_with("network { allow tcp to 10.0.0.0/8 }")},
                                  {"b.sbx", fragment_with("network { allow udp to 10.0.0.1 port 53 }")},
                                  {"base.sbx", profile_with("use \"a.sbx\"\nnetwork { deny any to 10.1.0.0/16 }")}};
    EXPECT_EQ(network_of("extends \"base.sbx\"\nuse \"a.sbx\"\nuse \"b.sbx\"\nnetwork { allow icmp to 10.1.0.1 10.2.0.1 }", files),
              rules("allow tcp to 10.0.0.0/8\nallow udp to 10.0.0.1 port 53\ndeny any to 10.1.0.0/16\nallow icmp to 10.2.0.1"));
}

TEST(NetworkLayers, AFileMayCloseTheNetworkAgain) {
    const test::MemoryFiles files{{"base.sbx", profile_with("network { allow tcp to 10.0.0.0/8; resolver 10.0.0.53 }")},
                                  {"off.sbx", profile_with("extends \"base.sbx\"\nnetwork off")}};
    EXPECT_EQ(network_of("extends \"base.sbx\"\nnetwork off", files), network_of(""));
    EXPECT_EQ(network_of("extends \"off.sbx\"\nnetwork { allow tcp to 10.9.0.1 }", files), rules("allow tcp to 10.9.0.1"));
}

TEST(NetworkLayers, SiblingsThatDifferAreSettledByTheFileThatTakesThemIn) {
    const test::MemoryFiles files{{"a.sbx", fragment_with("network { allow tcp to 10.0.0.0/8; resolver 10.0.0.53 }")},
                                  {"b.sbx", fragment_with("network host")},
                                  {"c.sbx", fragment_with("network { resolver 10.0.0.54 }")}};
    EXPECT_THAT(codes("use \"a.sbx\"\nuse \"b.sbx\"", files), ElementsAre("L012"));
    EXPECT_THAT(codes("use \"a.sbx\"\nuse \"b.sbx\"\nnetwork off", files), IsEmpty());
    EXPECT_THAT(codes("use \"a.sbx\"\nuse \"c.sbx\"", files), ElementsAre("L012"));
    EXPECT_EQ(network_of("use \"a.sbx\"\nuse \"c.sbx\"\nnetwork { resolver 10.0.0.9 }", files),
              rules("allow tcp to 10.0.0.0/8\nresolver 10.0.0.9"));
}

TEST(NetworkLayers, AFinalNetworkTakesInNothingMore) {
    const test::MemoryFiles files{{"a.sbx", fragment_with("final network { allow tcp to 10.0.0.0/8; resolver 10.0.0.53 }")},
                                  {"b.sbx", fragment_with("network { final resolver 10.0.0.53 }")},
                                  {"twice.sbx", fragment_with("use \"a.sbx\"")}};
    EXPECT_THAT(codes("use \"a.sbx\"\nnetwork { allow udp to 10.0.0.1 }", files), ElementsAre("L007"));
    EXPECT_THAT(codes("use \"a.sbx\"\nnetwork { unblock host because \"x\" }", files), ElementsAre("L007"));
    EXPECT_THAT(codes("use \"a.sbx\"\nnetwork { publish tcp 80 }", files), ElementsAre("L007"));
    EXPECT_THAT(codes("use \"a.sbx\"\nnetwork { resolver 10.0.0.54 }", files), ElementsAre("L007"));
    EXPECT_THAT(codes("use \"a.sbx\"\nnetwork off", files), ElementsAre("L007"));
    EXPECT_THAT(codes("use \"a.sbx\"\nnetwork { deny udp to 10.0.0.1 }", files), IsEmpty());
    EXPECT_THAT(codes("use \"a.sbx\"\nuse \"twice.sbx\"", files), IsEmpty());
    EXPECT_THAT(codes("use \"b.sbx\"\nnetwork { resolver 10.0.0.54 }", files), ElementsAre("L007"));
    EXPECT_THAT(codes("network { final allow tcp to 10.0.0.1 }"), ElementsAre("S012"));
}

}  // namespace
}  // namespace sbx
