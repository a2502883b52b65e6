// The examples for pipelines and the hooks for pre-commit: every step that calls policyc, run in a git repository with a base
// branch, with changes that are fine and changes that are not.
#include "tests/pipelines/shell.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace sbx::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

const std::string python = "/usr/bin/python3";
const std::string git_identity =
    "export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org\n";

class Repository : public PipelineTest {
protected:
    void SetUp() override {
        if (!has_program("git") || !has_program("jq") || test::run(python + " -c 'import yaml' 2>/dev/null") != 0) {
            GTEST_SKIP() << "git, jq and python3-yaml are not all installed";
        }
        // policyc by its name, as a pipeline calls it.
        fs::create_directory(path("bin"));
        fs::create_symlink(SBX_POLICYC, path("bin/policyc"));
        fs::create_directory(path("repository"));
        fs::copy(fs::path(SBX_SOURCE_DIR) / "examples/pipelines/policies", path("repository/policies"),
                 fs::copy_options::recursive);
        const Ran made = in_repository("git init -q -b main . && git add . && git commit -q -m base && git checkout -q -b change");
        ASSERT_EQ(made.status, 0) << made.out;
    }
    [[nodiscard]] Ran in_repository(const std::string& command) const {
        return run(git_identity + "export PATH=$PWD/bin:$PATH\ncd repository\n" + command);
    }
    void commit() const { ASSERT_EQ(in_repository("git add -A && git commit -q -m change").status, 0); }
    [[nodiscard]] std::string script(const std::string& kind, const std::string& file, const std::string& name) const {
        const Ran printed = run(python + " " SBX_SOURCE_DIR "/tests/pipelines/steps.py " + kind +
                                " " SBX_SOURCE_DIR "/examples/pipelines/" + file + " " + shell_word(name));
        EXPECT_EQ(printed.status, 0) << printed.out;
        return printed.out;
    }
    /// As the service does: a script of its own, which ends at the first command that fails.
    [[nodiscard]] Ran step(const std::string& kind, const std::string& file, const std::string& name) const {
        write("step.sh", script(kind, file, name));
        const Ran ran = in_repository(
            "rm -rf ../base; git worktree prune\n"
            "export BASE=$(git rev-parse main) CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git rev-parse main) "
            "GITHUB_STEP_SUMMARY=$PWD/../summary\n"
            "bash -e ../step.sh");
        return ran;
    }
    [[nodiscard]] Ran github(const std::string& name) const { return step("github", "github.yml", name); }
    [[nodiscard]] Ran gitlab(const std::string& name) const { return step("gitlab", "gitlab.yml", name); }
    [[nodiscard]] std::string text(const std::string& name) const { return read_bytes(path("repository/" + name)); }
    void widen() const {
        edit("repository/policies/worker.sbx", "    write   $result\n", "    write   $result\n    write   /srv/shared\n");
        commit();
    }
    void spoil() const {
        edit("repository/policies/limits.sbx", "64M", "64");
        commit();
    }
};

TEST_F(Repository, NoStepIsLeftOutOfTheseTests) {
    const std::string steps = script("all", "github.yml", "");
    EXPECT_THAT(steps, Not(HasSubstr("${{"))) << "what an expression gives goes through the environment, and is quoted there";
    std::vector<std::string> names;
    for (const std::string file : {"github.yml", "gitlab.yml"}) {
        std::istringstream lines(script("all", file, ""));
        std::string name;
        for (std::string line; std::getline(lines, line);) {
            if (line.rfind("== ", 0) == 0) {
                name = line.substr(3);
            } else if (line.find("policyc ") != std::string::npos || line.find("compare.sh") != std::string::npos) {
                if (names.empty() || names.back() != name) {
                    names.push_back(name);
                }
            }
        }
    }
    EXPECT_THAT(names, ::testing::ElementsAre("Check", "Style", "Test", "Compare", "policies:check", "policies:style",
                                              "policies:test", "policies:compare"));
}

TEST_F(Repository, EveryStepPassesWhereNothingIsWrong) {
    for (const std::string name : {"Check", "Style", "Test", "Compare"}) {
        const Ran ran = github(name);
        EXPECT_EQ(ran.status, 0) << name << "\n" << ran.out;
    }
    EXPECT_EQ(text("comparison.md"), "**equivalent**: policies/worker.sbx means what it meant\n\n");
    EXPECT_EQ(read_bytes(path("summary")), text("comparison.md"));
    for (const std::string name : {"policies:check", "policies:style", "policies:test", "policies:compare"}) {
        const Ran ran = gitlab(name);
        EXPECT_EQ(ran.status, 0) << name << "\n" << ran.out;
    }
    EXPECT_EQ(text("gl-code-quality-report.json"), "[]\n");
    EXPECT_THAT(text("tests.xml"), HasSubstr("a job can be read"));
}

TEST_F(Repository, WhatIsWiderFailsAndIsSaid) {
    widen();
    EXPECT_EQ(github("Check").status, 0) << "it is a policy like any other";
    for (const bool on_github : {true, false}) {
        fs::remove(path("repository/comparison.md"));
        const Ran compared = on_github ? github("Compare") : gitlab("policies:compare");
        EXPECT_EQ(compared.status, 4) << compared.out;
        EXPECT_THAT(text("comparison.md"),
                    AllOf(HasSubstr("**wider**: policies/worker.sbx allows more than ../base/policies/worker.sbx: "
                                    "it can write /srv/shared, which was not there"),
                          HasSubstr("policies/worker.sbx:")));
    }
}

TEST_F(Repository, AChangeDoesNotJudgeItself) {
    write("repository/policies/compare.sh", "#!/bin/sh\nexit 0\n");
    widen();
    EXPECT_EQ(github("Compare").status, 4);
    EXPECT_EQ(gitlab("policies:compare").status, 4);
}

TEST_F(Repository, WhatAFragmentWidensIsFoundInTheProfile) {
    edit("repository/policies/limits.sbx", "    processes  64\n", "");
    commit();
    EXPECT_EQ(github("Compare").status, 4);
    EXPECT_THAT(text("comparison.md"), HasSubstr("it has no limit on processes, which was 64"));
}

TEST_F(Repository, NarrowerIsNoFailureAndNewAndRemovedPoliciesAreNamed) {
    edit("repository/policies/limits.sbx", "processes  64", "processes  32");
    commit();
    EXPECT_EQ(github("Compare").status, 0);
    EXPECT_THAT(text("comparison.md"), HasSubstr("**narrower**"));
    fs::rename(path("repository/policies/worker.sbx"), path("repository/policies/other name.sbx"));
    commit();
    EXPECT_EQ(github("Compare").status, 4);
    EXPECT_THAT(text("comparison.md"),
                AllOf(HasSubstr("**new**: policies/other name.sbx allows"), HasSubstr("**removed**: policies/worker.sbx\n")));
}

TEST_F(Repository, MistakesFailWithTheirPlaces) {
    spoil();
    const Ran checked = github("Check");
    EXPECT_EQ(checked.status, 1) << checked.out;
    EXPECT_THAT(checked.out, HasSubstr("::error file=policies/limits.sbx,line=9,"));
    const Json sarif = Json::parse(text("policies.sarif"));
    EXPECT_EQ(sarif.at("runs").at(0).at("results").at(0).at("ruleId"), "SBX-R007");
    fs::create_directory(path("sarif"));
    fs::copy_file(path("repository/policies.sarif"), path("sarif/policies.sarif"));
    const Ran valid = run(python + " " SBX_SOURCE_DIR "/tests/support/validate_json.py valid " SBX_SOURCE_DIR
                                   "/tests/support/sarif_report.schema.json sarif");
    EXPECT_EQ(valid.status, 0) << valid.out;

    const Ran job = gitlab("policies:check");
    EXPECT_EQ(job.status, 1) << job.out;
    EXPECT_THAT(job.out, HasSubstr("error[SBX-R007]"));
    EXPECT_THAT(text("policies.xml"), HasSubstr("SBX-R007"));
    if (has_program("jq")) {
        const Json quality = Json::parse(text("gl-code-quality-report.json"));
        ASSERT_FALSE(quality.empty());
        EXPECT_EQ(quality.at(0).at("check_name"), "SBX-R007");
        EXPECT_EQ(quality.at(0).at("severity"), "major");
        EXPECT_EQ(quality.at(0).at("location").at("path"), "policies/limits.sbx");
        EXPECT_EQ(quality.at(0).at("location").at("lines").at("begin"), 9);
        EXPECT_GE(quality.at(0).at("fingerprint").get<std::string>().size(), 16U);
    }
    EXPECT_EQ(github("Compare").status, 1);
    EXPECT_THAT(text("comparison.md"), AllOf(HasSubstr("**not compared**: policies/worker.sbx"), HasSubstr("SBX-R007")));
}

TEST_F(Repository, AFailedTestAndAnotherStyleFail) {
    edit("repository/policies/worker.sbx", "    write   $result\n", "    write $result\n");
    const Ran style = github("Style");
    EXPECT_EQ(style.status, 1);
    EXPECT_THAT(style.out, HasSubstr("-    write $result\n+    write   $result\n"));
    EXPECT_EQ(gitlab("policies:style").status, 1);
    edit("repository/policies/worker.sbx", "denied  read  /etc/shadow", "allowed read  /etc/shadow");
    EXPECT_EQ(github("Test").status, 5);
    EXPECT_EQ(gitlab("policies:test").status, 5);
    EXPECT_THAT(text("tests.xml"), HasSubstr("<failure"));
}

/// A repository of hooks, as pre-commit clones it, and what the hooks make of one that uses them.
TEST_F(Repository, HooksRunUnderPreCommit) {
    if (!has_program("pre-commit")) {
        GTEST_SKIP() << "pre-commit is not installed";
    }
    write("hooks/.pre-commit-hooks.yaml", read_bytes(SBX_SOURCE_DIR "/.pre-commit-hooks.yaml"));
    ASSERT_EQ(run(git_identity + "cd hooks && git init -q . && git add . && git commit -q -m hooks").status, 0);
    const auto hook = [&](const std::string& id) {
        return in_repository("PRE_COMMIT_HOME=$PWD/../cache pre-commit try-repo ../hooks " + id + " --all-files");
    };
    for (const std::string id : {"policyc-check", "policyc-fmt-check", "policyc-fmt"}) {
        const Ran ran = hook(id);
        EXPECT_EQ(ran.status, 0) << ran.out;
        EXPECT_THAT(ran.out, HasSubstr("Passed")) << ran.out;
    }
    edit("repository/policies/worker.sbx", "    write   $result\n", "    write $result\n");
    EXPECT_NE(hook("policyc-fmt-check").status, 0);
    EXPECT_NE(hook("policyc-fmt").status, 0) << "it has changed a file";
    EXPECT_EQ(hook("policyc-fmt").status, 0);
    EXPECT_EQ(in_repository("git diff --exit-code").status, 0) << "and that file is what it was before";
    // Only the fragment is part of the commit, and the profile is what it breaks.
    edit("repository/policies/limits.sbx", "fragment limits", "fragment limits\nlet room = 1M");
    edit("repository/policies/worker.sbx", "test \"a job", "test \"a file is small\" {\n    limit file-size 64M\n}\ntest \"a job");
    commit();
    edit("repository/policies/limits.sbx", "file-size  64M", "file-size  65M");
    const Ran broken = in_repository(
        "git add policies/limits.sbx && PRE_COMMIT_HOME=$PWD/../cache pre-commit try-repo ../hooks policyc-check --files "
        "policies/limits.sbx");
    EXPECT_NE(broken.status, 0);
    EXPECT_THAT(broken.out, HasSubstr("policies/worker.sbx"));
}

/// The same without pre-commit, for machines that lack it: what it does with `files`, `entry`, `args` and `pass_filenames`.
TEST_F(Repository, HooksMatchPoliciesAndRunWhatIsInstalled) {
    const auto member = [&](const std::string& id, const std::string& name) {
        std::string printed =
            run(python + " " SBX_SOURCE_DIR "/tests/pipelines/steps.py hook " SBX_SOURCE_DIR "/.pre-commit-hooks.yaml " + id + " " +
                name)
                .out;
        printed.erase(printed.find_last_not_of('\n') + 1);
        return printed;
    };
    for (const std::string id : {"policyc-check", "policyc-fmt-check"}) {
        EXPECT_EQ(member(id, "language"), "system");
        const std::string pass = member(id, "pass_filenames");
        const std::string matching =
            run(python + " -c 'import re, sys; [print(n) for n in sys.argv[2:] if re.search(sys.argv[1], n)]' " +
                shell_word(member(id, "files")) + " policies/worker.sbx a/.policyc.json x.sbx.orig worker.txt policies/limits.sbx")
                .out;
        EXPECT_THAT(matching, AllOf(HasSubstr("policies/worker.sbx\n"), HasSubstr("policies/limits.sbx\n"), Not(HasSubstr("orig")),
                                    Not(HasSubstr("txt"))));
        const std::string command =
            member(id, "entry") + " " + member(id, "args") + (pass == "False" ? "" : " policies/worker.sbx policies/limits.sbx");
        const Ran good = in_repository(command);
        EXPECT_EQ(good.status, 0) << command << "\n" << good.out;
        edit("repository/policies/limits.sbx", "    file-size  64M", "    file-size 64");
        const Ran bad = in_repository(command);
        EXPECT_EQ(bad.status, 1) << command << "\n" << bad.out;
        edit("repository/policies/limits.sbx", "    file-size 64", "    file-size  64M");
    }
}

/// The command of the rule, on inputs as Bazel's sandbox shows them: links to files elsewhere. bazel_test.cpp has Bazel run it.
TEST_F(Repository, TheCommandForBazelTakesLinkedInputs) {
    const std::string rule = read_bytes(SBX_SOURCE_DIR "/examples/pipelines/policies.bzl");
    constexpr std::string_view quotes = "\"\"\"\n";
    const std::size_t begin = rule.find("_COMPILE = " + std::string(quotes));
    ASSERT_NE(begin, std::string::npos);
    const std::size_t script = begin + std::string_view("_COMPILE = ").size() + quotes.size();
    const std::string command = "sh -c " + shell_word(rule.substr(script, rule.find("\"\"\"", script) - script)) +
                                " sh bin/policyc out/bin/worker.tar worker policies/worker.sbx policies/limits.sbx";
    fs::create_directories(path("execroot/policies"));
    fs::create_directories(path("execroot/out/bin"));
    fs::create_directory(path("execroot/bin"));
    fs::create_symlink(SBX_POLICYC, path("execroot/bin/policyc"));
    for (const std::string name : {"worker.sbx", "limits.sbx"}) {
        fs::create_symlink(path("repository/policies/" + name), path("execroot/policies/" + name));
    }
    const Ran built = run("cd execroot\n" + command +
                          "\nmkdir unpacked && tar -C unpacked -xf out/bin/worker.tar && bin/policyc verify unpacked/worker");
    EXPECT_EQ(built.status, 0) << command << "\n" << built.out;
}

}  // namespace
}  // namespace sbx::pipelines
