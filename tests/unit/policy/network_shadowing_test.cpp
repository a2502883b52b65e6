// SBX-N001 where statements decide each other: which are dead, what covers them, and which only look it.
#include "compiler/policy/check.hpp"
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

using test::MemoryFiles;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> dead_rules(const std::string& statements, const MemoryFiles& files = MemoryFiles()) {
    std::vector<std::string> messages;
    test::Resolved resolved = test::resolve_profile(statements, files);
    policy::check(resolved.profile, resolved.sink);
    for (const Diagnostic& each : resolved.sink.sorted()) {
        if (each.kind != DiagnosticKind::dead_network_statement) {
            EXPECT_NE(each.severity, Severity::error) << each.message;
            continue;
        }
        messages.push_back((each.severity == Severity::error ? "error: " : "") + each.message);
    }
    return messages;
}
std::vector<std::string> dead_in(const std::string& rules) {
    return dead_rules("network {\n" + rules + "\n}");
}

TEST(NetworkShadowing, ANarrowRuleInAWideOneIsDeadWhereverItStands) {
    const char* const message = "`allow tcp to 10.1.0.0/16 port 443` says nothing that `allow tcp to 10.0.0.0/8` does not say";
    EXPECT_THAT(dead_in("allow tcp to 10.0.0.0/8; allow tcp to 10.1.0.0/16 port 443"), ElementsAre(message));
    EXPECT_THAT(dead_in("allow tcp to 10.1.0.0/16 port 443; allow tcp to 10.0.0.0/8"), ElementsAre(message));
    EXPECT_THAT(dead_in("deny any to @private; allow any to @any; deny tcp to 10.1.0.0/16"),
                ElementsAre("`deny tcp to 10.1.0.0/16` says nothing that `deny any to @private` does not say"));
}

TEST(NetworkShadowing, SeveralTogetherCoverWhatNoneDoesAlone) {
    EXPECT_THAT(
        dead_in("allow tcp to 10.0.0.0/25 port 1-100; allow tcp to 10.0.0.128/25 port 50-200; allow tcp to 10.0.0.0/24 port 60-90"),
        ElementsAre("`allow tcp to 10.0.0.0/24 port 60-90` says nothing that `allow tcp to 10.0.0.0/25 port 1-100` and "
                    "`allow tcp to 10.0.0.128/25 port 50-200` do not say"));
    EXPECT_THAT(
        dead_in("allow tcp to 10.0.0.1; allow udp to 10.0.0.1; allow any to 10.0.0.0/31; allow any to 10.0.0.0/30 10.0.0.9"),
        ElementsAre("`allow tcp to 10.0.0.1` says nothing that `allow any to 10.0.0.0/30 10.0.0.9` does not say",
                    "`allow udp to 10.0.0.1` says nothing that `allow any to 10.0.0.0/30 10.0.0.9` does not say",
                    "`allow any to 10.0.0.0/31` says nothing that `allow any to 10.0.0.0/30 10.0.0.9` does not say"));
}

TEST(NetworkShadowing, OfTwoThatSayTheSameTheFirstStays) {
    EXPECT_THAT(
        dead_in("allow tcp to 10.0.0.8 10.0.0.9; allow tcp to 10.0.0.8 port 1-65535; allow tcp to 10.0.0.9; allow udp to 10.0.0.9"),
        ElementsAre("`allow tcp to 10.0.0.8` says nothing that `allow tcp to 10.0.0.8/31` does not say",
                    "`allow tcp to 10.0.0.9` says nothing that `allow tcp to 10.0.0.8/31` does not say"));
    EXPECT_THAT(
        dead_in("allow tcp to 10.0.0.8; allow tcp to 10.0.0.9; allow tcp to 10.0.0.8 10.0.0.9"),
        ElementsAre("`allow tcp to 10.0.0.8/31` says nothing that `allow tcp to 10.0.0.8` and `allow tcp to 10.0.0.9` do not say"));
}

TEST(NetworkShadowing, WhatIsDeniedWhollyIsAnErrorAndInPartIsNot) {
    EXPECT_THAT(
        dead_in("allow tcp to 10.0.0.0/8; deny any to 192.0.2.0/24; allow tcp to 192.0.2.9 port 443"),
        ElementsAre("error: `allow tcp to 192.0.2.9 port 443` allows nothing: `deny any to 192.0.2.0/24` denies all of it"));
    EXPECT_THAT(dead_in("allow tcp to 192.0.2.0/24; deny tcp to 192.0.2.0/28; allow tcp to 192.0.2.8-192.0.2.40"),
                ElementsAre("`allow tcp to 192.0.2.8-192.0.2.40` says nothing that `allow tcp to 192.0.2.0/24` does not say"));
    EXPECT_THAT(
        dead_in("allow tcp to 192.0.2.16-192.0.2.60; deny tcp to 192.0.2.0/28; allow tcp to 192.0.2.8-192.0.2.40"),
        ElementsAre("`allow tcp to 192.0.2.8-192.0.2.40` says nothing: `allow tcp to 192.0.2.16-192.0.2.60` and `deny tcp to "
                    "192.0.2.0/28` decide all of it"));
    EXPECT_THAT(dead_in("allow any to @any; deny any to @private"), IsEmpty());
}

TEST(NetworkShadowing, WhatIsOpenOnlyInPartIsAlive) {
    for (const char* rules : {
             "allow tcp to 10.0.0.0/24; allow tcp to 10.0.0.0/23 port 443",
             "allow tcp to 10.0.0.0/24 port 1-99; allow tcp to 10.0.0.9 port 99-100",
             "allow tcp to 10.0.0.0/24; allow udp to 10.0.0.9",
             "allow tcp to 10.0.0.0/24; allow any to 10.0.0.9",
             "allow tcp to 10.0.0.0-10.0.0.8 10.0.0.10-10.0.0.20; allow tcp to 10.0.0.7-10.0.0.11",
             "allow tcp to ::/0; allow tcp to 10.0.0.1",
         }) {
        EXPECT_THAT(dead_in(rules), IsEmpty()) << rules;
    }
}

TEST(NetworkShadowing, WhatIsShutAnywayCountsForNothing) {
    EXPECT_THAT(dead_in("allow tcp to 10.0.0.0/8; allow tcp to 10.0.0.1 169.254.0.0/16"),
                ElementsAre("`allow tcp to 10.0.0.1 169.254.0.0/16` says nothing that `allow tcp to 10.0.0.0/8` does not say"));
    EXPECT_THAT(dead_in("unblock link-local because \"x\"; allow tcp to 10.0.0.0/8; allow tcp to 10.0.0.1 169.254.9.0/24"),
                IsEmpty());
}

TEST(NetworkShadowing, ParametersAreDecidedForEveryValue) {
    const std::string declared = "param h: address one of [10.0.0.1 10.0.0.9]\nparam p: port 100-200\n";
    const auto dead = [&](const std::string& rules) { return dead_rules(declared + "network {\n" + rules + "\n}"); };
    EXPECT_THAT(dead("allow tcp to $h port $p; allow tcp to $h port 443; allow tcp to $h"),
                ElementsAre("`allow tcp to $h port $p` says nothing that `allow tcp to $h` does not say",
                            "`allow tcp to $h port 443` says nothing that `allow tcp to $h` does not say"));
    EXPECT_THAT(dead("allow tcp to 10.0.0.0/28 port 1-250; allow tcp to $h port $p"),
                ElementsAre("`allow tcp to $h port $p` says nothing that `allow tcp to 10.0.0.0/28 port 1-250` does not say"));
    EXPECT_THAT(dead("allow tcp to 10.0.0.0/29 port 1-250; allow tcp to $h port $p"), IsEmpty());
    EXPECT_THAT(dead("allow tcp to 10.0.0.0/28 port 1-199; allow tcp to $h port $p"), IsEmpty());
    EXPECT_THAT(dead("allow tcp to $h port $p; allow tcp to 10.0.0.1 port 150"), IsEmpty());
}

TEST(NetworkShadowing, NamesAreCoveredByNames) {
    const auto dead = [](const std::string& rules) { return dead_in("resolver 10.0.0.53\n" + rules); };
    EXPECT_THAT(dead("allow tcp to host \"*.example.org\" port 80 443; allow tcp to host \"a.example.org\" port 80 443"),
                ElementsAre("`allow tcp to host \"a.example.org\" port 80 443` says nothing that `allow tcp to host "
                            "\"*.example.org\" port 80 443` does not say"));
    EXPECT_THAT(dead("allow tcp to host \"*.example.org\" port 443; allow tcp to host \"example.org\" port 443"), IsEmpty());
    EXPECT_THAT(dead("allow tcp to host \"a.example.org\" port 443; allow tcp to @public"), IsEmpty());
}

TEST(NetworkShadowing, OnlyStatementsOfTheFileAreHeldAgainstEachOther) {
    const MemoryFiles files{{"wide.sbx", "sbx 1\nfragment wide\nnetwork { allow tcp to 10.0.0.0/8 }\n"}};
    EXPECT_THAT(dead_rules("use \"wide.sbx\"\nnetwork { allow tcp to 10.1.0.0/16 }", files), IsEmpty());
}

TEST(NetworkShadowing, AWaiverAcceptsIt) {
    EXPECT_THAT(dead_in("allow tcp to 10.0.0.0/8; allow tcp to 10.1.0.0/16 waive SBX-N001 \"the wide one goes next week\""),
                IsEmpty());
}

TEST(NetworkShadowing, WhatIsTooCrowdedToBeJudgedIsSaid) {
    const auto rules = [](unsigned count) {
        std::string text;
        for (unsigned i = 1; i <= count; ++i) {
            text += "allow tcp to 10.0.0.1-10.0.0.2 port " + std::to_string(i) + "\n";
        }
        return text;
    };
    EXPECT_THAT(dead_in(rules(500) + "deny tcp to 10.0.0.0/30"), SizeIs(500));
    EXPECT_THAT(
        dead_in(rules(1024) + "deny tcp to 10.0.0.0/30"),
        ElementsAre("the 1025 network statements of this file overlap too much to be held against each other: whether one of "
                    "them says nothing was not looked at"));
}

TEST(NetworkShadowing, AResolverSaysWhatItAllows) {
    EXPECT_THAT(dead_in("resolver 10.0.0.53; allow tcp to 10.0.0.9; allow udp to 10.0.0.53 port 53"),
                ElementsAre("`allow udp to 10.0.0.53 port 53` says nothing that `resolver 10.0.0.53` does not say"));
}

}  // namespace
}  // namespace sbx
