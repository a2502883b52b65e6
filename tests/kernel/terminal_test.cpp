// Interactive programs: the command has a terminal of its own, connected with the caller's. Keys, job control, size and modes are
// as outside, and nothing that it does to its terminal reaches who is in front of the caller's.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

constexpr const char* key_interrupt = "\x03";
constexpr const char* key_end = "\x04";
constexpr const char* key_suspend = "\x1a";

bool soon(const std::function<bool()>& holds) {
    for (int turn = 0; turn < 300 && !holds(); ++turn) {
        usleep(10000);
    }
    return holds();
}

char state_of(pid_t process) {
    const std::string stat = read_file("/proc/" + std::to_string(process) + "/stat");
    const std::size_t name = stat.rfind(')');
    return name == std::string::npos || name + 2 >= stat.size() ? '?' : stat[name + 2];
}

bool is_canonical(const Running& running) {
    termios modes{};
    return tcgetattr(running.terminal(), &modes) == 0 && (modes.c_lflag & ICANON) != 0 && (modes.c_oflag & OPOST) != 0;
}

void resize(const Running& running, unsigned short rows, unsigned short columns) {
    const winsize size{rows, columns, 0, 0};
    ioctl(running.terminal(), TIOCSWINSZ, &size);
}

class Terminal : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override { mark_as_run(); }
    void compile(const std::string& more = "") {
        const Outcome outcome = scene.compile("use std/shell\n" + more);
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    [[nodiscard]] Command shell(const std::string& script, std::function<void()> before = {}) const {
        Command command = launching({GetParam(), ""}, scene.bundle(), {"/bin/sh", "-c", script, tag});
        command.terminal = true;
        command.before_exec = std::move(before);
        return command;
    }
    /// Processes inside, by what they were started with; the launchers carry it too.
    [[nodiscard]] std::vector<pid_t> inside() const {
        std::vector<pid_t> found = processes_with(tag);
        std::erase_if(found, [](pid_t process) { return read_file("/proc/" + std::to_string(process) + "/comm") != "sh\n"; });
        return found;
    }
    Scene scene;
    const std::string tag = "tag:terminal-" + std::to_string(getpid());
};

TEST_P(Terminal, KeysMakeSignals) {
    compile();
    Running running(shell("echo here; cat"));
    ASSERT_TRUE(running.wait_for("here"));
    running.type("typed\n");
    EXPECT_TRUE(running.wait_for("typed\r\ntyped\r\n")) << "once as its echo, once by cat";
    running.type(key_interrupt);
    EXPECT_EQ(running.finish().status, 128 + SIGINT);
    EXPECT_TRUE(gone(tag, 0));
}

TEST_P(Terminal, TheEndOfInputIsPassedOn) {
    compile();
    Running running(shell("echo here; cat; echo end"));
    ASSERT_TRUE(running.wait_for("here"));
    running.type(key_end);
    const Outcome outcome = running.finish();
    EXPECT_EQ(outcome.status, 0);
    EXPECT_TRUE(outcome.out.ends_with("end\r\n")) << outcome.text();
}

TEST_P(Terminal, TheKeyThatSuspendsStopsAllAndItGoesOn) {
    compile();
    Running running(shell("echo here; read line; echo got $line"));
    ASSERT_TRUE(running.wait_for("here"));
    EXPECT_TRUE(soon([&] { return !is_canonical(running); })) << "keys are for the command";
    running.type(key_suspend);
    EXPECT_TRUE(soon([&] { return state_of(running.pid()) == 'T'; })) << "the caller's shell sees a stopped job";
    EXPECT_TRUE(is_canonical(running)) << "and has its terminal as it was";
    const std::vector<pid_t> stopped = inside();
    EXPECT_FALSE(stopped.empty());
    for (const pid_t process : stopped) {
        EXPECT_TRUE(soon([&] { return state_of(process) == 'T'; })) << "a signal is on its way for a moment";
    }
    kill(running.pid(), SIGCONT);
    EXPECT_TRUE(soon([&] { return !is_canonical(running); }));
    running.type("word\n");
    EXPECT_TRUE(running.wait_for("got word"));
    EXPECT_EQ(running.finish().status, 0);
}

TEST_P(Terminal, WhoHandlesTheSignalGetsIt) {
    compile();
    Running running(shell("trap 'echo had it; exit 3' TSTP; echo here; while :; do sleep 0.05; done"));
    ASSERT_TRUE(running.wait_for("here"));
    running.type(key_suspend);
    EXPECT_TRUE(running.wait_for("had it"));
    EXPECT_EQ(running.finish().status, 3);
}

TEST_P(Terminal, AJobInsideStopsAlone) {
    compile();
    // set -m, and a job that takes the terminal: what a shell's fg does.
    Running running(shell("set -m; echo here; cat; echo status $?; jobs; kill %1; wait; echo end"));
    ASSERT_TRUE(running.wait_for("here"));
    running.type("x\n");
    ASSERT_TRUE(running.wait_for("x\r\nx\r\n"));
    running.type(key_suspend);
    EXPECT_TRUE(running.wait_for("status 148")) << "128 + SIGTSTP";
    EXPECT_TRUE(running.wait_for("Stopped"));
    EXPECT_NE(state_of(running.pid()), 'T');
    EXPECT_TRUE(running.wait_for("end"));
    EXPECT_EQ(running.finish().status, 0);
}

TEST_P(Terminal, HasTheCallersSizeAndItsChanges) {
    compile("limits { output 1M }");  // pipes, but for standard input
    const std::string script = "trap 'stty size; exit 0' WINCH; stty size; echo here; while :; do sleep 0.05; done";
    for (const bool limited : {true, false}) {
        if (!limited) {
            compile();
        }
        Running running(shell(script, [] {
            const winsize size{11, 22, 0, 0};
            ioctl(0, TIOCSWINSZ, &size);
        }));
        EXPECT_TRUE(running.wait_for("11 22"));
        ASSERT_TRUE(running.wait_for("here"));
        resize(running, 33, 44);
        EXPECT_TRUE(running.wait_for("33 44")) << limited;
        EXPECT_EQ(running.finish().status, 0);
    }
}

TEST_P(Terminal, AsOutputAloneIsATerminalToo) {
    compile();
    Running running(
        shell("test -t 0 || echo no input; test -t 1 && test -t 2 && stty size <&1; "
              "trap 'stty size <&1; exit 0' WINCH; echo here; while :; do sleep 0.05; done",
              [] {
                  const winsize size{11, 22, 0, 0};
                  ioctl(0, TIOCSWINSZ, &size);
                  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
              }));
    EXPECT_TRUE(running.wait_for("no input\r\n11 22\r\nhere\r\n"));
    EXPECT_TRUE(is_canonical(running)) << "what is typed is not for the command";
    resize(running, 33, 44);
    EXPECT_TRUE(running.wait_for("33 44\r\n"));
    EXPECT_EQ(running.finish().status, 0);
}

TEST_P(Terminal, GetsItsModesBackHoweverItEnds) {
    struct End {
        const char* limits;
        const char* script;
        int signal;
        int status;
    };
    const End ends[] = {{"", "echo here", 0, 0},
                        {"", "echo here; kill -9 $$", 0, 128 + SIGKILL},
                        {"", "echo here; sleep 20", SIGTERM, 128 + SIGTERM},
                        {"limits { wall-time 400ms; grace 0s }", "stty raw -echo; echo here; sleep 20", 0, 128 + SIGKILL}};
    for (const End& end : ends) {
        compile(end.limits);
        Running running(shell(end.script));
        ASSERT_TRUE(running.wait_for("here")) << end.script;
        if (end.signal != 0) {
            usleep(100000);
            kill(running.pid(), end.signal);
        }
        const int master = dup(running.terminal());
        const int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);  // else its end would take the terminal with it
        EXPECT_EQ(running.finish().status, end.status) << end.script;
        EXPECT_TRUE(is_canonical(running) || [&] {
            termios modes{};
            return tcgetattr(slave, &modes) == 0 && (modes.c_lflag & ICANON) != 0 && (modes.c_oflag & OPOST) != 0;
        }()) << end.script;
        close(slave);
        close(master);
    }
}

TEST_P(Terminal, IsTheCallersOwnWhereThePolicyKeepsIt) {
    compile("process { controlling-terminal keep }");
    Running running(shell("echo here; read line; echo got $line"));
    ASSERT_TRUE(running.wait_for("here"));
    EXPECT_TRUE(is_canonical(running));
    running.type(key_suspend);
    EXPECT_TRUE(soon([&] { return state_of(running.pid()) == 'T'; }));
    kill(-running.pid(), SIGCONT);
    for (const pid_t process : inside()) {
        EXPECT_TRUE(soon([process] { return state_of(process) != 'T'; }));
    }
    running.type("word\n");
    EXPECT_TRUE(running.wait_for("got word"));
    EXPECT_EQ(running.finish().status, 0);
}

TEST_P(Terminal, AKilledLauncherTakesWhatReadsFromItWithIt) {
    compile();
    Running running(shell("trap '' HUP TERM INT; echo here; while :; do sleep 0.05; done"));
    ASSERT_TRUE(running.wait_for("here"));
    kill(running.pid(), SIGKILL);
    EXPECT_TRUE(gone(tag, 3000));
}

INSTANTIATE_TEST_SUITE_P(Kernel, Terminal, testing::ValuesIn(modes_of_sbx_run()),
                         [](const testing::TestParamInfo<Mode>& mode) { return to_text(mode.param); });

}  // namespace
}  // namespace sbx::kernel
