// Launchers, read and run by real shells: what the policy holds comes out of them byte for byte and is never read as shell text,
// and parameters take the values that they should.
#include "../plan/network_fixture.hpp"
#include "launcher_script_fixture.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <regex>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::emit {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;

TEST_P(LauncherScript, WordsComeOutByteForByte) {
    const Ran ran = run(hostile_policy(), "sbx_s0_0=4 sbx_d0_0=4\npolicy_words; policy_fixed_variables");
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto words = strings_of(ran.out);
    EXPECT_THAT(words, IsSupersetOf({std::string(hostile), std::string("/it's `x` $(y)\n--z"), std::string("FIXED")}));
    EXPECT_EQ(std::count(words.begin(), words.end(), hostile), 2) << "the link and the variable";
    EXPECT_FALSE(std::filesystem::exists(file("mark")));
}

TEST_P(LauncherScript, WordsAreThoseOfBwrapArgs) {
    const policy::Policy policy = plan::policy_of({{"/", plan::tmpfs(16)},
                                                   {"/usr", plan::read("/usr")},
                                                   {"/bin", plan::link_to("usr/bin")},
                                                   {"/data", plan::read("/srv/x")},
                                                   {"/note", plan::file("text")},
                                                   {"/made", plan::empty_directory(0700)}});
    const Ran ran = run(policy, "policy_words");
    ASSERT_EQ(ran.status, 0) << ran.err;
    std::vector<std::string> expected;
    const auto strings = strings_of(bwrap_arguments(plan_of(policy)).bytes);
    for (std::size_t at = 1; at < strings.size();) {
        ASSERT_TRUE(strings[at] == "always" || strings[at] == "comment") << strings[at];
        const std::size_t count = std::stoul(strings[at + 1]);
        for (std::size_t word = at + 2; strings[at] == "always" && word < at + 2 + count; ++word) {
            expected.push_back(strings[word]);
        }
        at += 2 + count;
    }
    // Descriptors and ids are known at launch; the filter is read late here, because it is the gate too.
    for (std::string& word : expected) {
        const bool made = word.starts_with('<') || word.starts_with('@');
        word = made ? "" : word == "\"${uid}\"" ? "7" : word == "\"${gid}\"" ? "8" : word == "#" ? "5" : word.substr(1);
        word = word == "--add-seccomp-fd" ? "--seccomp" : word;
    }
    EXPECT_EQ(strings_of(ran.out), expected);
}

TEST_P(LauncherScript, AValueIsNeverReadAgain) {
    policy::Policy policy = plan::policy_of({{"/usr", plan::read("/usr")}});
    policy.parameters["word-a"] = {policy::Parameter{}, {}};
    plan::Text text("before ");
    text.append_parameter("word-a");
    policy.environment.fixed.emplace("X", Located<plan::Text>{text, {}});
    const Ran ran = run(policy, "policy_set word-a " + ShellWord(hostile).text() + "\npolicy_fixed_variables");
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(strings_of(ran.out), (std::vector<std::string>{"--setenv", "X", "before " + std::string(hostile)}));
    EXPECT_FALSE(std::filesystem::exists(file("mark")));
}

/// After each line of `begin` from the last trap on, until the policy's own values are read.
TEST_P(LauncherScript, ASignalEndsItWhereverItHasComeTo) {
    const std::string text =
        script(plan::with_network({plan::allow(policy::Protocol::tcp, {"10.0.0.0/8"}, plan::ports({{443, 443}}))}));
    std::size_t at = text.find("    trap 'ended_by TERM 15' TERM\n");
    const std::size_t end = text.find("    policy_kept\n", at);
    ASSERT_NE(end, std::string::npos);
    std::size_t lines = 0;
    for (at = text.find('\n', at) + 1; at <= end; at = text.find('\n', at) + 1, ++lines) {
        std::ofstream(file("script"), std::ios::binary) << text.substr(0, at) << "    kill -s TERM \"$$\"\n" << text.substr(at);
        const Ran ran = run_script();
        EXPECT_EQ(ran.status, 128 + SIGTERM) << text.substr(at, text.find('\n', at) - at);
        EXPECT_THAT(ran.out + ran.err, testing::AnyOf("", "Terminated\n"))
            << "which the shell says that waits for it" << text.substr(at, text.find('\n', at) - at);
    }
    EXPECT_GT(lines, 8U);
}

TEST_P(LauncherScript, TheFilterIsTheProgramThatWasGiven) {
    const Ran ran = run(policy::Policy{}, "policy_filter x86_64");
    EXPECT_EQ(ran.out, std::string("\0\1%\n'\\\377 8", 9)) << ran.err;
    const Ran other = run(policy::Policy{}, "policy_filter pdp11");
    EXPECT_EQ(other.status, 125);
    EXPECT_THAT(other.err, HasSubstr("pdp11"));
}

/// Every byte twice: where it is listed, and where another is.
TEST_P(LauncherScript, EachByteIsAllowedOnlyWhereItIsListed) {
    constexpr int at_once = 51;
    for (int first = 0; first < 255; first += at_once) {
        policy::Parameter parameter;
        std::string listed;
        std::string commands;
        for (int index = first; index < first + 2 * at_once; ++index) {
            const std::string byte(1, static_cast<char>(1 + index % 255));
            if (index < first + at_once) {
                listed += byte;
            }
            const std::string value = ShellWord(byte).text();
            commands += "(policy_reset_p; policy_set p " + value + ") 2>/dev/null && printf '%s' " + value + "\n";
        }
        parameter.characters = policy::CharacterConstraint{listed, 1, 64};
        policy::Policy policy;
        policy.parameters["p"] = {parameter, {}};
        const Ran ran = run(policy, "policy_reset_p() { unset -v sbx_p1; }\n" + commands);
        EXPECT_EQ(ran.out, listed) << ran.err;
    }
}

TEST_P(LauncherScript, NumbersAreDecimalAndInRange) {
    policy::Parameter count;
    count.type = policy::ParameterType::count;
    for (const char* right : {"0", "7", "9223372036854775807", "9223372036854775808", "18446744073709551615"}) {
        EXPECT_EQ(give(count, right), 0) << right;
    }
    for (const char* wrong : {"", "-1", "+1", " 1", "01", "0x1", "1.0", "1\n", "18446744073709551616", "99999999999999999999999"}) {
        EXPECT_EQ(give(count, wrong), 125) << wrong;
    }
    count.range = {50, 500};
    EXPECT_EQ(give(count, "50"), 0);
    EXPECT_EQ(give(count, "500"), 0);
    EXPECT_EQ(give(count, "49"), 125);
    EXPECT_EQ(give(count, "501"), 125);
    policy::Parameter port;
    port.type = policy::ParameterType::port;
    EXPECT_EQ(give(port, "65535"), 0);
    EXPECT_EQ(give(port, "0"), 125);
    EXPECT_EQ(give(port, "65536"), 125);
}

TEST_P(LauncherScript, AddressesAreThoseOfInetPton) {
    policy::Parameter address;
    address.type = policy::ParameterType::address;
    for (const char* right : {"0.0.0.0", "255.255.255.255", "::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8",
                              "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:7::"}) {
        EXPECT_EQ(give(address, right), 0) << right;
    }
    for (const char* wrong :
         {"", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.0.0.1", "1.2.3.4 ", "1..2.3", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
          "1:2:3:4:5:6:7:8:9", "12345::", "::1%lo", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1.2.3.4::", "g::", "::1.2.3"}) {
        EXPECT_EQ(give(address, wrong), 125) << wrong;
    }
}

TEST_P(LauncherScript, PathsAreNormalAndStrictlyBelow) {
    policy::Parameter parameter;
    parameter.type = policy::ParameterType::path;
    parameter.under = plan::path("/var/tmp");
    for (const std::string& right :
         {std::string("/var/tmp/x"), std::string("/var/tmp/a b\n'\"$(x)"), "/var/tmp/" + std::string(255, 'n')}) {
        EXPECT_EQ(give(parameter, right), 0) << right;
    }
    for (const std::string& wrong : {std::string("/var/tmp"), std::string("/var/tmp/"), std::string("/var/tmpx"),
                                     std::string("/var/tmp/../etc"), std::string("/var/tmp/."), std::string("/var/tmp//x"),
                                     std::string("var/tmp/x"), std::string(""), "/var/tmp/" + std::string(256, 'n')}) {
        EXPECT_EQ(give(parameter, wrong), 125) << wrong;
    }
    parameter.under.reset();
    EXPECT_EQ(give(parameter, "/etc"), 0);
    for (const char* wrong : {"", "/", "etc", "/etc/", "//etc", "/etc/../etc"}) {
        EXPECT_EQ(give(parameter, wrong), 125) << wrong;
    }
}

TEST_P(LauncherScript, OneOfIsExact) {
    policy::Parameter parameter;
    parameter.one_of = {"*", "it's"};
    EXPECT_EQ(give(parameter, "*"), 0);
    EXPECT_EQ(give(parameter, "it's"), 0);
    EXPECT_EQ(give(parameter, "other"), 125);
}

TEST_P(LauncherScript, WhatIsQuotedInAMessageIsOneHarmlessLine) {
    const Ran ran =
        run(policy::Policy{}, "quote " + ShellWord("a\n\x1b]0;x\x07\xc3\xa9 b`c").text() + "\nprintf '%s' \"$sbx_quoted\"");
    EXPECT_EQ(ran.out, "`a\\x0a\\x1b]0;x\\x07\\xc3\\xa9 b`c`");
}

TEST_P(LauncherScript, HelpListsParametersAndVariables) {
    policy::Policy policy = hostile_policy();
    plan::add_path_parameter(policy, "scratch", "/var/tmp");
    const Ran ran = run(policy, "policy_help");
    EXPECT_THAT(ran.out, HasSubstr("--set scratch=VALUE   path under /var/tmp\n"));
    EXPECT_THAT(ran.out, HasSubstr("--env PAYLOAD_*=VALUE\n"));
    EXPECT_EQ(ran.out.find_first_of("\x01\x07\x1b\x7f"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(file("mark")));
}

TEST_P(LauncherScript, VariablesThatChangeLoadingAreThoseOfTheCompiler) {
    std::ifstream in(std::string(SBX_SOURCE_DIR) + "/compiler/policy/loader_variables.def");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::regex row("SBX_LOADER_VARIABLE\\(\"([^\"]+)\"");
    std::string commands;
    int rows = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), row); at != std::sregex_iterator(); ++at, ++rows) {
        std::string name = (*at)[1];
        if (name != "PATH") {
            std::replace(name.begin(), name.end(), '*', 'x');
            commands += "changes_loading " + ShellWord(name).text() + " || echo " + ShellWord(name).text() + "\n";
        }
    }
    EXPECT_GT(rows, 20);
    EXPECT_EQ(run(policy::Policy{}, commands + "! changes_loading LANG || echo LANG").out, "");
}

TEST_P(LauncherScript, IsAcceptedByTheShell) {
    std::ofstream(file("launch"), std::ios::binary) << script(hostile_policy());
    const std::string command = std::string(GetParam()) + " -n " + file("launch");
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST_P(LauncherScript, CutShortItStartsNothing) {
    std::string text = script(policy::Policy{});
    for (const std::size_t kept : {text.size() / 2, text.size() - 12}) {
        std::ofstream(file("launch"), std::ios::binary) << text.substr(0, kept);
        const std::string command = std::string(GetParam()) + " " + file("launch") + " -- touch " + file("mark") + " 2>/dev/null";
        EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 125) << "no status of a command";
        EXPECT_FALSE(std::filesystem::exists(file("mark")));
    }
}

INSTANTIATE_TEST_SUITE_P(Shells, LauncherScript, testing::Values("dash", "bash -p", "bash --posix -p"),
                         [](const testing::TestParamInfo<const char*>& parameter) {
                             return std::string(parameter.index == 0 ? "Dash" : parameter.index == 1 ? "Bash" : "BashPosix");
                         });

}  // namespace
}  // namespace sbx::emit
