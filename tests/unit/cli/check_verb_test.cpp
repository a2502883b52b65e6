// `policyc check`: directories, what is reported and what ends the run, one value behind all forms, baselines.
#include "tests/unit/cli/check_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using Document = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CheckVerb : public CheckRun {
protected:
    [[nodiscard]] Document report(std::vector<std::string> more) const {
        more.insert(more.begin(), {"check", "--format", "json"});
        return Document::parse(run(std::move(more)).out);
    }
};

std::size_t count_of(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

TEST_F(CheckVerb, ADirectoryIsEveryPolicyBelowIt) {
    const Document document = report({"tree"});
    EXPECT_EQ(document.at("files"), Document({"tree/below/bad.sbx", "tree/below/part.sbx", "tree/suspicious.sbx"}));
    EXPECT_EQ(document.at("errors"), 1);
    EXPECT_EQ(document.at("warnings"), 2);
    EXPECT_EQ(report({"tree", "tree/suspicious.sbx"}).at("files").size(), 3U) << "a file is checked once";
    std::filesystem::create_directory(directory.path() / "empty");
    const test::Outcome nothing = run({"check", "empty"});
    EXPECT_EQ(nothing.code, 3);
    EXPECT_EQ(nothing.err, "policyc: there is no `*.sbx` in `empty`\n");
}

TEST_F(CheckVerb, WhatEndsTheRunIsChosen) {
    EXPECT_EQ(run({"check", "tree/suspicious.sbx"}).code, 0);
    EXPECT_EQ(run({"check", "--fail-level", "warning", "tree/suspicious.sbx"}).code, 1);
    EXPECT_EQ(run({"check", "--fail-level", "pedantic", "good.sbx"}).code, 0) << "nobody asked for them";
    EXPECT_EQ(run({"check", "--fail-level", "pedantic", "--pedantic", "good.sbx"}).code, 1);
    EXPECT_EQ(run({"check", "--fail-level", "grave", "good.sbx"}).code, 2);
}

TEST_F(CheckVerb, FindingsAreSelectedByCodeNameAndLetter) {
    const auto codes = [&](std::vector<std::string> more) {
        std::vector<std::string> found;
        more.emplace_back("tree/suspicious.sbx");
        const Document document = report(std::move(more));
        for (const Document& each : document.at("diagnostics")) {
            found.push_back(each.at("code"));
        }
        return found;
    };
    using Codes = std::vector<std::string>;
    EXPECT_EQ(codes({}), (Codes{"SBX-F005", "SBX-N001"}));
    EXPECT_EQ(codes({"--select", "F"}), Codes{"SBX-F005"});
    EXPECT_EQ(codes({"--select", "N,L"}), Codes{"SBX-N001"});
    EXPECT_EQ(codes({"--ignore", "dead-network-statement"}), Codes{"SBX-F005"});
    EXPECT_EQ(codes({"--ignore", "f005", "--ignore", "SBX-N001"}), Codes{});
    EXPECT_EQ(codes({"--select", "untested-region"}), Codes{"SBX-T001"}) << "who names it asks for it";
    EXPECT_EQ(codes({"--select", "T"}), Codes{});
    EXPECT_EQ(codes({"--select", "T", "--pedantic"}), Codes{"SBX-T001"});
    EXPECT_EQ(run({"check", "--ignore", "R", "bad.sbx"}).code, 1) << "an error is no matter of taste";
    EXPECT_THAT(run({"check", "--select", "too-wde", "good.sbx"}).err, HasSubstr("did you mean `too-wide`?"));
}

TEST_F(CheckVerb, EveryFormSaysTheSame) {
    for (const std::string level : {"error", "warning"}) {
        const std::vector<std::string> base = {"check", "--fail-level", level, "tree"};
        const auto as = [&](const std::string& form) {
            auto arguments = base;
            arguments.insert(arguments.end(), {"--format", form});
            return run(arguments);
        };
        const test::Outcome document = as("json");
        const Document found = Document::parse(document.out);
        const std::size_t errors = found.at("errors");
        const std::size_t warnings = found.at("warnings");
        const Document sarif = Document::parse(as("sarif").out).at("runs").at(0);
        std::map<std::string, std::size_t> levels;
        for (const Document& result : sarif.at("results")) {
            ++levels[result.contains("suppressions") ? "waived" : result.at("level").get<std::string>()];
        }
        EXPECT_EQ(levels, (std::map<std::string, std::size_t>{{"error", errors}, {"warning", warnings}, {"waived", 1}}));
        EXPECT_EQ(sarif.at("invocations").at(0).at("exitCode"), document.code);
        EXPECT_EQ(found.at("exit_code"), document.code);
        const std::string gcc = as("gcc").out;
        EXPECT_EQ(count_of(gcc, ": error: "), errors);
        EXPECT_EQ(count_of(gcc, ": warning: "), warnings);
        const std::string github = as("github").out;
        EXPECT_EQ(count_of(github, "::error "), errors);
        EXPECT_EQ(count_of(github, "::warning "), warnings);
        const std::string junit = as("junit").out;
        EXPECT_EQ(count_of(junit, "<failure "), level == "error" ? errors : errors + warnings);
        EXPECT_EQ(count_of(junit, "<skipped>"), 1U);
        EXPECT_THAT(as("text").err, HasSubstr("1 error, 2 warnings\n"));
        for (const std::string form : {"text", "sarif", "gcc", "github", "junit"}) {
            EXPECT_EQ(as(form).code, document.code) << form;
        }
    }
}

TEST_F(CheckVerb, SeveralFormsAreWrittenFromOneRun) {
    const test::Outcome got = run({"check", "--format", "text", "--format", "sarif=out.sarif", "--format=json=out.json", "tree"});
    EXPECT_EQ(got.code, 1);
    EXPECT_THAT(got.err, HasSubstr("1 error, 2 warnings"));
    EXPECT_EQ(got.out, "");
    EXPECT_EQ(Document::parse(text("out.json")), report({"tree"}));
    EXPECT_EQ(Document::parse(text("out.sarif")).at("version"), "2.1.0");
    EXPECT_EQ(run({"check", "--format", "json", "--format", "gcc", "good.sbx"}).code, 2);
    EXPECT_EQ(run({"check", "--format", "json=", "good.sbx"}).code, 2);
    EXPECT_EQ(run({"check", "--format", "json=none/out.json", "good.sbx"}).code, 3);
}

TEST_F(CheckVerb, GitHubIsGivenTheWorstAndANumber) {
    std::string many = "sbx 1\nprofile many\nuse std/system\nfilesystem {\n";
    for (int i = 0; i < 14; ++i) {
        many += "read /home/u" + std::to_string(i) + "/.ssh\n";
    }
    write_file(directory.path() / "many.sbx", many + "}\n");
    const std::string out = run({"check", "--format", "github", "many.sbx", "bad.sbx"}).out;
    EXPECT_THAT(out, StartsWith("::error file=bad.sbx,line=4,endLine=4,col=20,endColumn=22,title=SBX-R007 unit-missing::"));
    EXPECT_EQ(count_of(out, "::warning "), 10U);
    EXPECT_THAT(out, HasSubstr("\n4 more findings: GitHub shows no more of one step\n"));
}

TEST_F(CheckVerb, WhatTheBaselineHasIsCountedAndNoMore) {
    for (const std::string form : {"json", "sarif"}) {
        ASSERT_EQ(run({"check", "--format", form + "=old." + form, "tree/suspicious.sbx"}).code, 0);
        // Lines above move nothing.
        write_file(directory.path() / "tree/suspicious.sbx", "# moved\n\n" + std::string(suspicious));
        const test::Outcome known = run({"check", "--fail-level", "warning", "--baseline", "old." + form, "tree/suspicious.sbx"});
        EXPECT_EQ(known.code, 0);
        EXPECT_EQ(known.err, "2 known from the baseline\n");
        std::string more(suspicious);
        more.replace(more.find("read /run"), 9, "read /run /etc");
        write_file(directory.path() / "tree/suspicious.sbx", more);
        const test::Outcome added = run({"check", "--fail-level", "warning", "--baseline", "old." + form, "tree/suspicious.sbx"});
        EXPECT_EQ(added.code, 1);
        EXPECT_THAT(added.err, AllOf(HasSubstr("SBX-F017"), Not(HasSubstr("SBX-N001")), HasSubstr("1 warning, 2 known")));
        write_file(directory.path() / "tree/suspicious.sbx", suspicious);
    }
    EXPECT_EQ(run({"check", "--format", "json=bad.json", "bad.sbx"}).code, 1);
    EXPECT_EQ(run({"check", "--baseline", "bad.json", "bad.sbx"}).code, 1) << "an error stays one";
    write_file(directory.path() / "other.json",
               R"({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "other"}}, "results": []}]})");
    EXPECT_THAT(run({"check", "--baseline", "other.json", "good.sbx"}).err, HasSubstr("it is a report of another tool"));
    EXPECT_EQ(run({"check", "--baseline", "missing.json", "good.sbx"}).code, 3);
}

TEST_F(CheckVerb, ABundleOfAnOlderMeaningIsAFinding) {
    const auto check = [&] { return run({"check", "good.sbx", "-o", "out"}); };
    EXPECT_EQ(check().err, "") << "there is none yet";
    ASSERT_EQ(run({"good.sbx", "-o", "out"}).code, 0);
    EXPECT_EQ(check().err, "");
    write_file(directory.path() / "good.sbx", "sbx 1\n\nprofile good\n# The same again.\nuse std/system\n");
    EXPECT_EQ(check().err, "") << "it means the same";
    write_file(directory.path() / "good.sbx", std::string(good_policy) + "filesystem { read /srv }\n");
    EXPECT_THAT(check().err, HasSubstr("warning[SBX-A002]: the bundle in `out` was made of a policy that meant something else"));
    EXPECT_EQ(check().code, 0);
    EXPECT_EQ(run({"check", "--fail-level", "warning", "good.sbx", "-o", "out"}).code, 1);
    EXPECT_EQ(run({"check", "good.sbx", "finding.sbx", "-o", "out"}).code, 2) << "whose bundle is it?";
    ASSERT_EQ(run({"good.sbx", "-o", "out"}).code, 0);
    EXPECT_EQ(check().err, "");
}

TEST_F(CheckVerb, AFileHasOneNameHoweverItIsReached) {
    write_file(directory.path() / "tree/below/user.sbx", "sbx 1\nprofile user\nuse \"wide.sbx\"\n");
    write_file(directory.path() / "tree/below/wide.sbx", "sbx 1\nfragment wide\nfilesystem { read /run }\n");
    const test::Outcome got = test::run_policyc({{"check", "--format", "json", "."}, "", directory.path() / "tree"});
    const Document report = Document::parse(got.out);
    std::vector<std::string> places;
    for (const Document& each : report.at("diagnostics")) {
        if (each.at("code") == "SBX-F005") {
            places.push_back(each.at("place").at("file"));
        }
    }
    EXPECT_EQ(places, (std::vector<std::string>{"below/wide.sbx", "suspicious.sbx"}));
}

TEST_F(CheckVerb, ShippedPoliciesGiveNoFinding) {
    const std::string root = SBX_SOURCE_DIR;
    const test::Outcome got = run({"check", "--fail-level", "warning", root + "/examples", root + "/compiler/standard"});
    EXPECT_EQ(got.code, 0);
    EXPECT_EQ(got.out + got.err, "");
}

}  // namespace
}  // namespace sbx::cli
