// Policies back to text: what `policyc expand` prints means what the policy means.
#include "compiler/policy/statement_text.hpp"

#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

constexpr const char* policies[] = {
    "",
    "use std/system\nuse std/script-runner",
    "use std/gcc",
    "use std/git",
    "use std/java",
    "use std/node",
    "use std/python",
    "use std/shell",
    "use std/ca-certificates",
    "use std/resolver\nnetwork host",
    "filesystem { read /usr /usr/lib/ /usr/share/x /opt/? /a?; write /ws; read /ws/lib /ws/lib/x; write /ws/lib/y }",
    "filesystem { read /; proc /proc; dev /dev; hide /root/ /etc/shadow; read /usr/lib }",
    "filesystem { read /s as /a; read /s as /b; read /s/x as /a/x; write /s/y as /b/y }",
    "filesystem { read / as /host; read /usr as /host/usr }",
    "filesystem { read \"/a b\" \"/c\\\"d\" \"/e\\n\" \"/#f\" \"/g;h\" \"/i?\" \"/j*\" \"/\\u{e9}\" \"/k{l,m}\" \"/[n]\" \"/$o\" "
    "\"/p'q\" }",
    "filesystem { read \"/a b\"? \"/c d/\"; hide \"/a b/e f/\" }",
    "filesystem { tmpfs /t { size 1536K; mode 1777 }; dir /d { mode 700 }; file /f \"a${uid}\\n\" { mode 400 } }",
    "filesystem { symlink /l1 -> usr/bin; symlink /l2 -> \"a b\"; symlink /l3 -> ../x; symlink /l4 -> /x; symlink /l5 -> \"->\"; "
    "symlink "
    "/l6 -> \"\\u{e9};\" }",
    "filesystem { socket /run/s?; device /dev/fuse /dev/kvm?; read /usr; workdir /usr }",
    "param s: path under /var/tmp\nparam i: path = \"/opt/a b\"\nparam t: path under /opt = /opt/x\n"
    "filesystem { write $s; read $s/lib/ \"${s}/a b\"; hide $s/.git/; read $i as /in; read $t; workdir $s/lib }",
    "param n: count 1-9 = 5\nparam p: port 1-1024\nparam a: address = 2001:db8::1\nparam c: count one of [64 17 99]\n"
    "param w: string of \"a-z0-9._-\" 1-64 = \"x\"\nparam v: string of \"-+*\" 0-3\nparam u: string one of [\"a b\" \"c\\\"\"]\n"
    "limits { processes $n; open-files $c }\nenvironment { set A = \"${p}${a}$x\"; set B = \"${w}${v}${u}\" }",
    "limits { cpu-time 90s; address-space 4G; data 1_025M; stack unlimited; core 3K; locked-memory 0B; message-queues 1M; "
    "file-size 256M; open-files 1024; processes unlimited; tmpfs-total 64M }",
    "may-degrade memory because \"a \\\"slow\\\" host\"\nlimits { memory 64M; cpus 1.5 }",
    "may-degrade cpus memory because \"x\"\nlimits { memory unlimited; cpus 0.25 }",
    "network host",
    "environment { keep LANG LC_* PATH; accept JOB_* X; set E = \"\"; set Q = \"\\\\ \\\" \\n \\x24{HOME} $HOME\" }",
    "process { run-as 5:6; hostname \"a-b.c\"; command only /usr/bin/env \"-i\" \"a b\" \"${uid}\"; pass-descriptor 3 200; "
    "controlling-terminal keep; nested-namespaces allow; survive-parent; share ipc; share uts; groups none }",
    "target bwrap bind-fd disable-userns overlay",
};

TEST(StatementText, APolicyIsReadBackAsTheSame) {
    for (const char* statements : policies) {
        const auto first = test::resolve_profile(statements);
        ASSERT_FALSE(first.sink.has_errors()) << statements << testing::PrintToString(first.messages());
        const std::string text = joined(policy::to_statements(first.profile.policy));
        const auto second = test::resolve_profile(text);
        EXPECT_FALSE(second.sink.has_errors()) << statements << "\n" << text << testing::PrintToString(second.messages());
        EXPECT_EQ(first.profile.policy, second.profile.policy) << statements << "\n" << text;
        EXPECT_EQ(joined(policy::to_statements(second.profile.policy)), text);
    }
}

TEST(StatementText, WordsThatNeedNoQuotesHaveNone) {
    const auto resolved = test::resolve_profile("filesystem { read /usr/lib64 /a+b; symlink /bin -> usr/bin; file /f \"x\" }");
    EXPECT_THAT(
        policy::to_statements(resolved.profile.policy),
        testing::IsSupersetOf({"    read /usr/lib64", "    read /a+b", "    symlink /bin -> usr/bin", "    file /f \"x\""}));
}

TEST(StatementText, EveryLineNamesItsStatement) {
    const auto resolved =
        test::resolve_profile("filesystem { read /usr /usr/lib }\nlimits { processes 5 }\nprocess { survive-parent }");
    for (const policy::StatementLine& line : policy::statement_lines(resolved.profile.policy)) {
        const bool is_fact = line.text.starts_with("    ") && line.text.find("hostname") == std::string::npos &&
                             line.text.find("core") == std::string::npos;
        EXPECT_TRUE(!is_fact || line.origin.known()) << line.text;
    }
}

TEST(StatementText, CharactersOfAConstraintAreRangesWhereThatIsShorter) {
    const auto text_of = [](const std::string& characters) {
        const auto resolved = test::resolve_profile("param p: string of \"" + characters + "\" 1-4");
        return policy::to_statement("p", resolved.profile.policy.parameters.at("p").value);
    };
    EXPECT_EQ(text_of("a-z"), "param p: string of \"a-z\" 1-4");
    EXPECT_EQ(text_of("ab"), "param p: string of \"ab\" 1-4");
    EXPECT_EQ(text_of("+/-"), text_of("-/+"));
    for (const char* characters : {"*-/", "+-.", "!-~", "-a", "a-", "-", "--/", " -z"}) {
        const auto first = test::resolve_profile(std::string("param p: string of \"") + characters + "\" 1-4");
        ASSERT_FALSE(first.sink.has_errors()) << characters;
        const auto second = test::resolve_profile(policy::to_statement("p", first.profile.policy.parameters.at("p").value));
        EXPECT_EQ(first.profile.policy, second.profile.policy) << characters;
    }
}

}  // namespace
}  // namespace sbx
