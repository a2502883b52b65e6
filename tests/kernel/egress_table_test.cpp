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
#include <nlohmann/json.hpp>
#include <sstream>

namespace sbx::kernel {
namespace {

struct AskedConnection {
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

policy::Address numeric_address(const std::string& text) {
    const std::string plain = text.substr(0, text.find('%'));
    const auto mapped = policy::parse_mapped_address(plain);
    return mapped ? *mapped : policy::parse_address(plain).value();
}

AskedConnection parse_connection(const std::string& text) {
    std::istringstream in(text);
    AskedConnection asked;
    in >> asked.word >> asked.how >> asked.address >> asked.endpoint.port;
    if (!asked.is_name()) {
        asked.endpoint.address = numeric_address(asked.address);
    }
    return asked;
}

std::string network_block(const std::string& statements) {
    return "network {\n" + replaced(statements, "; ", "\n") + "\n}\n";
}

/// The policy as if the values stood in it.
test::Compiled meaning_of(const EgressRow& row) {
    std::string statements = row.statements;
    for (const std::string& value : row.values) {
        const std::size_t equals = value.find('=');
        statements = replaced(statements, "$" + value.substr(0, equals), value.substr(equals + 1));
    }
    auto compiled = test::compile("sbx 1\nprofile meant\n" + network_block(statements));
    EXPECT_TRUE(compiled) << statements;
    return std::move(compiled).value();
}

LaunchFacts facts_of(const EgressRow& row) {
    LaunchFacts facts;
    facts.host = {numeric_address(TestNetwork::host), numeric_address(TestNetwork::host_6)};
    for (const std::string& gateway : row.gateways) {
        facts.gateway.insert(numeric_address(gateway));
    }
    facts.gateway.insert(numeric_address("fe80::2"));
    for (const std::string& value : row.values) {
        facts.values[value.substr(0, value.find('='))] = value.substr(value.find('=') + 1);
    }
    return facts;
}

/// decide(), and what it leaves to the launch: whose an address is, and what a name service has answered.
bool oracle_allows(const policy::Policy& policy, const AskedConnection& asked, const LaunchFacts& facts) {
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
            facts.answers_to[pattern].insert(numeric_address(TestNetwork::named));
        }
    }
}

/// A row with its bundle, and what the four say otherwise than each other; empty where they agree.
class Trying {
public:
    explicit Trying(const EgressRow& row) : row_(row) {
        const Outcome compiling = scene_.compile(text());
        EXPECT_EQ(compiling.status, 0) << compiling.text();
        for (const std::string& line : row.requests) {
            requests_.push_back(parse_connection(line));
        }
    }
    /// In the first file of the filter, which still is what the manifest says it is.
    void spoil(const std::string& from, const std::string& to) const {
        const std::string file = scene_.bundle() + "/egress.nft";
        const std::string text = read_file(file);
        EXPECT_NE(text.find(from), std::string::npos) << text;
        write_file(file, replaced(text, from, to), 0644);
        redigest(scene_.bundle());
    }

    /// Before anything runs.
    [[nodiscard]] std::string opinions() const {
        const test::Compiled meant = meaning_of(row_);
        const auto written = test::compile("sbx 1\nprofile written\n" + text());
        FilterReading filter(scene_.bundle(), written.value().profile.policy.network);
        LaunchFacts facts = facts_of(row_);
        std::string found;
        for (const AskedConnection& asked : requests_) {
            const std::string request = asked.word + " " + asked.probe() + ": ";
            if (oracle_allows(meant.profile.policy, asked, facts) != (asked.word != "denied")) {
                found += request + "decide() says otherwise\n";
            }
            if (asked.is_name()) {
                note_answer(meant.profile.policy.network, asked.address, facts);
            } else if (filter.of(asked.protocol(), asked.endpoint, facts) !=
                       (asked.word == "denied" ? Fate::rejected : Fate::accepted)) {
                found += request + "the filter says otherwise\n";
            }
        }
        return found;
    }
    [[nodiscard]] std::string on_the_kernel(const Mode& mode) const {
        std::vector<std::string> words;
        for (const AskedConnection& asked : requests_) {
            words.push_back(asked.probe());
        }
        std::vector<std::string> options;
        for (const std::string& value : row_.values) {
            options.insert(options.end(), {"--set", value});
        }
        TestNetwork::instance().clear();
        const Outcome outcome = run(TestNetwork::instance().in_host(probing({mode, ""}, scene_, words, options)));
        if (mode.program == Program::launch && beyond_shell()) {
            const bool is_refused = outcome.status == 125 && outcome.out.empty() && outcome.err.starts_with("launch: network: ");
            return is_refused && TestNetwork::instance().arrivals().empty() ? "" : "it is not refused\n" + outcome.text();
        }
        const std::string found = answers(outcome) + arrivals();
        return outcome.status == 0 && found.empty() ? "" : found + outcome.text();
    }

private:
    const EgressRow& row_;
    Scene scene_;
    std::vector<AskedConnection> requests_;

    [[nodiscard]] std::string text() const { return row_.header + network_block(row_.statements); }

    /// `launch` sets up neither pasta nor a resolver.
    [[nodiscard]] bool beyond_shell() const {
        const auto network = nlohmann::json::parse(read_file(scene_.bundle() + "/manifest.json"))["network"];
        return network["helper"] != "slirp4netns" || !network["names"].empty();
    }
    /// The answers are in the order of the requests.
    [[nodiscard]] std::string answers(const Outcome& outcome) const {
        static const std::set<std::string> refused = {" refused",  " no ECONNREFUSED", " no EHOSTUNREACH", " no ENETUNREACH",
                                                      " no EPERM", " no EACCES",       " no EADDRNOTAVAIL"};
        std::istringstream lines(outcome.out);
        std::string found;
        for (const AskedConnection& asked : requests_) {
            std::string line;
            std::getline(lines, line);
            const std::string answer = line.substr(std::min(asked.probe().size(), line.size()));
            const bool works = answer == " ok" || answer == std::string(" = ") + TestNetwork::named;
            if (!line.starts_with(asked.probe()) || (asked.word == "allowed" ? !works : !refused.contains(answer))) {
                found += asked.word + ": " + line + "\n";
            }
        }
        return found;
    }
    [[nodiscard]] std::string arrivals() const {
        const LaunchFacts facts = facts_of(row_);
        std::multiset<std::string> meant;
        for (const AskedConnection& asked : requests_) {
            if (asked.is_name() && asked.word == "allowed") {
                meant.insert(std::string("world: udp ") + TestNetwork::gateway + " 53");  // the sandbox's resolver asks its own
            } else if (asked.word == "allowed") {
                const bool at_host = facts.host.contains(asked.endpoint.address);
                meant.insert((at_host ? "host: " : "world: ") + std::string(to_text(asked.protocol())) + " " +
                             to_text(asked.endpoint.address) + " " + std::to_string(asked.endpoint.port));
            }
        }
        return TestNetwork::instance().arrivals() == meant ? "" : "arrived: " + TestNetwork::instance().log();
    }
};

class EgressTable : public testing::TestWithParam<EgressRow> {};

TEST_P(EgressTable, PolicyFilterAndKernelAgree) {
    if (!running_as_root()) {
        GTEST_SKIP() << "a test network needs root";
    }
    mark_as_run();
    const Trying trying(GetParam());
    ASSERT_FALSE(HasFailure());
    EXPECT_EQ(trying.opinions(), "");
    for (const Mode& mode : modes()) {
        EXPECT_EQ(trying.on_the_kernel(mode), "") << to_text(mode);
    }
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressTable, testing::ValuesIn(egress_table()),
                         [](const testing::TestParamInfo<EgressRow>& parameter) { return parameter.param.name; });

/// What the table is worth: both the reader and the kernel show each of these.
struct Spoiling {
    const char* name;
    const char* row;
    const char* from;
    const char* to;
};
void PrintTo(const Spoiling& one, std::ostream* out) {
    *out << one.name;
}
class SpoiltEgressTable : public testing::TestWithParam<Spoiling> {};

TEST_P(SpoiltEgressTable, IsNoticedByReaderAndKernel) {
    if (!running_as_root()) {
        GTEST_SKIP() << "a test network needs root";
    }
    const auto row = std::find_if(egress_table().begin(), egress_table().end(),
                                  [](const EgressRow& each) { return each.name == GetParam().row; });
    const Trying trying(*row);
    trying.spoil(GetParam().from, GetParam().to);
    EXPECT_NE(trying.opinions(), "");
    EXPECT_NE(trying.on_the_kernel({Program::sbx_run, true}), "");
}

INSTANTIATE_TEST_SUITE_P(
    Kernel, SpoiltEgressTable,
    testing::Values(Spoiling{"APortMore", "OnePort", "203.0.113.5 . 80", "203.0.113.5 . 80, 203.0.113.5 . 81"},
                    Spoiling{"AnAddressMore", "NetworksAndRanges", "203.0.113.64/26", "203.0.113.64-203.0.113.128"},
                    Spoiling{"AnAddressLess", "NetworksAndRanges", "198.51.100.9-198.51.100.11", "198.51.100.9-198.51.100.10"},
                    Spoiling{"TheHostForgotten", "AnythingOfIPv4", "meta nfproto ipv4 ip daddr @host_4 jump host\n", "\n"},
                    Spoiling{"TheGatewayForgotten", "AnythingOfIPv4", "meta nfproto ipv4 ip daddr @gateway_4 goto refuse\n", "\n"},
                    Spoiling{"AResolverForgotten", "AResolver", "10.77.0.2 . 53", "10.77.0.2 . 54"}),
    [](const auto& each) { return each.param.name; });

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
