// `policyc fmt` from outside: what it says and prints, and how it ends.
#include "grammar/styled_source.hpp"
#include "tests/unit/cli/fmt_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using test::Outcome;
using test::read_bytes;
using test::run_policyc;
using test::write_file;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class FmtVerb : public test::FmtFixture {};

TEST_F(FmtVerb, FormatsSeveralFilesThoughSomeAreBrokenOrMissing) {
    write_file(path("other.sbx"), untidy);
    const Outcome got = run({"broken.sbx", "untidy.sbx", "missing.sbx", "other.sbx"});
    EXPECT_EQ(got.code, 3);
    EXPECT_EQ(got.out, "");
    EXPECT_THAT(got.err, StartsWith("error[SBX-S006]"));
    EXPECT_THAT(got.err, HasSubstr(" --> broken.sbx:3:8\n"));
    EXPECT_THAT(got.err, EndsWith("\n1 error\npolicyc: cannot open `missing.sbx`: No such file or directory\n"));
    EXPECT_EQ(read_bytes(path("broken.sbx")), broken);
    EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy);
    EXPECT_EQ(read_bytes(path("other.sbx")), tidy);
    EXPECT_EQ(run({"broken.sbx", "tidy.sbx"}).code, 1);
}

TEST_F(FmtVerb, FormatsWhatIsWellSpelledWhateverItMeans) {
    write_file(path("unknown.sbx"), "frobnicate   5\n");
    EXPECT_EQ(run({"unknown.sbx"}).code, 0);
    EXPECT_EQ(read_bytes(path("unknown.sbx")), "frobnicate 5\n");
}

TEST_F(FmtVerb, FormatsStandardInputToStandardOutput) {
    EXPECT_EQ(run({"-"}, untidy).out, tidy);
    EXPECT_EQ(run({"-"}, tidy).out, tidy);
    EXPECT_EQ(run({"-"}, "").out, "");
    const Outcome got = run({"-"}, broken);
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.out, "");
    EXPECT_THAT(got.err, HasSubstr(" --> <stdin>:3:8\n"));
    EXPECT_EQ(run({"-", "-"}, untidy).code, 2);
}

TEST_F(FmtVerb, ByteOrderMarksAreMistakesAsEverywhere) {
    write_file(path("mark.sbx"), "\xEF\xBB\xBFsbx  1\n");
    const Outcome got = run({"mark.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_THAT(got.err, StartsWith("error[SBX-S002]"));
    EXPECT_EQ(read_bytes(path("mark.sbx")), "\xEF\xBB\xBFsbx  1\n");
}

TEST_F(FmtVerb, CheckNamesWhatWouldChangeAndWritesNothing) {
    const Outcome got = run({"--check", "untidy.sbx", "tidy.sbx", "./untidy.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.out, "untidy.sbx\n./untidy.sbx\n");
    EXPECT_EQ(got.err, "");
    EXPECT_EQ(read_bytes(path("untidy.sbx")), untidy);
    EXPECT_EQ(run({"--check", "tidy.sbx"}).code, 0);
    EXPECT_EQ(run({"--check", "tidy.sbx"}).out, "");
    EXPECT_EQ(run({"--check", "-"}, untidy).out, "<stdin>\n");
    EXPECT_EQ(run({"--check", "-"}, tidy).code, 0);
    EXPECT_EQ(run({"--check", "broken.sbx"}).code, 1);
}

TEST_F(FmtVerb, DiffShowsWhatWouldChangeAndWritesNothing) {
    const Outcome got = run({"--diff", "untidy.sbx", "tidy.sbx"});
    EXPECT_EQ(got.code, 0);
    EXPECT_THAT(got.out, StartsWith("--- untidy.sbx\n+++ untidy.sbx\n@@ -1,3 +1,6 @@\n-sbx 1\r\n"));
    EXPECT_EQ(read_bytes(path("untidy.sbx")), untidy);
    EXPECT_EQ(run({"--diff", "tidy.sbx"}).out, "");
    const Outcome both = run({"--check", "--diff", "untidy.sbx", "tidy.sbx"});
    EXPECT_EQ(both.code, 1);
    EXPECT_EQ(both.out, got.out);
    EXPECT_EQ(run({"--check", "--diff", "tidy.sbx"}).code, 0);
    EXPECT_THAT(run({"--diff", "-"}, untidy).out, StartsWith("--- <stdin>\n+++ <stdin>\n"));
}

TEST_F(FmtVerb, PatchAndGitTakeTheDiff) {
    for (const char* tool : {"patch --binary -p0 -s", "git apply -p0"}) {
        write_file(path("untidy.sbx"), untidy);
        write_file(path("a b.sbx"), "sbx    1\nprofile x\n");
        write_file(path("diff"), run({"--diff", "untidy.sbx", "a b.sbx"}).out);
        const std::string command = "cd '" + directory.path().string() + "' && " + tool + " < diff";
        EXPECT_EQ(test::run(command), 0) << tool;
        EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy) << tool;
        EXPECT_EQ(read_bytes(path("a b.sbx")), "sbx 1\nprofile x\n") << tool;
    }
}

TEST_F(FmtVerb, DiagnosticsCanBeJson) {
    const Outcome got = run({"--format", "json", "broken.sbx", "untidy.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.out, "");
    EXPECT_EQ(nlohmann::json::parse(got.err).at("errors"), 1);
    EXPECT_EQ(run({"--format", "json", "tidy.sbx"}).err, "");
}

TEST_F(FmtVerb, IsGivenOutOnlyIfItSaysTheSame) {
    const SourceFile source("x.sbx", untidy);
    const auto styling = [&](const std::function<void(std::string&)>& spoil) {
        DiagnosticSink sink;
        const StyledSource styled = styled_source(source, sink, spoil);
        EXPECT_EQ(styled.text.empty(), styled.styling != Styling::done);
        return styled.styling;
    };
    EXPECT_EQ(styling(nullptr), Styling::done);
    EXPECT_EQ(styling([](std::string& text) { text += "\n"; }), Styling::done);
    EXPECT_EQ(styling([](std::string& text) { text += "core 0\n"; }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text += "# d\n"; }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text += "\"\n"; }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text.erase(text.find("# c"), 3); }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text.replace(text.find("5s"), 2, "6s"); }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text.clear(); }), Styling::not_same);
}

TEST_F(FmtVerb, ShowsNamesAsTerminalsMaySeeThem) {
    write_file(path("a\x1b[31m.sbx"), untidy);
    const Outcome got = run({"--check", "a\x1b[31m.sbx"});
    EXPECT_EQ(test::what_a_terminal_obeys(got.out), "");
    EXPECT_EQ(got.out, "a\\x1b[31m.sbx\n");
}

TEST_F(FmtVerb, WhatExpandPrintsCanBeFormatted) {
    const Outcome expanded = run_policyc({{"expand", "tidy.sbx"}, "", directory.path()});
    const Outcome got = run({"-"}, expanded.out);
    EXPECT_EQ(got.code, 0);
    EXPECT_THAT(got.out, HasSubstr("\n    cpu-time 5s"));
    EXPECT_EQ(run({"--check", "-"}, got.out).code, 0);
}

}  // namespace
}  // namespace sbx::cli
