// The second wall as a plan: which node gets a rule, and with which rights. Names are claims.
#include "compiler/plan/describe.hpp"
#include "compiler/plan/stages.hpp"
#include "plan_fixture.hpp"

#include <gmock/gmock.h>

namespace sbx::plan {
namespace {

const PathRights read_tree = {PathRight::execute, PathRight::read_file, PathRight::read_dir};

LandlockPlan landlock_of(std::vector<std::pair<std::string_view, policy::Node>> nodes) {
    return lower_landlock(policy_of(std::move(nodes)));
}
policy::Node write_noexec(std::string_view source) {
    return node(policy::HostTree{path(source), true, true});
}
const PathRule* rule_at(const LandlockPlan& plan, const std::string& path) {
    for (const PathRule& rule : plan.rules) {
        if (rule.path.text() == path) {
            return &rule;
        }
    }
    return nullptr;
}

TEST(LowerLandlock, ATreeHasTheRightsOfTheView) {
    const LandlockPlan plan = landlock_of({{"/usr", read("/usr")}, {"/ws", write("/ws")}, {"/quiet", write_noexec("/quiet")}});
    ASSERT_NE(rule_at(plan, "/usr"), nullptr);
    EXPECT_EQ(rule_at(plan, "/usr")->rights, read_tree);
    EXPECT_TRUE(rule_at(plan, "/ws")->rights.contains(PathRight::refer));
    EXPECT_TRUE(rule_at(plan, "/ws")->rights.contains(PathRight::execute));
    EXPECT_FALSE(rule_at(plan, "/ws")->rights.contains(PathRight::make_block));
    EXPECT_FALSE(rule_at(plan, "/quiet")->rights.contains(PathRight::execute));
    EXPECT_TRUE(plan.needs_execute.has_value());
    EXPECT_EQ(rule_at(plan, "/")->rights, PathRights{PathRight::read_dir});
}

TEST(LowerLandlock, WhatIsGivenByWhatStandsAboveNeedsNoRule) {
    const LandlockPlan plan = landlock_of({{"/ws", write("/ws")},
                                           {"/ws/in", read("/ws/in")},
                                           {"/ws/keys", hide_directory()},
                                           {"/made", empty_directory()},
                                           {"/tmp", tmpfs()},
                                           {"/tmp/x", read("/tmp/x")}});
    EXPECT_EQ(rule_at(plan, "/ws/in"), nullptr);
    EXPECT_EQ(rule_at(plan, "/ws/keys"), nullptr);
    EXPECT_EQ(rule_at(plan, "/made"), nullptr);
    EXPECT_EQ(rule_at(plan, "/tmp/x"), nullptr);
    EXPECT_EQ(plan.rules.size(), 3U);
}

TEST(LowerLandlock, WhatTheHostMayLackGivesNothingToWhatLiesBelow) {
    const LandlockPlan plan = landlock_of({{"/opt/x", optional(write("/opt/x"))}, {"/opt/x/in", read("/data")}});
    ASSERT_NE(rule_at(plan, "/opt/x/in"), nullptr);
    EXPECT_TRUE(rule_at(plan, "/opt/x")->optional);
    EXPECT_FALSE(rule_at(plan, "/opt/x/in")->optional);
}

TEST(LowerLandlock, SocketsAreConfinedWhereTheyCanBeMade) {
    policy::Policy policy = policy_of({{"/run/x.sock", node(policy::HostSocket{})}});
    EXPECT_FALSE(lower_landlock(policy).handled.contains(PathRight::resolve_unix));
    policy.sockets.allowed["unix"];
    const LandlockPlan plan = lower_landlock(policy);
    EXPECT_TRUE(plan.handled.contains(PathRight::resolve_unix));
    EXPECT_EQ(rule_at(plan, "/run/x.sock")->rights, PathRights{PathRight::resolve_unix});
}

TEST(LowerLandlock, PortsAreClosedWhereNoSocketOfTheInternetCanBeMade) {
    policy::Policy policy;
    EXPECT_TRUE(lower_landlock(policy).no_tcp);
    policy.sockets.allowed["inet6"];
    EXPECT_FALSE(lower_landlock(policy).no_tcp);
}

TEST(LowerLandlock, WhoMayMountIsLeftItsPaths) {
    policy::Policy policy = policy_of({{"/usr", read("/usr")}});
    policy.process.nested_namespaces.value = true;
    EXPECT_TRUE(lower_landlock(policy).handled.empty());
    EXPECT_TRUE(lower_landlock(policy).rules.empty());
}

}  // namespace
}  // namespace sbx::plan
