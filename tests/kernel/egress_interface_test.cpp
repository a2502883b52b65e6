// The interface to the outside belongs to the sandbox's network namespace and not to the program that carries its packets, so that
// nobody waits for the interface when that program ends.
#include "tests/kernel/network_fixture.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

class EgressInterface : public InTestNetwork<testing::TestWithParam<Mode>> {
protected:
    void expect_an_interface_of_its_own(const std::string& network) {
        const Outcome compiling = scene.compile("filesystem { proc /proc }\nnetwork { " + network + " }");
        ASSERT_EQ(compiling.status, 0) << compiling.text();
        const std::string tag = "interface-" + std::to_string(getpid());
        Running running(launch_as(GetParam(), {"echo:tcp:203.0.113.5:80", "tag:" + tag, "sleep:20"}, {}, TestNetwork::Tun::usable));
        ASSERT_TRUE(running.wait_for("tag " + tag)) << running.finish().text();
        const std::vector<pid_t> processes = processes_with("tag:" + tag);
        ASSERT_FALSE(processes.empty());
        const Outcome link = run({.words = {"/usr/bin/nsenter", "-t", std::to_string(processes.back()), "-n", "/usr/sbin/ip",
                                            "-details", "link", "show", "tap0"}});
        EXPECT_NE(link.out.find(" persist on "), std::string::npos) << link.text();
        kill(running.pid(), SIGTERM);
        const Outcome outcome = running.finish();
        EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.5:80 ok")) << outcome.text();
    }
};

TEST_P(EgressInterface, OutlivesSlirp4netns) {
    expect_an_interface_of_its_own("allow tcp to 203.0.113.5 port 80");
}

TEST_P(EgressInterface, OutlivesPasta) {
    expect_an_interface_of_its_own("allow tcp to 203.0.113.5 2001:db8:77::5 port 80");
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressInterface, testing::ValuesIn(modes_of_sbx_run()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
