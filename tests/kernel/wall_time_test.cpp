// `wall-time`: whatever the command does about it, the sandbox ends within the limit and its grace, the report names the limit, and
// nothing is left; a command that ends in time has no mark of it.
#include "tests/kernel/network_fixture.hpp"

#include <chrono>
#include <csignal>
#include <ctime>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

using std::chrono::milliseconds;

std::string mode_name(const testing::TestParamInfo<Mode>& mode) {
    return to_text(mode.param);
}

struct Timed {
    Outcome outcome;
    milliseconds took{0};
    nlohmann::json report;
};

class WallTime : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
        mark_as_run();
        scene.directory("report");
        scene.directory("out");
    }
    void compile(const std::string& limits, const std::string& more = "") {
        const Outcome outcome =
            scene.compile("filesystem { proc /proc; read /usr; write $ROOT/out }\nlimits { " + limits + " }\n" + more);
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    [[nodiscard]] Timed timed(const std::vector<std::string>& words) const {
        const auto begin = std::chrono::steady_clock::now();
        Timed result;
        result.outcome = run(launching({GetParam(), ""}, scene.bundle(), words, {"--report", scene.path("report/launch.json")}));
        result.took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
        result.report = nlohmann::json::parse(scene.contents("report/launch.json").value_or(""), nullptr, false);
        return result;
    }
    [[nodiscard]] Timed probe(std::vector<std::string> requests) const {
        requests.insert(requests.begin(), {"/probe/probe", tag});
        return timed(requests);
    }
    /// `least` and `most`: how long it may have taken.
    void expect_ended(const Timed& timed, int status, milliseconds least, milliseconds most) const {
        const std::string all = timed.outcome.text() + timed.report.dump(1);
        EXPECT_EQ(timed.outcome.status, status) << all;
        EXPECT_GE(timed.took, least) << all;
        EXPECT_LE(timed.took, most) << all;
        EXPECT_TRUE(gone(tag, 0)) << "something is left";
        EXPECT_NE(timed.outcome.err.find("`wall-time` is over, which the policy limits to "), std::string::npos) << all;
        ASSERT_TRUE(timed.report.is_object());
        EXPECT_EQ(timed.report.value("status", ""), "limit") << all;
        EXPECT_EQ(timed.report.value("exit_status", -1), status) << all;
        EXPECT_TRUE(timed.report.value("started", false)) << all;
        EXPECT_EQ(timed.report.value("/limit_fired/name"_json_pointer, ""), "wall-time") << all;
        EXPECT_EQ(timed.report.value("/limit_fired/value"_json_pointer, 0), 700) << all;
        EXPECT_EQ(timed.report.value("/limit_fired/unit"_json_pointer, ""), "ms") << all;
    }

    Scene scene;
    const std::string tag = "tag:walltime-" + std::to_string(getpid());
    static constexpr milliseconds limit{700};
    static constexpr milliseconds grace{500};
    static constexpr milliseconds slack{1500};  ///< of a busy machine
};

TEST_P(WallTime, ASleeperIsEndedByTheFirstSignal) {
    compile("wall-time 700ms; grace 10s");
    expect_ended(probe({"sleep:20"}), 128 + SIGTERM, limit, limit + slack);
}

TEST_P(WallTime, WhoHandlesTheSignalIsCutAllTheSame) {
    compile("wall-time 700ms; grace 10s");
    const Timed result = probe({"on-term:" + scene.path("out/term"), "sleep:20"});
    EXPECT_EQ(scene.contents("out/term"), "term\n") << "it could put its things in order";
    expect_ended(result, 128 + SIGTERM, limit, limit + slack);
}

TEST_P(WallTime, WhoIgnoresTheSignalIsKilledAfterTheGrace) {
    compile("wall-time 700ms; grace 500ms");
    expect_ended(probe({"ignore-term", "sleep:20"}), 128 + SIGKILL, limit + grace, limit + grace + slack);
}

TEST_P(WallTime, WithoutGraceItIsKilledAtOnce) {
    compile("wall-time 700ms; grace 0s");
    expect_ended(probe({"ignore-term", "sleep:20"}), 128 + SIGKILL, limit, limit + slack);
}

TEST_P(WallTime, EveryProcessGetsTheSignal) {
    compile("wall-time 700ms; grace 5s",
            "environment { set PATH = \"/usr/bin\" }\nfilesystem { symlink /bin -> usr/bin; "
            "symlink /lib -> usr/lib; symlink /lib64 -> usr/lib64; dev /dev }");
    // The command ends only when the other, which has a session and a parent of its own, has had its signal.
    const std::string file = scene.path("out/other");
    const std::string other = "trap \"echo had it >" + file + "; exit 0\" TERM; while :; do sleep 0.05; done";
    const Timed result = timed({"/usr/bin/sh", "-c",
                                "trap 'while [ ! -s " + file + " ]; do :; done; exit 0' TERM; (setsid sh -c '" + other + "' " +
                                    tag + " &) ; while :; do sleep 0.05; done",
                                tag});
    EXPECT_EQ(scene.contents("out/other"), "had it\n") << result.outcome.text();
    expect_ended(result, 128 + SIGTERM, limit, limit + slack);
}

TEST_P(WallTime, ADaemonIsLeftNeither) {
    compile("wall-time 700ms; grace 500ms");
    const Timed result = probe({"daemon:5:" + scene.path("out/late"), "ignore-term", "sleep:20"});
    expect_ended(result, 128 + SIGKILL, limit + grace, limit + grace + slack);
    EXPECT_FALSE(scene.exists("out/late"));
}

TEST_P(WallTime, WhoClosesItsDescriptorsOrStopsItselfIsEnded) {
    compile("wall-time 700ms; grace 500ms",
            "filesystem { symlink /bin -> usr/bin; symlink /lib -> usr/lib; symlink /lib64 -> "
            "usr/lib64 }");
    for (const char* const script : {"exec 0<&- 1>&- 2>&-; while :; do :; done", "kill -STOP $$; exec sleep 20"}) {
        expect_ended(timed({"/usr/bin/sh", "-c", script, tag}), 128 + SIGTERM, limit, limit + slack);
    }
    expect_ended(timed({"/usr/bin/sh", "-c", "trap '' TERM; kill -STOP $$; exec sleep 20", tag}), 128 + SIGKILL, limit + grace,
                 limit + grace + slack);
    expect_ended(timed({"/usr/bin/sh", "-c", "trap 'kill -STOP $$' TERM; while :; do :; done", tag}), 128 + SIGKILL, limit + grace,
                 limit + grace + slack);
}

TEST_P(WallTime, ACommandThatEndsInTimeHasNoMarkOfIt) {
    compile("wall-time 10s");
    const Timed result = probe({"exit:9"});
    EXPECT_EQ(result.outcome.status, 9) << result.outcome.text();
    EXPECT_EQ(result.outcome.err, "");
    EXPECT_EQ(result.report.value("status", ""), "exited");
    EXPECT_TRUE(result.report.contains("limit_fired") && result.report["limit_fired"].is_null()) << result.report.dump(1);
    EXPECT_EQ(result.report.value("/supervision/wall_time_ms"_json_pointer, 0), 10000);
    EXPECT_EQ(result.report.value("/supervision/grace_ms"_json_pointer, 0), 2000);
    EXPECT_LE(result.took, milliseconds(5000));
}

TEST_P(WallTime, SettingUpDoesNotCount) {
    // Far less than a sandbox takes to be set up, and the command is executed all the same.
    compile("wall-time 1ms; grace 10s");
    for (int turn = 0; turn < 5; ++turn) {
        const Timed result = probe({"on-term:" + scene.path("out/begun"), "sleep:20"});
        EXPECT_TRUE(result.report.value("started", false)) << result.outcome.text() << result.report.dump(1);
        EXPECT_EQ(result.report.value("status", ""), "limit");
    }
}

TEST_P(WallTime, RunsByTheClockThatSleepDoesNotStop) {
    compile("wall-time 5s");
    Running running(probing({GetParam(), ""}, scene, {tag, "sleep:20"}));
    ASSERT_TRUE(running.wait_for("tag walltime"));
    const auto timers = [&running] {
        std::string all;
        for (int number = 0; number < 64; ++number) {
            const std::string text = read_file("/proc/" + std::to_string(running.pid()) + "/fdinfo/" + std::to_string(number));
            all += text.find("clockid:") == std::string::npos ? "" : text;
        }
        return all;
    };
    for (int turn = 0; turn < 200 && timers().find("it_value: (0, 0)") != std::string::npos; ++turn) {
        usleep(10000);  // the command may speak before sbx-run has heard that it runs
    }
    EXPECT_NE(timers().find("clockid: " + std::to_string(CLOCK_BOOTTIME) + "\n"), std::string::npos) << timers();
    EXPECT_EQ(timers().find("it_value: (0, 0)"), std::string::npos) << timers();
    kill(running.pid(), SIGKILL);
}

TEST_P(WallTime, WhoForksAllTheTimeIsEnded) {
    compile("wall-time 700ms; grace 500ms; processes 200",
            "filesystem { symlink /bin -> usr/bin; symlink /lib -> usr/lib; symlink /lib64 -> usr/lib64 }");
    const std::string script = "trap '' TERM; while :; do (/usr/bin/true & /usr/bin/true &) 2>/dev/null; done";
    expect_ended(timed({"/usr/bin/sh", "-c", script, tag}), 128 + SIGKILL, limit + grace, limit + grace + slack);
}

TEST_P(WallTime, ASignalOnTheWayDoesNotMakeItLonger) {
    compile("wall-time 700ms; grace 500ms");
    const auto begin = std::chrono::steady_clock::now();
    Running running(probing({GetParam(), ""}, scene, {tag, "ignore-term", "sleep:20"}));
    ASSERT_TRUE(running.wait_for("tag walltime"));
    usleep(300000);
    kill(running.pid(), SIGTERM);
    const Outcome outcome = running.finish();
    EXPECT_EQ(outcome.status, 128 + SIGKILL) << outcome.text();
    EXPECT_LE(std::chrono::steady_clock::now() - begin, limit + grace + slack);
    EXPECT_TRUE(gone(tag, 0));
}

INSTANTIATE_TEST_SUITE_P(Kernel, WallTime, testing::ValuesIn(modes_of_sbx_run()), mode_name);

class WallTimeOfAShell : public testing::TestWithParam<Mode> {};

TEST_P(WallTimeOfAShell, IsRefusedWithAWayOut) {
    mark_as_run();
    Scene scene;
    ASSERT_EQ(scene.compile("limits { wall-time 5m }").status, 0);
    const Outcome outcome = run(probing({GetParam(), ""}, scene, {"tag:ran"}));
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_EQ(outcome.err,
              "launch: limits: this bundle limits `wall-time`, which a supervisor has to measure; run it with sbx-run\n");
    EXPECT_EQ(outcome.out, "");
    Command help;
    help.words = {scene.bundle() + "/launch", "--help"};
    EXPECT_TRUE(
        run(help).has("This bundle limits `wall-time`, which a supervisor has to measure: only sbx-run does, and this file "
                      "refuses to start anything."));
    ASSERT_EQ(scene.compile("limits { wall-time 5m; output 5M }").status, 0);
    EXPECT_EQ(
        run(probing({GetParam(), ""}, scene, {"tag:ran"})).err,
        "launch: limits: this bundle limits `wall-time` and `output`, which a supervisor has to measure; run it with sbx-run\n");
    ASSERT_EQ(scene.compile("limits { wall-time unlimited; output unlimited }").status, 0);
    EXPECT_EQ(run(probing({GetParam(), ""}, scene, {"exit:7"})).status, 7);
}

std::vector<Mode> shells() {
    std::vector<Mode> all = modes();
    std::erase_if(all, [](const Mode& mode) { return mode.program != Program::launch; });
    return all;
}
INSTANTIATE_TEST_SUITE_P(Kernel, WallTimeOfAShell, testing::ValuesIn(shells()), mode_name);

class WallTimeInANetwork : public InTestNetwork<testing::TestWithParam<Mode>> {};

TEST_P(WallTimeInANetwork, EndsWhatCarriesTheNetworkToo) {
    scene.directory("report");
    const Outcome compiled = scene.compile(
        "filesystem { proc /proc }\nnetwork { allow tcp to 10.77.0.2 port 80 }\nlimits { wall-time 700ms; grace 500ms }");
    ASSERT_EQ(compiled.status, 0) << compiled.text();
    const std::string tag = "tag:walltimenet-" + std::to_string(getpid());
    for (const bool stubborn : {false, true}) {
        const Outcome outcome = run(launch_as(GetParam(), {tag, stubborn ? "ignore-term" : "cwd", "sleep:20"},
                                              {"--report", scene.path("report/launch.json")}, TestNetwork::Tun::usable));
        const auto report = nlohmann::json::parse(scene.contents("report/launch.json").value_or(""), nullptr, false);
        EXPECT_EQ(outcome.status, stubborn ? 137 : 143) << outcome.text();
        EXPECT_EQ(report.value("/limit_fired/name"_json_pointer, ""), "wall-time") << report.dump(1);
        EXPECT_EQ(report.value("/network/mode"_json_pointer, ""), "filtered");
        EXPECT_TRUE(gone(tag, 0));
        EXPECT_TRUE(gone("slirp4netns", 2000));
    }
}

INSTANTIATE_TEST_SUITE_P(Kernel, WallTimeInANetwork, testing::ValuesIn(modes_of_sbx_run()), mode_name);

}  // namespace
}  // namespace sbx::kernel
