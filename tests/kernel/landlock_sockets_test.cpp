// Unix sockets of the host: a control socket in a tree that can be read, an agent's in /tmp, a bus, an abstract one. Out of reach
// with and without Landlock, and in reach where the policy says so. What a kernel cannot close the report names.
#include "tests/kernel/host_socket.hpp"
#include "tests/kernel/landlock_fixture.hpp"

namespace sbx::kernel {
namespace {

class HostSockets : public AtWall {
protected:
    /// A sandbox of this policy calls the socket.
    WallLaunch call(const std::string& statements, const std::string& path) {
        Scene scene;
        const Outcome compiled = scene.compile_text("sbx 1\nprofile p\nprocess { run-as 65532:65532 }\nfilesystem { read " +
                                                    tools_directory() + " as /probe }\n" + statements);
        EXPECT_EQ(compiled.status, 0) << compiled.text();
        return launch_here(scene, {"ids", "unix:" + path});
    }
    void expect_closed(const HostSocket& socket, const std::string& statements, const std::string& path) {
        const WallLaunch made = call(statements, path);
        EXPECT_TRUE(made.outcome.after("uid ").has_value()) << statements << made.outcome.text();
        EXPECT_FALSE(made.outcome.has("unix:" + path + " ok")) << statements << made.outcome.text();
        EXPECT_FALSE(socket.was_called()) << statements;
    }
    void expect_open(const HostSocket& socket, const std::string& statements, const std::string& path) {
        const WallLaunch made = call(statements, path);
        EXPECT_TRUE(made.outcome.has("unix:" + path + " ok")) << statements << made.outcome.text();
        EXPECT_TRUE(socket.was_called()) << statements;
    }
    Scene host;
};

TEST_P(HostSockets, AControlSocketInATreeThatCanBeRead) {
    host.directory("run");
    const std::string path = host.path("run/docker.sock");
    const HostSocket socket(path);
    ASSERT_TRUE(socket.listens());
    expect_closed(socket, "filesystem { read " + host.path("run") + " }", path);
    expect_closed(socket, "filesystem { read " + host.path("run") + " }\nnetwork host", path);
    expect_open(socket, "filesystem { read " + host.path("run") + "; socket " + path + " }", path);
    expect_open(socket, "filesystem { socket " + path + " }", path);
}

TEST_P(HostSockets, OthersBesideAGrantedOneAreClosedOrTheReportSaysThatTheyAreNot) {
    host.directory("run");
    const HostSocket granted(host.path("run/granted"));
    const std::string path = host.path("run/other");
    const HostSocket other(path);
    const std::string both = "filesystem { read " + host.path("run") + "; socket " + host.path("run/granted") + " }";
    const WallLaunch made = call(both, path);
    const bool narrowed = version() >= 9;
    EXPECT_EQ(other.was_called(), !narrowed) << made.outcome.text();
    EXPECT_EQ(made.notes("every Unix socket that lies in a granted tree"), !narrowed) << made.report;
    EXPECT_EQ(made.status_of("landlock.unix sockets"), narrowed ? "enforced" : "not enforced");
    // Without a tree around it there is nothing else to be called.
    expect_closed(other, "filesystem { socket " + host.path("run/granted") + " }", path);
}

TEST_P(HostSockets, AnAgentsSocketInTmp) {
    const std::string path = "/tmp/sbx-agent-" + std::to_string(getpid());
    unlink(path.c_str());
    const HostSocket socket(path);
    ASSERT_TRUE(socket.listens());
    expect_closed(socket, "use std/system", path);
    expect_closed(socket, "use std/system\nsockets { allow unix }", path);
    expect_open(socket, "use std/system\nfilesystem { socket " + path + " }", path);
    unlink(path.c_str());
}

TEST_P(HostSockets, ABus) {
    host.directory("run/dbus");
    const std::string path = host.path("run/dbus/system_bus_socket");
    const HostSocket socket(path);
    ASSERT_TRUE(socket.listens());
    expect_closed(socket, "", path);
    expect_closed(socket, "sockets { allow unix }", path);
    expect_closed(socket, "filesystem { read " + host.path("run") + " }", path);
    expect_open(socket, "filesystem { socket " + path + " }", path);
}

TEST_P(HostSockets, AnAbstractOne) {
    const std::string path = "@sbx-abstract-" + std::to_string(getpid());
    const HostSocket socket(path);
    ASSERT_TRUE(socket.listens());
    expect_closed(socket, "", path);
    expect_closed(socket, "network host", path);
    expect_closed(socket, "sockets { allow unix }", path);
    // Nothing but Landlock tells the sockets of one network namespace apart.
    const std::string shared = "network host\nsockets { allow unix }";
    if (walled()) {
        expect_closed(socket, shared, path);
        return;
    }
    const WallLaunch made = call(shared, path);
    EXPECT_TRUE(socket.was_called()) << made.outcome.text();
    EXPECT_TRUE(made.notes("abstract sockets")) << made.report;
    EXPECT_EQ(made.status_of("landlock.abstract sockets"), "not enforced");
}

// Landlock would forbid to mount, so that it leaves paths alone: all sockets of the tree are in reach, on any kernel.
TEST_P(HostSockets, WhoMayMakeNamespacesCanCallAllOfAGrantedTreeAndTheReportSaysSo) {
    host.directory("run");
    const HostSocket granted(host.path("run/granted"));
    const std::string path = host.path("run/other");
    const HostSocket other(path);
    const std::string nested = "process { nested-namespaces allow }\nfilesystem { read " + host.path("run") + " }\n";
    const WallLaunch made = call(nested + "filesystem { socket " + host.path("run/granted") + " }", path);
    EXPECT_TRUE(other.was_called()) << made.outcome.text();
    EXPECT_TRUE(made.notes("`nested-namespaces allow` leaves paths to the mounts")) << made.report;
    EXPECT_TRUE(made.notes("every Unix socket that lies in a granted tree")) << made.report;
    EXPECT_EQ(made.status_of("landlock.unix sockets"), "enforced") << "as a grant";
    const WallLaunch quiet = call(nested, path);
    EXPECT_FALSE(other.was_called()) << "no socket can be made";
    EXPECT_TRUE(quiet.notes("FIFOs")) << quiet.report;
    EXPECT_FALSE(quiet.notes("every Unix socket")) << quiet.report;
}

TEST_P(HostSockets, AnAbstractOneOfWhoMayMakeNamespaces) {
    const std::string path = "@sbx-nested-" + std::to_string(getpid());
    const HostSocket socket(path);
    const WallLaunch made = call("process { nested-namespaces allow }\nnetwork host\nsockets { allow unix }", path);
    EXPECT_EQ(socket.was_called(), !walled()) << made.outcome.text();
    EXPECT_EQ(made.notes("abstract sockets"), !walled()) << made.report;
}

INSTANTIATE_TEST_SUITE_P(Kernel, HostSockets, every_wall(), testing::PrintToStringParamName());

}  // namespace
}  // namespace sbx::kernel
