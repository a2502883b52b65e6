// `memory` and `cpus` on hosts that have no cgroup to give: refused with the statement, what was observed and what to do, or gone
// without where the policy lets it, and said. What happens where there is one is tried in a virtual machine: tests/vm.
#include "tests/kernel/harness.hpp"
#include "tests/kernel/lacking_host.hpp"
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <sys/mount.h>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

std::string mode_name(const testing::TestParamInfo<Mode>& mode) {
    return to_text(mode.param);
}

/// The mount points of cgroup2, as far as this process sees them.
std::vector<std::string> cgroup_mounts() {
    std::vector<std::string> places;
    std::istringstream lines(read_file("/proc/self/mountinfo"));
    for (std::string line; std::getline(lines, line);) {
        if (line.find(" - cgroup2 ") == std::string::npos) {
            continue;
        }
        std::istringstream words(line);
        std::string place;
        for (int number = 0; number < 5; ++number) {
            words >> place;
        }
        places.push_back(place);
    }
    return places;
}

void unmount_cgroups() {
    keep_mounts_apart();
    for (const std::string& place : cgroup_mounts()) {
        if (umount2(place.c_str(), MNT_DETACH) != 0) {
            _exit(96);
        }
    }
}

/// Whether the limit of memory could not be kept here though cgroup2 is mounted, because version 1 has the controller.
bool memory_is_in_version_1() {
    return read_file("/proc/self/cgroup").find(":memory:") != std::string::npos && !cgroup_mounts().empty();
}

class NoCgroup : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
        mark_as_run();
        scene.directory("report");
        if (!running_as_root()) {
            GTEST_SKIP() << "only root can make such a host";
        }
    }
    void compile(const std::string& limits, const std::string& more = "") {
        const Outcome outcome = scene.compile("filesystem { proc /proc }\nlimits { " + limits + " }\n" + more);
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    [[nodiscard]] Outcome launch(const std::function<void()>& make, std::vector<std::string> options = {}) {
        const bool reports = GetParam().program == Program::sbx_run;
        if (reports) {
            options.insert(options.end(), {"--report", scene.path("report/launch.json")});
        }
        Command command = launching({GetParam(), ""}, scene.bundle(), {"/probe/probe", "cwd"}, options);
        command.before_exec = make;
        Outcome outcome = run(std::move(command));
        report =
            reports ? nlohmann::json::parse(scene.contents("report/launch.json").value_or(""), nullptr, false) : nlohmann::json();
        return outcome;
    }
    [[nodiscard]] std::string status_of(const std::string& statement) const {
        for (const nlohmann::json& row : report.at("protections")) {
            if (row.at("statement") == statement) {
                return row.at("status");
            }
        }
        return "no such row";
    }
    static bool says(const Outcome& outcome, const std::string& text) { return outcome.err.find(text) != std::string::npos; }

    Scene scene;
    nlohmann::json report;
};

class NoCgroupForSbxRun : public NoCgroup {};

TEST_P(NoCgroupForSbxRun, ALimitThatCannotBeKeptRefusesTheLaunch) {
    for (const char* limit : {"memory 64M", "cpus 0.5"}) {
        compile(limit);
        const Outcome outcome = launch(unmount_cgroups);
        EXPECT_EQ(outcome.status, 125) << outcome.text();
        const std::string word = std::string(limit).substr(0, std::string(limit).find(' '));
        EXPECT_TRUE(says(outcome, "sbx-run: limits: `" + word + "` (")) << outcome.text();
        EXPECT_TRUE(says(outcome, ") cannot be kept: cgroup v2 is mounted nowhere: No such file or directory; ")) << outcome.text();
        EXPECT_EQ(outcome.out, "") << "nothing ran";
        EXPECT_EQ(report.at("status"), "refused");
        EXPECT_EQ(status_of("limits." + word), "not enforced");
        EXPECT_EQ(report.at("degradations"), nlohmann::json::array());
        EXPECT_TRUE(report.at("cgroup").is_null());
    }
}

TEST_P(NoCgroupForSbxRun, WherePolicyLetsItTheLaunchGoesWithoutAndSaysSo) {
    compile("memory 64M; cpus 0.5; open-files 64", "may-degrade memory cpus because \"a test's host\"\n");
    for (const std::vector<std::string>& options : {std::vector<std::string>{}, {"--quiet"}}) {
        const Outcome outcome = launch(unmount_cgroups, options);
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        EXPECT_NE(outcome.out, "") << "it ran";
        for (const std::string word : {"memory", "cpus"}) {
            EXPECT_TRUE(says(outcome, "sbx-run: `" + word + "` is not in force: cgroup v2 is mounted nowhere")) << outcome.text();
            EXPECT_TRUE(says(outcome, "`may-degrade " + word + "`, because `a test's host`")) << outcome.text();
            EXPECT_EQ(status_of("limits." + word), "not enforced");
        }
        EXPECT_EQ(status_of("limits.open-files"), "enforced") << "one protection, and no other";
        ASSERT_EQ(report.at("degradations").size(), 2U);
        const nlohmann::json& first = report.at("degradations").at(0);
        EXPECT_EQ(first.at("protection"), "memory");
        EXPECT_EQ(first.at("because"), "a test's host");
        EXPECT_NE(first.at("observed"), "");
        EXPECT_NE(first.at("remedy"), "");
    }
}

TEST_P(NoCgroupForSbxRun, OneMayBeMissingAndTheOtherNot) {
    compile("memory 64M; cpus 0.5", "may-degrade memory because \"a test's host\"\n");
    const Outcome outcome = launch(unmount_cgroups);
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_TRUE(says(outcome, "`cpus` (")) << outcome.text();
}

TEST_P(NoCgroupForSbxRun, ProcessesAreLimitedWithoutOneAndUnlimitedNeedsNone) {
    compile("processes 20; memory unlimited; cpus unlimited");
    const Outcome outcome = launch(unmount_cgroups);
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_EQ(status_of("limits.processes"), "enforced");
    EXPECT_EQ(report.at("degradations"), nlohmann::json::array());
}

TEST_P(NoCgroupForSbxRun, AHostWithVersion1IsToldToBootWithout) {
    if (!memory_is_in_version_1()) {
        GTEST_SKIP() << "the controllers of this host are not in cgroup v1";
    }
    compile("memory 64M");
    const Outcome outcome = launch({});
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_TRUE(says(outcome, "has no controller `memory`")) << outcome.text();
    EXPECT_TRUE(says(outcome, "boot with `systemd.unified_cgroup_hierarchy=1`")) << outcome.text();
}

TEST_P(NoCgroupForSbxRun, NoDropIsReportedThatDidNotHappen) {
    compile("open-files 64");
    const Outcome outcome = launch({});
    ASSERT_EQ(outcome.status, 0) << outcome.text();
    for (const nlohmann::json& row : report.at("protections")) {
        if (row.at("statement").get<std::string>().rfind("process.run-as", 0) == 0) {
            EXPECT_EQ(row.at("status"), GetParam().as_root ? "enforced" : "not enforced") << row;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Kernel, NoCgroupForSbxRun, testing::ValuesIn(modes_of_sbx_run()), mode_name);

class NoCgroupForAShell : public NoCgroup {};

TEST_P(NoCgroupForAShell, LaunchRefusesWhatOnlySbxRunCanKeepOrReport) {
    for (const char* more : {"", "may-degrade memory because \"a test's host\"\n"}) {
        compile("memory 64M", more);
        const Outcome outcome = launch({});
        EXPECT_EQ(outcome.status, 125) << outcome.text();
        EXPECT_TRUE(says(outcome, "limits `memory`, which need a cgroup; run it with sbx-run")) << outcome.text();
    }
}

std::vector<Mode> shell_modes() {
    std::vector<Mode> all = modes();
    std::erase_if(all, [](const Mode& mode) { return mode.program != Program::launch; });
    return all;
}
INSTANTIATE_TEST_SUITE_P(Kernel, NoCgroupForAShell, testing::ValuesIn(shell_modes()), mode_name);

}  // namespace
}  // namespace sbx::kernel
