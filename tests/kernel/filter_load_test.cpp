// The files of packet filters, loaded by nft in the order of the manifest, each as one transaction: as root, and as an ordinary
// user, whose transactions the kernel bounds.
#include "tests/kernel/harness.hpp"
#include "tests/kernel/ran.hpp"

#include <gtest/gtest.h>
#include <string>

namespace sbx::kernel {
namespace {

/// Loads what is there, and prints the table.
constexpr const char* load =
    "cd \"$1\" && for f in egress.nft egress.[0-9]*.nft egress.allow.nft; do [ ! -e $f ] || nft -f $f || exit 1; done && "
    "nft list table inet sbx";

class FilterLoad : public testing::TestWithParam<bool> {
protected:
    /// What nft lists of the table that it has loaded.
    Outcome loaded(const std::string& network) {
        const Outcome compiled = scene.compile("network {\n" + network + "}\n");
        EXPECT_EQ(compiled.status, 0) << compiled.text();
        return in_namespace(load);
    }
    Outcome in_namespace(const std::string& script) {
        Command command{{"/usr/bin/unshare", "-Urn", "/bin/sh", "-c", script, "sh", scene.bundle()}};
        command.environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}};
        command.as_root = GetParam();
        command.timeout = std::chrono::milliseconds{100000};
        return run(std::move(command));
    }
    void SetUp() override {
        if (GetParam() && !running_as_root()) {
            GTEST_SKIP() << "only root can try it as root";
        }
        scene.directory("bundle");
        if (in_namespace("nft list ruleset").status != 0) {
            GTEST_SKIP() << "nft, or a user and network namespace for it, is missing here";
        }
        mark_as_run();
    }
    Scene scene;
};

std::string networks(int count, const std::string& statement) {
    std::string text = statement;
    for (int i = 0; i < count; ++i) {
        text += " 10." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ".0/28";
    }
    return text;
}

TEST_P(FilterLoad, EveryKindOfStatementIsWhatNftTakes) {
    const Outcome outcome = loaded(
        "allow any to 0.0.0.0/0 ::/0\ndeny any to 10.0.0.0/8\ndeny tcp to 2001:db8::/32 port 22 8000-8999\n"
        "unblock host port 5432 because \"a test\"\npublish tcp 8080\n");
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_TRUE(outcome.has("\tchain output {")) << outcome.text();
}

TEST_P(FilterLoad, NetworksThatNoTransactionHoldsComeInParts) {
    const Outcome outcome = loaded(networks(5000, "allow tcp to") + " port 443\n" + networks(5000, "allow icmp to") + "\n");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("10.19.135.0/28 . 443"), std::string::npos) << "the last one";
}

TEST_P(FilterLoad, NamesThatNoTransactionHoldsComeInParts) {
    std::string text = "resolver 10.20.0.53\n";
    for (int i = 0; i < 150; ++i) {
        text += "allow tcp to host \"n" + std::to_string(i) + ".example.org\" port 443 8000-8999\n";
    }
    const Outcome outcome = loaded(text);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("@name_149_6"), std::string::npos) << outcome.out;
}

INSTANTIATE_TEST_SUITE_P(Callers, FilterLoad, testing::Bool(), [](const auto& each) { return each.param ? "root" : "ordinary"; });

}  // namespace
}  // namespace sbx::kernel
