// bwrap.args, record by record.
#include "compiler/plan/words.hpp"
#include "emitters_fixture.hpp"

#include <gmock/gmock.h>

namespace sbx::emit {
namespace {

using namespace plan;
using testing::ElementsAre;
using testing::ElementsAreArray;

using Strings = std::vector<std::string>;

/// The strings between the switches and the last record, without comments of origin.
Strings mount_records(const policy::Policy& policy) {
    Strings strings = strings_of(bwrap_arguments(plan_of(policy)).bytes);
    const Strings last = {"always", "2", "=--remount-ro", "=/", "always", "4", "=--add-seccomp-fd", "#", "=--chdir", "=/"};
    const std::size_t first = 1 + 3 + 2 + 17;  // magic, comment, guard and count, switches
    EXPECT_GE(strings.size(), first + last.size());
    EXPECT_TRUE(std::equal(last.rbegin(), last.rend(), strings.rbegin()));
    return {strings.begin() + static_cast<std::ptrdiff_t>(first), strings.end() - static_cast<std::ptrdiff_t>(last.size())};
}

TEST(BwrapArguments, BeginWithTheFormatAndTheSwitches) {
    EXPECT_THAT(strings_of(bwrap_arguments(plan_of({})).bytes),
                ElementsAre("sbx-bwrap-args 1", "comment", "1", "every sandbox", "always", "17", "=--unshare-user",
                            "=--disable-userns", "=--unshare-pid", "=--unshare-ipc", "=--unshare-uts", "=--unshare-cgroup",
                            "=--unshare-net", "=--die-with-parent", "=--new-session", "=--cap-drop", "=ALL", "=--uid", "\"${uid}\"",
                            "=--gid", "\"${gid}\"", "=--hostname", "=sandbox", "always", "2", "=--remount-ro", "=/", "always", "4",
                            "=--add-seccomp-fd", "#", "=--chdir", "=/"));
}

TEST(BwrapArguments, SourcesAreOpenedByTheLauncher) {
    auto policy = policy_of({{"/usr", directory(read("/usr"))},
                             {"/opt/a", optional(read("/srv/a"))},
                             {"/run/s", node(policy::HostSocket{})},
                             {"$s", write("$s")}});
    add_path_parameter(policy, "s", "/var/tmp");
    EXPECT_THAT(mount_records(policy), ElementsAre("if-exists", "=/srv/a", "3", "=--ro-bind-fd", "<-=/srv/a", "=/opt/a",  //
                                                   "always", "3", "=--ro-bind-fd", "<s=/run/s", "=/run/s",                //
                                                   "always", "3", "=--ro-bind-fd", "<d=/usr", "=/usr",                    //
                                                   "always", "3", "=--bind-fd", ">-\"${s}\"", "\"${s}\""));
}

TEST(BwrapArguments, AFirmDirectoryIsBoundWithoutAskingWhetherItCanBeChanged) {
    EXPECT_THAT(mount_records(policy_of({{"/ws", write("/ws")}, {"/ws/a/b", read("/ws/a/b")}})),
                ElementsAre("always", "3", "=--bind-fd", ">-=/ws", "=/ws",                           //
                            "must-be-directory", "=/ws/a", "3", "=--bind-fd", "<d=/ws/a", "=/ws/a",  //
                            "always", "3", "=--ro-bind-fd", "<-=/ws/a/b", "=/ws/a/b"));
}

TEST(BwrapArguments, AMaskIsATmpfsAndARemountInOneRecord) {
    EXPECT_THAT(mount_records(policy_of({{"/ws", write("/ws")}, {"/ws/d", hide_directory()}})),
                ElementsAre("always", "3", "=--bind-fd", ">-=/ws", "=/ws",  //
                            "reserve-directory", "=/ws/d", "8", "=--perms", "=0755", "=--size", "=4096", "=--tmpfs", "=/ws/d",
                            "=--remount-ro", "=/ws/d"));
}

TEST(BwrapArguments, EveryOtherMountHasItsOption) {
    EXPECT_THAT(mount_records(policy_of({{"/bin", link_to("--bind")},
                                         {"/d", empty_directory(0700)},
                                         {"/dev", node(policy::DeviceDirectory{})},
                                         {"/dev/kvm", node(policy::HostDevice{})},
                                         {"/dev/shm", tmpfs(1, 01777)}})),
                ElementsAre("always", "3", "=--symlink", "=--bind", "=/bin",                                     //
                            "always", "4", "=--perms", "=0700", "=--dir", "=/d",                                 //
                            "always", "2", "=--dev", "=/dev",                                                    //
                            "must-exist", "=/dev/kvm", "3", "=--dev-bind", "=/dev/kvm", "=/dev/kvm",             //
                            "always", "6", "=--perms", "=1777", "=--size", "=1048576", "=--tmpfs", "=/dev/shm",  //
                            "always", "2", "=--remount-ro", "=/dev"));
}

TEST(BwrapArguments, ARequirementIsAGuardWithoutWords) {
    policy::Policy policy;
    policy.filesystem.required[path("/usr/lib")] = {true, {}};
    EXPECT_THAT(mount_records(policy), ElementsAre("must-be-directory", "=/usr/lib", "0"));
}

TEST(BwrapArguments, EqualContentsShareAFileAndTemplatesAreMarked) {
    auto policy = policy_of({{"/a", file("same\n")}, {"/b", file("same\n")}});
    Text text("id ");
    text.append_parameter("uid");
    policy.filesystem.nodes.emplace(path("/c"), node(policy::DataFile{text, 0400}));
    const BwrapArguments made = bwrap_arguments(plan_of(policy));
    EXPECT_THAT(made.data, ElementsAre(Artifact{"data/000", "same\n", 0644}, Artifact{"data/001", "\"id ${uid}\"", 0644}));
    EXPECT_THAT(mount_records(policy), ElementsAre("always", "5", "=--perms", "=0444", "=--ro-bind-data", "@000", "=/a",  //
                                                   "always", "5", "=--perms", "=0444", "=--ro-bind-data", "@000", "=/b",  //
                                                   "always", "5", "=--perms", "=0400", "=--ro-bind-data", "&001", "=/c"));
}

TEST(BwrapArguments, CommentsNameTheLineOnceAndHoldNoLineBreak) {
    const SourceFile source("x", "a\nb.sbx", "one\n");
    auto policy = policy_of({{"/a", read("/a")}, {"/b", read("/b")}});
    for (auto& [path, node] : policy.filesystem.nodes) {
        node.origin = Origin{&source, {0, 3}};
    }
    const Strings strings = strings_of(bwrap_arguments(plan_of(policy)).bytes);
    EXPECT_EQ(std::count(strings.begin(), strings.end(), "a?b.sbx:1"), 1);
    EXPECT_EQ(std::count(strings.begin(), strings.end(), "comment"), 3);
}

TEST(BwrapArguments, NoHostNameIsGivenToTheHostsOwnNamespace) {
    policy::Policy policy;
    policy.process.share_uts.value = true;
    const Strings strings = strings_of(bwrap_arguments(plan_of(policy)).bytes);
    EXPECT_EQ(std::count(strings.begin(), strings.end(), "=--hostname"), 0);
}

TEST(BwrapArguments, HostNameAndWorkingDirectoryMayBeTemplates) {
    policy::Policy policy;
    policy.process.hostname.value = Text("job-");
    policy.process.hostname.value.append_parameter("n");
    policy.filesystem.workdir = {path("$s/in"), {}};
    const Strings strings = strings_of(bwrap_arguments(plan_of(policy)).bytes);
    EXPECT_EQ(std::count(strings.begin(), strings.end(), "\"job-${n}\""), 1);
    EXPECT_EQ(strings.back(), "\"${s}/in\"");
}

TEST(BwrapArguments, AValueThatLooksLikeAnOptionStaysAValue) {
    EXPECT_THAT(mount_records(policy_of({{"/--bind", read("/=@#<")}})),
                ElementsAre("always", "3", "=--ro-bind-fd", "<-=/=@#<", "=/--bind"));
}

TEST(BwrapArguments, TheSamePlanGivesTheSameBytes) {
    const auto policy = policy_of({{"/usr", read("/usr")}, {"/ws", write("/ws")}, {"/ws/a/f", file("x")}});
    EXPECT_EQ(bwrap_arguments(plan_of(policy)).bytes, bwrap_arguments(plan_of(policy)).bytes);
}

}  // namespace
}  // namespace sbx::emit
