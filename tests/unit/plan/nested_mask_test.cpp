// Masks with nodes in them, and masks in masks: what must be there for the launch, and what needs no mount of its own.
#include "plan_fixture.hpp"

namespace sbx::plan {
namespace {

TEST(NestedMasks, AMaskThatHoldsANodeMustHaveItsPlaceOnTheHost) {
    // Skipped with the mask, the node's mount point would have to be made in the host's tree.
    const std::string text = mounts_of(policy_of({{"/a", read("/a")}, {"/a/k", hide_directory()}, {"/a/k/x", read("/x")}}));
    EXPECT_NE(text.find("hide-directory /a/k: tmpfs /a/k"), std::string::npos) << text;
    EXPECT_EQ(text.find("if-directory"), std::string::npos) << text;
}

TEST(NestedMasks, AMaskInAMaskNeedsNoMount) {
    const auto policy =
        policy_of({{"/a", read("/a")}, {"/a/k", hide_directory()}, {"/a/k/x", hide_directory()}, {"/a/k/y", hide_file()}});
    EXPECT_EQ(mounts_of(policy), mounts_of(policy_of({{"/a", read("/a")}, {"/a/k", hide_directory()}})));
    DiagnosticSink sink;
    EXPECT_EQ(lower(policy, sink).mounts.saved, 2U);
}

TEST(NestedMasks, AMaskOfWhatANodeInAMaskShowsIsMounted) {
    const std::string text = mounts_of(
        policy_of({{"/a", read("/a")}, {"/a/k", hide_directory()}, {"/a/k/x", read("/x")}, {"/a/k/x/y", hide_directory()}}));
    EXPECT_NE(text.find("if-directory /x/y: tmpfs /a/k/x/y"), std::string::npos) << text;
}

}  // namespace
}  // namespace sbx::plan
