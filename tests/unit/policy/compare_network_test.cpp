// Filtered networks compared: who lets out more, and how a reviewer is told.
#include "compiler/policy/ceiling.hpp"
#include "compiler/policy/compare.hpp"
#include "compiler/policy/mutation.hpp"
#include "compiler/policy/statement_text.hpp"
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string head = "param server: address\nparam other: address\nparam p: port 100-200\n";

Policy policy_of(const std::string& statements) {
    auto resolved = test::resolve_profile(statements);
    EXPECT_FALSE(resolved.sink.has_errors()) << statements << ::testing::PrintToString(resolved.messages());
    return std::move(resolved.profile.policy);
}
Policy rules(const std::string& text) {
    return policy_of(head + "network { " + text + " }\nfilesystem { file /etc/resolv.conf \"\" }");
}
Relation relation(const Policy& before, const Policy& after) {
    return compare(before, after).of(Domain::network);
}
std::vector<std::string> told(const std::string& before, const std::string& after) {
    std::vector<std::string> sentences;
    for (const Region& region : compare(rules(before), rules(after)).regions) {
        sentences.push_back(sentence(region) + (region.adds_witness() ? " | " + region.witness : ""));
    }
    return sentences;
}

struct Row {
    const char* before;
    const char* after;
    Relation relation;
};
constexpr Row network_rows[] = {
    {"allow tcp to 10.0.0.0/8 port 443", "allow tcp to 10.0.0.0/8 port 443-444", Relation::wider},
    {"allow tcp to 10.0.0.0/8 port 443", "allow tcp to 10.0.0.0/7 port 443", Relation::wider},
    {"allow tcp to 10.0.0.0/8 port 443", "allow tcp to 10.0.0.0/8 port 443; deny any to 10.1.0.0/16", Relation::narrower},
    {"allow tcp to 10.0.0.0/8 port 443", "allow udp to 10.0.0.0/8 port 443", Relation::incomparable},
    {"allow tcp to 10.0.0.0/8 port 443", "allow tcp to 10.0.0.0/9 port 443; allow tcp to 10.128.0.0/9 port 443",
     Relation::equivalent},
    {"allow tcp to $server port 443", "allow tcp to $server port 443 444", Relation::wider},
    {"allow tcp to $server port 443", "allow tcp to $other port 443", Relation::incomparable},
    {"allow tcp to $server port 443", "allow tcp to @any port 443", Relation::wider},
    {"allow tcp to $server port 443; deny tcp to 10.0.0.0/8", "allow tcp to $server port 443", Relation::wider},
    {"allow tcp to $server port 443; deny tcp to $other port 443", "allow tcp to $server port 443", Relation::wider},
    {"allow tcp to $server port $p", "allow tcp to $server port 100-200", Relation::wider},
    {"allow tcp to 10.0.0.1 port $p", "allow tcp to 10.0.0.0/8 port $p", Relation::wider},
    {"allow tcp to 10.0.0.1 port $p", "allow tcp to 10.0.0.1 port 100-200", Relation::wider},
    {"resolver 10.0.0.1; allow tcp to host \"a.org\" port 443",
     "resolver 10.0.0.1; allow tcp to host \"*.a.org\" \"a.org\" port 443", Relation::wider},
    {"resolver 10.0.0.1; allow tcp to host \"b.a.org\" port 443", "resolver 10.0.0.1; allow tcp to host \"*.a.org\" port 443",
     Relation::wider},
    {"resolver 10.0.0.1", "resolver 10.0.0.1 10.0.0.2", Relation::wider},
    {"resolver 10.0.0.1", "resolver 10.0.0.2", Relation::incomparable},
    {"resolver 10.0.0.2 10.0.0.1", "resolver 10.0.0.1 10.0.0.2", Relation::equivalent},
    {"allow tcp to @any", "allow tcp to @any; unblock metadata because \"x\"", Relation::wider},
    {"allow tcp to 10.0.0.1", "allow tcp to 10.0.0.1; unblock link-local because \"x\"", Relation::equivalent},
    {"allow tcp to @any", "allow tcp to @any; unblock host port 80 because \"x\"", Relation::wider},
    {"allow tcp to @any", "allow tcp to @any; publish tcp 80", Relation::wider},
};

TEST(CompareNetwork, MoreIsWider) {
    const auto mirrored = [](Relation each) {
        return each == Relation::wider ? Relation::narrower : each == Relation::narrower ? Relation::wider : each;
    };
    for (const Row& row : network_rows) {
        EXPECT_EQ(relation(rules(row.before), rules(row.after)), row.relation) << row.before << " → " << row.after;
        EXPECT_EQ(relation(rules(row.after), rules(row.before)), mirrored(row.relation)) << row.after << " → " << row.before;
    }
    EXPECT_EQ(relation(policy_of("network off"), rules("allow tcp to 10.0.0.1")), Relation::wider);
    EXPECT_EQ(relation(rules("allow any to @any"), policy_of("network host")), Relation::wider);
    EXPECT_EQ(relation(policy_of("network host"), rules("allow any to @any")), Relation::narrower);
}

TEST(CompareNetwork, TellsAReviewerWhatChanged) {
    EXPECT_THAT(told("allow tcp to 10.20.0.0/16 port 443", "allow tcp to 10.20.0.0/15 port 443"),
                ElementsAre("can send tcp to 10.21.0.0/16 port 443, which was denied | connect tcp 10.21.0.0:443"));
    EXPECT_THAT(told("allow any to 10.0.0.0/8", "allow any to 10.0.0.0/9"),
                ElementsAre("can no longer send anything to 10.128.0.0/9 | connect tcp 10.128.0.0:1"));
    EXPECT_THAT(told("allow icmp to 10.0.0.1", "allow icmp to 10.0.0.1-10.0.0.3"),
                ElementsAre("can send icmp to 10.0.0.2/31, which was denied"));
    EXPECT_THAT(told("allow tcp to 10.0.0.1; allow udp to 10.0.0.1; allow icmp to 10.0.0.1", "allow any to 10.0.0.1"),
                ElementsAre("can send other protocols to 10.0.0.1, which was denied"));
    EXPECT_THAT(told("allow tcp to $server port 443", "allow tcp to $server port 443 8443"),
                ElementsAre("can send tcp to $server port 443 8443, which was tcp to $server port 443"));
    EXPECT_THAT(told("allow tcp to $server port 443; deny tcp to 10.0.0.0/8", "allow tcp to $server port 443"),
                ElementsAre("can send tcp to 10.0.0.0/8 port 443 where a parameter or a name leads there, which was denied"));
    EXPECT_THAT(told("resolver 10.0.0.1; allow tcp to host \"a.org\" port 443",
                     "resolver 10.0.0.1; allow tcp to host \"a.org\" \"b.org\" port 443"),
                ElementsAre("can reach what b.org resolves to: tcp port 443 | resolve b.org"));
    EXPECT_THAT(told("resolver 10.0.0.1", "resolver 10.0.0.1 10.0.0.2"),
                ElementsAre("asks the name servers 10.0.0.1 10.0.0.2, which were 10.0.0.1"));
    EXPECT_THAT(told("allow tcp to @any", "allow tcp to @any; publish tcp 8080 on 192.0.2.1"),
                ElementsAre("can be reached by the host at tcp 8080 on 192.0.2.1"));
    EXPECT_THAT(told("allow tcp to @any", "allow tcp to @any; unblock host port 5432 because \"x\""),
                ElementsAre("can reach port 5432 of the host's own addresses where a statement allows it, which was no port"));
}

TEST(CompareNetwork, ARenamedParameterIsNoDifference) {
    const Comparison comparison =
        compare(policy_of("param a: address\nparam p: port\nnetwork { allow tcp to $a port $p; resolver $a; publish tcp $p }"),
                policy_of("param b: address\nparam q: port\nnetwork { allow tcp to $b port $q; resolver $b; publish tcp $q }"));
    EXPECT_EQ(comparison.of(Domain::network), Relation::equivalent);
    EXPECT_EQ(comparison.renamed.size(), 2U);
}

TEST(CompareNetwork, ACeilingNamesTheStatementThatGoesBeyondIt) {
    std::vector<std::string> messages;
    for (const Excess& excess : excess_over(policy_of("network { allow tcp to 10.20.0.0/16 port 443 }"), "house",
                                            policy_of("network { allow tcp to 10.20.0.0/15 port 443 }"))) {
        messages.push_back(excess.message + " | " + excess.example);
    }
    EXPECT_THAT(
        messages,
        ElementsAre("`allow tcp to 10.20.0.0/15 port 443` goes beyond the ceiling `house`, where `tcp to 10.21.0.0/16 port 443` "
                    "is denied | for example, `connect tcp 10.21.0.0:443` is allowed here and not by the ceiling"));
}

TEST(MutateNetwork, EachChangeToARuleIsNoticedOrShown) {
    const auto resolved = test::resolve_profile(
        "network { allow tcp to 10.20.0.0/16 port 443; deny any to 10.20.9.0/24 }\n"
        "test \"t\" { allowed connect tcp 10.20.3.4:443; denied connect tcp 10.20.9.1:443 10.21.0.1:443 10.20.3.4:444 }");
    ASSERT_FALSE(resolved.sink.has_errors()) << ::testing::PrintToString(resolved.messages());
    const MutationReport report = mutate(resolved.profile);
    EXPECT_GE(report.noticed, 6U);
    std::vector<std::string> survivors;
    for (const Survivor& survivor : report.survivors) {
        survivors.push_back(survivor.change);
    }
    EXPECT_THAT(survivors, Contains("`deny any to 10.20.8.0/23` for `deny any to 10.20.9.0/24`"));
    EXPECT_THAT(survivors,
                ::testing::Not(Contains("`allow tcp to 10.20.0.0/15 port 443` for `allow tcp to 10.20.0.0/16 port 443`")));
}

}  // namespace
}  // namespace sbx::policy
