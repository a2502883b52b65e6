// The table of connections. Of each request four say what becomes of it, and must agree: the table itself, decide(), the compiler's
// reader of the bundle's packet filter, and the kernel, where the servers' logs are the judge: what they hold is what was allowed,
// each once, and nothing else.
#include "tests/kernel/egress_table.hpp"

#include "compiler/policy/decide.hpp"
#include "tests/kernel/filter_reading.hpp"
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"
#include "tests/kernel/test_network.hpp"
#include "tests/property/random_policy.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>

namespace sbx::kernel {
namespace {

struct Asked {
    std::string word;     ///< allowed, denied, own
    std::string how;      ///< tcp, udp, fragments, resolve
    std::string address;  ///< as it is written; of `resolve` the name
    policy::Endpoint endpoint;
    [[nodiscard]] bool is_name() const { return how == "resolve"; }
    [[nodiscard]] policy::Protocol protocol() const { return how == "tcp" ? policy::Protocol::tcp : policy::Protocol::udp; }
    [[nodiscard]] std::string probe() const {
        const std::string place = address + ":" + std::to_string(endpoint.port);
        return is_name() ? "query:" + address : how == "fragments" ? "fragments:udp:" + place : "echo:" + how + ":" + place;
    }
};

policy::Address address_of(const std::string& text) {
    const std::string plain = text.substr(0, text.find('%'));
    const auto mapped = policy::parse_mapped_address(plain);
    return mapped ? *mapped : policy::parse_address(plain).value();
}

Asked parse(const std::string& text) {
    std::istringstream in(text);
    Asked asked;
    in >> asked.word >> asked.how >> asked.address >> asked.endpoint.port;
    if (!asked.is_name()) {
        asked.endpoint.address = address_of(asked.address);
    }
    return asked;
}

std::string block(const std::string& statements) {
    return "network {\n" + replaced(statements, "; ", "\n") + "\n}\n";
}

/// The policy as if the values stood in it.
test::Compiled meaning_of(const EgressRow& row) {
    std::string statements = row.statements;
    for (const std::string& value : row.values) {
        const std::size_t equals = value.find('=');
        statements = replaced(statements, "$" + value.substr(0, equals), value.substr(equals + 1));
    }
    auto compiled = test::compile("sbx 1\nprofile meant\n" + block(statements));
    EXPECT_TRUE(compiled) << statements;
    return std::move(compiled).value();
}

LaunchFacts facts_of(const EgressRow& row) {
    LaunchFacts facts;
    facts.host = {address_of(TestNetwork::host), address_of(TestNetwork::host_6)};
    for (const std::string& gateway : row.gateways) {
        facts.gateway.insert(address_of(gateway));
    }
    facts.gateway.insert(address_of("fe80::2"));
    for (const std::string& value : row.values) {
        facts.values[value.substr(0, value.find('='))] = value.substr(value.find('=') + 1);
    }
    return facts;
}

/// decide(), and what it leaves to the launch: whose an address is, and what a name service has answered.
bool oracle_allows(const policy::Policy& policy, const Asked& asked, const LaunchFacts& facts) {
    policy::Request request;
    request.kind = asked.is_name()                             ? policy::RequestKind::resolve
                   : asked.protocol() == policy::Protocol::tcp ? policy::RequestKind::connect_tcp
                                                               : policy::RequestKind::connect_udp;
    request.name = asked.address;
    request.endpoint = asked.endpoint;
    const policy::Verdict verdict = policy::decide(policy, request).verdict;
    const bool is_host = facts.host.contains(asked.endpoint.address);
    if (facts.gateway.contains(asked.endpoint.address) ||
        (is_host && !policy.network.unblocked.host.literal.contains(asked.endpoint.port))) {
        return false;
    }
    return verdict == policy::Verdict::allowed ||
           (verdict == policy::Verdict::depends &&
            std::any_of(facts.answers_to.begin(), facts.answers_to.end(), [&](const auto& entry) {
                const auto& reach = policy.network.names.at(entry.first);
                const auto ports = reach.find(asked.protocol());
                return ports != reach.end() && ports->second.literal.contains(asked.endpoint.port) &&
                       entry.second.contains(asked.endpoint.address);
            }));
}

/// A name that was answered belongs to the first of the policy's that covers it.
void note_answer(const policy::Network& network, const std::string& name, LaunchFacts& facts) {
    for (const auto& [pattern, reach] : network.names) {
        if (pattern == name || (pattern.starts_with("*.") && name.ends_with(pattern.substr(1)))) {
            facts.answers_to[pattern].insert(address_of(TestNetwork::named));
        }
    }
}

class EgressTable : public testing::TestWithParam<EgressRow> {
protected:
    Scene scene;

    /// Before anything runs.
    void expect_same_opinions(const std::vector<Asked>& requests) {
        const test::Compiled meant = meaning_of(GetParam());
        const auto written = test::compile("sbx 1\nprofile written\n" + text());
        ASSERT_TRUE(written);
        FilterReading filter(scene.bundle(), written->profile.policy.network);
        LaunchFacts facts = facts_of(GetParam());
        for (const Asked& asked : requests) {
            SCOPED_TRACE(asked.word + " " + asked.probe());
            EXPECT_EQ(oracle_allows(meant.profile.policy, asked, facts), asked.word != "denied") << "decide()";
            if (asked.is_name()) {
                note_answer(meant.profile.policy.network, asked.address, facts);
            } else {
                EXPECT_EQ(filter.of(asked.protocol(), asked.endpoint, facts),
                          asked.word == "denied" ? Fate::rejected : Fate::accepted)
                    << "the reader of the filter";
            }
        }
    }
    [[nodiscard]] static std::string text() { return GetParam().header + block(GetParam().statements); }

    void expect_arrivals(const std::vector<Asked>& requests, const Outcome& outcome) {
        const LaunchFacts facts = facts_of(GetParam());
        std::multiset<std::string> meant;
        for (const Asked& asked : requests) {
            if (asked.word == "allowed") {
                const bool at_host = facts.host.contains(asked.endpoint.address);
                // The sandbox's resolver asks its own.
                meant.insert(asked.is_name()
                                 ? std::string("world: udp ") + TestNetwork::gateway + " 53"
                                 : std::string(at_host ? "host: " : "world: ") + std::string(to_text(asked.protocol())) + " " +
                                       to_text(asked.endpoint.address) + " " + std::to_string(asked.endpoint.port));
            }
        }
        EXPECT_EQ(TestNetwork::instance().arrivals(), meant) << outcome.text();
    }

    /// The answers are in the order of the requests.
    static void expect_answers(const std::vector<Asked>& requests, const Outcome& outcome) {
        std::istringstream lines(outcome.out);
        for (const Asked& asked : requests) {
            std::string line;
            std::getline(lines, line);
            const std::string answer = line.substr(std::min(asked.probe().size(), line.size()));
            if (asked.word == "allowed") {
                EXPECT_TRUE(answer == " ok" || answer == std::string(" = ") + TestNetwork::named) << line;
            } else {
                const bool at_once = answer == " refused" || answer == " no ECONNREFUSED" || answer == " no EHOSTUNREACH" ||
                                     answer == " no ENETUNREACH" || answer == " no EPERM" || answer == " no EACCES" ||
                                     answer == " no EADDRNOTAVAIL";
                EXPECT_TRUE(at_once) << line;
            }
        }
    }
};

TEST_P(EgressTable, PolicyFilterAndKernelAgree) {
    if (!running_as_root()) {
        GTEST_SKIP() << "a test network needs root";
    }
    mark_as_run();
    const Outcome compiling = scene.compile(text());
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    std::vector<Asked> requests;
    std::vector<std::string> words;
    for (const std::string& line : GetParam().requests) {
        requests.push_back(parse(line));
        words.push_back(requests.back().probe());
    }
    expect_same_opinions(requests);
    std::vector<std::string> options;
    for (const std::string& value : GetParam().values) {
        options.insert(options.end(), {"--set", value});
    }
    for (const Mode& mode : modes_of_sbx_run()) {
        SCOPED_TRACE(to_text(mode));
        TestNetwork::instance().clear();
        const Outcome outcome = run(TestNetwork::instance().in_host(probing({mode, ""}, scene, words, options)));
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        expect_answers(requests, outcome);
        expect_arrivals(requests, outcome);
    }
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressTable, testing::ValuesIn(egress_table()),
                         [](const testing::TestParamInfo<EgressRow>& parameter) { return parameter.param.name; });

TEST(EgressTableSize, HoldsAtLeastEightyRequestsOfTwelvePolicies) {
    std::size_t allowed = 0;
    std::size_t denied = 0;
    for (const EgressRow& row : egress_table()) {
        for (const std::string& line : row.requests) {
            ++(line.starts_with("denied") ? denied : allowed);
        }
    }
    EXPECT_GE(egress_table().size(), 12U);
    EXPECT_GE(allowed + denied, 80U);
    EXPECT_GE(allowed, 40U);
    RecordProperty("allowed", static_cast<int>(allowed));
    RecordProperty("denied", static_cast<int>(denied));
}

}  // namespace
}  // namespace sbx::kernel
