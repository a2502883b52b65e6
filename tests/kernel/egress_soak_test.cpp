// Launches with a filtered network by the hundred: all work, and those that are cut short let nothing through and leave nothing.
// SBX_EGRESS_LAUNCHES (20) says how many there are in a row, SBX_EGRESS_KILLS (30) at how many moments the launcher is killed.
#include "tests/kernel/egress_trial.hpp"
#include "tests/kernel/ran.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <sys/mount.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

/// Where programs put what they leave; each launch sees directories of the scene there.
const std::set<std::string> temporary_directories = {"/tmp", "/run", "/dev/shm"};

/// What a launch could leave on the host: mounts, and files.
std::multiset<std::string> traces_on_the_host(const Scene& scene) {
    std::multiset<std::string> found;
    const std::string mounts = read_file("/proc/self/mountinfo");
    found.insert("mounts " + std::to_string(std::count(mounts.begin(), mounts.end(), '\n')));
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scene.root())) {
        found.insert(entry.path());
    }
    return found;
}

class EgressSoak : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
        if (!running_as_root()) {
            GTEST_SKIP() << "a test network needs root";
        }
        for (const std::string& directory : temporary_directories) {
            scene.directory("left" + directory);
        }
        const Outcome compiling = scene.compile("network {\nallow tcp to 203.0.113.5 port 80\n}");
        ASSERT_EQ(compiling.status, 0) << compiling.text();
        network().clear();
        mark_as_run();
    }
    static TestNetwork& network() { return TestNetwork::instance(); }
    [[nodiscard]] Command launch(std::vector<std::string> requests) const {
        Command command = probing({GetParam(), ""}, scene, std::move(requests));
        command.before_exec = [left = scene.path("left")] {
            for (const std::string& directory : temporary_directories) {
                if (mount((left + directory).c_str(), directory.c_str(), nullptr, MS_BIND, nullptr) != 0) {
                    _exit(98);
                }
            }
        };
        return network().in_host(std::move(command));
    }
    /// Shell starts a dozen programs where sbx-run is one.
    [[nodiscard]] static unsigned usual(unsigned many) { return GetParam().program == Program::sbx_run ? many : many / 5; }
    /// Ends what is left, so that one mistake is not found again and again.
    void expect_nothing_left(const std::string& when) {
        EXPECT_TRUE(network().helpers_gone(5000)) << when;
        EXPECT_TRUE(gone(scene.bundle(), 5000)) << when;
        network().kill_helpers();
    }
    Scene scene;
};

TEST_P(EgressSoak, LaunchesInARowAllWork) {
    const unsigned launches = number_of("SBX_EGRESS_LAUNCHES", usual(20));
    const auto before = traces_on_the_host(scene);
    const auto begin = std::chrono::steady_clock::now();
    for (unsigned turn = 0; turn < launches; ++turn) {
        const int status = static_cast<int>(turn % 100);
        const Outcome outcome = run(launch({allowed_echo, "echo:tcp:203.0.113.5:81", "exit:" + std::to_string(status)}));
        ASSERT_TRUE(outcome.status == status && outcome.has(allowed_echo + " ok") && outcome.err.empty() &&
                    outcome.has("echo:tcp:203.0.113.5:81 no ECONNREFUSED"))
            << "launch " << turn << "\n"
            << outcome.text();
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    std::printf("%u launches in %lld ms\n", launches, static_cast<long long>(took.count()));
    expect_nothing_left("in the end");
    const std::multiset<std::string> arrivals = network().arrivals();
    EXPECT_EQ(arrivals.size(), launches);
    EXPECT_EQ(arrivals.count("world: tcp 203.0.113.5 80"), launches);
    EXPECT_EQ(traces_on_the_host(scene), before);
}

/// The moments go from before the first system call to after the payload has done all that it does.
TEST_P(EgressSoak, ALauncherKilledAtAnyMomentLetsNothingThroughAndLeavesNothing) {
    const unsigned moments = number_of("SBX_EGRESS_KILLS", usual(30));
    const std::vector<std::string> attempts = {"tag:started", "echo:udp:203.0.113.6:80", "echo:tcp:203.0.113.5:81"};
    const auto before = traces_on_the_host(scene);
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_EQ(run(launch(attempts)).status, 0);
    const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count();
    std::vector<std::string> requests = attempts;
    requests.insert(requests.end(), {"ignore-term", "sleep:30"});
    unsigned started = 0;
    for (unsigned moment = 0; moment < moments; ++moment) {
        Running running(launch(requests));
        usleep(static_cast<useconds_t>(whole * moment / moments));
        kill(running.pid(), SIGKILL);
        expect_nothing_left("killed at moment " + std::to_string(moment) + " of " + std::to_string(moments));
        started += running.finish().has("tag started") ? 1 : 0;
    }
    std::printf("killed at %u moments within %lld us; the payload was running at %u of them\n", moments,
                static_cast<long long>(whole), started);
    EXPECT_EQ(network().arrivals(), std::multiset<std::string>{});
    EXPECT_EQ(traces_on_the_host(scene), before);
    EXPECT_LT(started, moments) << "some were not running yet";
    EXPECT_EQ(run(launch({allowed_echo})).status, 0) << "and the next one works";
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressSoak, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
