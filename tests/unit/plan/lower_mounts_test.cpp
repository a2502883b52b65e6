// Tables of nodes and the mount steps they become. The text is that of describe(); each test names the promise that it pins down.
#include "plan_fixture.hpp"

namespace sbx::plan {
namespace {

TEST(LowerMounts, EmptyPolicyOnlyClosesTheRoot) {
    EXPECT_EQ(mounts_of({}), "");
}

TEST(LowerMounts, TheRootIsClosedLast) {
    DiagnosticSink sink;
    auto policy = policy_of({{"/dev", node(policy::DeviceDirectory{})}, {"/usr", read("/usr")}});
    const std::string text = describe(lower(policy, sink).mounts);
    EXPECT_TRUE(text.ends_with("remount-ro /dev\nremount-ro /\n")) << text;
}

TEST(LowerMounts, ATreeAtTheRootIsNotClosed) {
    DiagnosticSink sink;
    EXPECT_EQ(describe(lower(policy_of({{"/", write("/")}}), sink).mounts), "bind /\n");
    EXPECT_EQ(describe(lower(policy_of({{"/", tmpfs()}}), sink).mounts), "tmpfs / size 64M mode 755\n");
}

TEST(LowerMounts, NarrowerGrantIsMountedAfterWiderOne) {
    EXPECT_EQ(mounts_of(policy_of({{"/srv/a", write("/srv/a")}, {"/srv", read("/srv")}})),
              "ro-bind /srv\n"
              "bind /srv/a\n");
}

TEST(LowerMounts, ParametersComeAfterLiterals) {
    auto policy = policy_of({{"$scratch", write("$scratch")}, {"/zoo", read("/zoo")}});
    add_path_parameter(policy, "scratch", "/var/tmp");
    EXPECT_EQ(mounts_of(policy),
              "ro-bind /zoo\n"
              "bind $scratch\n");
}

TEST(LowerMounts, OptionalSourcesAreGuarded) {
    EXPECT_EQ(mounts_of(policy_of({{"/a", optional(read("/a"))}, {"/b", directory(optional(read("/b")))}})),
              "if-exists /a: ro-bind /a\n"
              "if-directory /b: ro-bind directory /b\n");
}

TEST(LowerMounts, ATrailingSlashAsksForADirectory) {
    EXPECT_EQ(mounts_of(policy_of({{"/a", directory(read("/a"))}})), "ro-bind directory /a\n");
}

TEST(LowerMounts, AMountPointInsideAMovedTreeIsCheckedOnTheHost) {
    EXPECT_EQ(mounts_of(policy_of({{"/a", read("/src")}, {"/a/b", read("/data")}, {"/a/c", read("/src/c")}})),
              "ro-bind /src -> /a\n"
              "must-exist /src/b\n"
              "ro-bind /data -> /a/b\n"
              "ro-bind /src/c -> /a/c\n");
}

TEST(LowerMounts, ATreeBelowATmpfsNeedsNoMountPoint) {
    EXPECT_EQ(mounts_of(policy_of({{"/tmp", tmpfs()}, {"/tmp/in", read("/srv/in")}})),
              "tmpfs /tmp size 64M mode 755\n"
              "ro-bind /srv/in -> /tmp/in\n");
}

TEST(LowerMounts, DirectoriesBelowAWritableTreeAreFirm) {
    EXPECT_EQ(mounts_of(policy_of({{"/ws", write("/ws")}, {"/ws/a/b/c", read("/ws/a/b/c")}, {"/ws/a/d", read("/ws/a/d")}})),
              "bind /ws\n"
              "must-be-directory /ws/a: pin /ws/a\n"
              "must-be-directory /ws/a/b: pin /ws/a/b\n"
              "ro-bind /ws/a/b/c\n"
              "ro-bind /ws/a/d\n");
}

TEST(LowerMounts, FirmDirectoriesOfAMovedTreeAreTheHosts) {
    EXPECT_EQ(mounts_of(policy_of({{"/ws", write("/home/me/job")}, {"/ws/.git/hooks", hide_directory()}})),
              "bind /home/me/job -> /ws\n"
              "must-be-directory /home/me/job/.git: pin /home/me/job/.git -> /ws/.git\n"
              "reserve-directory /home/me/job/.git/hooks: tmpfs /ws/.git/hooks size 4K mode 755; remount-ro /ws/.git/hooks\n");
}

TEST(LowerMounts, DirectoriesBelowATmpfsAreFirm) {
    EXPECT_EQ(mounts_of(policy_of({{"/tmp", tmpfs(8, 01777)}, {"/tmp/a/b", read("/srv/b")}})),
              "tmpfs /tmp size 8M mode 1777\n"
              "tmpfs /tmp/a size 8M mode 1777\n"
              "ro-bind /srv/b -> /tmp/a/b\n");
}

TEST(LowerMounts, NothingIsFirmBelowAReadOnlyTree) {
    EXPECT_EQ(mounts_of(policy_of({{"/srv", read("/srv")}, {"/srv/a/b/c", write("/srv/a/b/c")}})),
              "ro-bind /srv\n"
              "bind /srv/a/b/c\n");
}

TEST(LowerMounts, AMaskBelowAReadOnlyTreeIsSkippedWhereTheHostLacksIt) {
    EXPECT_EQ(mounts_of(policy_of({{"/srv", read("/srv")}, {"/srv/d", hide_directory()}, {"/srv/f", hide_file()}})),
              "ro-bind /srv\n"
              "if-directory /srv/d: tmpfs /srv/d size 4K mode 755; remount-ro /srv/d\n"
              "if-file /srv/f: file /srv/f mode 444 \"\"\n");
}

TEST(LowerMounts, AMaskBelowAWritableTreeIsReserved) {
    EXPECT_EQ(mounts_of(policy_of({{"/ws", write("/ws")}, {"/ws/d", hide_directory()}, {"/ws/f", hide_file()}})),
              "bind /ws\n"
              "reserve-directory /ws/d: tmpfs /ws/d size 4K mode 755; remount-ro /ws/d\n"
              "reserve-file /ws/f: file /ws/f mode 444 \"\"\n");
}

TEST(LowerMounts, AMaskIsClosedAfterWhatLiesBelowIt) {
    EXPECT_EQ(mounts_of(policy_of({{"/srv", read("/srv")}, {"/srv/d", hide_directory()}, {"/srv/d/in/x", read("/srv/d/in/x")}})),
              "ro-bind /srv\n"
              "hide-directory /srv/d: tmpfs /srv/d size 4K mode 755\n"
              "ro-bind /srv/d/in/x\n"
              "remount-ro /srv/d\n");
}

TEST(LowerMounts, AReservedMaskIsClosedWithoutReservingTwice) {
    EXPECT_EQ(mounts_of(policy_of({{"/ws", write("/ws")}, {"/ws/d", hide_directory()}, {"/ws/d/x", read("/ws/d/x")}})),
              "bind /ws\n"
              "reserve-directory /ws/d: tmpfs /ws/d size 4K mode 755\n"
              "ro-bind /ws/d/x\n"
              "remount-ro /ws/d\n");
}

TEST(LowerMounts, NestedClosingsRunFromTheInside) {
    EXPECT_EQ(
        mounts_of(policy_of({{"/t", tmpfs()}, {"/t/d", empty_directory()}, {"/t/d/u", tmpfs(1)}, {"/t/d/u/e", empty_directory()}})),
        "tmpfs /t size 64M mode 755\n"
        "tmpfs /t/d size 4K mode 755\n"
        "tmpfs /t/d/u size 1M mode 755\n"
        "tmpfs /t/d/u/e size 4K mode 755; remount-ro /t/d/u/e\n"
        "remount-ro /t/d\n");
}

TEST(LowerMounts, AnEmptyDirectoryIsMadeWhereNothingIs) {
    EXPECT_EQ(mounts_of(policy_of({{"/home", empty_directory(0750)}})), "dir /home mode 750\n");
}

TEST(LowerMounts, AnEmptyDirectoryCoversWhatTheHostHasThere) {
    EXPECT_EQ(mounts_of(policy_of({{"/usr", read("/usr")}, {"/usr/local", empty_directory()}})),
              "ro-bind /usr\n"
              "must-be-directory /usr/local: tmpfs /usr/local size 4K mode 755; remount-ro /usr/local\n");
}

TEST(LowerMounts, FilesNeedAMountPointInHostTreesOnly) {
    EXPECT_EQ(mounts_of(policy_of({{"/etc/passwd", file("root")}, {"/ws", write("/ws")}, {"/ws/f", file("x")}})),
              "file /etc/passwd mode 444 \"root\"\n"
              "bind /ws\n"
              "must-be-file /ws/f: file /ws/f mode 444 \"x\"\n");
}

TEST(LowerMounts, LinksStandInTheSandboxsOwnDirectoriesOnly) {
    EXPECT_EQ(mounts_of(policy_of({{"/bin", link_to("usr/bin")}})), "symlink /bin -> usr/bin\n");
    EXPECT_EQ(mounts_of(policy_of({{"/ws", write("/ws")}, {"/ws/l", link_to("x")}}), 1), "bind /ws\n");
    EXPECT_EQ(mounts_of(policy_of({{"/tmp", tmpfs()}, {"/tmp/l", link_to("x")}}), 1), "tmpfs /tmp size 64M mode 755\n");
}

TEST(LowerMounts, ProcIsFreshWithItsSettingsReadOnlyAndItsSecretsMasked) {
    EXPECT_EQ(mounts_of(policy_of({{"/proc", node(policy::Procfs{})}})),
              "proc /proc\n"
              "ro-bind directory /proc/sys\n"
              "if-file /proc/kcore: file /proc/kcore mode 444 \"\"\n"
              "if-file /proc/key-users: file /proc/key-users mode 444 \"\"\n"
              "if-file /proc/keys: file /proc/keys mode 444 \"\"\n"
              "if-file /proc/sysrq-trigger: file /proc/sysrq-trigger mode 444 \"\"\n"
              "if-file /proc/timer_list: file /proc/timer_list mode 444 \"\"\n");
}

TEST(LowerMounts, DevIsClosedAfterTheDevicesInIt) {
    auto policy = policy_of({{"/dev", node(policy::DeviceDirectory{})},
                             {"/dev/kvm", node(policy::HostDevice{})},
                             {"/dev/fuse", optional(node(policy::HostDevice{}))},
                             {"/zoo", read("/zoo")}});
    EXPECT_EQ(mounts_of(policy),
              "dev /dev\n"
              "if-exists /dev/fuse: dev-bind /dev/fuse\n"
              "must-exist /dev/kvm: dev-bind /dev/kvm\n"
              "tmpfs /dev/shm size 64M mode 1777\n"
              "ro-bind /zoo\n"
              "remount-ro /dev\n");
}

TEST(LowerMounts, ASharedMemoryOfThePolicysOwnIsTheOnlyOne) {
    EXPECT_EQ(mounts_of(policy_of({{"/dev", node(policy::DeviceDirectory{})}, {"/dev/shm", tmpfs(1, 01777)}})),
              "dev /dev\n"
              "tmpfs /dev/shm size 1M mode 1777\n"
              "remount-ro /dev\n");
}

TEST(LowerMounts, ASocketIsBoundAsASocket) {
    EXPECT_EQ(mounts_of(policy_of({{"/run/s", node(policy::HostSocket{})}, {"/run/t", optional(node(policy::HostSocket{}))}})),
              "ro-bind socket /run/s\n"
              "if-exists /run/t: ro-bind socket /run/t\n");
}

TEST(LowerMounts, SourcesThatAWiderNodeGivesMustStillExist) {
    auto policy = policy_of({{"/usr", read("/usr")}});
    policy.filesystem.required[path("/usr/lib")] = {true, {}};
    policy.filesystem.required[path("/usr/bin/cc")] = {false, {}};
    EXPECT_EQ(mounts_of(policy),
              "must-exist /usr/bin/cc\n"
              "must-be-directory /usr/lib\n"
              "ro-bind /usr\n");
    DiagnosticSink sink;
    EXPECT_EQ(lower(policy, sink).mounts.saved, 2U);
}

TEST(LowerMounts, WritableTreesThatHoldAnotherNodeAreExclusive) {
    DiagnosticSink sink;
    auto policy = policy_of({{"/a", write("/a")},
                             {"/b", write("/src")},
                             {"/b/x/y", read("/b/x/y")},
                             {"/c", read("/c")},
                             {"/c/d", write("/c/d")},
                             {"$s", write("$s")},
                             {"$s/h", hide_directory()}});
    add_path_parameter(policy, "s", "/var/tmp");
    EXPECT_EQ(lower(policy, sink).mounts.exclusive, (std::vector<SandboxPath>{path("/src"), path("$s")}));
}

TEST(LowerMounts, ParametersBelowATmpfsLieInAFirmDirectory) {
    auto policy = policy_of({{"/tmp", tmpfs()}, {"$s", write("$s")}});
    add_path_parameter(policy, "s", "/tmp/jobs/today");
    EXPECT_EQ(mounts_of(policy),
              "tmpfs /tmp size 64M mode 755\n"
              "tmpfs /tmp/jobs size 64M mode 755\n"
              "tmpfs /tmp/jobs/today size 64M mode 755\n"
              "bind $s\n");
}

TEST(LowerMounts, PlacesBelowAParameterAreFirmToo) {
    auto policy = policy_of({{"$s", write("$s")}, {"$s/a/b", hide_file()}});
    add_path_parameter(policy, "s", "/var/tmp");
    EXPECT_EQ(mounts_of(policy),
              "bind $s\n"
              "must-be-directory $s/a: pin $s/a\n"
              "reserve-file $s/a/b: file $s/a/b mode 444 \"\"\n");
}

TEST(LowerMounts, WhatMayHoldAParameterIsClosedAfterIt) {
    auto policy = policy_of({{"/t", tmpfs()}, {"/t/d", empty_directory()}, {"/t/e", empty_directory()}, {"$s", write("$s")}});
    add_path_parameter(policy, "s", "/t/d");
    EXPECT_EQ(mounts_of(policy),
              "tmpfs /t size 64M mode 755\n"
              "tmpfs /t/d size 4K mode 755\n"
              "tmpfs /t/e size 4K mode 755; remount-ro /t/e\n"
              "bind $s\n"
              "remount-ro /t/d\n");
}

TEST(LowerMounts, ANarrowerParameterInAWritableTreeIsRefused) {
    auto policy = policy_of({{"/var/tmp", write("/var/tmp")}, {"$s", read("$s")}});
    add_path_parameter(policy, "s", "/var/tmp/jobs");
    EXPECT_EQ(mounts_of(policy, 1), "bind /var/tmp\n");
}

TEST(LowerMounts, AParameterThatGivesWhatSurroundsItIsFine) {
    auto policy = policy_of({{"/var/tmp", write("/var/tmp")}, {"$s", write("$s")}});
    add_path_parameter(policy, "s", "/var/tmp");
    EXPECT_EQ(mounts_of(policy),
              "bind /var/tmp\n"
              "bind $s\n");
}

// What lies below the value would be moved with the directories around it, which nobody knows before the launch.
TEST(LowerMounts, AParameterThatGivesWhatSurroundsItHoldsNoOtherNode) {
    for (const policy::Node& inner : {hide_directory(), hide_file(), read("$s/x")}) {
        auto policy = policy_of({{"/var/tmp", write("/var/tmp")}, {"$s", write("$s")}, {"$s/x", inner}});
        add_path_parameter(policy, "s", "/var/tmp");
        DiagnosticSink sink;
        static_cast<void>(lower(policy, sink));
        EXPECT_TRUE(sink.has_errors());
    }
}

TEST(LowerMounts, AParameterInAMovedTreeIsRefused) {
    auto policy = policy_of({{"/data", read("/srv")}, {"$s", read("$s")}});
    add_path_parameter(policy, "s", "/data");
    EXPECT_EQ(mounts_of(policy, 1), "ro-bind /srv -> /data\n");
}

TEST(LowerMounts, ANameThatBeginsLikeAnotherIsNoChildOfIt) {
    EXPECT_EQ(mounts_of(policy_of({{"/a", write("/a")}, {"/a-b", read("/a-b")}, {"/ab/c", hide_file()}})),
              "bind /a\n"
              "ro-bind /a-b\n"
              "file /ab/c mode 444 \"\"\n");
}

TEST(LowerMounts, NoexecIsNoMatterOfMounts) {
    EXPECT_EQ(mounts_of(policy_of({{"/a", node(policy::HostTree{path("/a"), true, true})}})), "bind /a\n");
}

}  // namespace
}  // namespace sbx::plan
