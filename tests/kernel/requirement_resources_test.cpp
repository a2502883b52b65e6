// R-RES: limits, in force for all of the sandbox, counted for it alone, and for nobody else.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

/// A hundred idle processes of one id, as a desktop has.
class Crowd {
public:
    explicit Crowd(uid_t id) {
        for (int index = 0; index < 100; ++index) {
            const pid_t child = fork();
            if (child == 0) {
                if (geteuid() == 0 && setresuid(id, id, id) != 0) {
                    _exit(1);
                }
                for (int descriptor = 0; descriptor < 64; ++descriptor) {
                    close(descriptor);
                }
                pause();
                _exit(0);
            }
            members_.push_back(child);
        }
        usleep(50000);
    }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;
    ~Crowd() {
        for (const pid_t member : members_) {
            kill(member, SIGKILL);
            waitpid(member, nullptr, 0);
        }
    }

private:
    std::vector<pid_t> members_;
};

int made(const Outcome& outcome, const std::string& request) {
    return std::atoi(outcome.after(request + " made ").value_or("-1").c_str());
}

SBX_REQUIREMENT(R_RES_01, "a fork bomb stops at `processes`, whatever else the user runs", all, "outside") {
    Scene scene;
    if (!compiled(scene, finding, "limits { processes 20 }")) {
        return;
    }
    const uid_t id = setting.naive() && running_as_root() ? ordinary_id : payload_of(setting.mode);
    const Outcome alone = run(probing(setting, scene, {"fork:200"}));
    finding.control(setting.naive() || made(alone, "fork:200") >= 15, "alone it can have what it was given", alone.text());
    const Crowd crowd(id);
    Running running(probing(setting, scene, {"fork:200", "tag:bombed", "sleep:0.3", "fork:200"}));
    const bool bombed = running.wait_for("tag bombed");
    const Outcome caller = run({.words = {tools_directory() + "/probe", "fork:30"}, .as_root = setting.mode.as_root});
    finding.control(made(caller, "fork:30") == 30, "the caller can still fork", caller.text());
    const Outcome outcome = running.finish();
    finding.claim(bombed && made(outcome, "fork:200") >= 15, "with a hundred others about it still can", outcome.text());
    finding.claim(made(outcome, "fork:200") <= 20, "and not more", outcome.text());
}

SBX_REQUIREMENT(R_RES_02, "limits hold for bubblewrap's first process too, not for the supervisor", all, "limits") {
    Scene scene;
    if (!compiled(scene, finding,
                  "filesystem { proc /proc }\nlimits { open-files 123; file-size 1M; cpu-time 77s; processes 50 }")) {
        return;
    }
    const std::string tag = "tag:res02-" + std::to_string(getpid());
    Running running(probing(setting, scene, {"cat:/proc/1/limits", "cat:/proc/self/limits", tag, "sleep:10"}));
    finding.control(running.wait_for("tag res02"), "it runs");
    const std::string supervisor = read_file("/proc/" + std::to_string(running.pid()) + "/limits");
    finding.claim(
        setting.naive() || (supervisor.find(" 123 ") == std::string::npos && supervisor.find(" 77 ") == std::string::npos &&
                            supervisor.find(" 1048576 ") == std::string::npos),
        "the supervisor has its own", supervisor);
    int seen = 0;
    for (const pid_t process : processes_with(tag)) {
        if (read_file("/proc/" + std::to_string(process) + "/comm") == "probe\n") {
            const std::string limits = read_file("/proc/" + std::to_string(process) + "/limits");
            finding.claim(limits.find(" 123 ") != std::string::npos, "open files, seen by the host", limits);
            finding.claim(limits.find("77 ") != std::string::npos, "CPU time, seen by the host", limits);
            finding.claim(limits.find("1048576 ") != std::string::npos, "file size, seen by the host", limits);
            ++seen;
        }
    }
    finding.control(seen == 1, "the host sees the payload", std::to_string(seen));
    kill(running.pid(), SIGKILL);
    const Outcome outcome = running.finish();
    const std::string first = outcome.after("cat:/proc/1/limits = ").value_or("");
    finding.control(first.find("Max open files") != std::string::npos, "the limits of the first process can be read",
                    outcome.text());
    finding.claim(first.find(" 123 ") != std::string::npos && first.find(" 1048576 ") != std::string::npos &&
                      first.find(" 77 ") != std::string::npos && first.find("Max core file size        0 ") != std::string::npos,
                  "the first process has them", first);
}

SBX_REQUIREMENT(R_RES_09, "no control group of the host can be named or written", all, "ipc") {
    Scene scene;
    finding.claim(scene.compile("filesystem { write /sys/fs/cgroup }").status == 1, "no policy grants them for writing");
    if (!compiled(scene, finding, "param p: path\nfilesystem { proc /proc; write $p as /given }")) {
        return;
    }
    const auto with = [&](const std::string& value) {
        return run(probing(setting, scene, {"readlink:/proc/self/ns/cgroup", "list:/sys/fs/cgroup"}, {"--set", "p=" + value}));
    };
    if (setting.mode.program != Program::naive) {  // which looks at no value
        const Outcome refused = with("/sys/fs/cgroup");
        finding.claim(refused.status == 125 && refused.out.empty(), "no parameter does", refused.text());
    }
    const Outcome outcome = with(scene.directory("given"));
    finding.control(outcome.status == 0, "it runs", outcome.text());
    char own[64] = "";
    (void)!readlink("/proc/self/ns/cgroup", own, sizeof own - 1);
    const auto space = outcome.after("readlink:/proc/self/ns/cgroup = ");
    finding.control(space.has_value(), "it can name its namespace", outcome.text());
    finding.claim(space != std::string(own), "the namespace of control groups is its own", outcome.text());
    finding.claim(!outcome.after("list:/sys/fs/cgroup = "), "the hierarchy is not in its view", outcome.text());
}

SBX_REQUIREMENT(R_RES_03, "what is limited can't be raised", all, "soft") {
    Scene scene;
    if (!compiled(scene, finding, "limits { open-files 200 }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"limits", "open-many:500", "raise-limit"}));
    finding.control(outcome.after("limit nofile 200 ").has_value(), "it is in force", outcome.text());
    finding.claim(outcome.has("limit nofile 200 200"), "hard is soft", outcome.text());
    finding.claim(outcome.has("raise-nofile no EPERM"), "raising is refused", outcome.text());
}

class EffectiveLimits : public testing::TestWithParam<Mode> {
protected:
    Outcome probe(const std::string& statements, std::vector<std::string> requests, std::function<void()> before = {}) {
        const Outcome outcome = scene.compile(statements);
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        mark_as_run();
        Command command = probing({GetParam(), ""}, scene, std::move(requests));
        command.before_exec = std::move(before);
        return run(command);
    }
    Scene scene;
};

TEST_P(EffectiveLimits, OpenFilesBite) {
    const Outcome outcome = probe("limits { open-files 100 }", {"open-many:500"});
    EXPECT_NE(outcome.out.find("EMFILE"), std::string::npos) << outcome.text();
    EXPECT_LE(made(outcome, "open-many:500"), 100) << outcome.text();
    EXPECT_GE(made(outcome, "open-many:500"), 90) << outcome.text();
}

TEST_P(EffectiveLimits, R_RES_06_FileSizeBites) {
    scene.directory("out");
    const Outcome outcome = probe("filesystem { write $ROOT/out; file /note \"data\\n\" }\nlimits { file-size 128K }",
                                  {"fill:" + scene.path("out/x") + ":1000000"});
    EXPECT_EQ(outcome.status, 128 + SIGXFSZ) << outcome.text();
    EXPECT_EQ(scene.contents("out/x").value_or("").size(), 128U * 1024U);
}

TEST_P(EffectiveLimits, R_RES_05_CpuTimeBites) {
    const auto begin = std::chrono::steady_clock::now();
    const Outcome outcome = probe("limits { cpu-time 1s }", {"burn"});
    const auto lasted = std::chrono::steady_clock::now() - begin;
    EXPECT_TRUE(outcome.status == 128 + SIGKILL || outcome.status == 128 + SIGXCPU) << outcome.text();
    EXPECT_LT(lasted, std::chrono::seconds(12));
}

TEST_P(EffectiveLimits, CoreIsZeroUnlessThePolicySaysOtherwise) {
    const auto allow = [] {
        const rlimit value{RLIM_INFINITY, RLIM_INFINITY};
        setrlimit(RLIMIT_CORE, &value);
    };
    EXPECT_TRUE(probe("", {"limits"}, allow).has("limit core 0 0"));
}

TEST_P(EffectiveLimits, R_RES_04_ALowerInheritedLimitStaysInForce) {
    const auto lower = [] {
        const rlimit value{64, 64};
        setrlimit(RLIMIT_NOFILE, &value);
    };
    const Outcome outcome = probe("limits { open-files 128 }", {"limits"}, lower);
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_TRUE(outcome.has("limit nofile 64 64")) << outcome.text();
}

TEST_P(EffectiveLimits, AParameterCanBeALimit) {
    ASSERT_EQ(scene.compile("param files: count 50-500 = 100\nlimits { open-files $files }").status, 0);
    const Outcome outcome = run(probing({GetParam(), ""}, scene, {"limits"}, {"--set", "files=77"}));
    EXPECT_TRUE(outcome.has("limit nofile 77 77")) << outcome.text();
    const Outcome refused = run(probing({GetParam(), ""}, scene, {"limits"}, {"--set", "files=5000"}));
    EXPECT_EQ(refused.status, 125) << refused.text();
}

INSTANTIATE_TEST_SUITE_P(Kernel, EffectiveLimits, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
