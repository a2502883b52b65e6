// Programs that never end by themselves, or try to be more than the policy lets them: each ends within its limit and the grace, the
// report names the limit, whoever started it keeps working all the while, and nothing is left.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

using std::chrono::milliseconds;

struct Endless {
    const char* name;
    const char* program;  ///< that it needs, below /usr
    const char* limits;   ///< beside `wall-time 1200ms; grace 1s`
    std::vector<std::string> words;
    const char* limit;  ///< that ends it
    int status;         ///< of sbx-run
};
void PrintTo(const Endless& endless, std::ostream* out) {
    *out << endless.name;
}

// A shell that cannot fork ends, so that the first one does not try.
constexpr const char* shell_bomb = "trap '' TERM; f() { while :; do f & done; }; f 2>/dev/null & while :; do :; done";
constexpr const char* python_bomb = R"(
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
)";
constexpr const char* node_bomb = R"(
const { spawn } = require('child_process');
const more = () => { try { spawn(process.execPath, process.argv.slice(1), { stdio: 'ignore' }).on('error', () => {}); } catch (e) {} };
setInterval(() => { for (let i = 0; i < 20; ++i) more(); }, 1);
)";
constexpr const char* daemon_twice = "(setsid sh -c '(trap \"\" TERM HUP; while :; do sleep 0.05; done) & sleep 60' &) & sleep 60";

const std::vector<Endless> all_endless = {
    {"ForkBombInSh", "sh", "processes 40", {"/bin/sh", "-c", shell_bomb}, "wall-time", 137},
    {"ForkBombInPython", "python3", "processes 40", {"/usr/bin/python3", "-c", python_bomb}, "wall-time", 143},
    {"ForkBombInNode", "node", "processes 60", {"/usr/bin/node", "-e", node_bomb}, "wall-time", 143},
    {"Yes", "yes", "output 64K", {"/usr/bin/yes"}, "output", 143},
    {"WriterToATmpfs",
     "cat",
     "file-size 1G",
     {"/bin/sh", "-c", "while :; do cat /dev/zero >/tmp/one; cat /dev/zero >>/tmp/two; done 2>/dev/null"},
     "wall-time",
     143},
    {"Sleeper", "sleep", "", {"/bin/sh", "-c", "sleep 1000; :"}, "wall-time", 143},
    {"DaemonOfADaemon", "setsid", "", {"/bin/sh", "-c", daemon_twice}, "wall-time", 143},
    {"WhoIgnoresTheSignal", "sh", "", {"/bin/sh", "-c", "trap '' TERM HUP INT; while :; do sleep 0.1; done"}, "wall-time", 137},
    {"WhoClosesItsDescriptors", "sh", "output 1M", {"/bin/sh", "-c", "exec 0<&- 1>&- 2>&-; while :; do :; done"}, "wall-time", 143},
};

/// What could be left behind where everybody would see it.
std::multiset<std::string> mounts_of_the_host() {
    std::multiset<std::string> mounts;
    std::istringstream lines(read_file("/proc/self/mountinfo"));
    for (std::string line; std::getline(lines, line);) {
        mounts.insert(line.find("sbx") != std::string::npos ? line : "");
    }
    mounts.erase("");
    return mounts;
}

std::multiset<std::string> files_below(const std::string& root) {
    std::multiset<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        files.insert(entry.path().string());
    }
    return files;
}

class EndlessProgram : public testing::TestWithParam<std::tuple<Mode, Endless>> {
protected:
    static Mode mode() { return std::get<Mode>(GetParam()); }
    static const Endless& program() { return std::get<Endless>(GetParam()); }
    [[nodiscard]] bool caller_can_fork() const {
        const Outcome outcome = run({.words = {tools_directory() + "/probe", "fork:30"}, .as_root = mode().as_root});
        return outcome.out == "fork:30 made 30\n";
    }
    Scene scene;
    const std::string tag = "tag:endless-" + std::to_string(getpid());
};

TEST_P(EndlessProgram, EndsWithItsReasonAndLeavesNothing) {
    if (access((std::string("/usr/bin/") + program().program).c_str(), X_OK) != 0) {
        GTEST_SKIP() << "no " << program().program << " below /usr";
    }
    scene.directory("report");
    scene.file("report/launch.json", "");
    chown(scene.path("report/launch.json").c_str(), mode().as_root ? 0 : payload_of(mode()), static_cast<gid_t>(-1));
    const Outcome compiling =
        scene.compile("use std/system\nfilesystem { tmpfs /tmp { size 8M; mode 1777 } }\nlimits { wall-time 1200ms; grace 1s; " +
                      std::string(program().limits) + " }");
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    mark_as_run();
    const auto mounts = mounts_of_the_host();
    const auto files = files_below(scene.root());
    std::vector<std::string> words = program().words;
    words.push_back(tag);
    const auto begin = std::chrono::steady_clock::now();
    Command command = launching({mode(), ""}, scene.bundle(), words, {"--report", scene.path("report/launch.json")});
    Running running(command);
    usleep(700000);
    EXPECT_TRUE(caller_can_fork()) << "while it runs";
    const Outcome outcome = running.finish();
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_TRUE(gone(tag, 0)) << "a process is left";
    EXPECT_LE(took, milliseconds(1200 + 1000 + 2500)) << "limit, grace, and what a busy machine takes";
    const auto report = nlohmann::json::parse(scene.contents("report/launch.json").value_or(""), nullptr, false);
    const std::string all = outcome.err.substr(0, 2000) + report.dump(1);
    // Who would end by SIGTERM may not have had a turn within the grace, on a machine with much else to do.
    EXPECT_TRUE(outcome.status == program().status || outcome.status == 128 + SIGKILL) << all;
    EXPECT_EQ(report.value("status", ""), "limit") << all;
    EXPECT_EQ(report.value("/limit_fired/name"_json_pointer, ""), program().limit) << all;
    EXPECT_NE(outcome.err.find("sbx-run: `" + std::string(program().limit) + "` is "), std::string::npos) << all;
    EXPECT_EQ(mounts_of_the_host(), mounts);
    EXPECT_EQ(files_below(scene.root()), files);
    EXPECT_TRUE(caller_can_fork()) << "afterwards";
}

INSTANTIATE_TEST_SUITE_P(Kernel, EndlessProgram,
                         testing::Combine(testing::ValuesIn(modes_of_sbx_run()), testing::ValuesIn(all_endless)),
                         [](const auto& parameter) {
                             return std::string(std::get<1>(parameter.param).name) + to_text(std::get<0>(parameter.param));
                         });

}  // namespace
}  // namespace sbx::kernel
