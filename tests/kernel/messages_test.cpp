// What sbx-run says of a launch: each step with `--verbose`, nothing but failures with `--quiet`, what would be run with `--print`;
// and variables of the caller that no policy lets in, dropped and reported.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <csignal>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

class Messages : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
        mark_as_run();
        scene.directory("report");
        const Outcome outcome = scene.compile(
            "use std/system\nparam n: count 1-9 = 3\nfilesystem { read /srv/absent? }\nenvironment { accept WORD* }\n"
            "limits { open-files 100; wall-time 10s }");
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    [[nodiscard]] Outcome launch(std::vector<std::string> options, std::vector<std::string> requests = {"tag:ran"}) const {
        return run(probing({GetParam(), ""}, scene, std::move(requests), std::move(options)));
    }
    Scene scene;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

TEST_P(Messages, AnOrdinaryLaunchSaysNothing) {
    const Outcome outcome = launch({});
    EXPECT_TRUE(outcome.has("tag ran"));
    EXPECT_EQ(outcome.err, "");
}

TEST_P(Messages, TooFewOpenFilesAreSaidToBeThat) {
    std::size_t refused = 0;
    std::size_t ran = 0;
    for (rlim_t most = 6; most < 40; ++most) {
        Command command = probing({GetParam(), ""}, scene, {"tag:ran"});
        command.before_exec = [most] {
            const rlimit files{most, most};
            if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
                _exit(96);
            }
        };
        const Outcome outcome = run(std::move(command));
        ran += outcome.has("tag ran") ? 1 : 0;
        if (!outcome.has("tag ran")) {
            ++refused;
            EXPECT_EQ(outcome.status, 125) << most << "\n" << outcome.text();
            EXPECT_TRUE(outcome.err.ends_with("; raise the caller's limit of open files\n")) << most << "\n" << outcome.text();
        }
    }
    EXPECT_TRUE(refused > 5 && ran > 5) << refused << " " << ran;
}

TEST_P(Messages, VerboseExplainsEachStepInItsOrder) {
    const Outcome outcome = launch({"--verbose", "--env", "WORD=secret-value", "--set", "n=4"});
    EXPECT_TRUE(outcome.has("tag ran"));
    std::vector<std::string> steps;
    for (const std::string& line : lines_of(outcome.err)) {
        ASSERT_TRUE(line.starts_with("sbx-run: ")) << line;
        const std::string step = line.substr(9, line.find(':', 9) - 9);
        if (steps.empty() || steps.back() != step) {
            steps.push_back(step);
        }
    }
    EXPECT_EQ(steps, (std::vector<std::string>{"scrub", "verify", "identity", "bind", "limits", "namespaces", "bubblewrap",
                                               "supervise", "command", "supervise"}))
        << outcome.err;
    for (const char* const part :
         {"`/srv/absent` is not on this host, and is left out", "the limit `nofile` is 100, soft and hard", "1 parameter was given",
          "10000 ms by the clock (`wall-time`)", "`/probe/probe` is looked for inside", "WORD", "exit status 0"}) {
        EXPECT_NE(outcome.err.find(part), std::string::npos) << part << "\n" << outcome.err;
    }
    EXPECT_EQ(outcome.err.find("secret-value"), std::string::npos) << "names of variables, not what is in them";
    const std::string id = "uid " + std::to_string(payload_of(GetParam()));
    EXPECT_NE(outcome.err.find(GetParam().as_root ? "the caller is root, so the command runs as " + id
                                                  : "the caller is not root, so the command keeps its " + id),
              std::string::npos)
        << outcome.err;
}

TEST_P(Messages, VerboseTellsHowFarARefusedLaunchCame) {
    const Outcome outcome = launch({"--verbose", "--set", "n=44"});
    EXPECT_EQ(outcome.status, 125);
    const auto lines = lines_of(outcome.err);
    ASSERT_GE(lines.size(), 3U) << outcome.err;
    EXPECT_TRUE(lines[lines.size() - 2].starts_with("sbx-run: identity: ")) << outcome.err;
    EXPECT_TRUE(lines.back().starts_with("sbx-run: bind: ")) << outcome.err;
}

TEST_P(Messages, WhatACallerMayNotChooseIsDroppedSaidAndReported) {
    const std::vector<std::string> report = {"--report", scene.path("report/r.json")};
    for (const bool quiet : {false, true}) {
        std::vector<std::string> options = report;
        options.insert(options.end(), {"--env", "WORD=w", "--env", "LD_PRELOAD=/tmp/evil.so", "--env", "BASH_ENV=/x"});
        if (quiet) {
            options.insert(options.end(), {"--quiet", "--verbose"});
        }
        const Outcome outcome = launch(options, {"env"});
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        EXPECT_TRUE(outcome.has("env WORD=w")) << outcome.text();
        EXPECT_EQ(outcome.out.find("evil"), std::string::npos) << outcome.text();
        EXPECT_EQ(outcome.out.find("BASH_ENV"), std::string::npos) << outcome.text();
        EXPECT_EQ(lines_of(outcome.err).size(), quiet ? 0U : 2U) << outcome.err;
        EXPECT_EQ(outcome.err.find("the variable `LD_PRELOAD` changes how programs are loaded, and is not passed on") ==
                      std::string::npos,
                  quiet);
        const auto found = nlohmann::json::parse(scene.contents("report/r.json").value_or(""), nullptr, false);
        ASSERT_TRUE(found.is_object());
        EXPECT_EQ(found["dropped_variables"], nlohmann::json::parse(R"(["BASH_ENV", "LD_PRELOAD"])"));
    }
}

TEST_P(Messages, QuietLeavesOutNotesAndNoFailure) {
    const Outcome limited = scene.compile("limits { wall-time 300ms }");
    ASSERT_EQ(limited.status, 0);
    for (const bool quiet : {false, true}) {
        const Outcome ended = launch(quiet ? std::vector<std::string>{"-q"} : std::vector<std::string>{}, {"sleep:9"});
        EXPECT_EQ(ended.status, 128 + SIGTERM) << ended.text();
        EXPECT_EQ(ended.err.empty(), quiet) << ended.err;
    }
    const Outcome refused = launch({"-q", "--set", "no=1"});
    EXPECT_EQ(refused.status, 125);
    EXPECT_EQ(lines_of(refused.err).size(), 1U) << refused.err;
    const Outcome missing = run(launching({GetParam(), ""}, scene.bundle(), {"/no/program"}, {"-q"}));
    EXPECT_EQ(missing.status, 127);
    EXPECT_EQ(lines_of(missing.err).size(), 1U) << missing.err;
}

TEST_P(Messages, AReportThatCannotBeWrittenIsSaidEvenInQuiet) {
    // Larger than what is written before it, and smaller than the report.
    Command command = probing({GetParam(), ""}, scene, {"tag:ran"}, {"-q", "--report=" + scene.path("report/r.json")});
    command.before_exec = [] {
        const rlimit small{6144, 6144};
        setrlimit(RLIMIT_FSIZE, &small);
    };
    const Outcome outcome = run(command);
    EXPECT_TRUE(outcome.has("tag ran")) << outcome.text();
    EXPECT_EQ(outcome.status, 0) << "the command's own";
    EXPECT_EQ(outcome.err, "sbx-run: the report could not be written: File too large\n");
}

TEST_P(Messages, PrintRunsNothing) {
    scene.directory("out");
    ASSERT_EQ(scene.compile("filesystem { write $ROOT/out }").status, 0);
    const Outcome outcome = launch({"--print", "--verbose"}, {"write:" + scene.path("out/ran")});
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_FALSE(scene.exists("out/ran"));
    for (const char* const word : {"--unshare-user\n", "--new-session\n", "--die-with-parent\n", "/usr/bin/bwrap\n"}) {
        EXPECT_NE(outcome.out.find(word), std::string::npos) << word << outcome.out;
    }
    EXPECT_TRUE(outcome.has("  /probe/probe")) << "the command, as it would be started\n" << outcome.out;
    EXPECT_NE(outcome.err.find("sbx-run: bind: "), std::string::npos) << "with `--verbose` what leads to it, too";
    EXPECT_EQ(outcome.err.find("the sandbox has ended"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Kernel, Messages, testing::ValuesIn(modes_of_sbx_run()),
                         [](const testing::TestParamInfo<Mode>& mode) { return to_text(mode.param); });

}  // namespace
}  // namespace sbx::kernel
