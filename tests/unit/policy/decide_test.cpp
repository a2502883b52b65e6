// What the language reference says of one request, as a table: the nearest node, settings, and what each kind of node offers.
#include "tests/unit/policy/decide_support.hpp"

#include <gmock/gmock.h>

namespace sbx {
namespace {

using policy::Verdict;
using test::decided;
using test::DecideRow;
using testing::HasSubstr;

constexpr Verdict yes = Verdict::allowed;
constexpr Verdict no = Verdict::denied;
constexpr Verdict depends = Verdict::depends;

constexpr DecideRow host_trees[] = {
    {"filesystem { read /usr }", "read /usr", yes},
    {"filesystem { read /usr }", "read /usr/bin/cc", yes},
    {"filesystem { read /usr }", "exec /usr/bin/cc", yes},
    {"filesystem { read /usr }", "write /usr/bin/cc", no},
    {"filesystem { read /usr }", "read /", yes},
    {"filesystem { read /usr }", "write /", no},
    {"filesystem { read /usr }", "read /usr2", no},
    {"filesystem { read /usr }", "read /etc/passwd", no},
    {"filesystem { read /usr/lib }", "read /usr", yes},
    {"filesystem { read /usr/lib }", "read /usr/bin", no},
    {"filesystem { write /ws }", "write /ws/a/b", yes},
    {"filesystem { write /ws }", "exec /ws/a/b", yes},
    {"filesystem { read /srv/a as /data }", "read /data/x", yes},
    {"filesystem { read /srv/a as /data }", "read /srv/a/x", no},
    {"filesystem { write /ws; read /ws/lib }", "write /ws/lib/x", no},
    {"filesystem { write /ws; read /ws/lib }", "write /ws/libx", yes},
    {"filesystem { read /ws; write /ws/out }", "write /ws/out/x", yes},
    {"filesystem { read /ws; write /ws/out }", "write /ws/x", no},
    {"filesystem { write /a; read /a/b; write /a/b/c; read /a/b/c/d }", "write /a/b/c/x", yes},
    {"filesystem { write /a; read /a/b; write /a/b/c; read /a/b/c/d }", "write /a/b/c/d/x", no},
    {"filesystem { read /a/b/c/d; write /a/b/c; read /a/b; write /a }", "write /a/b/c/d/x", no},
    {"filesystem { read / }", "read /etc/shadow", yes},
    {"filesystem { read /; hide /root/ }", "read /root/.ssh", no},
};
TEST(Decide, TheNearestTreeDecidesWhateverTheOrder) {
    test::expect_verdicts(host_trees);
}

constexpr DecideRow masks[] = {
    {"filesystem { read /a; hide /a/b/ }", "read /a/b", no},
    {"filesystem { read /a; hide /a/b/ }", "read /a/b/c", no},
    {"filesystem { read /a; hide /a/b/ }", "read /a/bc", yes},
    {"filesystem { write /a; hide /a/b/ }", "write /a/b/c", no},
    {"filesystem { write /a; hide /a/key }", "write /a/key", no},
    {"filesystem { write /a; hide /a/key }", "exec /a/key", no},
    {"filesystem { read /a; hide /a/b/; read /a/b/c }", "read /a/b/c/d", yes},
    {"filesystem { read /a; hide /a/b/; write /a/b/c }", "write /a/b/c/d", yes},
    {"filesystem { read /a; hide /a/b/; read /a/b/c }", "read /a/b/x", no},
    {"filesystem { tmpfs /t; hide /t/b/ }", "write /t/b/x", no},
    {"filesystem { write /ws; read /ws/ro; hide /ws/ro/key /ws/tmp/ }", "read /ws/ro/key", no},
    {"filesystem { write /ws; read /ws/ro; hide /ws/ro/key /ws/tmp/ }", "write /ws/tmp/x", no},
    {"filesystem { write /ws; read /ws/ro; hide /ws/ro/key /ws/tmp/ }", "read /ws/ro/keys", yes},
};
TEST(Decide, AMaskTakesAwayWhatIsAboveAndNotWhatIsBelow) {
    test::expect_verdicts(masks);
}

constexpr DecideRow made[] = {
    {"filesystem { tmpfs /t }", "write /t/x", yes},
    {"filesystem { tmpfs /t }", "exec /t/x", yes},
    {"filesystem { read /usr; tmpfs /usr/local }", "write /usr/local/x", yes},
    {"filesystem { tmpfs /t; read /t/ro }", "write /t/ro", no},
    {"filesystem { dir /d }", "read /d", yes},
    {"filesystem { dir /d }", "write /d", no},
    {"filesystem { dir /d }", "read /d/x", no},
    {"filesystem { dir /d { mode 311 } }", "read /d", no},
    {"filesystem { dir /d { mode 077 } }", "read /d", no},
    {"filesystem { dir /d; read /srv/x as /d/x }", "read /d/x/y", yes},
    {"filesystem { dir /d { mode 444 }; read /srv/x as /d/x }", "read /d/x/y", no},
    {"filesystem { dir /d { mode 444 }; read /srv/x as /d/x; symlink /l -> /d/x }", "read /l", no},
    {"filesystem { file /f \"x\" }", "read /f", yes},
    {"filesystem { file /f \"x\" }", "write /f", no},
    {"filesystem { file /f \"x\" }", "exec /f", no},
    {"filesystem { file /f \"x\" }", "read /f/x", no},
    {"filesystem { file /f \"x\" { mode 555 } }", "exec /f", yes},
    {"filesystem { file /f \"x\" { mode 411 } }", "exec /f", no},
    {"filesystem { file /f \"x\" { mode 044 } }", "read /f", no},
    {"filesystem { read /usr; file /usr/lib/os-release \"x\" }", "read /usr/lib/os-release", yes},
    {"filesystem { write /ws; file /ws/.gitconfig \"x\" }", "write /ws/.gitconfig", no},
    {"filesystem { socket /run/db.sock }", "write /run/db.sock", yes},
    {"filesystem { socket /run/db.sock }", "read /run/db.sock", no},
    {"filesystem { socket /run/db.sock }", "read /run", yes},
    {"filesystem { socket /run/db.sock }", "write /run/other.sock", no},
};
TEST(Decide, WhatThePolicyMakesIsWhatItSays) {
    test::expect_verdicts(made);
}

constexpr DecideRow kernels[] = {
    {"filesystem { proc /proc }", "read /proc/meminfo", yes},
    {"filesystem { proc /proc }", "read /proc/self/status", yes},
    {"filesystem { proc /proc }", "read /proc/kcore", no},
    {"filesystem { proc /proc }", "read /proc/keys", no},
    {"filesystem { proc /proc }", "write /proc/sys/kernel/core_pattern", no},
    {"filesystem { proc /proc }", "write /proc/sysrq-trigger", no},
    {"filesystem { proc /proc }", "write /proc/self/mem", yes},
    {"filesystem { proc /proc }", "exec /proc/self/exe", yes},
    {"filesystem { proc /proc }", "write /proc/self/exe", no},
    {"filesystem { proc /proc; read /usr }", "read /proc/self/root/usr/bin/cc", yes},
    {"filesystem { proc /proc; read /usr }", "read /proc/1/root/etc/shadow", no},
    {"filesystem { proc /proc; tmpfs /t; workdir /t }", "write /proc/self/cwd/x", yes},
    {"filesystem { read / }", "read /proc/1/root/etc/shadow", yes},
    {"filesystem { dev /dev }", "write /dev/null", yes},
    {"filesystem { dev /dev }", "read /dev/urandom", yes},
    {"filesystem { dev /dev }", "exec /dev/null", no},
    {"filesystem { dev /dev }", "read /dev/sda", no},
    {"filesystem { dev /dev }", "write /dev", no},
    {"filesystem { dev /dev }", "write /dev/shm/x", yes},
    {"filesystem { dev /dev }", "write /dev/pts/0", yes},
    {"filesystem { dev /dev }", "write /dev/ptmx", yes},
    {"filesystem { dev /dev; proc /proc }", "read /dev/stdin", yes},
    {"filesystem { dev /dev; proc /proc }", "write /dev/fd/2", yes},
    {"filesystem { dev /dev }", "read /dev/stdin", no},
    {"filesystem { dev /dev; proc /proc }", "read /dev/core", no},
    {"filesystem { dev /dev; device /dev/fuse }", "write /dev/fuse", yes},
    {"filesystem { device /dev/fuse }", "read /dev/null", no},
    {"filesystem { read /; proc /proc; dev /dev }", "read /dev/sda", no},
};
TEST(Decide, TheKernelsOwnDirectoriesAreFreshAndMinimal) {
    test::expect_verdicts(kernels);
}

constexpr DecideRow settings[] = {
    {"", "connect tcp 192.0.2.1:443", no},
    {"network off", "connect udp [2001:db8::1]:53", no},
    {"network { }", "connect tcp 192.0.2.1:443", no},
    {"network off", "connect tcp 127.0.0.1:80", no},
    {"network off", "connect tcp [::1]:80", no},
    {"network off\nsockets { allow inet }", "connect tcp 127.0.0.1:80", yes},
    {"network off\nsockets { allow inet }", "connect tcp [::1]:80", no},
    {"network off\nsockets { allow inet inet6 }", "connect tcp [::1]:80", yes},
    {"network off\nsockets { allow inet }", "connect tcp 192.0.2.1:80", no},
    {"network host\nsyscalls { deny connect }", "connect tcp 127.0.0.1:80", no},
    {"network host\nsyscalls { deny socket }", "connect tcp 192.0.2.1:80", no},
    {"network { allow tcp to 192.0.2.1 }", "connect tcp 127.0.0.1:80", yes},
    {"", "syscall ptrace", no},
    {"", "syscall read", yes},
    {"", "syscall socket", no},
    {"", "syscall socketpair", yes},
    {"", "syscall ioctl", yes},
    {"", "syscall clone3", no},
    {"network host", "syscall socket", yes},
    {"sockets { allow unix }", "syscall socket", yes},
    {"syscalls { allow ptrace because \"x\" }", "syscall ptrace", yes},
    {"syscalls { allow @debug because \"x\"; deny ptrace }", "syscall ptrace", no},
    {"syscalls { allow @debug because \"x\"; deny ptrace }", "syscall kcmp", yes},
    {"syscalls { deny @file-handle }", "syscall name_to_handle_at", no},
    {"syscalls only { allow read }", "syscall read", yes},
    {"syscalls only { allow read }", "syscall close", no},
    {"syscalls only { allow read }", "syscall execve", yes},
    {"syscalls only { allow read }", "syscall ioctl", no},
    {"syscalls unrestricted because \"x\"", "syscall ptrace", yes},
    {"process { nested-namespaces allow }", "syscall unshare", yes},
    {"process { nested-namespaces allow }\nsyscalls { deny unshare }", "syscall unshare", no},
    {"network host", "connect tcp 169.254.169.254:80", yes},
    {"", "sees PATH", no},
    {"environment { set A = \"1\" }", "sees A", yes},
    {"environment { keep TZ }", "sees TZ", depends},
    {"environment { keep LC_* }", "sees LC_ALL", depends},
    {"environment { keep LC_* }", "sees LC", no},
    {"environment { keep LC_*; set LC_ALL = \"C\" }", "sees LC_ALL", yes},
    {"environment { accept JOB_* }", "sees JOB_NAME", depends},
    {"environment { keep TZ }", "sees TZX", no},
    {"limits { open-files 64 }", "limit open-files 64", yes},
    {"limits { open-files 64 }", "limit open-files 65", no},
    {"", "limit core 0B", yes},
    {"", "limit processes 5", no},
    {"limits { cpu-time 90s }", "limit cpu-time 90s", yes},
    {"limits { file-size 1_024K }", "limit file-size 1M", yes},
    {"limits { processes unlimited }", "limit processes unlimited", yes},
    {"param n: count 1-9\nlimits { processes $n }", "limit processes 5", depends},
    {"param n: count 1-4\nlimits { processes $n }", "limit processes 5", no},
    {"param n: count 5-5\nlimits { processes $n }", "limit processes 5", yes},
    {"param n: count one of [4 6]\nlimits { processes $n }", "limit processes 5", no},
};
TEST(Decide, SettingsAreDecidedEachByItsOwnRule) {
    test::expect_verdicts(settings);
}

TEST(Decide, NamesTheStatementThatDecidesAndTheOneThatWouldTurnIt) {
    const auto denied = decided("filesystem { write /ws; read /ws/lib }", "write /ws/lib/x");
    EXPECT_THAT(denied.reason, HasSubstr("`read /ws/lib`"));
    EXPECT_THAT(denied.advice, HasSubstr("add `write /ws/lib/x`"));
    EXPECT_EQ(denied.node.text(), "/ws/lib");
    EXPECT_EQ(denied.view, policy::View::host_read);
    const auto absent = decided("filesystem { read /usr }", "read /srv");
    EXPECT_THAT(absent.advice, HasSubstr("add `read /srv`"));
    EXPECT_FALSE(absent.origin.known());
    const auto shut = decided("filesystem { dir /d { mode 600 }; read /srv/x as /d/x }", "read /d/x");
    EXPECT_THAT(shut.reason, HasSubstr("lets nobody in"));
    EXPECT_EQ(shut.node.text(), "/d");
}

// The advice is a statement: with it in the policy, the answer is the other one.
TEST(Decide, FollowingTheAdviceTurnsTheDecision) {
    constexpr DecideRow rows[] = {
        {"read /usr", "read /srv/a", yes},      {"write /ws; read /ws/lib", "write /ws/lib/x", yes},
        {"read /usr", "read /usr/share/x", no}, {"tmpfs /t", "write /t/x", no},
        {"read /a as /b", "write /b/c", yes},
    };
    for (const DecideRow& row : rows) {
        const std::string nodes = row.policy;
        const auto before = decided("filesystem { " + nodes + " }", row.request);
        ASSERT_NE(test::name_of(before.verdict), test::name_of(row.verdict)) << nodes;
        const std::size_t begin = before.advice.find('`') + 1;
        const std::string statement = before.advice.substr(begin, before.advice.find('`', begin) - begin);
        const auto after = decided("filesystem { " + nodes + "; " + statement + " }", row.request);
        EXPECT_EQ(test::name_of(after.verdict), test::name_of(row.verdict)) << nodes << " with " << statement;
    }
}

}  // namespace
}  // namespace sbx
