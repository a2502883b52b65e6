// System calls of a filtered launch that fail, one a run, by strace's fault injection: the payload runs behind the whole filter or
// not at all. strace counts calls for each process apart, so one run can disturb several, and the payload too; what is judged is
// what reached the servers.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"
#include "tests/kernel/test_network.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sbx::kernel {
namespace {

const char* const tracer = "/usr/bin/strace";

class EgressFaults : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
        if (!running_as_root()) {
            GTEST_SKIP() << "a test network needs root";
        }
        const Outcome usable = run({.words = {tracer, "-f", "-qq", "-o", "/dev/null", tools_directory() + "/probe", "exit:5"},
                                    .as_root = GetParam().as_root});
        if (usable.status != 5) {
            GTEST_SKIP() << "no strace, or no process may be traced here: " << usable.err;
        }
        mark_as_run();
        const Outcome compiling = scene.compile("network {\nallow tcp to 203.0.113.5 port 80\n}");
        ASSERT_EQ(compiling.status, 0) << compiling.text();
    }

    Outcome with(const std::string& call, const std::string& effect, int number) {
        Command command = probing({GetParam(), ""}, scene, {tag, "echo:udp:203.0.113.6:80", "echo:tcp:203.0.113.5:81"});
        const std::vector<std::string> words = {tracer,
                                                "-f",
                                                "-qq",
                                                "-o",
                                                "/dev/null",
                                                "-e",
                                                "trace=" + call,
                                                "-e",
                                                "inject=" + call + ":" + effect + ":when=" + std::to_string(number)};
        command.words.insert(command.words.begin(), words.begin(), words.end());
        command.timeout = std::chrono::seconds(60);
        return run(TestNetwork::instance().in_host(std::move(command)));
    }

    void judge(const Outcome& outcome) const {
        TestNetwork& network = TestNetwork::instance();
        EXPECT_FALSE(outcome.timed_out);
        EXPECT_FALSE(network.reached("world", "udp 203.0.113.6 80")) << outcome.text();
        EXPECT_FALSE(network.reached("world", "tcp 203.0.113.5 81")) << outcome.text();
        EXPECT_TRUE(outcome.out.find("tag egress-faults") != std::string::npos || outcome.status != 0)
            << "no payload, and no failure\n"
            << outcome.text();
        EXPECT_TRUE(network.helpers_gone(2000) && gone(tag, 2000)) << "something is left";
        network.kill_helpers();
    }

    const std::string tag = "tag:egress-faults-" + std::to_string(getpid());
    Scene scene;
};

const std::vector<std::pair<const char*, const char*>> injected = {
    {"unshare", "EPERM"}, {"socket", "EPERM"},        {"sendto", "EPERM"},    {"sendmsg", "EPERM"},     {"recvfrom", "ENOBUFS"},
    {"ioctl", "EPERM"},   {"memfd_create", "EMFILE"}, {"ftruncate", "EPERM"}, {"pidfd_open", "EMFILE"}, {"clone", "EAGAIN"},
    {"pipe2", "EMFILE"},  {"socketpair", "EMFILE"},   {"dup2", "EMFILE"},     {"wait4", "ECHILD"},      {"prctl", "EPERM"}};

TEST_P(EgressFaults, ACallThatFailsLetsNothingThrough) {
    TestNetwork::instance().clear();
    for (const auto& [call, error] : injected) {
        for (int number = 1; number <= 3; number += 2) {
            SCOPED_TRACE(std::string(call) + " number " + std::to_string(number) + ": " + error);
            judge(with(call, std::string("error=") + error, number));
        }
    }
}

TEST_P(EgressFaults, ADeathAtAnyCallLetsNothingThrough) {
    TestNetwork::instance().clear();
    for (const char* call : {"unshare", "sendto", "ioctl", "pidfd_open", "recvfrom", "sendmsg", "setsid", "poll", "fcntl"}) {
        SCOPED_TRACE(std::string(call) + " kills");
        judge(with(call, "signal=KILL", 1));
    }
}

/// The command may start between the signal and the death of the sandbox: then it was killed, and by which signal is said.
TEST_P(EgressFaults, ACommandThatStartsWhileItIsKilledIsKilled) {
    int killed = 0;
    // How long a launch takes depends on what else runs: other moments are tried until one is in between.
    for (int turn = 1; turn <= 6 || (killed == 0 && turn <= 60); ++turn) {
        Command command = probing({GetParam(), ""}, scene, {"sleep:5"});
        const std::vector<std::string> words = {
            tracer, "-D", "-qq", "-o", "/dev/null", "-e", "trace=kill", "-e", "inject=kill:delay_enter=300000"};
        command.words.insert(command.words.begin(), words.begin(), words.end());
        Running running(TestNetwork::instance().in_host(std::move(command)));
        usleep(static_cast<useconds_t>(turn) * 15000 % 157000);
        kill(running.pid(), SIGTERM);
        const Outcome outcome = running.finish();
        const bool died = outcome.status == 128 + SIGKILL && outcome.err.find("killed after signal 15") != std::string::npos;
        EXPECT_TRUE(died || outcome.status == 125 || outcome.status == 128 + SIGTERM) << outcome.text();
        killed += died ? 1 : 0;
    }
    EXPECT_GT(killed, 0) << "no signal came at such a moment";
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressFaults, testing::ValuesIn(modes_of_sbx_run()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
