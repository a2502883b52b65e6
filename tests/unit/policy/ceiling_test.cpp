// Refinement in one call, as bundles are held against a ceiling.
#include "compiler/policy/ceiling.hpp"

#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> beyond(const std::string& ceiling, const std::string& profile) {
    const test::Resolved high = test::resolve_profile(ceiling);
    const test::Resolved low = test::resolve_profile(profile);
    EXPECT_THAT(high.messages(), IsEmpty());
    EXPECT_THAT(low.messages(), IsEmpty());
    std::vector<std::string> messages;
    for (const Excess& excess : excess_over(high.profile.policy, "house", low.profile.policy)) {
        messages.push_back(excess.message);
    }
    return messages;
}

TEST(Ceiling, WhatIsNoMoreLiesWithin) {
    EXPECT_THAT(beyond("filesystem { read / }", "filesystem { read /usr; read /srv/x as /opt/x }"), ElementsAre(::testing::_));
    EXPECT_THAT(beyond("filesystem { read / }", "filesystem { read /usr; tmpfs /tmp; file /etc/x \"y\"; hide /usr/local/ }"),
                IsEmpty());
    EXPECT_THAT(beyond("limits { processes 9 }\nenvironment { keep LC_* }",
                       "limits { processes 3; open-files 64 }\nenvironment { set LC_ALL = \"C\" }\nprocess { hostname x }"),
                IsEmpty());
    EXPECT_THAT(beyond("param p: path under /srv\nfilesystem { write $p }", "param q: path under /srv/x\nfilesystem { write $q }"),
                IsEmpty());
}

TEST(Ceiling, WhatIsMoreIsNamedWithWhatTheCeilingHas) {
    EXPECT_THAT(beyond("filesystem { read /srv }", "filesystem { write /srv/a }\nnetwork host"),
                ElementsAre("`write /srv/a` goes beyond the ceiling `house`, where `/srv/a` is read-only",
                            "`network host` goes beyond the ceiling `house`, where `network` is off"));
    EXPECT_THAT(beyond("limits { processes 9 }", ""),
                ElementsAre("`processes` is not limited here, and the ceiling `house` has 9"));
    EXPECT_THAT(beyond("param p: path under /srv\nfilesystem { write $p }", "filesystem { write /srv/fixed }"),
                ElementsAre("`write /srv/fixed` goes beyond the ceiling `house`, where `/srv/fixed` is not there"));
    EXPECT_THAT(beyond("filesystem { read /srv; hide /srv/keys/ }", "filesystem { read /srv }"),
                ElementsAre("`read /srv` goes beyond the ceiling `house`, where `/srv/keys` is hidden"));
}

}  // namespace
}  // namespace sbx::policy
