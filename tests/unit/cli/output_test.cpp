// What reaches a terminal, a file or nobody: colours, escapes, streams that are full or closed.
#include "tests/unit/cli/command_line_fixture.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

using test::Outcome;
using test::run_policyc;

using Output = PolicycRun;

TEST_F(Output, ColoursAreForTerminalsThatWantThem) {
    const auto shown = [&](std::vector<std::string> arguments, bool terminal, const char* name = nullptr, const char* value = "") {
        test::RunSetup setup{std::move(arguments), "", directory.path()};
        setup.terminal = terminal;
        setup.prepare = [=] {
            ::setenv("TERM", "xterm", 1);
            ::unsetenv("NO_COLOR");
            if (name != nullptr) {
                ::setenv(name, value, 1);
            }
        };
        const Outcome got = run_policyc(setup);
        return (got.out + got.err).find('\x1b') != std::string::npos;
    };
    const std::vector<std::string> check = {"check", "bad.sbx"};
    EXPECT_TRUE(shown(check, true));
    EXPECT_FALSE(shown(check, false));
    EXPECT_FALSE(shown(check, true, "NO_COLOR", "1"));
    EXPECT_TRUE(shown(check, true, "NO_COLOR", ""));
    EXPECT_FALSE(shown(check, true, "TERM", "dumb"));
    EXPECT_TRUE(shown({"check", "bad.sbx", "--color", "always"}, false));
    EXPECT_TRUE(shown({"check", "bad.sbx", "--color", "always"}, true, "NO_COLOR", "1"));
    EXPECT_FALSE(shown({"check", "bad.sbx", "--color", "never"}, true));
    EXPECT_TRUE(shown({"why", "good.sbx", "read", "/etc/passwd"}, true));
    EXPECT_FALSE(shown({"why", "good.sbx", "read", "/etc/passwd"}, false));
    EXPECT_FALSE(shown({"check", "bad.sbx", "--format", "json"}, true));
}

TEST_F(Output, NothingHostileReachesATerminal) {
    const std::string hostile = "\x1b]0;owned\x07\x9b\xc2\x9b\u202e\u2066\x7f\r\xff\n";
    const std::string name = hostile + ".sbx";
    const std::string text =
        "sbx 1\nprofile p\nfilesystem {\n read /\x1b[2J/" + std::string("\u202e\xff") + "\n raed \"/a\x07\"\n}\n";
    write_file(directory.path() / name, text);
    write_file(directory.path() / "calm.sbx", good_policy);
    const std::string policy = "sbx 1\nprofile p\nuse std/system\nfilesystem { read \"/a\\x1b[2J\\u{202e}\" }\n";
    const std::vector<std::vector<std::string>> lines = {
        {"check", name},
        {"check", name, "--format", "json"},
        {"check", hostile},
        {"plan", "-"},
        {"expand", "-"},
        {"why", "-", "read", "/a\x1b[2J\u202e/x"},
        {"why", "-", "read", "/\xff"},
        {"why", "-", hostile, "/"},
        {"why", "-", "env", hostile},
        {"why", "-", "connect", hostile},
        {"check", "-", "-D", hostile + "=1"},
        {"check", "-", "-D", "a=" + hostile},
        {"check", "-", "--" + hostile},
        {"check", "-", "--format", hostile},
        {"explain", hostile},
        {"std", hostile},
        {"help", hostile},
        {hostile},
        {"calm.sbx", "-o", hostile + "/x"},
        {"calm.sbx", "-o", name},
    };
    for (const std::vector<std::string>& line : lines) {
        const Outcome got = run(line, policy);
        EXPECT_EQ(test::what_a_terminal_obeys(got.out + got.err), "") << ::testing::PrintToString(line);
        EXPECT_NE(got.out + got.err, "") << ::testing::PrintToString(line);
    }
}

TEST_F(Output, OutputThatCannotBeWrittenIsAnErrorOfItsOwn) {
    for (const std::vector<std::string>& line :
         {std::vector<std::string>{"plan", "good.sbx"}, {"--help"}, {"std"}, {"explain", "F003"}}) {
        const auto into = [&](const char* path) {
            return run_policyc({line, "", directory.path(), [=] { ::dup2(::open(path, O_WRONLY | O_CLOEXEC), 1); }});
        };
        EXPECT_EQ(into("/dev/full").code, 3);
        EXPECT_EQ(into("/dev/full").err, "policyc: cannot write `<standard output>`: No space left on device\n");
        const Outcome closed = run_policyc({line, "", directory.path(), [] { ::close(1); }});
        EXPECT_EQ(closed.code, 3);
    }
    // Nothing to complain to: the code still tells.
    EXPECT_EQ(run_policyc({{"check", "bad.sbx"}, "", directory.path(), [] { ::close(2); }}).code, 1);
}

TEST_F(Output, ClosedStreamsNeverEndInAFileOfTheBundle) {
    const Outcome got = run_policyc({{"finding.sbx", "-o", "out"}, "", directory.path(), [] {
                                         for (const int stream : {0, 1, 2}) {
                                             ::close(stream);
                                         }
                                     }});
    EXPECT_EQ(got.code, 0);
    ASSERT_EQ(run({"finding.sbx", "-o", "other"}).code, 0);
    EXPECT_EQ(test::files_of(directory.path() / "out"), test::files_of(directory.path() / "other"));
}

}  // namespace
}  // namespace sbx::cli
