// Launches by the hundred: one after the other, several at a time, and cut short at every moment. Nothing fails, and nothing is
// left.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

class Soak : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
        scene.directory("out");
        scene.file("h/a/file");
        const Outcome outcome = scene.compile(
            "filesystem { proc /proc; dev /dev; tmpfs /tmp; write $ROOT/out; read $ROOT/h; hide $ROOT/h/a/; file /note \"x\" }\n"
            "limits { processes 50; open-files 100 }");
        ASSERT_EQ(outcome.status, 0) << outcome.text();
        mark_as_run();
    }
    [[nodiscard]] Command probe(std::vector<std::string> requests) const {
        return probing({GetParam(), ""}, scene, std::move(requests));
    }
    /// Shell starts a dozen programs where sbx-run is one.
    [[nodiscard]] int launches(int many) const { return GetParam().program == Program::sbx_run ? many : many / 5; }
    Scene scene;
};

std::size_t mounts_of_the_host() {
    const std::string text = read_file("/proc/self/mountinfo");
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_P(Soak, HundredsOfLaunchesInARowAllWork) {
    const std::size_t mounts = mounts_of_the_host();
    for (int turn = 0; turn < launches(150); ++turn) {
        const int status = turn % 100;
        const Outcome outcome = run(probe({"tag:ran", "read:/note", "exit:" + std::to_string(status)}));
        ASSERT_TRUE(outcome.status == status && outcome.has("tag ran") && outcome.has("read:/note ok")) << "launch " << turn << "\n"
                                                                                                        << outcome.text();
        ASSERT_EQ(outcome.err, "");
    }
    EXPECT_EQ(mounts_of_the_host(), mounts);
}

TEST_P(Soak, LaunchesAtTheSameTimeDoNotDisturbEachOther) {
    for (int turn = 0; turn < launches(10); ++turn) {
        std::vector<std::unique_ptr<Running>> running;
        for (int index = 0; index < 8; ++index) {
            running.push_back(std::make_unique<Running>(probe({"tag:" + std::to_string(index), "exit:" + std::to_string(index)})));
        }
        for (int index = 0; index < 8; ++index) {
            const Outcome outcome = running[static_cast<std::size_t>(index)]->finish();
            ASSERT_TRUE(outcome.status == index && outcome.has("tag " + std::to_string(index))) << outcome.text();
        }
    }
}

/// The moments go from before the first system call to after the payload's start.
TEST_P(Soak, ALauncherKilledAtAnyMomentTakesAllWithIt) {
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_EQ(run(probe({"tag:ran"})).status, 0);
    const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count();
    const std::size_t mounts = mounts_of_the_host();
    const int turns = launches(60) + 12;
    int started = 0;
    for (int turn = 0; turn < turns; ++turn) {
        const std::string tag = "tag:soak-" + std::to_string(getpid()) + "-" + std::to_string(turn);
        Running running(probe({tag, "ignore-term", "sleep:30", "write:" + scene.path("out/late")}));
        usleep(static_cast<useconds_t>(whole * 3 * turn / turns / 2));
        kill(running.pid(), SIGKILL);
        EXPECT_TRUE(gone(tag, 10000)) << "killed at " << turn << " of " << turns << ": " << processes_with(tag).size()
                                      << " processes are left";
        for (const pid_t left : processes_with(tag)) {
            kill(left, SIGKILL);
        }
        started += running.finish().out.empty() ? 0 : 1;
    }
    EXPECT_GT(started, 0) << "some were running";
    EXPECT_LT(started, turns) << "and some not yet";
    EXPECT_FALSE(scene.exists("out/late"));
    EXPECT_EQ(mounts_of_the_host(), mounts);
    EXPECT_EQ(run(probe({"tag:ran"})).status, 0) << "and the next one works";
}

INSTANTIATE_TEST_SUITE_P(Kernel, Soak, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
