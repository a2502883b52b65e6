// What holds for every sandbox, in every mode: what mountinfo shows, what is private, which system calls there are, what is passed
// on.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

class Sandbox : public testing::TestWithParam<Mode> {
protected:
    Outcome compile_and_probe(const std::string& statements, std::vector<std::string> requests) {
        const Outcome outcome = scene.compile(statements);
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        mark_as_run();
        return run(probe(std::move(requests)));
    }
    Command probe(std::vector<std::string> requests) { return probing({GetParam(), ""}, scene, std::move(requests)); }
    Scene scene;
};

TEST_P(Sandbox, TmpIsPrivateBothWays) {
    const std::string name = "/tmp/sbx-kernel-" + std::to_string(getpid());
    write_file(name + "-host", "host\n", 0666);
    const Outcome outcome =
        compile_and_probe("use std/system", {"read:" + name + "-host", "write:" + name + "-inside", "list:/tmp"});
    EXPECT_TRUE(outcome.has("read:" + name + "-host no ENOENT")) << outcome.text();
    EXPECT_TRUE(outcome.has("write:" + name + "-inside ok")) << outcome.text();
    EXPECT_NE(access((name + "-inside").c_str(), F_OK), 0);
    unlink((name + "-host").c_str());
}

TEST_P(Sandbox, OnlyItsOwnProcessesAreInProc) {
    const Outcome outcome = compile_and_probe("filesystem { proc /proc }", {"list:/proc", "cat:/proc/1/cmdline", "init-memory"});
    const std::string names = outcome.after("list:/proc = ").value_or("");
    EXPECT_NE(names.find("1 "), std::string::npos) << outcome.text();
    EXPECT_EQ(names.find(" " + std::to_string(getpid()) + " "), std::string::npos) << names;
}

TEST_P(Sandbox, ForeignSystemCallsAreKilled) {
#if defined(__x86_64__)
    const Outcome outcome = compile_and_probe("", {"foreign-call", "x32-call"});
    // A kernel without the 32-bit entry ends the program by itself, before any filter.
    const Outcome outside = run({.words = {tools_directory() + "/probe", "foreign-call"}});
    const bool has_entry = outside.has("foreign-call ok");
    EXPECT_TRUE(outcome.has(has_entry ? "foreign-call no signal-31" : "foreign-call no signal-11")) << outcome.text();
    EXPECT_TRUE(outcome.has("x32-call no signal-31")) << outcome.text();
#else
    GTEST_SKIP() << "only x86-64 has a second and a third system-call table";
#endif
}

TEST_P(Sandbox, SocketFamiliesAreThoseThatANamespaceConfines) {
    const Outcome outcome = compile_and_probe(
        "sockets { allow unix inet inet6 }",
        {"socket:1", "socket:2", "socket:10", "socket:17", "socket:38", "socket:40", "socket:31", "socket:29", "socket:44"});
    for (const char* family : {"1", "2", "10"}) {
        EXPECT_TRUE(outcome.has("socket:" + std::string(family) + " ok")) << outcome.text();
    }
    for (const char* family : {"17", "38", "40", "31", "29", "44"}) {
        EXPECT_TRUE(outcome.has("socket:" + std::string(family) + " no EAFNOSUPPORT")) << outcome.text();
    }
}

TEST_P(Sandbox, NetworkOffReachesNobody) {
    const Outcome outcome = compile_and_probe("sockets { allow inet inet6 }",
                                              {"tcp:192.0.2.1:80", "udp:192.0.2.1:53", "tcp:2001:db8::1:80", "udp:127.0.0.1:9"});
    EXPECT_TRUE(outcome.has("tcp:192.0.2.1:80 no ENETUNREACH")) << outcome.text();
    EXPECT_TRUE(outcome.has("udp:192.0.2.1:53 no ENETUNREACH")) << outcome.text();
    EXPECT_TRUE(outcome.after("tcp:2001:db8::1:80 no ").has_value()) << outcome.text();
    EXPECT_TRUE(outcome.has("udp:127.0.0.1:9 ok")) << "its own loopback is up\n" << outcome.text();
}

/// A Unix socket of the host: it knows whether somebody called.
class Listener {
public:
    Listener() : file_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { close(file_); }
    bool listen_at(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        return bind(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && listen(file_, 5) == 0 &&
               chmod(path.c_str(), 0777) == 0;
    }
    [[nodiscard]] bool was_called() const {
        fcntl(file_, F_SETFL, O_NONBLOCK);
        const int call = accept4(file_, nullptr, nullptr, SOCK_CLOEXEC);
        return call >= 0 && close(call) == 0;
    }

private:
    int file_;
};

TEST_P(Sandbox, AGrantedSocketAnswersAndItsNeighbourIsNotThere) {
    Listener granted;
    Listener other;
    scene.directory("s");
    ASSERT_TRUE(granted.listen_at(scene.path("s/granted")) && other.listen_at(scene.path("s/other")));
    const Outcome outcome = compile_and_probe("filesystem { socket $ROOT/s/granted }",
                                              {"unix:" + scene.path("s/granted"), "unix:" + scene.path("s/other")});
    EXPECT_TRUE(outcome.has("unix:" + scene.path("s/granted") + " ok")) << outcome.text();
    EXPECT_TRUE(granted.was_called());
    EXPECT_FALSE(other.was_called());
}

TEST_P(Sandbox, APassedDescriptorArrivesAndNoOther) {
    scene.file("h/passed", "passed\n");
    ASSERT_EQ(scene.compile("filesystem { proc /proc }\nprocess { pass-descriptor 5 }").status, 0);
    mark_as_run();
    Command command = probe({"fds", "cat:/proc/self/fd/5"});
    command.keep = {5, 6};
    const std::string path = scene.path("h/passed");
    command.before_exec = [&] {
        dup2(open(path.c_str(), O_RDONLY), 5);
        dup2(5, 6);
    };
    const Outcome outcome = run(command);
    EXPECT_TRUE(outcome.has("cat:/proc/self/fd/5 = passed\\n") || outcome.has("cat:/proc/self/fd/5 no ENOENT") ||
                outcome.after("fd 5 "))
        << outcome.text();
    EXPECT_TRUE(outcome.after("fd 5 ").has_value()) << outcome.text();
    EXPECT_FALSE(outcome.after("fd 6 ").has_value()) << outcome.text();
}

TEST_P(Sandbox, IdsInsideAreThoseOutside) {
    const std::string id = std::to_string(payload_of(GetParam()));
    const Outcome outcome = compile_and_probe("use std/system", {"ids", "cat:/etc/passwd", "cwd"});
    EXPECT_TRUE(outcome.after("uid " + id + " euid " + id)) << outcome.text();
    EXPECT_EQ(outcome.out.find("group 0\n"), std::string::npos) << outcome.text();
    EXPECT_NE(outcome.out.find(":x:" + id + ":"), std::string::npos) << outcome.text();
    EXPECT_TRUE(outcome.has("cwd /")) << outcome.text();
}

TEST_P(Sandbox, TheWorkingDirectoryIsThePolicys) {
    scene.directory("h/a");
    const Outcome outcome = compile_and_probe("filesystem { write $ROOT/h/a as /work; workdir /work }", {"cwd", "write:here"});
    EXPECT_TRUE(outcome.has("cwd /work")) << outcome.text();
    EXPECT_TRUE(scene.exists("h/a/here"));
}

TEST_P(Sandbox, ACommandOfThePolicyRunsAndOnlyItWhereItSaysSo) {
    ASSERT_EQ(scene.compile("process { command only /probe/probe \"tag:mine\" \"exit:9\" }").status, 0);
    mark_as_run();
    Command command = launching({GetParam(), ""}, scene.bundle(), {});
    command.words.pop_back();  // without `--`
    const Outcome own = run(command);
    EXPECT_TRUE(own.has("tag mine")) << own.text();
    EXPECT_EQ(own.status, 9);
    const Outcome other = run(probe({"tag:other"}));
    EXPECT_EQ(other.status, 125) << other.text();
    EXPECT_FALSE(other.has("tag other")) << other.text();
}

TEST_P(Sandbox, StandardInputAndOutputPassThrough) {
    ASSERT_EQ(scene.compile("use std/shell").status, 0);
    mark_as_run();
    Command command = launching({GetParam(), ""}, scene.bundle(), {"/bin/cat"});
    command.input = "through\n";
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.out, "through\n") << outcome.text();
    EXPECT_EQ(outcome.err, "");
}

TEST_P(Sandbox, AMountPointThatAReadOnlyTreeLacksIsRefusedByName) {
    scene.file("h/a/file");
    scene.file("h/b/file");
    const Outcome outcome =
        compile_and_probe("filesystem { read $ROOT/h/a as /data; write $ROOT/h/b as /data/missing }", {"tag:ran"});
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("missing"), std::string::npos) << outcome.text();
    EXPECT_FALSE(scene.exists("h/a/missing"));
}

TEST_P(Sandbox, ARootOwnedTreeThatThePayloadCantWriteIsRefusedWithTheReason) {
    if (!running_as_root()) {
        GTEST_SKIP() << "a directory of another user needs root";
    }
    scene.directory("closed", 0755);
    const Outcome outcome = compile_and_probe("filesystem { write $ROOT/closed }", {"tag:ran"});
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_NE(outcome.err.find("closed"), std::string::npos) << outcome.text();
}

INSTANTIATE_TEST_SUITE_P(Kernel, Sandbox, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
