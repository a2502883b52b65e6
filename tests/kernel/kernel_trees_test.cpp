// What a policy cannot name, a parameter's value cannot either: the host's processes and devices, and the kernel's settings for
// writing.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <gtest/gtest.h>

namespace sbx::kernel {
namespace {

class KernelTrees : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override { mark_as_run(); }
};

TEST_P(KernelTrees, AreNoValuesOfParameters) {
    Scene scene;
    scene.directory("right");
    const Outcome compiling =
        scene.compile("param seen: path\nparam changed: path\nfilesystem { read $seen as /seen; write $changed/data as /changed }");
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    scene.directory("right/data");
    const auto with = [&](const std::string& seen, const std::string& changed) {
        return run(probing({GetParam(), ""}, scene, {"tag:ran"}, {"--set", "seen=" + seen, "--set", "changed=" + changed}));
    };
    const std::string right = scene.path("right");
    EXPECT_EQ(with(right, right).status, 0) << with(right, right).text();
    EXPECT_EQ(with("/sys/kernel", right).status, 0) << "reading settings is no danger to them";
    struct Wrong {
        std::string seen, changed, said;
    };
    const Wrong all[] = {{"/proc", right, "`/proc` shows the host's processes"},
                         {"/proc/self", right, "`/proc/self` shows the host's processes"},
                         {"/dev", right, "`/dev` shows the host's devices"},
                         {"/dev/shm", right, "`/dev/shm` shows the host's devices"},
                         {right, "/sys/kernel", "`/sys/kernel/data` lets the sandbox change the kernel's settings"},
                         {right, "/dev/shm", "`/dev/shm/data` shows the host's devices"}};
    for (const Wrong& wrong : all) {
        const Outcome outcome = with(wrong.seen, wrong.changed);
        EXPECT_EQ(outcome.status, 125) << outcome.text();
        EXPECT_EQ(outcome.out, "") << wrong.said;
        EXPECT_NE(outcome.err.find(": bind: " + wrong.said), std::string::npos) << outcome.text();
    }
}

INSTANTIATE_TEST_SUITE_P(Kernel, KernelTrees, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
