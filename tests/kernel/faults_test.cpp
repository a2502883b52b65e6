// R-REL-10: system calls of a launch that fail or kill, one a run, by strace's fault injection. Whatever the kernel answers, the
// payload runs as confined as ever or not at all. strace counts calls for each process apart, so one run can disturb several of
// them, and the payload too; what the payload then fails to do proves nothing, and what it manages to do is judged as usual.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

const char* const strace = "/usr/bin/strace";

/// How often each call is made by one process, at most, until it becomes the payload; and which the payload makes.
struct Calls {
    std::map<std::string, int> counts;
    std::set<std::string> payload;
};
struct Fault {
    std::string call;
    int number = 1;
    std::string effect;  ///< as `inject=` takes it
};

Calls calls_of(const std::string& trace) {
    Calls calls;
    std::map<std::string, std::map<std::string, int>> by_process;
    std::set<std::string> payloads;
    std::istringstream lines(trace);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string process;
        std::string rest;
        words >> process >> rest;
        const std::string name = rest.substr(0, rest.find('('));
        if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") != std::string::npos ||
            rest.find('(') == std::string::npos) {
            continue;  // the second half of a call, a signal, an exit
        }
        if (payloads.contains(process)) {
            calls.payload.insert(name);
            continue;
        }
        calls.counts[name] = std::max(calls.counts[name], ++by_process[process][name]);
        if (name.starts_with("execve") && line.find("\"/probe/probe\"") != std::string::npos) {
            payloads.insert(process);
        }
    }
    return calls;
}

std::string error_for(const std::string& call, int number) {
    static const std::set<std::string> waiting = {"read",    "write",           "pread64",       "poll",        "ppoll",
                                                  "wait4",   "waitid",          "epoll_wait",    "epoll_pwait", "recvmsg",
                                                  "sendmsg", "rt_sigtimedwait", "rt_sigsuspend", "fcntl"};
    static const std::set<std::string> memory = {"mmap", "brk", "mprotect", "memfd_create", "execve", "execveat", "munmap"};
    if (waiting.contains(call)) {
        return number % 2 == 1 ? "error=EINTR" : "error=EIO";
    }
    return call.starts_with("clone") || call.ends_with("fork") ? "error=EAGAIN"
           : memory.contains(call)                             ? "error=ENOMEM"
                                                               : "error=EPERM";
}

/// The first two of each call, and from the rest an even choice.
std::vector<Fault> faults_of(const Calls& calls, int each) {
    // Those do not return, or strace's own start is one of them.
    static const std::set<std::string> excepted = {"exit_group", "exit", "rt_sigreturn", "restart_syscall"};
    std::vector<Fault> faults;
    for (const auto& [call, count] : calls.counts) {
        std::set<int> numbers;
        for (int index = 0; index < std::min(each, count); ++index) {
            numbers.insert(index < 2 ? index + 1 : count - (count - 2) * (each - 1 - index) / std::max(1, each - 2));
        }
        for (const int number : numbers) {
            const bool first_start = call == "execve" && number == 1;
            if (!excepted.contains(call) && !first_start) {
                faults.push_back({call, number, error_for(call, number)});
            }
        }
    }
    return faults;
}

/// Columns with two blanks after the first and one after the others.
std::string squeezed(std::string text) {
    while (text.find("   ") != std::string::npos) {
        text = replaced(text, "   ", "  ");
    }
    for (const char* digit : {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
        text = replaced(text, std::string(digit) + "  ", std::string(digit) + " ");
    }
    return text;
}

class Faults : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
        scene.directory("out");
        scene.directory("denied");
        scene.file("secret/file", "top-secret\n");
        scene.file("out/hidden/file", "top-secret\n");
        const Outcome outcome = scene.compile(
            "filesystem { proc /proc; write $ROOT/out; hide $ROOT/out/hidden/; file /note \"x\" }\n"
            "environment { set GIVEN = \"1\" }\nlimits { open-files 100; file-size 1M; processes 60 }");
        ASSERT_EQ(outcome.status, 0) << outcome.text();
        const Outcome usable = run({.words = {strace, "-f", "-qq", "-o", "/dev/null", tools_directory() + "/probe", "exit:5"},
                                    .as_root = GetParam().as_root});
        if (usable.status != 5) {
            GTEST_SKIP() << "no strace, or no process may be traced here: " << usable.err;
        }
        mark_as_run();
    }

    [[nodiscard]] Command launch(const Setting& setting) const {
        return probing(setting, scene,
                       {"tag:" + tag, "write:" + scene.path("out/mark"), "cat:" + scene.path("out/hidden/file"),
                        "cat:" + scene.path("secret/file"), "write:" + scene.path("denied/file"), "userns", "cat:/proc/self/limits",
                        "fds", "env", "readlink:/proc/self/ns/net", "cat:/proc/self/status"});
    }

    Outcome traced(Command command, const std::vector<std::string>& options) const {
        std::vector<std::string> words = {strace, "-f", "-qq"};
        words.insert(words.end(), options.begin(), options.end());
        command.words.insert(command.words.begin(), words.begin(), words.end());
        command.environment["SECRET_TOKEN"] = "hunter2";
        command.timeout = std::chrono::seconds(60);
        // strace gives up now and then over a process that dies under it, and then it is strace that was tried.
        Outcome outcome = run(command);
        for (int again = 0; again < 3 && outcome.err.find("strace: ptrace(") != std::string::npos; ++again) {
            outcome = run(command);
        }
        return outcome;
    }

    [[nodiscard]] Calls calls(const Setting& setting) {
        scene.directory("trace");
        const Outcome outcome = traced(launch(setting), {"-o", scene.path("trace/all")});
        EXPECT_TRUE(outcome.status == 0 && outcome.has("tag " + tag)) << outcome.text();
        return calls_of(read_file(scene.path("trace/all")));
    }

    /// What is wrong with how a payload ran, or with how it did not; empty when nothing is.
    [[nodiscard]] std::string complaints(const Setting& setting, const Outcome& outcome) const {
        std::string wrong;
        const auto expect = [&](bool holds, const char* what) { wrong += holds ? "" : std::string(what) + "; "; };
        expect(outcome.out.find("top-secret") == std::string::npos, "it read what is denied");
        expect(!scene.exists("denied/file"), "it wrote what is denied");
        expect(scene.contents("out/hidden/file") == "top-secret\n", "it changed what is hidden");
        expect(!outcome.has("userns ok"), "it made a user namespace");
        if (const auto limits = outcome.after("cat:/proc/self/limits = ");
            limits && limits->find("Max file locks") != std::string::npos) {
            for (const char* line : {"Max file size  1048576 1048576 ", "Max core file size  0 0 ", "Max open files  100 100 "}) {
                expect(squeezed(*limits).find(line) != std::string::npos, line);
            }
        }
        expect(!sees_more_than_three(outcome), "it sees another descriptor");
        expect(outcome.out.find("hunter2") == std::string::npos, "it sees the caller's environment");
        char network[64] = "";
        (void)!readlink("/proc/self/ns/net", static_cast<char*>(network), sizeof network - 1);
        expect(outcome.after("readlink:/proc/self/ns/net = ") != std::string(static_cast<char*>(network)),
               "it has the host's network");
        if (const auto status = outcome.after("cat:/proc/self/status = "); status && status->find("Seccomp") != std::string::npos) {
            const std::string id = std::to_string(payload_of(setting.mode));
            expect(field(*status, "NoNewPrivs") == "1" && own_filters(*status) > 0, "it has no filter");
            // Not the bounding set: bubblewrap takes EPERM for "there is none", and with no_new_privs it bounds nothing.
            for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
                expect(field(*status, set) == "0000000000000000", "it has a capability");
            }
            expect(field(*status, "Uid").starts_with(id + "\t"), "its id is another");
        }
        return wrong;
    }

    [[nodiscard]] bool payload_ran(const Outcome& outcome) const { return outcome.has("tag " + tag) || scene.exists("out/mark"); }

    Outcome with_fault(const Setting& setting, const Fault& fault) {
        unlink(scene.path("out/mark").c_str());
        return traced(launch(setting), {"-o", "/dev/null", "-e", "trace=" + fault.call, "-e",
                                        "inject=" + fault.call + ":" + fault.effect + ":when=" + std::to_string(fault.number)});
    }

    const std::string tag = "faults-" + std::to_string(getpid());
    Scene scene;
};

TEST_P(Faults, R_REL_10_ACallThatFailsRefusesTheLaunchOrChangesNothing) {
    const Setting setting{GetParam(), ""};
    const Calls made = calls(setting);
    const std::vector<Fault> faults = faults_of(made, 4);
    EXPECT_GT(faults.size(), 60U) << "the launch is seen from its first call on";
    int ran = 0;
    int refused = 0;
    for (const Fault& fault : faults) {
        SCOPED_TRACE(fault.call + " number " + std::to_string(fault.number) + ": " + fault.effect);
        const auto began = std::chrono::steady_clock::now();
        const Outcome outcome = with_fault(setting, fault);
        // Under strace the first process of a pid namespace does not die of a fault of its own, but of the time.
        EXPECT_TRUE(std::chrono::steady_clock::now() - began < std::chrono::seconds(9) ||
                    outcome.err.find("was not set up in time") != std::string::npos)
            << "it waits for what has happened\n"
            << outcome.text();
        EXPECT_EQ(complaints(setting, outcome), "") << outcome.text();
        const bool may_be_the_payloads = made.payload.contains(fault.call);
        // The last start is the payload's, by which time the filter is in force: it sees the call that strace has made void, number
        // -1, and ends the process as it should.
        const bool start = fault.call.starts_with("execve") && (outcome.status == 126 || outcome.status == 128 + SIGSYS);
        EXPECT_TRUE(payload_ran(outcome) || outcome.status == 125 || start || (may_be_the_payloads && outcome.status != 0))
            << "no payload, and no refusal\n"
            << outcome.text();
        EXPECT_TRUE(gone(tag, 5000)) << "something is left";
        (payload_ran(outcome) ? ran : refused) += 1;
    }
    EXPECT_GT(refused, 10) << "some of them stop a launch";
    RecordProperty("faults", static_cast<int>(faults.size()));
    RecordProperty("ran", ran);
}

TEST_P(Faults, ADeathAtAnyCallLeavesNothingUnconfined) {
    const Setting setting{GetParam(), ""};
    std::vector<Fault> faults = faults_of(calls(setting), 1);
    for (Fault& fault : faults) {
        fault.effect = "signal=KILL";
        SCOPED_TRACE(fault.call + " kills");
        const Outcome outcome = with_fault(setting, fault);
        EXPECT_FALSE(outcome.timed_out);
        EXPECT_EQ(complaints(setting, outcome), "") << outcome.text();
        EXPECT_NE(outcome.status == 0, !payload_ran(outcome)) << outcome.text();
        EXPECT_TRUE(gone(tag, 5000)) << "something is left";
    }
}

/// It goes on without the limits that it could not set, which is what the other two look for.
TEST_P(Faults, ALauncherThatDoesNotLookIsCaught) {
    const Setting setting{{Program::naive, GetParam().as_root}, "none"};
    bool caught = false;
    for (int number = 1; number < 4; ++number) {
        caught = caught || !complaints(setting, with_fault(setting, {"prlimit64", number, "error=EPERM"})).empty();
    }
    EXPECT_TRUE(caught);
}

INSTANTIATE_TEST_SUITE_P(Kernel, Faults, testing::ValuesIn(modes_of_sbx_run()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
