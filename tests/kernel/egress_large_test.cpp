// Filters that no transaction and no set can hold whole, as a launch loads them.
#include "tests/kernel/network_fixture.hpp"

#include <filesystem>
#include <gtest/gtest.h>

namespace sbx::kernel {
namespace {

class LargeFilter : public InTestNetwork<testing::TestWithParam<Mode>> {
protected:
    void compile(const std::string& rules, const std::string& statements) {
        const Outcome outcome = scene.compile("filesystem { proc /proc }\n" + statements + "network {\n" + rules + "\n}");
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    [[nodiscard]] Outcome asked(std::vector<std::string> requests) const {
        return run(launch_as(GetParam(), std::move(requests), {}, TestNetwork::Tun::usable));
    }
};

TEST_P(LargeFilter, AFilterOfSeveralTransactionsIsLoadedWhole) {
    std::string many = "203.0.113.5";
    for (int i = 0; i < 5000; ++i) {
        many += ", 198.51." + std::to_string(i / 128) + "." + std::to_string(i % 128 * 2);
    }
    compile("allow tcp to $many port 80; allow udp to 203.0.113.9 port 80", "let many = [" + many + ", 203.0.113.9]\n");
    EXPECT_TRUE(std::filesystem::exists(scene.bundle() + "/egress.001.nft"));
    const Outcome outcome = asked({"echo:tcp:203.0.113.5:80", "echo:tcp:203.0.113.9:80", "echo:udp:203.0.113.9:80",
                                   "echo:tcp:203.0.113.6:80", "echo:tcp:203.0.113.9:81"});
    ASSERT_EQ(outcome.status, 0) << outcome.text();
    for (const char* allowed : {"tcp:203.0.113.5:80", "tcp:203.0.113.9:80", "udp:203.0.113.9:80"}) {
        EXPECT_TRUE(outcome.has("echo:" + std::string(allowed) + " ok")) << outcome.text();
    }
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.6:80 no ECONNREFUSED")) << outcome.text();
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.9:81 no ECONNREFUSED")) << outcome.text();
}

TEST_P(LargeFilter, OfSeveralSetsEachIsAskedAboutItsOwnAddresses) {
    std::string many = "10.0.2.76/31, 203.0.113.4/31";
    for (int i = 0; i < 17000; ++i) {
        many += ", 198." + std::to_string(18 + i / 16384) + "." + std::to_string(i / 64 % 256) + "." + std::to_string(i % 64 * 4) +
                "/31";
    }
    compile("allow tcp to $many port 80", "let many = [" + many + "]\n");
    const Outcome outcome = asked({"echo:tcp:10.0.2.77:80", "echo:tcp:203.0.113.5:80", "echo:tcp:203.0.113.6:80",
                                   "echo:tcp:203.0.113.5:81", "echo:tcp:198.18.0.2:80"});
    ASSERT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_TRUE(outcome.has("echo:tcp:10.0.2.77:80 ok")) << "the first of the first set\n" << outcome.text();
    EXPECT_TRUE(outcome.has("echo:tcp:203.0.113.5:80 ok")) << "the last of the last set\n" << outcome.text();
    for (const char* denied : {"203.0.113.6:80", "203.0.113.5:81", "198.18.0.2:80"}) {
        EXPECT_TRUE(outcome.has("echo:tcp:" + std::string(denied) + " no ECONNREFUSED")) << outcome.text();
    }
}

INSTANTIATE_TEST_SUITE_P(Kernel, LargeFilter, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
