// Random networks, held against the statements as they were written: a packet is let out when an `allow` says so for the values of
// this launch and no `deny`, floor or loopback says otherwise. The normal form, decide() and compare() must agree with that at
// every point of a small universe, for every value and answer tried.
#include "compiler/policy/compare.hpp"
#include "compiler/policy/decide.hpp"
#include "compiler/policy/judge.hpp"
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/statement_text.hpp"
#include "tests/property/random_policy.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using namespace sbx::policy;
using sbx::test::Compiled;
using sbx::test::RandomStatement;

/// What is known at a launch only.
struct Launch {
    Address server;
    std::uint16_t door = 0;
    std::string name;  ///< a name that was asked for
    Address answer;
};
struct Point {
    Protocol protocol{};
    Address address;
    std::uint16_t port = 0;
};

Address address(const char* text) {
    return parse_address(text).value();
}

std::vector<Launch> launches() {
    return {{address("10.0.0.1"), 440, "a.example.org", address("10.0.0.2")},
            {address("2001:db8::1"), 443, "b.a.example.org", address("10.0.0.2")},
            {address("169.254.1.1"), 450, "c.example.org", address("10.0.0.7")},
            {address("10.0.0.9"), 443, "a.example.org", address("2001:db8::4")},
            {address("10.0.0.4"), 450, "b.a.example.org", address("192.0.2.1")}};
}

/// Values and answers that meet a point and such that do not, in every combination; the door is 440 to 450.
std::vector<Launch> launches_around(const Point& point) {
    const bool can_meet = 440 <= point.port && point.port <= 450;
    std::vector<Launch> all;
    for (const Address& server : {point.address, address(to_text(point.address) == "10.0.0.9" ? "10.0.0.8" : "10.0.0.9")}) {
        for (const std::uint16_t door : {point.port, std::uint16_t{445}}) {
            if (door == point.port && !can_meet) {
                continue;
            }
            for (const char* name : {"a.example.org", "b.a.example.org", "c.example.org"}) {
                for (const Address& answer : {point.address, address("192.0.2.77")}) {
                    all.push_back({server, door, name, answer});
                }
            }
        }
    }
    return all;
}

constexpr std::uint16_t point_ports[] = {1, 53, 80, 440, 442, 443, 444, 450, 451, 65535};

std::vector<Point> points() {
    std::vector<Point> all;
    for (const Protocol protocol : all_protocols) {
        for (const char* text :
             {"0.0.0.0",     "9.255.255.255",   "10.0.0.0",        "10.0.0.1",     "10.0.0.2",        "10.0.0.3",
              "10.0.0.4",    "10.0.0.5",        "10.0.0.7",        "10.0.0.8",     "10.0.0.9",        "127.0.0.1",
              "169.254.1.1", "169.254.169.254", "100.100.100.200", "192.0.2.1",    "255.255.255.255", "::1",
              "2001:db8::1", "2001:db8::4",     "fe80::1",         "fd00:ec2::254"}) {
            for (const std::uint16_t port : point_ports) {
                all.push_back({protocol, address(text), port});
            }
        }
    }
    return all;
}

bool has_port(const Ports& ports, const Point& point, const Launch& launch) {
    return !has_ports(point.protocol) || ports.literal.contains(point.port) ||
           (!ports.parameters.empty() && point.port == launch.door);
}

bool matches(const NetworkRule& rule, const Point& point, const Launch& launch) {
    if (!rule.protocols.contains(point.protocol) || !has_port(rule.ports, point, launch)) {
        return false;
    }
    const bool named = point.address == launch.answer && std::any_of(rule.names.begin(), rule.names.end(), [&](const auto& entry) {
                           return covers_name(entry, launch.name);
                       });
    return rule.addresses.contains(point.address) || named || (!rule.address_parameters.empty() && point.address == launch.server);
}

/// From the statements.
bool is_let_out(const Network& network, const Point& point, const Launch& launch) {
    if (network.mode.value == NetworkMode::off || named_addresses("@loopback").contains(point.address)) {
        return false;
    }
    const bool is_metadata = named_addresses("@metadata").contains(point.address);
    if (is_metadata ? !network.unblocked.metadata
                    : named_addresses("@link-local").contains(point.address) && !network.unblocked.link_local) {
        return false;
    }
    bool allowed = false;
    for (const NetworkRule& rule : network.rules) {
        if (rule.statement == NetworkStatement::deny && matches(rule, point, launch)) {
            return false;
        }
        allowed = allowed || (rule.allows && matches(rule, point, launch));
    }
    return allowed;
}

bool matches(const SymbolicRule& rule, const Point& point, const Launch& launch) {
    const auto* const parameter = std::get_if<ParameterName>(&rule.to);
    const bool there =
        parameter != nullptr ? point.address == launch.server : std::get<AddressSet>(rule.to).contains(point.address);
    return rule.protocol == point.protocol && there && has_port(rule.ports, point, launch);
}

/// From the normal form alone, as the packet filter has it.
bool passes(const Network& network, const Point& point, const Launch& launch) {
    if (named_addresses("@loopback").contains(point.address) || floor_addresses(network.unblocked).contains(point.address)) {
        return false;
    }
    const auto meets = [&](const std::vector<SymbolicRule>& rules) {
        return std::any_of(rules.begin(), rules.end(), [&](const SymbolicRule& rule) { return matches(rule, point, launch); });
    };
    if (network.denied.contains(point.protocol, point.address, point.port) || meets(network.symbolic_denied)) {
        return false;
    }
    if (network.allowed.contains(point.protocol, point.address, point.port) || meets(network.symbolic_allowed)) {
        return true;
    }
    const auto* const entry = point.address == launch.answer ? deciding_entry(network.names, launch.name) : nullptr;
    if (entry == nullptr) {
        return false;
    }
    const auto ports = entry->second.find(point.protocol);
    return ports != entry->second.end() && has_port(ports->second, point, launch);
}

std::optional<Compiled> random_compiled(std::mt19937& random, bool with_parameters) {
    for (;;) {
        const auto statements = sbx::test::random_network(random);
        if ((statements.front().block.empty()) == with_parameters) {
            return sbx::test::compile(sbx::test::policy_text(statements));
        }
    }
}

constexpr unsigned seeds = 400;

TEST(NetworkModel, TheNormalFormLetsOutWhatTheStatementsLetOut) {
    const auto all_points = points();
    unsigned tried = 0;
    unsigned depended = 0;
    for (unsigned seed = 0; seed < seeds && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::string text = sbx::test::policy_text(sbx::test::random_network(random));
        const auto compiled = sbx::test::compile(text);
        if (!compiled || compiled->profile.policy.network.mode.value == NetworkMode::off) {
            continue;
        }
        ++tried;
        const Policy& policy = compiled->profile.policy;
        for (const Point& point : all_points) {
            bool some = false;
            bool every = true;
            for (const Launch& launch : launches_around(point)) {
                const bool out = is_let_out(policy.network, point, launch);
                ASSERT_EQ(passes(policy.network, point, launch), out)
                    << text << to_text(point.protocol) << " " << to_text(point.address) << " " << point.port << " $server "
                    << to_text(launch.server) << " $door " << launch.door << " " << launch.name;
                some = some || out;
                every = every && out;
            }
            if (!has_ports(point.protocol) || named_addresses("@loopback").contains(point.address)) {
                continue;
            }
            Request request;
            request.kind = point.protocol == Protocol::tcp ? RequestKind::connect_tcp : RequestKind::connect_udp;
            request.endpoint = Endpoint{point.address, point.port};
            const Decision decision = decide(policy, request);
            EXPECT_FALSE(decision.verdict == Verdict::allowed && !every) << text << to_text(request) << ": " << decision.reason;
            EXPECT_FALSE(decision.verdict == Verdict::denied && some) << text << to_text(request) << ": " << decision.reason;
            depended += decision.verdict == Verdict::depends ? 1 : 0;
            EXPECT_FALSE(decision.verdict == Verdict::depends && some == every)
                << text << to_text(request) << ": " << decision.reason;
        }
    }
    EXPECT_GT(tried, seeds / 2);
    EXPECT_GT(depended, 1000U);
}

TEST(NetworkModel, WhatIsPrintedMeansTheSame) {
    for (unsigned seed = 0; seed < seeds && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::string text = sbx::test::policy_text(sbx::test::random_network(random));
        const auto compiled = sbx::test::compile(text);
        if (!compiled) {
            continue;
        }
        std::string printed = "sbx 1\nprofile random\n";
        for (const std::string& line : to_statements(compiled->profile.policy)) {
            printed += line + "\n";
        }
        const auto again = sbx::test::compile(printed);
        ASSERT_TRUE(again.has_value()) << text << printed;
        EXPECT_EQ(again->profile.policy, compiled->profile.policy) << text << printed;
    }
}

TEST(NetworkModel, ComparisonsHoldForEveryPacket) {
    const auto all_points = points();
    const auto all_launches = launches();
    unsigned related = 0;
    for (unsigned seed = 0; seed < seeds && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const bool with_parameters = seed % 3 == 0;
        const auto a = random_compiled(random, with_parameters);
        const auto b = random_compiled(random, with_parameters);
        if (!a || !b) {
            continue;
        }
        const Policy& before = a->profile.policy;
        const Policy& after = b->profile.policy;
        const Comparison comparison = compare(before, after);
        const std::string texts = std::string(a->sources->files.front().text()) + std::string(b->sources->files.front().text());
        EXPECT_EQ(comparison.regions.empty(), before == after) << texts;
        const Relation relation = comparison.of(Domain::network);
        const Relation reverse = compare(after, before).of(Domain::network);
        EXPECT_EQ(reverse, relation == Relation::wider      ? Relation::narrower
                           : relation == Relation::narrower ? Relation::wider
                                                            : relation)
            << texts;
        related += relation == Relation::incomparable ? 0 : 1;
        for (const Point& point : all_points) {
            for (const Launch& launch : all_launches) {
                const bool was = passes(before.network, point, launch);
                const bool is = passes(after.network, point, launch);
                const bool wrong = (is && !was && (relation == Relation::narrower || relation == Relation::equivalent)) ||
                                   (was && !is && (relation == Relation::wider || relation == Relation::equivalent));
                ASSERT_FALSE(wrong) << texts << to_text(relation) << ": " << to_text(point.protocol) << " "
                                    << to_text(point.address) << " " << point.port << " $server " << to_text(launch.server)
                                    << " $door " << launch.door << " " << launch.name;
            }
        }
        for (const Region& region : comparison.regions) {
            if (region.request && region.domain == Domain::network) {
                EXPECT_NE(decide(before, *region.request).verdict, decide(after, *region.request).verdict)
                    << texts << region.witness;
            }
        }
    }
    EXPECT_GT(related, 20U);
}

}  // namespace
