// The wall behind the packet filter (R-NET-04): frames that somebody gives to the interface itself. No payload can; here it is done
// with the capability for it, as on the day on which something else has failed. Without the wall they arrive.
#include "tests/kernel/network_fixture.hpp"

#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

/// Each to a port of its own, so that the servers' logs tell them apart.
const std::vector<std::pair<std::string, std::string>> frames = {
    {"frame:raw:203.0.113.6:78", "udp 203.0.113.6 78"},
    {"frame:arp:203.0.113.6:79", "udp 203.0.113.6 79"},
    {"frame:bypass:203.0.113.6:81", "udp 203.0.113.6 81"},
    {"frame:packet:203.0.113.6:82", "udp 203.0.113.6 82"},
};

const char* const frame_wall = R"(table netdev sbx {
	chain egress {
		type filter hook egress device "tap0" priority 0; policy drop;
		meta rtclassid >= 0 accept
		meta skuid >= 0 drop
		@ll,96,16 0x806 accept
	}
}
)";

class EgressFrames : public InTestNetwork<testing::TestWithParam<Mode>> {
protected:
    void compile(const std::string& rules) {
        const Outcome outcome = scene.compile("filesystem { proc /proc }\nnetwork {\n" + rules + "\n}\n");
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    /// A command in the network namespace of a process, with one capability over it.
    static Outcome run_with(int capability, pid_t process, std::vector<std::string> words) {
        Command command{.words = std::move(words)};
        command.before_exec = [capability, process] {
            const int network = open(("/proc/" + std::to_string(process) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
            const int owner = ioctl(network, NS_GET_USERNS);
            __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
            const std::uint32_t one = 1U << static_cast<unsigned>(capability);
            const __user_cap_data_struct data[2] = {{one, one, one}, {0, 0, 0}};
            if (setns(owner, CLONE_NEWUSER) != 0 || setns(network, CLONE_NEWNET) != 0 || syscall(SYS_capset, &header, data) != 0 ||
                prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) {
                _exit(98);
            }
        };
        return run(std::move(command));
    }
    static void send_frames(pid_t process) {
        std::vector<std::string> words = {tools_directory() + "/probe"};
        for (const auto& [request, arrival] : frames) {
            words.push_back(request);
        }
        const Outcome outcome = run_with(CAP_NET_RAW, process, std::move(words));
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        EXPECT_EQ(outcome.out.find("EPERM"), std::string::npos) << "no such socket may be made\n" << outcome.text();
    }
    /// Sends frames with the wall, and once it is taken down.
    void expect_a_wall(Running& running, const std::string& tag) {
        ASSERT_TRUE(running.wait_for("tag " + tag)) << running.finish().text();
        const std::vector<pid_t> processes = processes_with("tag:" + tag);
        ASSERT_FALSE(processes.empty());
        const pid_t inside = processes.back();
        send_frames(inside);
        for (const auto& [request, arrival] : frames) {
            EXPECT_FALSE(network().reached("world", arrival)) << request << " passes the wall\n" << network().log();
        }
        EXPECT_EQ(run_with(CAP_NET_ADMIN, inside, {"/usr/sbin/nft", "-n", "list", "table", "netdev", "sbx"}).out, frame_wall);
        const Outcome removed = run_with(CAP_NET_ADMIN, inside, {"/usr/sbin/nft", "delete", "table", "netdev", "sbx"});
        ASSERT_EQ(removed.status, 0) << removed.text();
        send_frames(inside);
        for (const auto& [request, arrival] : frames) {
            EXPECT_TRUE(network().reached("world", arrival)) << request << " does not arrive without the wall\n" << network().log();
        }
    }
    const std::string name = "frames-" + std::to_string(getpid());
};

TEST_P(EgressFrames, NoFrameOfASocketLeavesByItself) {
    compile("allow tcp to 203.0.113.5 port 80; allow udp to 203.0.113.5 port 80");
    Running running(launch_as(GetParam(), {"echo:tcp:203.0.113.5:80", "fragments:udp:203.0.113.5:80", "tag:" + name, "sleep:20"},
                              {}, TestNetwork::Tun::usable));
    expect_a_wall(running, name);
    kill(running.pid(), SIGTERM);
    const Outcome outcome = running.finish();
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.5:80 ok") && outcome.has("fragments:udp:203.0.113.5:80 ok")) << outcome.text();
    EXPECT_EQ(outcome.err.find("second wall"), std::string::npos) << outcome.text();
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressFrames, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

class EgressFramesOfSbxRun : public EgressFrames {};

TEST_P(EgressFramesOfSbxRun, TheWallStandsBeforePastaToo) {
    compile("allow tcp to 203.0.113.5 2001:db8:77::5 port 80");
    const std::string report = scene.directory("report", 0777) + "/report.json";
    Running running(launch_as(GetParam(), {"echo:tcp:203.0.113.5:80", "echo:tcp:2001:db8:77::5:80", "tag:" + name, "sleep:20"},
                              {"--report", report}, TestNetwork::Tun::usable));
    expect_a_wall(running, name);
    kill(running.pid(), SIGTERM);
    const Outcome outcome = running.finish();
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.5:80 ok") && outcome.has("echo:tcp:2001:db8:77::5:80 ok")) << outcome.text();
    const nlohmann::json made = nlohmann::json::parse(read_file(report))["network"];
    EXPECT_TRUE(made["frames_filtered"] == true && made["ipv6"] == true) << made;
}

TEST_P(EgressFramesOfSbxRun, TheWallStandsBeforeAMacvlanInterfaceToo) {
    if (!GetParam().as_root) {
        GTEST_SKIP() << "only root can have one";
    }
    compile("allow tcp to 203.0.113.5 port 80");
    Running running(launch_as(GetParam(), {"echo:tcp:203.0.113.5:80", "tag:" + name, "sleep:20"},
                              {"--macvlan", "near", "--address", "10.77.0.50/24", "--gateway", "10.77.0.2"},
                              TestNetwork::Tun::absent));
    expect_a_wall(running, name);
    kill(running.pid(), SIGTERM);
    EXPECT_TRUE(running.finish().has("echo:tcp:203.0.113.5:80 ok"));
}

/// struct nlmsghdr of type NLMSG_ERROR, -EOPNOTSUPP, the header that it answers.
const std::string no_such_hook = "2400000002000000" + std::string(16, '0') + "a1ffffff" + std::string(32, '0');

/// The kernel's answer to the transaction is rewritten on its way, call after call until it is the right one, since no kernel that
/// runs this lacks the hook.
TEST_P(EgressFramesOfSbxRun, AKernelThatCannotHaveTheWallIsReported) {
    const char* const strace = "/usr/bin/strace";
    const Outcome usable = run(
        {.words = {strace, "-f", "-qq", "-o", "/dev/null", tools_directory() + "/probe", "exit:5"}, .as_root = GetParam().as_root});
    if (usable.status != 5) {
        GTEST_SKIP() << "no strace, or no process may be traced here: " << usable.err;
    }
    compile("allow tcp to 203.0.113.5 port 80");
    const std::string report = scene.directory("report", 0777) + "/report.json";
    int reported = 0;
    for (int call = 1; call <= 20 && reported == 0; ++call) {
        Command command = launch_as(GetParam(), {"echo:tcp:203.0.113.5:80", "echo:tcp:203.0.113.6:80"}, {"--report", report},
                                    TestNetwork::Tun::usable);
        const std::vector<std::string> words = {
            strace,
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=recvfrom",
            "-e",
            "inject=recvfrom:poke_exit=@arg2=" + no_such_hook + ":when=" + std::to_string(call)};
        command.words.insert(command.words.begin(), words.begin(), words.end());
        const Outcome outcome = run(std::move(command));
        const nlohmann::json json = nlohmann::json::parse(read_file(report));
        if (outcome.status == 0 && json["network"]["frames_filtered"] == false) {
            ++reported;
            EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.5:80 ok")) << outcome.text();
            EXPECT_NE(json["notes"].dump().find("this kernel cannot filter frames"), std::string::npos) << json["notes"];
        }
        EXPECT_FALSE(network().reached("world", "tcp 203.0.113.6 80"));
    }
    EXPECT_EQ(reported, 1) << "no such answer was met";
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressFramesOfSbxRun, testing::ValuesIn(modes_of_sbx_run()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
