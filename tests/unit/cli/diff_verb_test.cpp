// `policyc diff` from outside: policies and bundles in any mix, its three forms, and its exit codes.
#include "tests/unit/cli/run_policyc.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using test::Outcome;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class DiffVerb : public ::testing::Test {
protected:
    [[nodiscard]] Outcome run(std::vector<std::string> arguments, std::string input = "") const {
        return test::run_policyc({std::move(arguments), std::move(input), directory.path()});
    }
    void add(const std::string& name, const std::string& statements) const {
        std::ofstream(directory.path() / name, std::ios::binary) << "sbx 1\nprofile test\nuse std/system\n" << statements;
    }
    void SetUp() override {
        add("old.sbx", "filesystem { read /srv; hide /srv/keys/ }\nlimits { processes 64 }\n");
        add("new.sbx", "filesystem { read /srv; hide /srv/keys/\n    write /srv/out\n}\nlimits { processes 64 }\n");
        add("less.sbx", "filesystem { read /srv; hide /srv/keys/ }\nlimits { processes 8 }\n");
        add("same.sbx", "limits { processes 64 }\nfilesystem {\n    hide /srv/keys/\n    read /srv\n}\n");
        std::ofstream(directory.path() / "part.sbx") << "sbx 1\nfragment part\nfilesystem { read /srv; hide /srv/keys/ }\n";
        add("factored.sbx", "use \"part.sbx\"\nlet most = 64\nlimits { processes $most }\n");
    }
    test::ScratchDirectory directory;
};

TEST_F(DiffVerb, TextIsTheSentenceThenEachRegionWithBothStatements) {
    const Outcome got = run({"diff", "old.sbx", "new.sbx"});
    EXPECT_EQ(got.code, 0);
    EXPECT_EQ(got.err, "");
    EXPECT_EQ(got.out,
              "wider: new.sbx allows more than old.sbx: it can write /srv/out, which was read-only\n"
              "\n"
              "filesystem: wider\n"
              "  + can write /srv/out, which was read-only\n"
              "      old.sbx:4  read /srv\n"
              "      new.sbx:5  write /srv/out\n"
              "\n"
              "the same in both: launch, network, limits, environment, process, syscalls\n");
}

TEST_F(DiffVerb, MarkdownIsForAMergeRequest) {
    add("odd.sbx", "filesystem { read /srv; hide /srv/keys/; read \"/srv2/a_b*`<b>\" }\nlimits { processes 64 }\n");
    const Outcome got = run({"diff", "--format", "markdown", "old.sbx", "odd.sbx"});
    EXPECT_EQ(got.code, 0);
    EXPECT_EQ(got.out,
              "**wider**: odd.sbx allows more than old.sbx: it can read \"/srv2/a\\_b\\*\\`\\<b\\>\", which was not there\n"
              "\n"
              "| domain | odd.sbx is |\n"
              "|---|---|\n"
              "| launch | equivalent |\n"
              "| filesystem | wider |\n"
              "| network | equivalent |\n"
              "| limits | equivalent |\n"
              "| environment | equivalent |\n"
              "| process | equivalent |\n"
              "| syscalls | equivalent |\n"
              "\n"
              "#### filesystem\n"
              "\n"
              "- **wider**: it can read \"/srv2/a\\_b\\*\\`\\<b\\>\", which was not there\n"
              "  - before: not there\n"
              "  - after: ``read \"/srv2/a_b*`<b>\"``, odd.sbx:4\n");
}

TEST_F(DiffVerb, JsonHasEverythingInAFixedOrder) {
    const Outcome got = run({"diff", "--format", "json", "old.sbx", "less.sbx"});
    const auto document = nlohmann::ordered_json::parse(got.out);
    std::vector<std::string> keys;
    for (const auto& [key, value] : document.items()) {
        keys.push_back(key);
    }
    EXPECT_THAT(keys, ::testing::ElementsAre("format", "before", "after", "relation", "summary", "domains", "renamed_parameters",
                                             "regions"));
    EXPECT_EQ(document.at("format"), 1);
    EXPECT_EQ(document.at("relation"), "narrower");
    EXPECT_EQ(document.at("before").at("name"), "old.sbx");
    EXPECT_EQ(document.at("after").at("bundle"), false);
    EXPECT_EQ(document.at("domains").at("limits"), "narrower");
    EXPECT_EQ(document.at("domains").at("filesystem"), "equivalent");
    ASSERT_EQ(document.at("regions").size(), 1U);
    const auto& region = document.at("regions").at(0);
    EXPECT_EQ(region.at("subject"), "processes");
    EXPECT_EQ(region.at("witness"), "processes 8");
    EXPECT_EQ(region.at("condition"), nullptr);
    EXPECT_EQ(region.at("before").at("statement"), "processes 64");
    EXPECT_EQ(region.at("after").at("place").at("file"), "less.sbx");
    EXPECT_EQ(region.at("after").at("place").at("line"), 5);
    EXPECT_EQ(got.out, run({"diff", "--format=json", "old.sbx", "less.sbx"}).out);
}

TEST_F(DiffVerb, WhatMeansTheSameIsEquivalentHoweverItIsWritten) {
    for (const std::string other : {"old.sbx", "same.sbx", "factored.sbx"}) {
        const Outcome got = run({"diff", "--fail-on", "different", "old.sbx", other});
        EXPECT_EQ(got.code, 0) << got.out;
        EXPECT_EQ(got.out, "equivalent: " + other + " means exactly what old.sbx means\n");
    }
}

TEST_F(DiffVerb, FailOnDecidesTheExitCode) {
    EXPECT_EQ(run({"diff", "--fail-on", "wider", "old.sbx", "new.sbx"}).code, 4);
    EXPECT_EQ(run({"diff", "--fail-on", "wider", "old.sbx", "less.sbx"}).code, 0);
    EXPECT_EQ(run({"diff", "--fail-on", "wider", "less.sbx", "new.sbx"}).code, 4);
    EXPECT_EQ(run({"diff", "--fail-on", "wider", "new.sbx", "less.sbx"}).code, 0);
    EXPECT_EQ(run({"diff", "--fail-on", "different", "old.sbx", "less.sbx"}).code, 4);
    EXPECT_EQ(run({"diff", "old.sbx", "new.sbx"}).code, 0);
    // Some more and some less is not "at most what it was".
    add("both.sbx", "filesystem { read /srv; hide /srv/keys/; write /srv/out }\nlimits { processes 8 }\n");
    const Outcome both = run({"diff", "--fail-on", "wider", "old.sbx", "both.sbx"});
    EXPECT_EQ(both.code, 4);
    EXPECT_THAT(both.out,
                StartsWith("incomparable: both.sbx allows what old.sbx does not, and the other way round: it can write /srv/out"));
}

TEST_F(DiffVerb, BundlesAreReadWithThePlacesThatTheirManifestHas) {
    ASSERT_EQ(run({"old.sbx", "-o", "out"}).code, 0);
    EXPECT_EQ(run({"diff", "--fail-on", "different", "out", "old.sbx"}).code, 0);
    EXPECT_EQ(run({"diff", "out", "out/"}).out, "equivalent: out/ means exactly what out means\n");
    const Outcome got = run({"diff", "--fail-on", "wider", "out", "new.sbx"});
    EXPECT_EQ(got.code, 4);
    EXPECT_THAT(got.out, HasSubstr("      old.sbx:4  read /srv\n      new.sbx:5  write /srv/out\n"));
    const Outcome back = run({"diff", "--format", "json", "new.sbx", "out"});
    EXPECT_EQ(nlohmann::json::parse(back.out).at("relation"), "narrower");
    EXPECT_EQ(nlohmann::json::parse(back.out).at("after").at("profile"), "test");
}

TEST_F(DiffVerb, VerifyHoldsABundleAgainstACeiling) {
    ASSERT_EQ(run({"new.sbx", "-o", "out"}).code, 0);
    const Outcome within = run({"verify", "out", "--within", "new.sbx"});
    EXPECT_EQ(within.code, 0) << within.err;
    EXPECT_THAT(within.out, StartsWith("`out` means its policy and lies within `new.sbx`: "));
    const Outcome beyond = run({"verify", "out", "--within", "old.sbx"});
    EXPECT_EQ(beyond.code, 4);
    EXPECT_EQ(beyond.out, "");
    EXPECT_EQ(beyond.err,
              "new.sbx:5: `write /srv/out` goes beyond the ceiling `old.sbx`, where `/srv/out` is read-only\n"
              "  the ceiling: old.sbx:4  read /srv\n"
              "  for example, `write /srv/out` is allowed here and not by the ceiling\n"
              "policyc: `out` goes beyond `old.sbx` in 1 place\n");
    ASSERT_EQ(run({"old.sbx", "-o", "ceiling"}).code, 0);
    const Outcome json = run({"verify", "--format", "json", "out", "--within", "ceiling"});
    EXPECT_EQ(json.code, 4);
    EXPECT_EQ(nlohmann::json::parse(json.out).at("within"), false);
    EXPECT_EQ(nlohmann::json::parse(json.out).at("excess").at(0).at("witness"), "write /srv/out");
    EXPECT_EQ(run({"verify", "ceiling", "--within", "out"}).code, 0);
    std::ofstream(directory.path() / "out/rlimits.tab", std::ios::app) << "# more\n";
    EXPECT_EQ(run({"verify", "out", "--within", "new.sbx"}).code, 6);
}

TEST_F(DiffVerb, ABundleWhoseDigestDoesNotHoldIsNotRead) {
    ASSERT_EQ(run({"old.sbx", "-o", "out"}).code, 0);
    std::ofstream(directory.path() / "out/policy.json", std::ios::app) << "\n";
    const Outcome got = run({"diff", "out", "old.sbx"});
    EXPECT_EQ(got.code, 3);
    EXPECT_EQ(got.out, "");
    EXPECT_THAT(got.err, HasSubstr("policy.json does not have the digest that manifest.json gives it"));
    std::filesystem::create_directory(directory.path() / "empty");
    EXPECT_EQ(run({"diff", "empty", "old.sbx"}).code, 3);
}

TEST_F(DiffVerb, ARejectedPolicyIsNotCompared) {
    add("bad.sbx", "limits { file-size 10 }\n");
    const Outcome got = run({"diff", "old.sbx", "bad.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.out, "");
    EXPECT_THAT(got.err, HasSubstr("--> bad.sbx:4:20"));
}

TEST_F(DiffVerb, StandardInputCanBeOneSide) {
    const Outcome got = run({"diff", "-", "new.sbx"}, test::read_bytes(directory.path() / "old.sbx"));
    EXPECT_THAT(got.out, StartsWith("wider: new.sbx allows more than <stdin>: "));
}

TEST_F(DiffVerb, NothingThatATerminalObeysIsPrinted) {
    add("odd.sbx", "filesystem { file /x \"a\\x1b[31m\\u{202e}b\"; symlink /l -> /q }\nenvironment { set A = \"\\x07\" }\n");
    for (const std::string format : {"text", "markdown", "json"}) {
        EXPECT_EQ(test::what_a_terminal_obeys(run({"diff", "--format", format, "old.sbx", "odd.sbx"}).out), "") << format;
    }
}

TEST_F(DiffVerb, AnIncludedStatementIsShownWithTheWayItCameIn) {
    add("wide.sbx", "use \"wider-part.sbx\"\nfilesystem { read /srv; hide /srv/keys/ }\nlimits { processes 64 }\n");
    std::ofstream(directory.path() / "wider-part.sbx") << "sbx 1\nfragment w\nfilesystem { read /opt }\n";
    EXPECT_THAT(run({"diff", "old.sbx", "wide.sbx"}).out, HasSubstr("wider-part.sbx:3 (from wide.sbx:4)  read /opt\n"));
    EXPECT_THAT(run({"diff", "--format", "json", "old.sbx", "wide.sbx"}).out, HasSubstr("\"included_from\": [\n"));
}

TEST_F(DiffVerb, TenThousandPathsTakeFewSeconds) {
    std::string text = "filesystem {\n";
    for (int i = 0; i < 10000; ++i) {
        text += (i % 10 == 0 ? "    hide /srv/d" : "    read /opt/d") + std::to_string(i) + (i % 10 == 0 ? "/\n" : "\n");
    }
    add("many.sbx", text + "    read /srv /opt\n}\n");
    add("more.sbx", text + "    write /srv\n    read /opt\n}\n");
    const Outcome got = run({"diff", "many.sbx", "more.sbx"});
    EXPECT_THAT(got.out, StartsWith("wider: more.sbx allows more than many.sbx: it can write /srv, which was read-only\n"));
    EXPECT_THAT(got.out, HasSubstr("and 992 more places"));
    EXPECT_LT(got.out.size(), 2000U);
}

}  // namespace
}  // namespace sbx::cli
