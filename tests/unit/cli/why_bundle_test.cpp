// `policyc why` and `policyc diff` of a bundle: the answers, places and advice that its policy gets, from the bundle alone.
#include "tests/unit/cli/command_line_fixture.hpp"

#include <gmock/gmock.h>

namespace sbx::cli {
namespace {

using test::Outcome;
using ::testing::HasSubstr;

class WhyBundle : public PolicycRun {
protected:
    void add(const std::string& name, const std::string& statements) const {
        write_file(directory.path() / name, "sbx 1\nprofile test\nuse std/system\n" + statements);
    }
    [[nodiscard]] Outcome why(const std::string& what, const std::vector<std::string>& request) const {
        std::vector<std::string> arguments = {"why", what};
        arguments.insert(arguments.end(), request.begin(), request.end());
        return run(arguments);
    }
    /// The decision and what decides.
    [[nodiscard]] static std::string first_two_lines(const std::string& text) {
        return text.substr(0, text.find('\n', text.find('\n') + 1));
    }
    /// `good.sbx:6`, without the column.
    [[nodiscard]] static std::string place_in(const std::string& text) {
        const std::size_t begin = text.find("--> ") + 4;
        const std::size_t colon = text.find(':', begin);
        return text.substr(begin, text.find_first_of(":\n", colon + 1) - begin);
    }
    [[nodiscard]] static std::string advice_in(const std::string& text) {
        const std::size_t begin = text.find("\nto change that");
        return begin == std::string::npos ? "" : text.substr(text.find(": ", begin));
    }
    void expect_the_same(const std::vector<std::string>& request) const {
        SCOPED_TRACE(testing::PrintToString(request));
        const Outcome bundle = why("out", request);
        const Outcome policy = why("good.sbx", request);
        EXPECT_EQ(bundle.code, 0) << bundle.err;
        EXPECT_EQ(first_two_lines(bundle.out), first_two_lines(policy.out));
        EXPECT_EQ(place_in(bundle.out), place_in(policy.out));
        EXPECT_EQ(advice_in(bundle.out), advice_in(policy.out));
    }
};

TEST_F(WhyBundle, AnswersAsForItsPolicy) {
    add("good.sbx",
        "param s: path under /var/tmp\nlimits { open-files 64 }\nfilesystem { read /srv; hide /srv/keys/; write $s }\n");
    ASSERT_EQ(run({"good.sbx", "-o", "out"}).code, 0);
    for (const std::vector<std::string>& request : std::vector<std::vector<std::string>>{
             {"read", "/srv/keys/a"}, {"write", "$s/x"}, {"limit", "open-files"}, {"env", "HOME"}, {"exec", "/bin/sh"}}) {
        expect_the_same(request);
    }
    EXPECT_THAT(why("out", {"read", "/srv/keys/a"}).out,
                HasSubstr("  --> good.sbx:6\nto change that in the policy: add `read /srv/keys/a`\n"));
    EXPECT_THAT(why("out", {"exec", "/usr/bin/cc"}).out, HasSubstr("  --> std/system:12\n"));
}

constexpr const char* filtered = R"(param mirror: address one of [10.9.0.1 10.9.0.2] = 10.9.0.1
network {
    allow tcp to 10.20.0.0/16 10.30.0.0/16 10.40.0.0/16 10.50.0.0/16 10.60.0.0/16 port 443
    allow udp to $mirror port 123
    allow tcp to host "registry.example.org" port 443
    deny any to 10.20.3.0/24
    resolver 10.20.0.53 $mirror
    unblock metadata because "it \"must\""
}
)";

TEST_F(WhyBundle, OfAFilteredNetworkNamesTheStatementAndAdvises) {
    add("good.sbx", filtered);
    ASSERT_EQ(run({"good.sbx", "-o", "out"}).code, 0);
    for (const std::vector<std::string>& request : std::vector<std::vector<std::string>>{{"connect", "tcp", "10.60.0.1:443"},
                                                                                         {"connect", "tcp", "10.20.3.1:443"},
                                                                                         {"connect", "tcp", "192.0.2.1:443"},
                                                                                         {"connect", "udp", "10.9.0.2:123"},
                                                                                         {"resolve", "registry.example.org"},
                                                                                         {"resolve", "example.org"}}) {
        expect_the_same(request);
    }
    EXPECT_THAT(why("out", {"connect", "tcp", "10.60.0.1:443"}).out, HasSubstr("  --> good.sbx:6\n"));
    EXPECT_THAT(why("out", {"connect", "tcp", "10.20.3.1:443"}).out,
                HasSubstr("  --> good.sbx:9\nto change that in the policy: remove `deny any to 10.20.3.0/24`\n"));
}

TEST_F(WhyBundle, DoesNotBelieveStatementsThatMeanAnotherNetwork) {
    add("good.sbx", filtered);
    ASSERT_EQ(run({"good.sbx", "-o", "out"}).code, 0);
    const auto manifest = directory.path() / "out" / "manifest.json";
    std::string text = test::read_bytes(manifest);
    const std::string row = "network.deny any to 10.20.3.0/24";
    ASSERT_NE(text.find(row), std::string::npos);
    text.replace(text.find(row), row.size(), "network.deny any to 10.60.0.0/16");
    write_file(manifest, text);
    EXPECT_THAT(why("out", {"connect", "tcp", "10.60.0.1:443"}).out, HasSubstr("allowed: connect tcp 10.60.0.1:443\n"));
    EXPECT_THAT(run({"verify", "out"}).err, HasSubstr("the statements of the network in `enforcement` do not mean"));
}

TEST_F(WhyBundle, NamesTheStatementAboutSystemCalls) {
    add("good.sbx",
        "syscalls {\n    deny @mount\n    allow ptrace because \"a \\\"debugger\\\"\"\n    allow ioctl except TIOCSTI TIOCLINUX "
        "0x1234\n}\nsockets { allow unix }\n");
    add("only.sbx", "syscalls only {\n    allow @io @memory @process @signal @loader\n}\n");
    add("open.sbx", "syscalls unrestricted because \"it debugs\"\n");
    for (const char* const policy : {"good.sbx", "only.sbx", "open.sbx"}) {
        ASSERT_EQ(run({policy, "-o", std::string(policy) + ".out"}).code, 0);
        for (const char* const call : {"ptrace", "mount", "ioctl", "read", "unshare", "socket"}) {
            const std::vector<std::string> request = {"syscall", call};
            SCOPED_TRACE(std::string(policy) + " " + call);
            const Outcome bundle = why(std::string(policy) + ".out", request);
            const Outcome written = why(policy, request);
            EXPECT_EQ(first_two_lines(bundle.out), first_two_lines(written.out));
            EXPECT_EQ(place_in(bundle.out), place_in(written.out));
            EXPECT_EQ(advice_in(bundle.out), advice_in(written.out));
        }
    }
    EXPECT_THAT(why("good.sbx.out", {"syscall", "ptrace"}).out, HasSubstr("  --> good.sbx:6\n"));
    EXPECT_EQ(run({"diff", "good.sbx.out", "good.sbx"}).code, 0);
}

TEST_F(WhyBundle, KeepsTheReasonToHaveNoFilter) {
    add("good.sbx", "syscalls unrestricted because \"it \\\"debugs\\\"\"\n");
    ASSERT_EQ(run({"good.sbx", "-o", "out"}).code, 0);
    for (const char* const policy : {"good.sbx", "out"}) {
        EXPECT_THAT(why(policy, {"syscall", "ptrace"}).out,
                    HasSubstr("`syscalls unrestricted because \"it \\\"debugs\\\"\"` removes the filter\n"));
    }
    EXPECT_THAT(run({"plan", "good.sbx"}).out, HasSubstr("there is no filter, because \"it \\\"debugs\\\"\"  # good.sbx:4\n"));
    EXPECT_EQ(run({"verify", "out"}).code, 0);
    const auto manifest = directory.path() / "out" / "manifest.json";
    const std::string text = test::read_bytes(manifest);
    const std::string reason = " because \\\"it ";
    ASSERT_NE(text.find(reason), std::string::npos);
    for (const std::string other : {" because \\\"\\\"; process { share ipc }; # \\\"", "-filters"}) {
        std::string tampered = text;
        tampered.replace(tampered.find(reason), reason.size(), other);
        write_file(manifest, tampered);
        EXPECT_THAT(why("out", {"syscall", "ptrace"}).out, HasSubstr("`syscalls unrestricted` removes the filter\n"));
        EXPECT_THAT(run({"verify", "out"}).err, HasSubstr("does not say why there is no filter of system calls"));
    }
}

TEST_F(WhyBundle, DoesNotBelieveStatementsThatMakeAnotherFilter) {
    add("good.sbx", "syscalls { allow ptrace because \"a debugger\" }\n");
    ASSERT_EQ(run({"good.sbx", "-o", "out"}).code, 0);
    const auto manifest = directory.path() / "out" / "manifest.json";
    std::string text = test::read_bytes(manifest);
    const std::string row = "syscalls.allow ptrace";
    ASSERT_NE(text.find(row), std::string::npos);
    text.replace(text.find(row), row.size(), "syscalls.allow bpf");
    write_file(manifest, text);
    EXPECT_THAT(why("out", {"syscall", "bpf"}).out, HasSubstr("denied: syscall bpf\n"));
    EXPECT_THAT(why("out", {"syscall", "ptrace"}).out, HasSubstr("allowed: syscall ptrace\n"));
    EXPECT_THAT(run({"verify", "out"}).err,
                HasSubstr("the statements about system calls and sockets in `enforcement` do not mean"));
}

TEST_F(WhyBundle, KnowsWhereAParameterStands) {
    add("good.sbx", "param n: count 1-8 = 2\nlimits { processes $n }\n");
    add("wider.sbx", "param n: count 1-9 = 2\nlimits { processes $n }\n");
    ASSERT_EQ(run({"good.sbx", "-o", "out"}).code, 0);
    EXPECT_THAT(run({"diff", "out", "wider.sbx"}).out, HasSubstr("good.sbx:4   param n: count 1-8 = 2\n"));
}

}  // namespace
}  // namespace sbx::cli
