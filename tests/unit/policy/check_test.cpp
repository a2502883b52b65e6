// Tests in policies, and findings about a policy as a whole.
#include "compiler/policy/check.hpp"

#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

using test::MemoryFiles;
using test::Resolved;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Resolved checked(const std::string& statements, const MemoryFiles& files = MemoryFiles()) {
    Resolved resolved = test::resolve_profile(statements, files);
    policy::check(resolved.profile, resolved.sink);
    return resolved;
}
std::vector<std::string> codes_of(const std::string& statements) {
    return checked(statements).codes();
}

TEST(Check, ExpectationsThatHoldSayNothing) {
    EXPECT_THAT(
        checked("param s: path under /var/tmp\nfilesystem { read /usr; write $s; workdir $s }\nlimits { open-files 64 }\n"
                "environment { keep TZ }\nprocess { command /usr/bin/env }\n"
                "test \"all\" { allowed read /usr/x; denied write /usr/x; allowed write $s/x; denied read /etc/passwd\n"
                "never write /usr; limit open-files 64; sees TZ; hides LANG; denied connect tcp 10.0.0.1:1; never connect @any }")
            .messages(),
        IsEmpty());
}

TEST(Check, AFailingExpectationNamesTheStatementThatDecidedIt) {
    const auto resolved = checked("filesystem { read /usr }\ntest \"x\" { denied read /usr/bin }");
    ASSERT_THAT(resolved.codes(), ElementsAre("T003"));
    const Diagnostic failure = resolved.said()[0];
    ASSERT_EQ(failure.labels.size(), 1U);
    EXPECT_EQ(failure.labels[0].origin.describe(), "root.sbx:3:19");
    EXPECT_FALSE(failure.help.empty());
}

TEST(Check, EachKindOfExpectationCanFail) {
    for (const char* expectation : {"allowed write /usr/x", "denied read /usr/x", "never write /t", "limit processes 5", "sees TZ",
                                    "hides A", "allowed connect udp 10.0.0.1:1", "never write /"}) {
        EXPECT_THAT(codes_of(std::string("filesystem { read /usr; tmpfs /t }\nenvironment { set A = \"1\" }\ntest \"x\" { ") +
                             expectation + " }"),
                    ElementsAre("T003"))
            << expectation;
    }
    EXPECT_THAT(codes_of("filesystem { read /usr }\nnetwork host\ntest \"x\" { never connect 10.0.0.0/8 }"),
                ElementsAre("N014", "T003"));
}

TEST(Check, NeverHoldsForEveryValueOfAParameter) {
    const std::string setup = "param s: path under /var/tmp\nfilesystem { read /usr; write $s }\n";
    EXPECT_THAT(codes_of(setup + "test \"x\" { never write /var }"), ElementsAre("T003"));
    EXPECT_THAT(codes_of(setup + "test \"x\" { never write /var/tmp/one }"), ElementsAre("T003"));
    EXPECT_THAT(codes_of(setup + "test \"x\" { never write /srv }"), IsEmpty());
}

TEST(Check, NeverFollowsLinksAndKnowsWhatProcOffers) {
    EXPECT_THAT(codes_of("filesystem { read /b; tmpfs /b/t; symlink /a -> b }\ntest \"x\" { never write /a }"),
                ElementsAre("T003"));
    EXPECT_THAT(codes_of("filesystem { read /b; tmpfs /t; symlink /a/l -> /t }\ntest \"x\" { never write /a }"),
                ElementsAre("T003"));
    EXPECT_THAT(codes_of("filesystem { read /b; symlink /a -> b; tmpfs /t }\ntest \"x\" { never write /a }"), IsEmpty());
    EXPECT_THAT(codes_of("filesystem { read /b; proc /proc }\ntest \"x\" { never write /proc }"), ElementsAre("T003"));
    EXPECT_THAT(codes_of("filesystem { read /b; proc /proc }\ntest \"x\" { never write /proc/self }"), ElementsAre("T003"));
    EXPECT_THAT(codes_of("filesystem { read /b; proc /proc }\ntest \"x\" { never write /proc/sys }"), IsEmpty());
}

TEST(Check, AHideWithoutEffectIsFoundInTheRootFileOnly) {
    EXPECT_THAT(codes_of("filesystem { read /usr; hide /srv/x }"), ElementsAre("F003"));
    EXPECT_THAT(codes_of("filesystem { read /usr; hide /usr/x }"), IsEmpty());
    MemoryFiles files{{"f.sbx", "sbx 1\nfragment f\nfilesystem { hide /srv/x }"}};
    EXPECT_THAT(checked("use \"f.sbx\"\nfilesystem { read /usr }", files).codes(), IsEmpty());
}

TEST(Check, AHideOfWhatStaysReadableElsewhereIsAnError) {
    const auto resolved = checked("filesystem { read /usr; read /srv as /data; hide /srv/x }");
    ASSERT_THAT(resolved.codes(), ElementsAre("F003"));
    EXPECT_TRUE(resolved.sink.has_errors());
    EXPECT_THAT(resolved.said()[0].help.at(0), HasSubstr("hide /data/x"));
}

TEST(Check, WaiversTakeFindingsAndGoStale) {
    EXPECT_THAT(codes_of("filesystem { read /usr; hide /srv/x waive F003 \"planned\" }"), IsEmpty());
    EXPECT_THAT(codes_of("filesystem { read /usr; hide /srv/x }\nwaive hide-without-effect \"planned\""), IsEmpty());
    EXPECT_THAT(codes_of("filesystem { read /usr waive F003 \"planned\"; hide /srv/x }"), ElementsAre("L009", "F003"));
}

TEST(Check, TheStartMustBeVisible) {
    EXPECT_THAT(codes_of("filesystem { read /usr; workdir /srv }"), ElementsAre("F026"));
    EXPECT_THAT(codes_of("filesystem { read /usr; file /f \"x\"; workdir /f }"), ElementsAre("F026"));
    EXPECT_THAT(codes_of("filesystem { read /usr }\nprocess { command /opt/x }"), ElementsAre("P009"));
}

TEST(Check, TheWholeHostNeedsAFreshProcAndDev) {
    EXPECT_THAT(codes_of("filesystem { read / waive F017 \"all\" }"), ElementsAre("F004"));
    EXPECT_THAT(codes_of("filesystem { read / waive F017 \"all\"; proc /proc; dev /dev }"), IsEmpty());
}

TEST(Check, SizesAddUpToTheTotal) {
    EXPECT_THAT(codes_of("filesystem { read /usr; tmpfs /t; dev /dev }\nlimits { tmpfs-total 127M }"), ElementsAre("R013"));
    EXPECT_THAT(codes_of("filesystem { read /usr; tmpfs /t; dev /dev }\nlimits { tmpfs-total 128M }"), IsEmpty());
}

TEST(Check, DirectoriesOnTheWayThroughATmpfsCountAsTmpfs) {
    const std::string nodes = "filesystem { read /usr; tmpfs /t; read /usr as /t/a/b/c; read /usr/lib as /t/a/d }\n";
    EXPECT_THAT(codes_of(nodes + "limits { tmpfs-total 191M }"), ElementsAre("R013"));
    EXPECT_THAT(codes_of(nodes + "limits { tmpfs-total 192M }"), IsEmpty());
    const std::string scratch = "param s: path under /t/jobs\nfilesystem { read /usr; tmpfs /t; write $s }\n";
    EXPECT_THAT(codes_of(scratch + "limits { tmpfs-total 127M }"), ElementsAre("R013"));
    EXPECT_THAT(codes_of(scratch + "limits { tmpfs-total 128M }"), IsEmpty());
}

TEST(Check, AnEmptyProfileIsFound) {
    EXPECT_THAT(codes_of(""), ElementsAre("L010"));
}

TEST(Check, NothingIsSaidAboutWhatWasLeftOut) {
    EXPECT_THAT(codes_of("filesystem { raed /usr }\ntest \"x\" { allowed read /usr }"), ElementsAre("L001"));
}

}  // namespace
}  // namespace sbx
