// The second wall, with and without it: what it closes, that it closes no more than the view, and that the report tells which it
// was. Without it means on a kernel whose calls of landlock(7) fail, which a system-call filter around sbx-run makes of this one.
#include "tests/kernel/landlock_fixture.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

class Wall : public AtWall {
protected:
    WallLaunch launch(std::vector<std::string> requests, std::vector<std::string> options = {}) {
        return launch_here(scene, std::move(requests), std::move(options));
    }
    bool prepare(const std::string& statements) {
        const Outcome outcome = scene.compile(statements);
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        return outcome.status == 0;
    }
    Scene scene;
};

TEST_P(Wall, TheReportSaysWhatIsInForce) {
    ASSERT_TRUE(prepare(""));
    const WallLaunch made = launch({"ids"});
    ASSERT_TRUE(made.report.is_object()) << made.outcome.text();
    const long version = walled() ? landlock_version_here() : 0;
    EXPECT_EQ(made.report["landlock"]["version"], version);
    EXPECT_EQ(made.report["landlock"]["lacks"].empty(), walled()) << made.report["landlock"];
    EXPECT_EQ(made.report["landlock"]["rules"].get<int>() > 0, walled());
    for (const char* const row : {"landlock.paths", "landlock.signals", "landlock.abstract sockets", "landlock.tcp ports"}) {
        EXPECT_EQ(made.status_of(row), walled() ? "enforced" : "not enforced") << row;
    }
    EXPECT_EQ(made.status_of("landlock.unix sockets"), "") << "nobody can make one";
    EXPECT_EQ(made.notes("FIFOs"), !walled());
}

TEST_P(Wall, NothingThatTheViewAllowsIsLost) {
    scene.directory("w/a");
    scene.directory("w/b");
    scene.file("w/a/one");
    scene.file("r/file");
    scene.program("w/a/program");
    ASSERT_TRUE(prepare("filesystem { write $ROOT/w; read $ROOT/r; tmpfs /tmp; proc /proc; dev /dev; dir /made }"));
    const std::string w = scene.path("w");
    const std::vector<std::string> requests = {
        "list:/",
        "list:/made",
        "read:" + scene.path("r/file"),
        "list:" + scene.path("r"),
        "rename:" + w + "/a/one:" + w + "/b/one",
        "link:" + w + "/b/one:" + w + "/a/two",
        "symlink:one:" + w + "/b/link",
        "truncate:" + w + "/b/one",
        "write:" + w + "/new",
        "mkdir:" + w + "/directory",
        "rmdir:" + w + "/directory",
        "mkfifo:" + w + "/fifo",
        "unlink:" + w + "/fifo",
        "rename:" + w + "/a/program:" + w + "/b/program",
        "exec:" + w + "/b/program",
        "write:/tmp/file",
        "mkdir:/tmp/d",
        "rename:/tmp/file:/tmp/d/file",
        "mkdir:/dev/shm/d",
        "write:/dev/shm/d/file",
        "write:/dev/null",
        "read:/dev/zero",
        "write:/proc/self/comm",
        "write:/proc/self/oom_score_adj",
        "read:/proc/self/status",
        "signal:0",
        "exec:/probe/probe",
    };
    WallLaunch made = launch(requests);
    for (const std::string& request : requests) {
        if (!request.starts_with("list:") && !request.starts_with("signal") && !request.starts_with("write:/proc/self/oom") &&
            request != "read:/dev/zero") {
            EXPECT_TRUE(made.outcome.has(request + " ok")) << request << "\n" << made.outcome.text();
        }
    }
    EXPECT_TRUE(made.outcome.after("list:/ = ").has_value()) << made.outcome.text();
    EXPECT_TRUE(made.outcome.after("list:" + scene.path("r") + " = file").has_value()) << made.outcome.text();
}

TEST_P(Wall, WhatIsHandedInCanBeOpenedAgainByItsName) {
    scene.file("input", "given\n");
    ASSERT_TRUE(prepare("filesystem { proc /proc; dev /dev }"));
    Command command = probing({{Program::sbx_run, GetParam().as_root}, ""}, scene, {"cat:/dev/stdin", "cat:/proc/self/fd/0"});
    const std::string input = scene.path("input");
    const bool without = !walled();
    command.before_exec = [input, without] {
        dup2(open(input.c_str(), O_RDONLY), 0);
        if (without) {
            filter_landlock();
        }
    };
    mark_as_run();
    const Outcome outcome = run(command);
    EXPECT_TRUE(outcome.has("cat:/dev/stdin = given\\n")) << outcome.text();
    EXPECT_TRUE(outcome.has("cat:/proc/self/fd/0 = given\\n")) << outcome.text();
}

TEST_P(Wall, ATerminalCanBeOpenedAgainByItsName) {
    ASSERT_TRUE(prepare("filesystem { proc /proc; dev /dev }"));
    Command command = probing({{Program::sbx_run, GetParam().as_root}, ""}, scene, {"write:/dev/stdout", "write:/dev/tty"});
    command.terminal = true;
    if (!walled()) {
        command.before_exec = filter_landlock;
    }
    mark_as_run();
    Outcome outcome = run(command);
    outcome.out = replaced(outcome.out, "\r", "");
    EXPECT_TRUE(outcome.has("write:/dev/stdout ok")) << outcome.text();
    EXPECT_TRUE(outcome.has("write:/dev/tty ok")) << outcome.text();
}

TEST_P(Wall, TheFirstProcessIsOutOfReach) {
    ASSERT_TRUE(prepare("filesystem { proc /proc }"));
    const WallLaunch made = launch({"init-memory", "cat:/proc/1/environ", "reach:1", "reach:2"});
    EXPECT_EQ(made.outcome.after("init-memory no EACCES").has_value(), walled()) << made.outcome.text();
    EXPECT_EQ(made.outcome.after("cat:/proc/1/environ no EACCES").has_value(), walled()) << made.outcome.text();
    EXPECT_EQ(made.outcome.has("reach:1 no EPERM"), walled()) << made.outcome.text();
    EXPECT_TRUE(made.outcome.has("reach:2 ok")) << "its own processes\n" << made.outcome.text();
    EXPECT_EQ(made.notes("can reach the first one"), !walled());
}

TEST_P(Wall, ProgramsThatMayMakeNamespacesMayMountInThem) {
    ASSERT_TRUE(
        prepare("use std/system\nprocess { nested-namespaces allow }\nsyscalls { allow @mount @namespace because \"tried\" }"));
    const WallLaunch made = launch({"ids"});
    Command mounting = launching({{Program::sbx_run, GetParam().as_root}, ""}, scene.bundle(),
                                 {"/usr/bin/unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c",
                                  "mount -t tmpfs none /tmp && echo it is mounted"});
    if (!walled()) {
        mounting.before_exec = filter_landlock;
    }
    const Outcome mounted = run(mounting);
    EXPECT_TRUE(mounted.has("it is mounted")) << mounted.text();
    EXPECT_EQ(made.report["landlock"]["rules"], 0) << made.report;
    EXPECT_EQ(made.status_of("landlock.signals"), walled() ? "enforced" : "not enforced");
    EXPECT_EQ(made.status_of("landlock.paths"), "");
}

TEST_P(Wall, WhatThePolicyInsistsOnRefusesTheLaunchOrMayBeMissing) {
    ASSERT_TRUE(prepare("require landlock 9"));
    const bool newest = walled() && landlock_version_here() >= 9;
    const WallLaunch refused = launch({"ids"});
    EXPECT_EQ(refused.outcome.status, newest ? 0 : 125) << refused.outcome.text();
    if (!newest) {
        EXPECT_NE(refused.outcome.err.find("the policy requires version 9 of Landlock"), std::string::npos) << refused.outcome.err;
        EXPECT_FALSE(refused.outcome.after("uid ").has_value());
    }
    ASSERT_TRUE(prepare("require landlock 9\nmay-degrade landlock because \"older hosts\""));
    const WallLaunch degraded = launch({"ids"});
    EXPECT_EQ(degraded.outcome.status, 0) << degraded.outcome.text();
    ASSERT_TRUE(degraded.report.is_object());
    EXPECT_EQ(degraded.report["degradations"].size(), newest ? 0U : 1U) << degraded.report["degradations"];
    EXPECT_EQ(degraded.status_of("require.landlock 9"), newest ? "enforced" : "not enforced");
    EXPECT_EQ(degraded.status_of("landlock.paths"), walled() ? "enforced" : "not enforced") << "what there is, is used";
    EXPECT_EQ(degraded.outcome.err.find("older hosts") == std::string::npos, newest) << degraded.outcome.err;
}

TEST_P(Wall, ATreeThatMustNotBeExecutedHasNoOtherNameThatMay) {
    scene.program("quiet/program");
    scene.directory("other");
    ASSERT_TRUE(
        prepare("param tree: path\nfilesystem { read noexec $ROOT/quiet; read $tree as /elsewhere }\n"
                "may-degrade landlock because \"older hosts\""));
    const std::string denied = "exec:" + scene.path("quiet/program");
    const WallLaunch same = launch({denied}, {"--set", "tree=" + scene.path("quiet")});
    EXPECT_EQ(same.outcome.status, walled() ? 125 : 0) << same.outcome.text();
    EXPECT_EQ(same.outcome.err.find("a part of the same tree") != std::string::npos, walled()) << same.outcome.err;
    const WallLaunch apart = launch({denied}, {"--set", "tree=" + scene.path("other")});
    EXPECT_EQ(apart.outcome.status, 0) << apart.outcome.text();
    EXPECT_EQ(apart.outcome.has(denied + " no EACCES"), walled()) << apart.outcome.text();
}

TEST_P(Wall, AFilterThatAllowsLittleStillLetsTheWallBeBuilt) {
    ASSERT_TRUE(prepare("syscalls only { allow @io @memory @process @signal }"));
    const WallLaunch made = launch({"reach:1"});
    EXPECT_EQ(made.outcome.has("reach:1 no EPERM"), walled()) << made.outcome.text();
}

TEST_P(Wall, OptionalPlacesThatAreAbsentNeedNoRule) {
    scene.directory("there");
    ASSERT_TRUE(prepare("filesystem { write $ROOT/there? $ROOT/absent?; hide $ROOT/there/none }"));
    const WallLaunch made = launch({"write:" + scene.path("there/file"), "write:" + scene.path("absent/file")});
    EXPECT_EQ(made.outcome.status, 0) << made.outcome.text();
    EXPECT_TRUE(made.outcome.has("write:" + scene.path("there/file") + " ok")) << made.outcome.text();
    EXPECT_FALSE(made.outcome.has("write:" + scene.path("absent/file") + " ok")) << made.outcome.text();
}

TEST_P(Wall, ParametersAreOpenedAtLaunch) {
    scene.directory("work/job");
    ASSERT_TRUE(prepare("param job: path under $ROOT/work\nfilesystem { write $job }"));
    const WallLaunch made = launch({"write:" + scene.path("work/job/file"), "mkdir:" + scene.path("work/job/d")},
                                   {"--set", "job=" + scene.path("work/job")});
    EXPECT_TRUE(made.outcome.has("write:" + scene.path("work/job/file") + " ok")) << made.outcome.text();
    EXPECT_TRUE(scene.exists("work/job/d"));
}

INSTANTIATE_TEST_SUITE_P(Kernel, Wall, every_wall(), testing::PrintToStringParamName());

}  // namespace
}  // namespace sbx::kernel
