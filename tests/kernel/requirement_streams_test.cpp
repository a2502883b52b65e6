// R-FD-05 and R-FS-23, and signals by O_ASYNC: what the command can do to those who gave it a terminal or a file.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

/// Of the terminal whose other end this is.
std::string name_of_terminal(const Running& running) {
    const char* const name = ptsname(running.terminal());
    return name != nullptr ? name : "none";
}

SBX_REQUIREMENT(R_FD_05, "the command never has the caller's terminal, by no name", sbx_run, "") {
    Scene scene;
    if (!compiled(scene, finding, "use std/shell")) {
        return;
    }
    Command command =
        launching(setting, scene.bundle(),
                  {"/bin/sh", "-c",
                   "printf '\\033]52;c;eA==\\007'; for d in 0 1 2; do stat -L -c \"fd $d %t:%T\" /proc/self/fd/$d; done; "
                   "stat -c 'console %t:%T' /dev/console; stty size; echo here; read line"});
    command.terminal = true;
    Running running(command);
    finding.control(running.wait_for("here"), "it runs on a terminal");
    struct stat own {};
    finding.control(stat(name_of_terminal(running).c_str(), &own) == 0, "the caller's can be looked at");
    char device[32];
    std::snprintf(device, sizeof device, " %x:%x\r", major(own.st_rdev), minor(own.st_rdev));
    running.type("\n");
    const Outcome outcome = running.finish();
    finding.control(outcome.out.find("fd 1 ") != std::string::npos, "it says what it has", outcome.text());
    finding.claim(outcome.out.find(device) == std::string::npos, std::string("it is not") + device, outcome.text());
    finding.control(outcome.out.find("\x1b]52;c;eA==\x07") != std::string::npos, "sequences for the terminal arrive as they are",
                    outcome.text());
}

SBX_REQUIREMENT(R_FS_23, "a file that is written to is neither read nor cut nor written elsewhere than at its end", sbx_run, "") {
    Scene scene;
    if (!compiled(scene, finding, "use std/shell")) {
        return;
    }
    for (const int number : {1, 2}) {
        const std::string log = scene.file("log" + std::to_string(number), "earlier\n");
        const std::string fd = "/proc/self/fd/" + std::to_string(number);
        const std::string to = " >&" + std::to_string(number);
        Command command = launching(setting, scene.bundle(),
                                    {"/bin/sh", "-c",
                                     "echo first" + to + "; test -f " + fd + " && echo a file" + to + "; : >" + fd +
                                         "; echo second 1<>" + fd + "; echo end" + to});
        command.before_exec = [&] { dup2(open(log.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC), number); };
        const Outcome outcome = run(command);
        const std::string text = scene.contents("log" + std::to_string(number)).value_or("");
        finding.control(text.find("end\n") != std::string::npos, "what it writes arrives", text + outcome.text());
        finding.claim(text == "earlier\nfirst\nsecond\nend\n", "after what was there", text + outcome.text());
    }
}

/// A caller's shell, in the foreground of a terminal, that starts a sandbox and goes on.
Outcome caller_of(const Setting& setting, const Scene& scene, const std::string& request, const std::string& pipe) {
    std::string line;
    for (const std::string& word : probing(setting, scene, {request, "tag:here", "sleep:0.8"}).words) {
        line += "'" + word + "' ";
    }
    Command command{.words = {"/bin/sh", "-c", line + pipe + "; echo caller goes on"}, .as_root = setting.mode.as_root};
    command.terminal = true;
    Running running(command);
    EXPECT_TRUE(running.wait_for("tag here"));
    usleep(100000);
    running.type("x\n");
    return running.finish();
}

class AsynchronousInput : public testing::TestWithParam<Mode> {};

TEST_P(AsynchronousInput, SignalsNobodyOutside) {
    Scene scene;
    ASSERT_EQ(scene.compile("").status, 0);
    mark_as_run();
    for (const char* const request : {"async:9", "async-ioctl:9"}) {
        for (const char* const pipe : {"", "| cat", "2>/dev/null"}) {
            const Outcome outcome = caller_of({GetParam(), ""}, scene, request, pipe);
            EXPECT_NE(outcome.out.find("caller goes on"), std::string::npos) << request << " " << pipe << "\n" << outcome.text();
            EXPECT_NE(outcome.out.find(std::string(request) + " no EPERM"), std::string::npos) << outcome.text();
        }
    }
}

/// Without the rule of the filter it works, where the two have one id.
TEST(AsynchronousInputOfABrokenLauncher, KillsTheCaller) {
    Scene scene;
    ASSERT_EQ(scene.compile("").status, 0);
    mark_as_run();
    const Outcome outcome = caller_of({{Program::naive, false}, "seccomp"}, scene, "async:9", "| cat");
    EXPECT_EQ(outcome.out.find("caller goes on"), std::string::npos) << outcome.text();
}

INSTANTIATE_TEST_SUITE_P(Kernel, AsynchronousInput, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& mode) { return to_text(mode.param); });

}  // namespace
}  // namespace sbx::kernel
