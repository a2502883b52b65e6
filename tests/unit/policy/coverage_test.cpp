// What counts as asked about.
#include "compiler/policy/coverage.hpp"

#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> unasked(const std::vector<policy::Covered>& list) {
    std::vector<std::string> texts;
    for (const policy::Covered& each : list) {
        if (!each.asked) {
            texts.push_back(each.what);
        }
    }
    return texts;
}
policy::Coverage coverage_of(const std::string& statements) {
    const test::Resolved resolved = test::resolve_profile(statements);
    EXPECT_THAT(resolved.messages(), IsEmpty());
    policy::Coverage coverage = policy::coverage(resolved.profile);
    for (auto* list : {&coverage.regions, &coverage.statements}) {
        for (policy::Covered& each : *list) {
            each.origin = {};  // the sources go
        }
    }
    return coverage;
}

constexpr const char* every_domain =
    "filesystem { read /srv; hide /srv/x; tmpfs /t }\nlimits { cpu-time 5s }\n"
    "environment { set A = \"1\"; keep LC_*; accept B }\nnetwork off\n";

TEST(Coverage, WithoutTestsNothingIsAskedAbout) {
    const policy::Coverage coverage = coverage_of(every_domain);
    EXPECT_THAT(unasked(coverage.statements), ElementsAre("`read /srv`", "`hide /srv/x`", "`tmpfs /t`", "`network off`",
                                                          "`cpu-time 5s`", "`set A`", "`keep LC_*`", "`accept B`"));
    EXPECT_EQ(policy::count_asked(coverage.regions), 0U);
    EXPECT_EQ(coverage.regions.size(), 10U);  // with what nothing gives, and `core 0`
}

TEST(Coverage, TheStatementThatDecidesIsAskedAbout) {
    const std::string policy = every_domain;
    EXPECT_THAT(unasked(coverage_of(policy + "test \"t\" { allowed read /srv/a; denied read /srv/x }").statements),
                Not(testing::AnyOf(Contains("`read /srv`"), Contains("`hide /srv/x`"))));
    EXPECT_THAT(
        unasked(coverage_of(policy + "test \"t\" { denied connect tcp 192.0.2.1:1; limit cpu-time 5s; sees A B; sees LC_ALL }")
                    .statements),
        ElementsAre("`read /srv`", "`hide /srv/x`", "`tmpfs /t`"));
    EXPECT_THAT(unasked(coverage_of(policy + "test \"t\" { denied read /etc }").regions),
                Not(Contains("places that no statement gives")));
}

TEST(Coverage, NeverAsksAboutAllThatLiesBelow) {
    EXPECT_THAT(
        unasked(coverage_of("filesystem { read /srv; hide /srv/x; read /usr as /srv/y; tmpfs /t }\ntest \"t\" { never write /srv }")
                    .statements),
        ElementsAre("`tmpfs /t`"));
}

TEST(Coverage, AStatementInsideAWiderOneIsAskedAboutBelowItsOwnPath) {
    const std::string policy = "filesystem { read /srv; read /srv/a }\n";
    EXPECT_THAT(unasked(coverage_of(policy + "test \"t\" { allowed read /srv/b }").statements), ElementsAre("`read /srv/a`"));
    EXPECT_THAT(unasked(coverage_of(policy + "test \"t\" { allowed read /srv/a/b }").statements), IsEmpty());
}

TEST(Coverage, ALinkThatIsFollowedIsAskedAbout) {
    EXPECT_THAT(
        unasked(coverage_of("filesystem { read /usr; symlink /bin -> usr/bin }\ntest \"t\" { allowed exec /bin/sh }").statements),
        IsEmpty());
}

TEST(Coverage, StandardFragmentsCountAsRegionsOnly) {
    const policy::Coverage coverage = coverage_of("use std/system\nfilesystem { read /srv }\ntest \"t\" { allowed read /srv }");
    EXPECT_EQ(coverage.statements.size(), 1U);
    EXPECT_THAT(unasked(coverage.regions), Contains("`symlink /bin`"));
}

}  // namespace
}  // namespace sbx
