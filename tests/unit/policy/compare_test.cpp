// How policies relate, as a table of pairs: what is wider, what is narrower, and what only differs; and the words for it.
#include "compiler/policy/compare.hpp"

#include "compiler/policy/decide.hpp"
#include "tests/support/memory_files.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Compared {
    test::Resolved before, after;
    Comparison comparison;

    [[nodiscard]] std::vector<std::string> subjects() const {
        std::vector<std::string> all;
        for (const Region& region : comparison.regions) {
            all.push_back(region.subject);
        }
        return all;
    }
    [[nodiscard]] std::string said() const { return summary(comparison, "OLD", "NEW"); }
};

/// Statements, or what stands in `filesystem { … }` when they begin with a blank.
Compared compared(const std::string& before, const std::string& after, const test::MemoryFiles& files = {}) {
    const auto whole = [](const std::string& text) { return (text.starts_with(' ') ? "filesystem {" + text + " }" : text) + "\n"; };
    Compared result{test::resolve_profile(whole(before), files), test::resolve_profile(whole(after), files), {}};
    EXPECT_FALSE(result.before.sink.has_errors()) << before << ::testing::PrintToString(result.before.messages());
    EXPECT_FALSE(result.after.sink.has_errors()) << after << ::testing::PrintToString(result.after.messages());
    result.comparison = compare(result.before.profile.policy, result.after.profile.policy);
    return result;
}

struct CompareRow {
    std::string before, after;
    Relation relation;
};

void expect_rows(const std::vector<CompareRow>& rows) {
    const auto mirrored = [](Relation relation) {
        return relation == Relation::wider ? Relation::narrower : relation == Relation::narrower ? Relation::wider : relation;
    };
    for (const CompareRow& row : rows) {
        EXPECT_EQ(compared(row.before, row.after).comparison.overall, row.relation) << row.before << " → " << row.after;
        EXPECT_EQ(compared(row.after, row.before).comparison.overall, mirrored(row.relation)) << row.after << " → " << row.before;
    }
}

TEST(Compare, PlacesAreOrderedByPrivilege) {
    expect_rows({
        {"", " read /srv", Relation::wider},
        {" read /srv", " write /srv", Relation::wider},
        {" tmpfs /srv", " read /srv", Relation::wider},
        {" dir /srv", " tmpfs /srv", Relation::wider},
        {" hide /srv/", " dir /srv", Relation::wider},
        {"", " hide /srv/", Relation::equivalent},
        {" socket /run/x", " read /run", Relation::wider},
        {" read /srv/a as /x", " read /srv/b as /x", Relation::incomparable},
        {" read /srv/a as /x", " tmpfs /x", Relation::narrower},
        {" file /x \"1\"", " file /x \"2\"", Relation::incomparable},
        {" file /x \"1\"", " tmpfs /x", Relation::wider},
        {" file /x \"1\" { mode 444 }", " file /x \"1\" { mode 555 }", Relation::wider},
        {" tmpfs /x", " tmpfs /x { size 128M }", Relation::wider},
        {" tmpfs /x", " tmpfs /x { mode 1777 }", Relation::equivalent},
        {" proc /proc", " dir /proc", Relation::narrower},
        {" dev /dev", " dev /dev; device /dev/fuse", Relation::wider},
        {" read /x", " read /x?", Relation::equivalent},
        {" write /x; read /x/y", " write /x; read /x/y?", Relation::wider},
        {" read /x", " read /x; symlink /l -> x", Relation::wider},
        {" symlink /l -> x", " symlink /l -> y", Relation::equivalent},
        {" read /x; symlink /l -> x", " read /x; symlink /l -> x/y", Relation::incomparable},
        {" read /x", " read /x; workdir /x", Relation::equivalent},
        {" read /x", " read /x /x/y", Relation::equivalent},
        {" dir /x; read /x/y", " dir /x { mode 000 }; read /x/y", Relation::narrower},
    });
}

TEST(Compare, OtherDomainsHaveTheirOrders) {
    expect_rows({
        {"", "network host", Relation::wider},
        {"limits { processes 9 }", "limits { processes 10 }", Relation::wider},
        {"limits { processes 9 }", "", Relation::wider},
        {"limits { core unlimited }", "limits { core 0 }", Relation::narrower},
        {"", "limits { stack unlimited }", Relation::equivalent},
        {"limits { wall-time 5m }", "limits { wall-time 6m }", Relation::wider},
        {"limits { wall-time 5m }", "", Relation::wider},
        {"limits { wall-time 5m; grace 9s }", "limits { wall-time 4m }", Relation::narrower},
        {"limits { wall-time 5m; grace 1s }", "limits { wall-time 5m }", Relation::wider},
        {"limits { wall-time 5m; grace 2s }", "limits { wall-time 300s }", Relation::equivalent},
        {"limits { output 5M }", "limits { output 6M }", Relation::wider},
        {"limits { output 5M }", "limits { output unlimited }", Relation::wider},
        {"limits { output 5M; wall-time 1s }", "limits { output 5M }", Relation::wider},
        {"limits { output 5M }", "limits { output 5120K; grace 2s }", Relation::equivalent},
        {"", "environment { keep LANG }", Relation::wider},
        {"environment { keep LC_A LC_B }", "environment { keep LC_* }", Relation::wider},
        {"environment { keep LC_* }", "environment { keep LC_*; set LC_ALL = \"C\" }", Relation::narrower},
        {"environment { set A = \"1\" }", "environment { set A = \"2\" }", Relation::incomparable},
        {"environment { set A = \"1\" }", "environment { accept A }", Relation::wider},
        {"environment { keep A }", "environment { accept A }", Relation::incomparable},
        {"", "process { share ipc }", Relation::wider},
        {"", "process { share uts }", Relation::wider},
        {"", "process { nested-namespaces allow }", Relation::wider},
        {"", "process { controlling-terminal keep }", Relation::wider},
        {"", "process { survive-parent }", Relation::wider},
        {"", "process { pass-descriptor 5 }", Relation::wider},
        {"", "process { groups none }", Relation::narrower},
        {"", "process { hostname other }", Relation::equivalent},
        {"", "process { run-as 1000 }", Relation::wider},
        {"process { run-as 1001 }", "process { run-as 1000 }", Relation::incomparable},
        {"", "process { command /usr/bin/a }", Relation::equivalent},
        {"", "process { command only /usr/bin/a }", Relation::narrower},
        {"process { command only /usr/bin/a }", "process { command only /usr/bin/b }", Relation::incomparable},
        {"", "target bwrap bind-fd disable-userns overlay", Relation::equivalent},
        {"network host", "limits { processes 9 }", Relation::narrower},
        {"network host", "environment { keep A }", Relation::incomparable},
    });
}

TEST(Compare, ALimitThatMayBeMissingIsWiderThanOneThatMayNot) {
    const std::string limit = "limits { memory 64M }";
    const std::string may = "may-degrade memory because \"x\"\n";
    expect_rows({
        {limit, may + limit, Relation::wider},
        {may + limit, "may-degrade memory because \"another reason\"\n" + limit, Relation::equivalent},
        {may + limit, may + "limits { memory 32M }", Relation::narrower},
        {may + limit, "", Relation::wider},
        {limit, may + "limits { memory 32M }", Relation::incomparable},
        {"may-degrade cpus because \"x\"\n" + limit, limit, Relation::equivalent},
    });
    EXPECT_THAT(compared(limit, may + limit).said(), HasSubstr("it may run without the limit on memory, where the host lacks it"));
    EXPECT_THAT(compared(may + limit, limit).said(),
                HasSubstr("it is not launched where the host cannot keep the limit on memory"));
}

TEST(Compare, GraceIsNoDifferenceOfItsOwnWhereALimitComesOrGoes) {
    EXPECT_THAT(compared("", "limits { wall-time 5m }").subjects(), ElementsAre("wall-time"));
    EXPECT_THAT(compared("limits { wall-time 5m; grace 9s }", "").subjects(), ElementsAre("wall-time"));
    EXPECT_THAT(compared("limits { wall-time 5m; grace 9s }", "limits { wall-time 5m }").subjects(), ElementsAre("grace"));
}

TEST(Compare, AParameterStandsForAllItsValues) {
    const std::string p = "param p: path under /srv\n";
    const auto view = [](const std::string& text) { return "filesystem { " + text + " }"; };
    expect_rows({
        {p + view("read $p"), p + view("write $p"), Relation::wider},
        {view("read /srv"), p + view("read /srv; read $p"), Relation::equivalent},
        {view("read /srv"), p + view("read /srv; write $p"), Relation::wider},
        {view("write /srv/w; read /srv"), p + view("write /srv/w; read /srv; read $p"), Relation::narrower},
        {view("read /data as /srv"), p + view("read /data as /srv; read $p"), Relation::incomparable},
        {p + view("read $p"), "param p: path under /srv/x\n" + view("read $p"), Relation::narrower},
        {p + view("read $p"), "param p: path under /opt\n" + view("read $p"), Relation::incomparable},
        {"param n: count 1-9\nlimits { processes $n }", "param n: count 1-99\nlimits { processes $n }", Relation::wider},
        {"param n: count 1-9\nlimits { processes $n }", "limits { processes 9 }", Relation::wider},
        {"param n: count 1-9\nlimits { processes $n }", "limits { processes 1 }", Relation::narrower},
        {"param n: count 1-9\nlimits { processes $n }", "limits { processes 5 }", Relation::incomparable},
        {"param n: count 7-7\nlimits { processes $n }", "limits { processes 7 }", Relation::equivalent},
        {"param n: count one of [3, 5]\nlimits { processes $n }", "param n: count 3-5\nlimits { processes $n }", Relation::wider},
        {"param s: string of \"a-z\" 1-8\nenvironment { set A = \"${s}\" }",
         "param s: string of \"a-z0-9\" 1-8\nenvironment { set A = \"${s}\" }", Relation::wider},
        {"param s: string of \"ab\" 1-1\nenvironment { set A = \"${s}\" }",
         "param s: string one of [\"a\", \"b\"]\nenvironment { set A = \"${s}\" }", Relation::equivalent},
    });
}

TEST(Compare, SaysForWhichValuesItIsSo) {
    const Compared zones =
        compared("param p: path under /srv\nfilesystem { read /srv; hide /srv/keys/; read /etc; write /srv/w }",
                 "param p: path under /srv\nfilesystem { read /srv; hide /srv/keys/; read /etc; write /srv/w; read $p }");
    ASSERT_THAT(zones.comparison.regions, SizeIs(2));
    EXPECT_EQ(sentence(zones.comparison.regions[0]), "has a statement of its own for $p, unless $p lies below /srv/w");
    EXPECT_EQ(zones.comparison.regions[1].relation, Relation::narrower);
    EXPECT_EQ(sentence(zones.comparison.regions[1]), "can no longer write $p, which is read-only now, where $p lies below /srv/w");
    EXPECT_EQ(zones.comparison.regions[1].witness, "write $p with --set p=/srv/w/example");
    const Compared limit = compared("limits { processes 5 }", "param n: count 1-9\nlimits { processes $n }");
    EXPECT_EQ(sentence(limit.comparison.regions.back()),
              "has processes $n, which was 5: more where $n is above 5, less where it is below");
}

TEST(Compare, ASubtreeThatDiffersInOneWayIsOneRegionWithItsExceptions) {
    const Compared got =
        compared(" read /etc /opt; hide /etc/keys/; read /srv/x as /etc/x; read /etc/keys/public",
                 " write /etc/ssl; read /etc /opt; hide /etc/keys/; read /srv/x as /etc/x; write /etc/keys/public");
    EXPECT_THAT(got.subjects(), ElementsAre("/etc/keys/public", "/etc/ssl"));
    const Compared whole = compared(" read /data; hide /data/k/; hide /data/k2; tmpfs /data/t; read /data/k/sub",
                                    " write /data; hide /data/k/; hide /data/k2; tmpfs /data/t { size 1G }; write /data/k/sub");
    EXPECT_THAT(whole.subjects(), ElementsAre("/data", "/data/k/sub", "/data/t"));
    std::vector<std::string> exceptions;
    for (const RegionException& exception : whole.comparison.regions[0].exceptions) {
        exceptions.push_back(exception.place + ": " + exception.words);
    }
    EXPECT_THAT(exceptions, ElementsAre("/data/k: still hidden", "/data/k2: still hidden", "/data/t: listed on its own"));
    const Compared gone = compared(" read /data; hide /data/k/", "");
    EXPECT_THAT(gone.subjects(), ElementsAre("/data"));
    const Compared masked = compared(" read /data", " hide /data/; hide /data/k/");
    EXPECT_THAT(masked.subjects(), ElementsAre("/data"));
}

TEST(Compare, SpellingOrderAndFactoringMeanNothing) {
    const test::MemoryFiles files{{"part.sbx", "sbx 1\nfragment part\nfilesystem { read /srv; hide /srv/k/ }\n"},
                                  {"base.sbx", "sbx 1\nprofile base\nlimits { processes 5 }\n"}};
    const Compared got = compared("filesystem { read /srv; hide /srv/k/ }\nlimits { processes 5 }",
                                  "extends \"base.sbx\"\n# moved\nuse \"part.sbx\"\nlet five = 5", files);
    EXPECT_EQ(got.comparison.overall, Relation::equivalent);
    EXPECT_THAT(got.comparison.regions, IsEmpty());
    EXPECT_EQ(got.said(), "NEW means exactly what OLD means");
    EXPECT_THAT(compared(" read /a; read /b; read /a/x", " read /b /a").subjects(), ElementsAre("/a/x"));
}

TEST(Compare, ARenamedParameterIsSaidOnceAndNothingElseIs) {
    const Compared got = compared(
        "param scratch: path under /var/tmp\nparam n: count 1-9\n"
        "filesystem { write $scratch; hide $scratch/k/; workdir $scratch }\nlimits { processes $n }\nenvironment { set TMP = "
        "\"${n}\" }",
        "param job: path under /var/tmp\nparam m: count 1-9\n"
        "filesystem { write $job; hide $job/k/; workdir $job }\nlimits { processes $m }\nenvironment { set TMP = \"${m}\" }");
    EXPECT_EQ(got.comparison.overall, Relation::equivalent);
    EXPECT_THAT(got.subjects(), ElementsAre("$job", "$m"));
    EXPECT_THAT(got.said(), HasSubstr("it is launched with --set job=…, where it was --set scratch=…"));
    EXPECT_EQ(got.comparison.regions[0].before.statement, "param scratch: path under /var/tmp");
    EXPECT_EQ(got.comparison.regions[0].after.statement, "param job: path under /var/tmp");
}

TEST(Compare, ARenamedParameterIsComparedUnderItsNewName) {
    const Compared got = compared("param a: path under /srv\nfilesystem { read $a; hide $a/k/ }",
                                  "param b: path under /srv\nfilesystem { write $b; hide $b/k/ }");
    EXPECT_THAT(got.subjects(), ElementsAre("$b", "$b"));
    EXPECT_EQ(got.comparison.regions[1].before.statement, "read $a");
    EXPECT_EQ(got.comparison.regions[1].after.statement, "write $b");
    EXPECT_EQ(got.comparison.overall, Relation::wider);
}

TEST(Compare, TheFirstSentenceIsTheGravestDifference) {
    EXPECT_EQ(compared(" read /etc", " read /etc; write /etc/ssl").said(),
              "NEW allows more than OLD: it can write /etc/ssl, which was read-only");
    EXPECT_EQ(compared(" read /etc", " read /etc; hide /etc/ssl/").said(),
              "NEW allows less than OLD: it can no longer read /etc/ssl, which is hidden now");
    EXPECT_EQ(
        compared(" read /etc", " read /etc; hide /etc/none/ /x/; tmpfs /tmp").said(),
        "NEW allows what OLD does not, and the other way round: it has a private directory that it can write at /tmp, which was "
        "not there; it can no longer read /etc/none, which is hidden now (and 1 more difference)");
    EXPECT_EQ(compared("limits { processes 5 }", "network host\nlimits { processes 6 }").said(),
              "NEW allows more than OLD: it shares the host's network, unfiltered; it was off (and 1 more difference)");
    EXPECT_EQ(compared("", "process { hostname x }").said(),
              "NEW allows exactly what OLD allows, but differs from it: it has the host name \"x\", which was \"sandbox\"");
}

TEST(Compare, BothSidesNameTheStatementThatDecides) {
    const Compared got = compared("filesystem {\n    read /etc\n}", "filesystem {\n    read /etc\n    write /etc/ssl\n}");
    ASSERT_THAT(got.comparison.regions, SizeIs(1));
    const Region& region = got.comparison.regions[0];
    EXPECT_EQ(region.before.statement, "read /etc");
    EXPECT_EQ(region.before.origin.describe_stable(), "root.sbx:4");
    EXPECT_EQ(region.after.statement, "write /etc/ssl");
    EXPECT_EQ(region.after.origin.describe_stable(), "root.sbx:5");
    ASSERT_TRUE(region.request.has_value());
    EXPECT_EQ(decide(got.before.profile.policy, *region.request).verdict, Verdict::denied);
    EXPECT_EQ(decide(got.after.profile.policy, *region.request).verdict, Verdict::allowed);
}

TEST(Compare, TenThousandPathsTakeLessThanASecond) {
    std::string before = " read /srv";
    std::string after = " write /srv";
    for (int i = 0; i < 10000; ++i) {
        const std::string path = " /srv/d" + std::to_string(i % 100) + "/x" + std::to_string(i);
        before += "; hide" + path + "/";
        after += (i % 2 == 0 ? "; hide" : "; tmpfs") + path + (i % 2 == 0 ? "/" : "");
    }
    const test::Resolved old_policy = test::resolve_profile("filesystem {" + before + " }\n");
    const test::Resolved new_policy = test::resolve_profile("filesystem {" + after + " }\n");
    ASSERT_EQ(old_policy.profile.policy.filesystem.nodes.size(), 10001U);
    const auto start = std::chrono::steady_clock::now();
    const Comparison comparison = compare(old_policy.profile.policy, new_policy.profile.policy);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(comparison.regions.size(), 5001U);
    EXPECT_LT(std::chrono::duration_cast<std::chrono::milliseconds>(took).count(), 1000);
}

}  // namespace
}  // namespace sbx::policy
