// Programs of a filtered network that do not answer (R-REL-08), and what those say that fail: the refusal names the program, has
// its words, and nothing is left behind.
#include "tests/kernel/network_fixture.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <sys/mount.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

const std::string nft_path = "/usr/sbin/nft";
const std::string slirp_path = "/usr/bin/slirp4netns";

class EgressHanging : public InTestNetwork<testing::TestWithParam<Mode>> {
protected:
    void SetUp() override {
        InTestNetwork::SetUp();
        if (IsSkipped()) {
            return;
        }
        for (const std::string& program : {nft_path, slirp_path}) {
            const std::string copy = real(program);
            std::filesystem::copy_file(program, copy);
            std::filesystem::permissions(copy, std::filesystem::perms(0755));
        }
        const Outcome compiling = scene.compile("filesystem { proc /proc }\nnetwork {\nallow tcp to 203.0.113.5 port 80\n}");
        ASSERT_EQ(compiling.status, 0) << compiling.text();
    }
    [[nodiscard]] std::string real(const std::string& program) const {
        return scene.path("real-" + std::filesystem::path(program).filename().string());
    }
    /// A launch with a script in the place of a program; `sleeper` is what a program that hangs is called.
    [[nodiscard]] Command with(const std::string& program, const std::string& script, std::vector<std::string> requests) const {
        const std::string file = scene.path("script-" + std::to_string(scripts_++));
        write_file(file, "#!/bin/sh\n" + script + "\n", 0755);
        Command command = probing({GetParam(), ""}, scene, std::move(requests));
        command.before_exec = [file, program] {
            if (mount(file.c_str(), program.c_str(), nullptr, MS_BIND, nullptr) != 0) {
                _exit(98);
            }
        };
        command.timeout = std::chrono::seconds(40);
        return network().in_host(std::move(command));
    }
    [[nodiscard]] std::string name() const { return GetParam().program == Program::launch ? "launch" : "sbx-run"; }
    void expect_refused(const Outcome& outcome, const std::string& words) const {
        EXPECT_EQ(outcome.status, 125) << outcome.text();
        EXPECT_EQ(outcome.out, "");
        EXPECT_TRUE(outcome.err.starts_with(name() + ": network: " + words)) << outcome.text();
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.text();
    }
    void expect_nothing_left() const {
        EXPECT_TRUE(network().helpers_gone(1000));
        EXPECT_TRUE(gone(scene.bundle(), 1000));
        EXPECT_TRUE(gone(sleeper, 1000));
    }
    Scene scene;
    /// Of a length that nobody else sleeps.
    const std::string sleeper = "1000." + std::to_string(getpid());
    const std::string hang = "exec sleep " + sleeper;

private:
    mutable int scripts_ = 0;
};

TEST_P(EgressHanging, AProgramThatDoesNotAnswerIsNamedAndEnded) {
    const bool is_shell = GetParam().program == Program::launch;
    struct Case {
        std::string program, script, words;
    };
    std::vector<Case> cases = {
        {nft_path, hang,
         "nft did not load the packet filter within 10 seconds; see whether `nft list ruleset` answers on this host"},
        {slirp_path, hang, "slirp4netns did not attach the sandbox to the network within 10 seconds; "},
        {slirp_path, "echo 'it thinks' >&2; " + hang,
         std::string("slirp4netns did not attach the sandbox to the network within 10 seconds: ") +
             (is_shell ? "it thinks; " : "`it thinks`; ")},
    };
    if (is_shell) {
        const std::string go_on = "exec " + real(nft_path) + " \"$@\"";
        cases.push_back(
            {nft_path, "[ \"$1\" = -f ] || " + hang + "\n" + go_on, "nft did not read the packet filter back within 10 seconds; "});
        cases.push_back({nft_path,
                         "if [ \"$1\" = -f ]; then text=$(cat); case $text in *netdev*) " + hang +
                             ";; esac; printf '%s\\n' \"$text\" | exec " + real(nft_path) + " -f -; else " + go_on + "; fi",
                         "nft did not load the filter of frames within 10 seconds; "});
    }
    std::vector<std::unique_ptr<Running>> launches;
    for (const Case& one : cases) {  // at once, since each takes its ten seconds
        launches.push_back(std::make_unique<Running>(with(one.program, one.script, {"tag:ran"})));
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        SCOPED_TRACE(cases[i].script);
        expect_refused(launches[i]->finish(), cases[i].words);
    }
    expect_nothing_left();
}

TEST_P(EgressHanging, AUserModeNetworkThatDoesNotEndHoldsNobodyUp) {
    // It is ready, but does not see what tells it to end.
    const std::string deaf = "for word do shift; case $word in --exit-fd=*) ;; *) set -- \"$@\" \"$word\" ;; esac; done\nexec " +
                             real(slirp_path) + " \"$@\"";
    const auto begin = std::chrono::steady_clock::now();
    const Outcome outcome = run(with(slirp_path, deaf, {"echo:tcp:203.0.113.5:80", "exit:3"}));
    EXPECT_TRUE(outcome.status == 3 && outcome.has("echo:tcp:203.0.113.5:80 ok")) << outcome.text();
    EXPECT_EQ(outcome.err, "");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
    expect_nothing_left();
}

TEST_P(EgressHanging, ASignalEndsALaunchWhoseNetworkHangs) {
    Running running(with(slirp_path, hang, {"tag:ran"}));
    for (int turn = 0; turn < 500 && processes_with(sleeper).empty(); ++turn) {
        usleep(10000);
    }
    EXPECT_FALSE(processes_with(sleeper).empty());
    kill(running.pid(), SIGTERM);
    const auto begin = std::chrono::steady_clock::now();
    const Outcome outcome = running.finish();
    EXPECT_TRUE(outcome.status == 125 || outcome.status == 128 + SIGTERM) << outcome.text();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
    expect_nothing_left();
}

TEST_P(EgressHanging, WhatAProgramSaysIsInTheRefusal) {
    const bool is_shell = GetParam().program == Program::launch;
    const std::string quote = is_shell ? "" : "`";
    const std::string noise =
        is_shell ? "echo 'sent tapfd=5 for tap0' >&2; echo 'WARNING: Support for seccomp is experimental' >&2; " : "";
    expect_refused(run(with(slirp_path, noise + "echo >&2; echo 'no default route' >&2; echo more >&2; exit 1", {"tag:ran"})),
                   "slirp4netns gave up before the sandbox had a network: " + quote + "no default route" + quote + "; ");
    expect_refused(run(with(nft_path, "cat >/dev/null; echo; echo 'Error: a cause'; echo more; exit 1", {"tag:ran"})),
                   "the packet filter cannot be loaded: " + quote + "Error: a cause" + quote + "; ");
    expect_nothing_left();
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressHanging, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
