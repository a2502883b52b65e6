// Advice: what is said, and that it turns the answer, from the user's own file.
#include "compiler/policy/advise.hpp"

#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

struct Row {
    const char* policy;
    const char* request;  ///< as in a `test`
    const char* advice;   ///< empty: none
};

std::string advised(const Row& row) {
    const std::string request = row.request;
    const bool is_own_statement = request.starts_with("sees ") || request.starts_with("limit ");
    const test::Resolved resolved =
        test::resolve_profile(std::string(row.policy) + "\ntest \"it\" { " + (is_own_statement ? "" : "allowed ") + request + " }");
    EXPECT_FALSE(resolved.sink.has_errors()) << testing::PrintToString(resolved.messages());
    const policy::Request& asked = resolved.profile.tests.at(0).expectations.at(0).request;
    const auto advice = policy::advise(resolved.profile.policy, asked);
    if (advice) {
        EXPECT_NE(policy::decide(advice->changed, asked).verdict, policy::decide(resolved.profile.policy, asked).verdict);
    }
    return advice ? advice->text : "";
}

void expect_advice(std::initializer_list<Row> rows) {
    for (const Row& row : rows) {
        EXPECT_EQ(advised(row), row.advice) << row.policy << ": " << row.request;
    }
}

TEST(Advise, ToDenyTheSmallestPartIsTakenAway) {
    expect_advice({{"filesystem { read /srv }", "read /srv/a", "add `hide /srv/a`, with a `/` behind it if that is a directory"},
                   {"filesystem { read /srv }", "read /srv", "remove `read /srv`"},
                   {"filesystem { read /srv; tmpfs /srv/a/b }", "read /srv/a", "add `hide /srv/a/`"},
                   {"filesystem { write /srv }", "write /srv/a", "add `read /srv/a`"},
                   {"filesystem { write /srv }", "write /srv", "replace `write /srv` with `read /srv`"},
                   {"filesystem { write /srv as /x }", "write /x/a", "add `read /srv/a as /x/a`"},
                   {"filesystem { tmpfs /t }", "write /t", "remove `tmpfs /t`"},
                   {"network host", "connect tcp 192.0.2.1:1", "write `network off`"},
                   {"environment { set A = \"1\" }", "sees A", "remove `set A`"}});
}

TEST(Advise, ToAllowTheSmallestPartIsGranted) {
    expect_advice({{"filesystem { read /usr }", "read /srv/a", "add `read /srv/a`"},
                   {"filesystem { read /srv }", "write /srv/a", "add `write /srv/a`"},
                   {"filesystem { read /srv }", "write /srv", "replace `read /srv` with `write /srv`"},
                   {"filesystem { read /srv; hide /srv/x/ }", "read /srv/x", "remove `hide /srv/x/`"},
                   {"filesystem { read /srv; hide /srv/x/ }", "read /srv/x/y", "add `read /srv/x/y`"},
                   {"filesystem { dir /work }", "write /work", "replace `dir /work` with `tmpfs /work`"},
                   {"filesystem { dev /dev }", "write /dev/fuse", "add `device /dev/fuse`"},
                   {"filesystem { file /f \"x\" }", "exec /f", "give `file /f` `{ mode 555 }`"},
                   {"", "connect tcp 192.0.2.1:1", "write `network { allow tcp to 192.0.2.1 port 1 }`"},
                   {"network { allow tcp to 192.0.2.1 }", "resolve example.org",
                    "add `resolver ADDRESS` and `allow tcp to host \"example.org\" port 443`"},
                   {"", "sees A", "add `keep A`, which passes it on where the caller has it"},
                   {"", "sees PATH", "add `keep PATH`, which passes it on where the caller has it"},
                   {"", "sees LD_PRELOAD", "add `set LD_PRELOAD = \"…\"`; a caller's is never passed on"},
                   {"", "sees https_proxy", "add `set https_proxy = \"…\"`; a caller's is never passed on"},
                   {"limits { open-files 64 }", "limit open-files 65", "write `open-files 65`"},
                   {"", "limit open-files 65", "add `open-files 65`"}});
}

TEST(Advise, AStandardFragmentIsNeverToBeEdited) {
    expect_advice({{"use std/system", "exec /usr/bin/cc", "add `hide /usr/bin/cc`, with a `/` behind it if that is a directory"},
                   {"use std/system", "read /usr", "add `hide /usr`, with a `/` behind it if that is a directory"},
                   {"use std/system", "exec /bin/sh", "add `hide /usr/bin/sh`, with a `/` behind it if that is a directory"},
                   {"use std/system", "write /tmp", "add `hide /tmp`, with a `/` behind it if that is a directory"},
                   {"use std/system", "write /etc/passwd",
                    "add `write SOURCE as /etc/passwd`, with a SOURCE of the host that is made for this"},
                   {"use std/system", "write /usr/bin/cc",
                    "add `write SOURCE as /usr/bin/cc`, with a SOURCE of the host that is made for this"},
                   {"use std/system", "read /etc/alternatives/cc",
                    "add `hide /etc/alternatives/cc`, with a `/` behind it if that is a directory"},
                   {"use std/system", "sees HOME", ""},
                   {"use std/script-runner", "limit open-files 5", "write `open-files 5`"},
                   {"use std/script-runner", "limit open-files 1024", ""}});
}

TEST(Advise, WhatDependsIsSettled) {
    expect_advice({{"filesystem { write /srv; hide /srv/x/; read /srv/x/a?; write /srv/b; read /srv/b/c? }", "write /srv/b/c",
                    "remove the `?` from `read /srv/b/c?`"},
                   {"param s: path under /var/tmp\nfilesystem { write $s }", "write /var/tmp/a",
                    "add `hide /var/tmp/a`, with a `/` behind it if that is a directory"}});
}

}  // namespace
}  // namespace sbx
