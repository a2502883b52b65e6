// `output`: whatever the command does about it, no more than the limit comes out, whole characters of it, and the sandbox ends;
// what stays below comes out as it was written. Whoever reads slowly, stops reading or goes away takes nothing of this back.
#include "tests/kernel/network_fixture.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

using std::chrono::milliseconds;

std::string output_mode_name(const testing::TestParamInfo<Mode>& mode) {
    return to_text(mode.param);
}

class Output : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
        mark_as_run();
        scene.directory("report");
        scene.directory("out");
    }
    void compile(const std::string& limits) {
        const Outcome outcome = scene.compile(
            "filesystem { proc /proc; dev /dev; read /usr; write $ROOT/out; symlink /bin -> usr/bin; symlink /lib -> usr/lib; "
            "symlink /lib64 -> usr/lib64 }\nenvironment { set PATH = \"/usr/bin\" }\nlimits { " +
            limits + " }");
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    [[nodiscard]] Command shell(const std::string& script) const {
        return launching({GetParam(), ""}, scene.bundle(), {"/usr/bin/sh", "-c", script, tag},
                         {"--report", scene.path("report/launch.json")});
    }
    [[nodiscard]] nlohmann::json report() const {
        return nlohmann::json::parse(scene.contents("report/launch.json").value_or(""), nullptr, false);
    }
    void expect_cut(const Outcome& outcome, int status, std::uint64_t limit) const {
        const nlohmann::json found = report();
        const std::string all = outcome.err + found.dump(1);
        EXPECT_EQ(outcome.status, status) << all;
        EXPECT_NE(outcome.err.find("`output` is cut at "), std::string::npos) << all;
        EXPECT_EQ(found.value("status", ""), "limit") << all;
        EXPECT_EQ(found.value("exit_status", -1), status) << all;
        EXPECT_EQ(found.value("/limit_fired/name"_json_pointer, ""), "output") << all;
        EXPECT_EQ(found.value("/limit_fired/value"_json_pointer, std::uint64_t{0}), limit) << all;
        EXPECT_EQ(found.value("/limit_fired/unit"_json_pointer, ""), "bytes") << all;
        EXPECT_TRUE(found.value("/output/cut"_json_pointer, false)) << all;
        EXPECT_TRUE(gone(tag, 0)) << "something is left";
    }
    void expect_whole(const Outcome& outcome, std::uint64_t bytes) const {
        const nlohmann::json found = report();
        EXPECT_EQ(outcome.status, 0) << outcome.err << found.dump(1);
        EXPECT_EQ(found.value("status", ""), "exited") << found.dump(1);
        EXPECT_TRUE(found.contains("limit_fired") && found["limit_fired"].is_null()) << found.dump(1);
        EXPECT_FALSE(found.value("/output/cut"_json_pointer, true)) << found.dump(1);
        EXPECT_EQ(found.value("/output/passed_bytes"_json_pointer, std::uint64_t{0}), bytes);
    }

    Scene scene;
    const std::string tag = "tag:output-" + std::to_string(getpid());
    static constexpr milliseconds slack{1500};  ///< of a busy machine
};

/// A pipe whose reader is the test, so that it can be slow, or absent.
class SlowReader {
public:
    SlowReader() { EXPECT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0); }
    SlowReader(const SlowReader&) = delete;
    SlowReader& operator=(const SlowReader&) = delete;
    ~SlowReader() {
        close(ends_[0]);
        close(ends_[1]);
    }
    [[nodiscard]] std::function<void()> attach() const {
        return [this] { dup2(ends_[1], 1); };
    }
    /// Until the writers are gone.
    std::string read_all() {
        close(ends_[1]);
        ends_[1] = -1;
        std::string result;
        std::array<char, 4096> bytes{};
        for (ssize_t count = 0; (count = read(ends_[0], bytes.data(), bytes.size())) > 0;) {
            result.append(bytes.data(), static_cast<std::size_t>(count));
        }
        return result;
    }
    void go_away() {
        close(ends_[0]);
        ends_[0] = -1;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

TEST_P(Output, WhoWritesForEverIsCutAndEnded) {
    compile("output 1M");
    const Outcome outcome = run(shell("yes"));
    expect_cut(outcome, 128 + SIGTERM, 1 << 20);
    EXPECT_EQ(outcome.out.size(), std::size_t{1} << 20U);
    EXPECT_EQ(outcome.out.substr(0, 4), "y\ny\n");
    EXPECT_NE(outcome.err.find("`output` is cut at 1M, as the policy limits it; the sandbox was ended\n"), std::string::npos)
        << outcome.err;
}

TEST_P(Output, TheLimitItselfIsNotTooMuch) {
    for (const char* const shape : {"printf 1234567890", "printf 12345; printf 67890 >&2", "printf 1234567890 >&2",
                                    "printf 123; exec >&-; sleep 0.1; printf 4567890 >&2"}) {
        compile("output 10B");
        const Outcome outcome = run(shell(shape));
        expect_whole(outcome, 10);
        EXPECT_EQ(outcome.out + outcome.err, "1234567890");
        compile("output 9B");
        for (int turn = 0; turn < 3; ++turn) {  // whether it has ended before it is found is chance
            const Outcome cut = run(shell(shape));
            expect_cut(cut, 128 + SIGTERM, 9);
            EXPECT_LE(cut.out.size() + cut.err.find("sbx-run:"), 9U) << cut.text();
        }
    }
}

TEST_P(Output, NothingMayBeTooMuch) {
    compile("output 0");
    expect_whole(run(shell("true")), 0);
    const Outcome outcome = run(shell("echo"));
    expect_cut(outcome, 128 + SIGTERM, 0);
    EXPECT_EQ(outcome.out, "");
}

TEST_P(Output, NoCharacterIsSplit) {
    const std::string text = "x\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80y";  // of 1, 2, 3, 4 and 1 bytes
    const std::vector<std::size_t> whole = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (std::size_t limit = 0; limit < text.size(); ++limit) {
        compile("output " + std::to_string(limit) + "B");
        for (const bool bytewise : {false, true}) {
            std::string script = "printf '" + text + "'; sleep 5";
            if (bytewise) {
                script = "for byte in 170 303 251 342 202 254 360 237 230 200 171; do printf \"\\\\$byte\"; done; sleep 5";
            }
            const Outcome outcome = run(shell(script));
            expect_cut(outcome, 128 + SIGTERM, limit);
            EXPECT_EQ(outcome.out, text.substr(0, whole.at(limit))) << limit;
        }
    }
}

TEST_P(Output, OfTwoStreamsNoCharacterIsSplitEither) {
    compile("output 6B");
    const Outcome outcome = run(shell("printf '\\342'; sleep 0.2; printf 12345 >&2; sleep 0.2; printf '\\202\\254'; sleep 5"));
    expect_cut(outcome, 128 + SIGTERM, 6);
    EXPECT_EQ(outcome.out, "\xe2\x82\xac");
    EXPECT_EQ(outcome.err.substr(0, 4), "123s") << "room was kept for the character that had begun";
}

TEST_P(Output, OneFileForBothKeepsTheirOrder) {
    compile("output 1M");
    Command command = shell("i=0; while [ $i -lt 3000 ]; do echo $i; echo $i >&2; i=$((i+1)); done");
    command.before_exec = [] { dup2(1, 2); };
    const Outcome outcome = run(command);
    std::string expected;
    for (int i = 0; i < 3000; ++i) {
        expected += std::to_string(i) + "\n" + std::to_string(i) + "\n";
    }
    EXPECT_EQ(outcome.out, expected);
    expect_whole(outcome, expected.size());
}

TEST_P(Output, WhoIgnoresSigpipeIsEndedAllTheSame) {
    compile("output 4K; grace 500ms");
    const Outcome outcome = run(shell("trap '' PIPE; while :; do echo line; done"));
    expect_cut(outcome, 128 + SIGTERM, 4096);
    EXPECT_EQ(outcome.out.size(), 4096U);
    const auto begin = std::chrono::steady_clock::now();
    const Outcome stubborn = run(shell("trap '' PIPE TERM; while :; do echo line; done"));
    expect_cut(stubborn, 128 + SIGKILL, 4096);
    EXPECT_LE(std::chrono::steady_clock::now() - begin, milliseconds(500) + slack);
}

TEST_P(Output, WhoClosesItsDescriptorsRunsOn) {
    compile("output 4K");
    const Outcome outcome = run(shell("exec >&- 2>&-; sleep 0.2; echo done >" + scene.path("out/done")));
    expect_whole(outcome, 0);
    EXPECT_EQ(scene.contents("out/done"), "done\n");
}

TEST_P(Output, OfACallerWithoutDescriptorsIsCountedToo) {
    compile("output 4K");
    Command command = shell("yes");
    command.before_exec = [] {
        for (const int number : {0, 1, 2}) {
            close(number);
        }
    };
    EXPECT_EQ(run(command).status, 128 + SIGTERM);
    EXPECT_EQ(report().value("/limit_fired/name"_json_pointer, ""), "output");
}

TEST_P(Output, AReaderThatGoesAwayIsPassedOn) {
    compile("output 1M");
    SlowReader reader;
    reader.go_away();
    Command command = shell("sleep 0.2; echo first; echo second >" + scene.path("out/second"));
    command.before_exec = reader.attach();
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.status, 128 + SIGPIPE) << outcome.text();
    EXPECT_FALSE(scene.exists("out/second")) << "it was the first write that had no reader";
    EXPECT_EQ(report().value("status", ""), "exited");
}

TEST_P(Output, WhatCannotBePassedOnIsNoSuccess) {
    compile("output 1M");
    Command command = shell("echo lost; sleep 0.2");
    command.before_exec = [] { dup2(open("/dev/full", O_WRONLY | O_CLOEXEC), 1); };
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_NE(outcome.err.find("what the command wrote cannot be passed on: No space left on device"), std::string::npos)
        << outcome.err;
    EXPECT_EQ(report().value("status", ""), "lost");
}

TEST_P(Output, ASlowReaderGetsEverything) {
    compile("output 1M");
    SlowReader reader;
    Command command = shell("head -c 500000 /dev/zero | tr '\\0' z; echo end");
    command.before_exec = reader.attach();
    Running running(command);
    usleep(700000);  // the command has long ended, or waits
    const std::string text = reader.read_all();
    expect_whole(running.finish(), 500004);
    EXPECT_EQ(text, std::string(500000, 'z') + "end\n");
}

TEST_P(Output, AReaderThatStopsDoesNotKeepTheTimeFromBeingOver) {
    compile("output 1M; wall-time 700ms; grace 500ms");
    for (const char* const script : {"yes", "trap '' TERM; while :; do yes; done", "head -c 100000 /dev/zero"}) {
        SlowReader reader;
        Command command = shell(script);
        command.before_exec = reader.attach();
        const auto begin = std::chrono::steady_clock::now();
        const Outcome outcome = run(command);
        const auto took = std::chrono::steady_clock::now() - begin;
        EXPECT_GE(took, milliseconds(700)) << script;
        EXPECT_LE(took, milliseconds(700 + 500 + 1000) + slack) << script;
        EXPECT_TRUE(outcome.status == 143 || outcome.status == 137) << outcome.text();
        EXPECT_EQ(report().value("/limit_fired/name"_json_pointer, ""), "wall-time") << report().dump(1);
        EXPECT_TRUE(gone(tag, 0));
    }
}

TEST_P(Output, ASignalEndsTheWaitForAReader) {
    compile("output 1M");
    SlowReader reader;
    Command command = shell("head -c 100000 /dev/zero; echo done >" + scene.path("out/done"));
    command.before_exec = reader.attach();
    Running running(command);
    for (int i = 0; i < 300 && !(scene.exists("out/done") && gone(tag, 0)); ++i) {
        usleep(10000);
    }
    usleep(200000);
    kill(running.pid(), SIGTERM);
    EXPECT_EQ(running.finish().status, 128 + SIGTERM);
    EXPECT_EQ(report().value("forwarded_signal", 0), SIGTERM);
}

TEST_P(Output, IsPassedThroughWhereThereIsNoLimit) {
    for (const bool limited : {false, true}) {
        compile(limited ? "output 1M" : "output unlimited");
        Running running(shell("readlink /proc/$$/fd/1; sleep 0.5"));
        ASSERT_TRUE(running.wait_for("\n"));
        std::array<char, 64> link{};
        const std::string own = "/proc/" + std::to_string(running.pid()) + "/fd/1";
        ASSERT_GT(readlink(own.c_str(), link.data(), link.size() - 1), 0);
        EXPECT_EQ(running.finish().out == std::string(link.data()) + "\n", !limited) << link.data();
        EXPECT_EQ(report()["output"].is_object(), limited);
    }
}

TEST_P(Output, CanBeOpenedByItsName) {
    compile("output 1M");
    const Outcome outcome = run(shell("echo one >/dev/stdout; echo two >/proc/self/fd/2"));
    EXPECT_EQ(outcome.out, "one\n");
    EXPECT_EQ(outcome.err, "two\n");
    expect_whole(outcome, 8);
}

TEST_P(Output, OfATerminalIsAPipeAndItsInputATerminal) {
    compile("output 1M");
    Command command = shell("test -t 0 && echo in; test -t 1 || echo out; test -t 2 || echo error >&2");
    command.terminal = true;
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.out, "in\r\nout\r\nerror\r\n") << outcome.text();
    EXPECT_NE(report()["notes"].dump().find("which `output` does not count"), std::string::npos) << report().dump(1);
    Command cut = shell("yes");
    cut.terminal = true;
    EXPECT_EQ(run(cut).status, 128 + SIGTERM);
}

TEST_P(Output, TakesNoMemoryHoweverMuchIsWritten) {
    compile("output 4G");
    Command command = shell("head -c 300000000 /dev/zero & head -c 300000000 /dev/zero >&2; wait");
    command.before_exec = [] {
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 1);
        dup2(open("/dev/zero", O_WRONLY | O_CLOEXEC), 2);
    };
    command.timeout = milliseconds(60000);
    Running running(command);
    long most = 0;
    for (std::string peak = "0"; peak != "missing"; usleep(1000)) {
        const std::string status = read_file("/proc/" + std::to_string(running.pid()) + "/status");
        peak = field(status, "VmHWM");
        most = peak == "missing" || field(status, "Name") != "sbx-run" ? most : std::max(most, std::stol(peak));
    }
    EXPECT_GT(most, 0);
    EXPECT_LT(most, 2048) << "KiB";
    expect_whole(running.finish(), 600000000);
}

INSTANTIATE_TEST_SUITE_P(Kernel, Output, testing::ValuesIn(modes_of_sbx_run()), output_mode_name);

}  // namespace
}  // namespace sbx::kernel
