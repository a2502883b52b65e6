// SBX-N001 is exact: of random blocks, what is said to be dead can go all at once, and nothing else can, for every value of the
// parameters. Judged by arithmetic of the test's own, on bits: one for each protocol, address and port of a small universe.
#include "compiler/policy/check.hpp"
#include "tests/support/memory_files.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <gtest/gtest.h>
#include <random>
#include <set>

namespace {

constexpr unsigned blocks = 4000;
constexpr std::size_t protocols = 4, addresses = 9,
                      ports = 4;  // the last address is link-local; the last port any that no rule names
using Packets = std::bitset<protocols * addresses * ports>;

struct Rule {
    bool denies = false;
    std::size_t protocol = protocols;  ///< that is `any`
    std::set<std::size_t> at;
    bool at_parameter = false;
    std::set<std::size_t> on;  ///< empty, with no parameter: every port
    bool on_parameter = false;
    std::string text;
};

/// `$h` is the first or the third address, `$p` the second or third port.
struct Values {
    std::size_t address, port;
};
constexpr std::array<Values, 4> all_values{{{0, 1}, {0, 2}, {2, 1}, {2, 2}}};

Packets packets_of(const Rule& rule, const Values& values) {
    Packets packets;
    for (std::size_t protocol = 0; protocol < protocols; ++protocol) {
        for (std::size_t address = 0; address < addresses; ++address) {
            for (std::size_t port = 0; port < ports; ++port) {
                const bool in_addresses = rule.at.count(address) != 0 || (rule.at_parameter && values.address == address);
                const bool every_port = rule.on.empty() && !rule.on_parameter;
                const bool in_ports = every_port || rule.on.count(port) != 0 || (rule.on_parameter && values.port == port);
                const bool in_protocol = rule.protocol == protocols || rule.protocol == protocol;
                packets[(protocol * addresses + address) * ports + port] = in_addresses && in_ports && in_protocol;
            }
        }
    }
    return packets;
}

class BlockGenerator {
public:
    explicit BlockGenerator(unsigned seed) : random_(seed) {}

    std::vector<Rule> make() {
        const bool with_parameters = random_() % 2 == 0;
        std::vector<Rule> rules(2 + random_() % 5);
        for (Rule& rule : rules) {
            rule.denies = random_() % 4 == 0;
            rule.protocol = std::array<std::size_t, 6>{0, 0, 1, 1, 2, protocols}.at(random_() % 6);
            const bool has_ports = rule.protocol < 2;
            rule.at_parameter = with_parameters && random_() % 3 == 0;
            rule.on_parameter = with_parameters && has_ports && random_() % 3 == 0;
            if (!rule.at_parameter || random_() % 2 == 0) {
                add_range(rule.at, random_() % 8 == 0 ? addresses : addresses - 1);
            }
            if (has_ports && random_() % 3 != 0 && (!rule.on_parameter || random_() % 2 == 0)) {
                add_range(rule.on, ports - 1);
            }
            rule.text = text_of(rule);
        }
        return rules;
    }

private:
    std::mt19937 random_;

    void add_range(std::set<std::size_t>& into, std::size_t end) {
        const std::size_t first = random_() % end;
        const std::size_t last = first + random_() % (end - first);
        for (std::size_t each = first; each <= last; ++each) {
            into.insert(each);
        }
    }

    static std::string text_of(const Rule& rule) {
        std::string text = rule.denies ? "deny " : "allow ";
        text += std::array<const char*, 5>{"tcp", "udp", "icmp", "", "any"}.at(rule.protocol);
        text += " to";
        for (const std::size_t address : rule.at) {
            text += address == addresses - 1 ? " 169.254.1.1" : " 10.0.0." + std::to_string(address);
        }
        text += rule.at_parameter ? " $h" : "";
        text += rule.on.empty() && !rule.on_parameter ? "" : " port";
        for (const std::size_t port : rule.on) {
            text += " " + std::to_string(port + 1);
        }
        return text + (rule.on_parameter ? " $p" : "");
    }
};

/// What a block decides about packets that no floor shuts.
struct Decided {
    Packets allowed, denied;
    friend bool operator==(const Decided&, const Decided&) = default;
};
std::vector<Decided> decided(const std::vector<Rule>& rules, const std::set<std::size_t>& left_out) {
    std::vector<Decided> result;
    Rule floor;
    floor.at = {addresses - 1};
    for (const Values& values : all_values) {
        Decided each;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            if (left_out.count(i) == 0) {
                (rules[i].denies ? each.denied : each.allowed) |= packets_of(rules[i], values);
            }
        }
        each.allowed &= ~each.denied & ~packets_of(floor, values);
        result.push_back(each);
    }
    return result;
}

struct Findings {
    bool judged = false;
    std::set<std::size_t> dead, denied;  ///< indices of rules: warnings, errors
};

Findings findings_of(const std::vector<Rule>& rules) {
    std::string text = "param h: address one of [10.0.0.0 10.0.0.2]\nparam p: port one of [2 3]\nnetwork {\n";
    std::vector<std::size_t> begins;
    for (const Rule& rule : rules) {
        begins.push_back(text.size());
        text += rule.text + "\n";
    }
    sbx::test::Resolved resolved = sbx::test::resolve_profile(text + "}");
    const std::size_t offset = resolved.sources->files.front().text().find("param h");
    check(resolved.profile, resolved.sink);
    Findings findings;
    findings.judged = true;
    for (const sbx::Diagnostic& each : resolved.sink.sorted()) {
        const bool is_dead = each.kind == sbx::DiagnosticKind::dead_network_statement;
        if (!is_dead && each.severity != sbx::Severity::error) {
            continue;
        }
        if (!is_dead || each.message.starts_with("this opens nothing")) {
            findings.judged = false;  // said twice, or all of it is shut
            return findings;
        }
        const auto after = std::upper_bound(begins.begin(), begins.end(), each.origin.span.begin - offset);
        const auto rule = static_cast<std::size_t>(after - begins.begin()) - 1;
        (each.severity == sbx::Severity::error ? findings.denied : findings.dead).insert(rule);
        EXPECT_FALSE(each.labels.empty()) << text;
    }
    return findings;
}

void judge_block(const std::vector<Rule>& rules, const Findings& findings) {
    std::set<std::size_t> reported = findings.dead;
    reported.insert(findings.denied.begin(), findings.denied.end());
    const auto whole = decided(rules, {});
    EXPECT_EQ(decided(rules, reported), whole);
    for (std::size_t i = 0; i < rules.size(); ++i) {
        std::set<std::size_t> fewer = reported;
        if (fewer.insert(i).second) {
            EXPECT_NE(decided(rules, fewer), whole) << rules[i].text << " says nothing";
            continue;
        }
        bool all_denied = !rules[i].denies;
        for (std::size_t v = 0; v < all_values.size() && all_denied; ++v) {
            Rule floor;
            floor.at = {addresses - 1};
            all_denied = (packets_of(rules[i], all_values.at(v)) & ~whole[v].denied & ~packets_of(floor, all_values.at(v))).none();
        }
        EXPECT_EQ(findings.denied.count(i) != 0, all_denied) << rules[i].text;
    }
    if (testing::Test::HasFailure()) {
        for (const Rule& rule : rules) {
            std::printf("    %s\n", rule.text.c_str());
        }
    }
}

TEST(Shadowing, ADeadNetworkStatementIsOneWithoutWhichEveryPacketIsDecidedTheSame) {
    std::size_t dead = 0, denied = 0, alive = 0;
    for (unsigned seed = 0; seed < blocks && !testing::Test::HasFailure(); ++seed) {
        const std::vector<Rule> rules = BlockGenerator(seed).make();
        const Findings findings = findings_of(rules);
        if (findings.judged) {
            judge_block(rules, findings);
            dead += findings.dead.size();
            denied += findings.denied.size();
            alive += rules.size() - findings.dead.size() - findings.denied.size();
        }
    }
    EXPECT_GT(dead, 300U);
    EXPECT_GT(denied, 100U);
    EXPECT_GT(alive, 5000U);
    std::printf("%zu dead, %zu denied, %zu alive\n", dead, denied, alive);
}

}  // namespace
