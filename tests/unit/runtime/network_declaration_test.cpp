// The "network" of manifest.json.
#include "runtime/network_declaration.hpp"

#include "refused.hpp"

#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

using testing::ElementsAre;

ParameterDeclaration declared(const std::string& name, ParameterType type) {
    ParameterDeclaration result;
    result.name = name;
    result.type = type;
    return result;
}
const std::vector<ParameterDeclaration> parameters = {declared("server", ParameterType::address),
                                                      declared("p", ParameterType::port)};

const char* const whole_declaration = R"({"mode": "filtered", "helper": "pasta", "ipv6": true,
  "filter": ["egress.nft", "egress.000.nft", "egress.allow.nft"],
  "fill": [{"set": "param_server_4", "parameter": "server", "family": "ipv4"},
           {"set": "param_p_port", "parameter": "p", "family": "port"}],
  "resolver": "resolver.conf", "names": ["*.example.org"], "upstream": ["\"${server}\""],
  "publish": [{"protocol": "udp", "port": "\"${p}\"", "on": "127.0.0.1"}]})";

NetworkDeclaration read(const std::string& text) {
    const JsonResult json = read_json(text);
    EXPECT_TRUE(json.value.has_value()) << json.error;
    return read_network(json.value.value_or(JsonValue{}), parameters);
}

std::string refused_with(const std::string& part, const std::string& other) {
    std::string text = whole_declaration;
    const std::size_t at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    text.replace(at, part.size(), other);
    return refused([&] { static_cast<void>(read(text)); });
}

TEST(NetworkDeclaration, IsReadMemberByMember) {
    const NetworkDeclaration network = read(whole_declaration);
    EXPECT_EQ(network.mode, NetworkMode::filtered);
    EXPECT_EQ(network.helper, UserNetwork::pasta);
    EXPECT_TRUE(network.ipv6);
    EXPECT_THAT(network.filter, ElementsAre("egress.nft", "egress.000.nft", "egress.allow.nft"));
    ASSERT_EQ(network.fill.size(), 2U);
    EXPECT_EQ(network.fill[1].family, FillFamily::port);
    EXPECT_EQ(network.resolver, "resolver.conf");
    EXPECT_THAT(network.names, ElementsAre("*.example.org"));
    EXPECT_EQ(expand(network.upstream.at(0), {{"server", "10.0.0.1"}}), "10.0.0.1");
    ASSERT_EQ(network.publish.size(), 1U);
    EXPECT_TRUE(network.publish[0].udp);
    EXPECT_EQ(read(R"({"mode": "off"})").mode, NetworkMode::off);
    EXPECT_EQ(read(R"({"mode": "host"})").mode, NetworkMode::host);
}

TEST(NetworkDeclaration, WhatALaunchCannotActOnIsRefused) {
    EXPECT_EQ(refused_with("filtered", "open"), "verify: manifest.json is malformed: `mode` cannot be `open`");
    EXPECT_EQ(refused_with("\"pasta\"", "\"vpnkit\""), "verify: manifest.json is malformed: `helper` cannot be `vpnkit`");
    EXPECT_EQ(refused_with("\"pasta\"", "\"slirp4netns\""),
              "verify: manifest.json is malformed: `helper` cannot do what `ipv6` or `publish` asks for");
    EXPECT_EQ(refused_with("param_server_4", "x { } ; flush"),
              "verify: manifest.json is malformed: `x { } ; flush` is no name for a set");
    EXPECT_EQ(refused_with("\"p\", \"family\": \"port\"", "\"p\", \"family\": \"ipv6\""),
              "verify: manifest.json is malformed: the set `param_p_port` is filled with `p`, which is no parameter for that");
    EXPECT_EQ(refused_with("*.example.org", "a/127.0.0.1"),
              "verify: manifest.json is malformed: `a/127.0.0.1` is no name of a host");
    EXPECT_EQ(refused_with("\"resolver.conf\"", "null"),
              "verify: manifest.json is malformed: `names`, `resolver` and `upstream` do not go together");
    EXPECT_EQ(refused_with("127.0.0.1", "localhost"),
              "verify: manifest.json is malformed: `localhost` is no address to publish on");
    EXPECT_EQ(refused_with("\"ipv6\": true,", ""), "verify: manifest.json is malformed: it has no `ipv6` of the right type");
}

TEST(NetworkDeclaration, NoFileOfTheFilterIsLeftOutOrOutOfTurn) {
    const std::string expected =
        "verify: manifest.json is malformed: `filter` does not list the files of the packet filter in their order";
    for (const char* files : {"", "\"egress.nft\"", "\"egress.allow.nft\", \"egress.nft\"", "\"egress.nft\", \"egress.000.nft\"",
                              "\"egress.nft\", \"egress.001.nft\", \"egress.allow.nft\"",
                              "\"egress.nft\", \"../x\", \"egress.allow.nft\"", "\"egress.000.nft\", \"egress.allow.nft\""}) {
        EXPECT_EQ(refused_with("\"egress.nft\", \"egress.000.nft\", \"egress.allow.nft\"", files), expected) << files;
    }
}

}  // namespace
}  // namespace sbx::runtime
