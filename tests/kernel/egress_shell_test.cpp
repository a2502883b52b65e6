// Filtered networks under `launch`, which is plain sh: what is refused, what is noticed, and what is left when something dies.
#include "tests/kernel/network_fixture.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

std::vector<Mode> modes_of_launch() {
    std::vector<Mode> all = modes();
    std::erase_if(all, [](const Mode& mode) { return mode.program != Program::launch; });
    return all;
}

class EgressShell : public InTestNetwork<testing::TestWithParam<Mode>> {
protected:
    void compile(const std::string& rules = "allow tcp to 203.0.113.5 port 80", const std::string& statements = "") {
        const Outcome outcome = scene.compile("filesystem { proc /proc }\n" + statements + "network {\n" + rules + "\n}");
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    [[nodiscard]] Command launch(std::vector<std::string> requests, std::vector<std::string> options = {},
                                 TestNetwork::Tun tun = TestNetwork::Tun::usable) const {
        return launch_as(GetParam(), std::move(requests), std::move(options), tun);
    }
    /// The launch with another file in the place of a program.
    [[nodiscard]] Outcome run_with(const std::string& file, const std::string& program, std::vector<std::string> requests) const {
        Command command = probing({GetParam(), ""}, scene, std::move(requests));
        command.before_exec = [file, program] {
            if (mount(file.c_str(), program.c_str(), nullptr, MS_BIND, nullptr) != 0) {
                _exit(1);
            }
        };
        return run(network().in_host(std::move(command)));
    }
    void expect_refused(const Outcome& outcome, const std::string& line) const {
        EXPECT_EQ(outcome.status, 125) << outcome.text();
        EXPECT_EQ(outcome.out, "");
        EXPECT_EQ(outcome.err.substr(0, line.size()), line) << outcome.text();
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.text();
        EXPECT_TRUE(network().helpers_gone(1000));
        EXPECT_TRUE(gone(scene.bundle(), 1000));
    }
};

TEST_P(EgressShell, NothingMoreIsOpenAndNothingIsLeft) {
    compile("allow tcp to 203.0.113.5 port 80", "limits { open-files 40; cpu-time 5s; processes 50 }\n");
    const Outcome outcome = run(launch({"fds", "limits", "echo:tcp:203.0.113.5:80", "netadmin", "exit:7"}));
    EXPECT_EQ(outcome.status, 7) << outcome.text();
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.5:80 ok")) << outcome.text();
    EXPECT_FALSE(sees_more_than_three(outcome)) << outcome.text();
    EXPECT_TRUE(outcome.has("limit nofile 40 40") && outcome.has("limit cpu 5 5")) << outcome.text();
    EXPECT_FALSE(outcome.has("netadmin ok")) << outcome.text();
    EXPECT_EQ(outcome.err, "");
    EXPECT_TRUE(network().helpers().empty()) << "launch waits for it";
}

TEST_P(EgressShell, InputAndOutputAreTheCallers) {
    compile();
    Command command = launch({"cat:/dev/stdin"});
    command.words = {scene.bundle() + "/launch", "--", "/probe/probe", "tag:out"};
    command.input = "unread\n";
    const Outcome outcome = run(command);
    EXPECT_TRUE(outcome.status == 0 && outcome.has("tag out")) << outcome.text();
}

TEST_P(EgressShell, WhatIsMissingIsNamedBeforeAnythingRuns) {
    compile();
    expect_refused(
        run(launch({"tag:ran"}, {}, TestNetwork::Tun::absent)),
        "launch: network: there is no `/dev/net/tun`; load the module with `modprobe tun`, or give the container that device\n");
    expect_refused(run(launch({"tag:ran"}, {}, TestNetwork::Tun::locked)),
                   "launch: network: `/dev/net/tun` cannot be opened by uid ");
    expect_refused(run_with("/dev/null", "/usr/sbin/nft", {"tag:ran"}), "launch: scrub: there is no `nft`; install nftables\n");
    expect_refused(run_with("/dev/null", "/usr/bin/slirp4netns", {"tag:ran"}),
                   "launch: scrub: there is no `slirp4netns`; install slirp4netns\n");
    expect_refused(run_with("/usr/bin/false", "/usr/bin/slirp4netns", {"tag:ran"}),
                   "launch: network: slirp4netns gave up before the sandbox had a network; ");
}

TEST_P(EgressShell, AFilterThatIsNotInForceAsItWasLoadedIsNoticed) {
    compile("allow tcp to 203.0.113.5 port 80; deny tcp to 203.0.113.6");
    const std::string nft = scene.path("real-nft");
    std::filesystem::copy_file("/usr/sbin/nft", nft);
    std::filesystem::permissions(nft, std::filesystem::perms(0755));
    const std::string not_in_force = "launch: network: the packet filter is not in force as it was loaded: ";
    const auto with = [&](const std::string& loading) {
        const std::string script = scene.path("nft");
        write_file(script, "#!/bin/sh\nif [ \"$1\" = -f ]; then\n" + loading + "\nfi\nexec " + nft + " \"$@\"\n", 0755);
        return run_with(script, "/usr/sbin/nft", {"tag:ran", "echo:tcp:203.0.113.6:80"});
    };
    EXPECT_TRUE(with(":").has("tag ran"));
    expect_refused(run_with("/usr/bin/true", "/usr/sbin/nft", {"tag:ran"}), not_in_force + "there is no table; ");
    expect_refused(with("exit 0"), not_in_force + "there is no table; ");
    expect_refused(with("sed 's/output priority 0; policy drop/output priority 0; policy accept/' | exec " + nft + " -f -\nexit 0"),
                   not_in_force + "the chain `output` lets through what it does not decide; ");
    expect_refused(with("sed '/jump allowed/d' | exec " + nft + " -f -\nexit 0"),
                   not_in_force + "the chain `!output` is missing, or not whole; ");
    expect_refused(with("{ cat; echo 'table ip other { }'; } | exec " + nft + " -f -\nexit 0"),
                   not_in_force + "there is another table; ");
    expect_refused(with("{ cat; echo 'add chain inet sbx more'; } | exec " + nft + " -f -\nexit 0"),
                   not_in_force + "there are other chains; ");
    expect_refused(with("echo 'no such thing' | " + nft + " -f -\nexit 1"),
                   "launch: network: the packet filter cannot be loaded: ");
    const auto with_frames = [&](const std::string& change) {
        return with("text=$(cat); case $text in *netdev*) text=$(printf '%s\\n' \"$text\" | " + change +
                    "); esac; printf '%s\\n' \"$text\" | exec " + nft + " -f -\nexit");
    };
    expect_refused(with_frames("sed 's/policy drop/policy accept/'"),
                   not_in_force + "the chain `egress` lets through what it does not decide; ");
    expect_refused(with_frames("sed 's/\"tap0\"/\"lo\"/'"),
                   not_in_force + "the chain `egress` lets through what it does not decide; ");
    expect_refused(with_frames("sed /skuid/d"), not_in_force + "the chain `!egress` is missing, or not whole; ");
    expect_refused(with_frames("sed 's/netdev sbx/netdev other/'"), not_in_force + "there is another table; ");
    expect_refused(with_frames("grep -v ."), not_in_force + "there is no table; ");
    expect_refused(with_frames("sed 's/drop;/drop;;;x/'"), "launch: network: the filter of frames cannot be loaded: ");
    EXPECT_FALSE(network().reached("world", "tcp 203.0.113.6 80")) << network().log();
}

TEST_P(EgressShell, AKernelThatCannotFilterFramesIsSaidToBeOne) {
    compile();
    const std::string nft = scene.path("real-nft");
    std::filesystem::copy_file("/usr/sbin/nft", nft);
    std::filesystem::permissions(nft, std::filesystem::perms(0755));
    const std::string script = scene.path("nft");
    write_file(script,
               "#!/bin/sh\nif [ \"$1\" = -f ]; then\ntext=$(cat)\ncase $text in *netdev*)\n"
               "echo '/dev/stdin:2:11-16: Error: Could not process rule: Operation not supported'\nexit 1;;\nesac\n"
               "printf '%s\\n' \"$text\" | exec " +
                   nft + " -f -\nfi\nexec " + nft + " \"$@\"\n",
               0755);
    const Outcome outcome = run_with(script, "/usr/sbin/nft", {"echo:tcp:203.0.113.5:80", "echo:tcp:203.0.113.6:80"});
    EXPECT_TRUE(outcome.status == 0 && outcome.has("echo:tcp:203.0.113.5:80 ok")) << outcome.text();
    EXPECT_EQ(
        outcome.err,
        "launch: network: this kernel cannot filter frames at an interface (Linux 5.16): the packet filter has no second wall "
        "behind it\n");
    EXPECT_FALSE(network().reached("world", "tcp 203.0.113.6 80")) << network().log();
}

TEST_P(EgressShell, TheEndOfTheUserModeNetworkEndsTheRun) {
    compile();
    Running running(launch({"tag:up", "sleep:5", "tag:after"}));
    ASSERT_TRUE(running.wait_for("tag up"));
    EXPECT_FALSE(network().helpers().empty());
    network().kill_helpers();
    const Outcome outcome = running.finish();
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_FALSE(outcome.has("tag after"));
    EXPECT_EQ(outcome.err,
              "launch: network: slirp4netns ended while the sandbox needed it; look for what ended it; the sandbox was killed\n");
    EXPECT_TRUE(network().helpers_gone(1000) && gone(scene.bundle(), 1000));
}

TEST_P(EgressShell, NothingOfTheSandboxIsOpenInTheUserModeNetwork) {
    scene.file("h/passed", "passed\n");
    compile("allow tcp to 203.0.113.5 port 80", "filesystem { read $ROOT/h as /h }\nprocess { pass-descriptor 5 }\n");
    Command command = probing({GetParam(), ""}, scene, {"tag:up", "fds", "sleep:1"});
    command.keep = {5};
    command.before_exec = [path = scene.path("h/passed")] { dup2(open(path.c_str(), O_RDONLY), 5); };
    Running running(network().in_host(std::move(command)));
    ASSERT_TRUE(running.wait_for("tag up")) << running.finish().text();
    const std::vector<pid_t> helpers = network().helpers();
    ASSERT_EQ(helpers.size(), 1U);
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(helpers[0]) + "/fd")) {
        const std::string target = std::filesystem::read_symlink(entry.path());
        EXPECT_TRUE(target.starts_with("pipe:") || target.starts_with("socket:") || target == "/dev/null" ||
                    target == "/dev/net/tun")
            << entry.path() << " " << target;
    }
    const Outcome outcome = running.finish();
    EXPECT_TRUE(outcome.after("fd 5 ").has_value()) << outcome.text();
}

TEST_P(EgressShell, ASandboxThatSurvivesItsParentKeepsItsNetwork) {
    compile("allow tcp to 203.0.113.5 port 80", "process { survive-parent }\n");
    Running running(launch({"tag:up", "sleep:1", "echo:tcp:203.0.113.5:80"}));
    ASSERT_TRUE(running.wait_for("tag up"));
    kill(running.pid(), SIGKILL);
    usleep(1500000);
    EXPECT_TRUE(network().reached("world", "tcp 203.0.113.5 80")) << network().log();
    EXPECT_TRUE(network().helpers_gone(5000) && gone(scene.bundle(), 5000));
}

TEST_P(EgressShell, ALauncherKilledAtAnyMomentLetsNothingThroughAndLeavesNothing) {
    compile();
    constexpr int turns = 30;
    const std::string tag = "tag:shell-" + std::to_string(getpid());
    for (int turn = 0; turn < turns; ++turn) {
        Running running(launch({tag, "echo:udp:203.0.113.6:80", "echo:tcp:203.0.113.5:81", "sleep:9"}));
        usleep(static_cast<useconds_t>(turn) * 20000);
        kill(running.pid(), SIGKILL);
        EXPECT_TRUE(network().helpers_gone(6000)) << "turn " << turn;
        EXPECT_TRUE(gone(scene.bundle(), 6000) && gone(tag, 2000)) << "turn " << turn;
    }
    EXPECT_FALSE(network().reached("world", "udp 203.0.113.6 80")) << network().log();
    EXPECT_FALSE(network().reached("world", "tcp 203.0.113.5 81")) << network().log();
}

TEST_P(EgressShell, ASignalEndsTheLaunchAtAnyMoment) {
    compile();
    for (int turn = 1; turn < 16; ++turn) {
        Running running(launch({"sleep:9"}));
        usleep(static_cast<useconds_t>(turn) * 30000);
        kill(running.pid(), SIGTERM);
        const Outcome outcome = running.finish();
        EXPECT_TRUE(outcome.status == 125 || outcome.status == 128 + SIGTERM) << outcome.text();
        EXPECT_TRUE(network().helpers_gone(1000) && gone(scene.bundle(), 1000)) << "turn " << turn;
    }
}

/// Whoever opens the end of a pipe by its name under /proc is held up, so that one who does it beside the launcher comes too late
/// for those that read. (The shell in the namespaces found no writer of its program, and left without a word.)
TEST_P(EgressShell, NobodyWhoReadsComesBeforeTheWriter) {
    const char* const strace = "/usr/bin/strace";
    const Outcome usable = run(
        {.words = {strace, "-f", "-qq", "-o", "/dev/null", tools_directory() + "/probe", "exit:5"}, .as_root = GetParam().as_root});
    if (usable.status != 5) {
        GTEST_SKIP() << "no strace, or no process may be traced here: " << usable.err;
    }
    compile();
    std::vector<std::string> words = {
        strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=openat", "-e", "inject=openat:delay_enter=400000"};
    for (int number = 3; number < 100; ++number) {
        words.insert(words.end(), {"-P", "/proc/self/fd/" + std::to_string(number)});
    }
    Command command = launch({"echo:tcp:203.0.113.5:80", "exit:7"});
    command.words.insert(command.words.begin(), words.begin(), words.end());
    command.timeout = std::chrono::seconds(60);
    const auto begin = std::chrono::steady_clock::now();
    const Outcome outcome = run(std::move(command));
    EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2)) << "nobody was held up";
    EXPECT_TRUE(outcome.status == 7 && outcome.has("echo:tcp:203.0.113.5:80 ok")) << outcome.text();
    EXPECT_EQ(outcome.err, "");
}

TEST_P(EgressShell, ParametersAreFilledIn) {
    compile("allow tcp to $server port $p; allow tcp to 203.0.113.4/30; deny tcp to $bad",
            "param server: address one of [10.0.2.77, 203.0.113.9]\nparam p: port\nparam bad: address = 192.0.2.1\n");
    const auto with = [this](const std::string& server, const std::string& bad) {
        return run(launch({"echo:tcp:" + server + ":81", "echo:tcp:" + server + ":80", "echo:tcp:203.0.113.6:80"},
                          {"--set", "server=" + server, "--set", "p=81", "--set", "bad=" + bad}));
    };
    for (const char* server : {"10.0.2.77", "203.0.113.9"}) {
        const Outcome outcome = with(server, "192.0.2.1");
        EXPECT_TRUE(outcome.has("echo:tcp:" + std::string(server) + ":81 ok")) << outcome.text();
        EXPECT_FALSE(outcome.has("echo:tcp:" + std::string(server) + ":80 ok")) << outcome.text();
        EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.6:80 ok")) << outcome.text();
    }
    for (const char* bad : {"203.0.113.6", "::ffff:203.0.113.6", "0:0::FFFF:cb00:7106"}) {
        const Outcome outcome = with("203.0.113.9", bad);
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.6:80 no ECONNREFUSED")) << bad << "\n" << outcome.text();
    }
    EXPECT_EQ(with("203.0.113.9", "2001:db8::1").status, 0);
    for (const char* bad : {"203.0.113.6 }; flush ruleset", "localhost", "203.0.113.6/8"}) {
        EXPECT_EQ(with("203.0.113.9", bad).status, 125) << bad;
    }
}

TEST_P(EgressShell, WhatAShellCannotSetUpIsRefused) {
    const std::string end = "; run it with sbx-run\n";
    compile("resolver 10.77.0.2; allow tcp to host \"www.example.org\" port 80");
    expect_refused(run(launch({"tag:ran"})),
                   "launch: network: this bundle allows names (`to host`), which need a resolver of the sandbox's own" + end);
    compile("allow tcp to 203.0.113.5 port 80; publish tcp 8080");
    expect_refused(run(launch({"tag:ran"})),
                   "launch: network: this bundle publishes a port, which slirp4netns cannot do safely" + end);
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressShell, testing::ValuesIn(modes_of_launch()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
