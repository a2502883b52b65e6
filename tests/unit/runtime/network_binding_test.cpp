// What is put together for a filtered network: its addresses, the text for nft(8), the programs that it needs.
#include "refused.hpp"
#include "runtime/filter_fill.hpp"
#include "runtime/program.hpp"
#include "runtime/root_owned_tool.hpp"
#include "runtime/virtual_network.hpp"

#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sys/wait.h>

namespace sbx::runtime {
namespace {

using testing::HasSubstr;

TEST(VirtualNetwork, StaysAwayFromWhatThePolicyNames) {
    const auto chosen = [](const std::string& policy) { return choose_virtual_network(addresses_in(policy)).cidr; };
    EXPECT_EQ(chosen(R"({"addresses":"203.0.113.5"})"), "10.0.2.0/24");
    EXPECT_EQ(chosen(R"({"addresses":"10.0.2.255"})"), "192.168.237.0/24");
    EXPECT_EQ(chosen(R"({"addresses": "10.0.1.255-10.0.3.0", "ports": [[1, 2]]})"), "192.168.237.0/24");
    EXPECT_EQ(chosen(R"([{"addresses":"10.0.1.0/24"},{"addresses":"10.0.3.0"}])"), "10.0.2.0/24");
    EXPECT_EQ(chosen(R"({"addresses":"10.0.0.0/22"})"), "192.168.237.0/24");
    EXPECT_EQ(chosen(R"({"addresses":"10.0.2.0/31"})"), "192.168.237.0/24");
    EXPECT_EQ(chosen(R"(["1.1.1.1"],[["10.0.2.9","10.0.2.9"]])"), "192.168.237.0/24");
    EXPECT_EQ(chosen(R"([["10.0.0.0","10.255.255.255"],["192.168.0.0","192.168.255.255"]])"), "172.30.237.0/24");
    const VirtualNetwork any = choose_virtual_network(addresses_in(R"({"addresses":"0.0.0.0/0"})"));
    EXPECT_EQ(any.cidr, "198.18.237.0/24");
    EXPECT_TRUE(any.shadows);
    EXPECT_FALSE(choose_virtual_network({}).shadows);
    EXPECT_EQ(choose_virtual_network({}).gateway, "10.0.2.2");
    EXPECT_EQ(choose_virtual_network({}).address, "10.0.2.100");
}

TEST(VirtualNetwork, ReadsNothingButAddresses) {
    EXPECT_EQ(read_ipv4("10.0.2.1"), 0x0a000201U);
    EXPECT_EQ(read_ipv4("255.255.255.255"), 0xffffffffU);
    for (const char* text : {"", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.", ".1.2.3", "1.2.3.4 ", "a.b.c.d", "::1"}) {
        EXPECT_FALSE(read_ipv4(text).has_value()) << text;
    }
    EXPECT_TRUE(addresses_in("no quotes, \"unfinished").empty());
    EXPECT_TRUE(addresses_in(R"("1.2.3.4/33","1.2.3.4/","1.2.3.4-","1.2.3.4-5","/24")").empty());
    EXPECT_EQ(addresses_in(R"("a","1.2.3.4","b")").size(), 1U);
}

TEST(FilterFill, HoldsTheHostTheGatewaysAndTheParameters) {
    NetworkDeclaration network;
    network.fill = {
        {"param_a_4", "a", FillFamily::ipv4}, {"param_a_6", "a", FillFamily::ipv6}, {"param_p_port", "p", FillFamily::port}};
    const HostAddresses host{{"10.77.0.1", "192.168.1.2"}, {}};
    const std::string text = fill_sets(network, {{"a", "2001:DB8::1"}, {"p", "80"}}, host, choose_virtual_network({}));
    EXPECT_EQ(text,
              "add element inet sbx host_4 { 10.77.0.1, 192.168.1.2 }\n"
              "add element inet sbx gateway_4 { 10.0.2.2, 10.0.2.3, 10.0.2.255, 255.255.255.255 }\n"
              "add element inet sbx gateway_6 { fe80::2 }\n"
              "add element inet sbx param_a_6 { 2001:db8::1 }\n"
              "add element inet sbx param_p_port { 80 }\n");
    EXPECT_THAT(fill_sets(network, {{"a", "::ffff:10.0.0.1"}, {"p", "80"}}, host, choose_virtual_network({})),
                HasSubstr("param_a_4 { 10.0.0.1 }"));
    EXPECT_THAT(refused([] { static_cast<void>(canonical_address("1.2.3.4 } ; flush ruleset")); }), HasSubstr("is no address"));
}

TEST(Tools, OneThatIsMissingIsNamedWithItsPackage) {
    const Tool tool{step::network, "nft", "nftables", {"/nowhere/nft", "/no/where/nft"}};
    const std::optional<Refusal> refusal = refusal_of([&tool] { static_cast<void>(find_tool(tool)); });
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(refusal->what, "nft is not installed: it is not at /nowhere/nft or /no/where/nft");
    EXPECT_EQ(refusal->remedy, "install the package nftables");
}

TEST(Programs, WhatTheySayIsKeptAndCannotFillUpAnything) {
    const Deadline soon = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    const ProgramOutput output;
    const std::vector<Place> places = {{output.descriptor(), 1}, {output.descriptor(), 2}};
    Child child =
        start_program({"/bin/sh", {"sh", "-c", "echo first; env >&2; while echo more; do :; done 2>/dev/null; exit 7"}}, places);
    const std::optional<int> status = child.wait(soon);
    ASSERT_TRUE(status.has_value());
    EXPECT_EQ(WEXITSTATUS(*status), 7);
    EXPECT_EQ(output.first_line(), ": `first`");
    const ProgramOutput nothing;
    Child missing = start_program({"/nowhere/nft", {"nft"}}, {{nothing.descriptor(), 1}, {nothing.descriptor(), 2}});
    EXPECT_EQ(WEXITSTATUS(missing.wait(soon).value_or(0)), exit_refused);
    EXPECT_EQ(nothing.first_line(), ": `No such file or directory`");
}

}  // namespace
}  // namespace sbx::runtime
