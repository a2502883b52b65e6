// Launches in a container: its process numbers are its own, and not those that a sandbox in it counts by.
#include "tests/kernel/lacking_host.hpp"
#include "tests/kernel/network_fixture.hpp"

#include <gtest/gtest.h>

namespace sbx::kernel {
namespace {

/// Far above what a sandbox counts up to: of that, nothing has a name in the container's /proc. Only root can ask for it.
constexpr pid_t far = 20000;

class Container : public InTestNetwork<testing::TestWithParam<Mode>> {
protected:
    [[nodiscard]] static Outcome run_in_container(
        Command command, const std::function<void()>& then = [] {}) {
        command.before_exec = [before = command.before_exec, then] {
            if (before) {
                before();
            }
            enter_container(far);
            then();
        };
        return run(std::move(command));
    }
    [[nodiscard]] Command probe(std::vector<std::string> requests) const {
        return probing({GetParam(), ""}, scene, std::move(requests));
    }
};

TEST_P(Container, RunsWithoutANetworkAndWithTheHosts) {
    for (const char* network : {"network off", "network host"}) {
        for (const char* procfs : {"", "filesystem { proc /proc }\n"}) {
            const Outcome compiled = scene.compile(std::string(procfs) + network);
            ASSERT_EQ(compiled.status, 0) << compiled.text();
            const Outcome outcome = run_in_container(probe({"exit:7"}));
            EXPECT_EQ(outcome.status, 7) << network << "\n" << procfs << outcome.text();
            EXPECT_EQ(outcome.err, "");
        }
    }
}

TEST_P(Container, RunsWithAFilteredNetwork) {
    const Outcome compiled = scene.compile("filesystem { proc /proc }\nnetwork { allow tcp to 203.0.113.5 port 80 }");
    ASSERT_EQ(compiled.status, 0) << compiled.text();
    const Outcome outcome = run_in_container(
        launch_as(GetParam(), {"echo:tcp:203.0.113.5:80", "echo:tcp:203.0.113.5:81"}, {}, TestNetwork::Tun::usable));
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.5:80 ok")) << outcome.text();
    EXPECT_FALSE(outcome.has("echo:tcp:203.0.113.5:81 ok")) << outcome.text();
}

TEST_P(Container, WhoseProcIsCoveredIsRefusedWithWhatUncoversIt) {
    const Outcome compiled = scene.compile("network off");
    ASSERT_EQ(compiled.status, 0) << compiled.text();
    const Outcome outcome = run_in_container(probe({"exit:7"}), cover_proc);
    if (GetParam().program ==
        Program::launch) {  // it keeps the caller's pid namespace until bubblewrap, and needs no procfs for it
        EXPECT_EQ(outcome.status, 7) << outcome.text();
        return;
    }
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err,
              "sbx-run: namespaces: no procfs can be mounted for a pid namespace of the sandbox's own: Operation not permitted; "
              "uncover this container's /proc, in which something is hidden: for Docker and Podman "
              "`--security-opt systempaths=unconfined`, for Kubernetes `procMount: Unmasked`\n");
}

INSTANTIATE_TEST_SUITE_P(Kernel, Container, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
