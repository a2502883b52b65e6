// `policyc doctor` as a whole: a host that has everything, what one policy needs, who may run it, how long it takes, what is left.
#include "tests/kernel/doctor_fixture.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <linux/seccomp.h>
#include <sstream>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

class Doctor : public DoctorTest<bool> {
protected:
    [[nodiscard]] bool as_root() const override { return GetParam(); }
};

TEST_P(Doctor, FindsNothingWhereNothingIsMissing) {
    const std::string mounts = read_file("/proc/self/mountinfo");
    const Outcome outcome = doctor({});
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_NE(outcome.out.find("\npolicyc doctor: this host: nothing is missing; 25 trials work\n"), std::string::npos)
        << outcome.text();
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(read_file("/proc/self/mountinfo"), mounts);
    expect_nothing_left();
}

TEST_P(Doctor, FindsNothingInAContainerWhereNothingIsMissing) {
    const Outcome outcome = doctor({}, [](const std::string&) { enter_container(20000); });
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_EQ(outcome.err, "");
}

TEST_P(Doctor, AsksOnlyForWhatAPolicyNeeds) {
    write_file(scene.path("plain.sbx"), "sbx 1\nprofile plain\nuse std/system\nprocess { run-as 65532 }\n", 0644);
    const auto without_network = [](const std::string&) { hide_programs({"/usr/sbin/nft", "/usr/bin/slirp4netns"}); };
    EXPECT_EQ(doctor({"plain.sbx"}, without_network).status, 0);
    const Outcome compiling = scene.compile(everything);
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    const Outcome bundle = doctor({"--format", "json", "bundle"}, without_network);
    EXPECT_EQ(bundle.status, 7) << bundle.text();
    const json report = json::parse(bundle.out);
    EXPECT_EQ(with_result(report, "missing"), (std::set<std::string>{"nft-program", "slirp4netns-program"}));
    EXPECT_EQ(with_result(report, "not-tried"), (std::set<std::string>{"packet-filter", "frame-filter", "slirp4netns"}));
    const json statements = trial(report, "slirp4netns-program").at("needed_by").at("statements");
    ASSERT_EQ(statements.size(), 3U) << statements;  // the network, and each of its two allowances, where they were written
    EXPECT_EQ(statements[1].at("statement"), "network allow tcp to host \"www.example.org\" port 80");
    EXPECT_EQ(statements[2].at("statement"), "network allow udp to 203.0.113.5");
    EXPECT_EQ(statements[2].at("place").at("line").get<int>(), statements[1].at("place").at("line").get<int>() + 1);
    EXPECT_TRUE(trial(report, "pasta").is_null());
    EXPECT_TRUE(trial(report, "landlock").is_null());
}

/// As in EgressFramesOfSbxRun: the kernel's answer is rewritten, since no kernel that runs this lacks the hook.
TEST_P(Doctor, SaysThatAKernelCannotFilterFrames) {
    if (run({.words = {"/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "/bin/true"}, .as_root = GetParam()}).status != 0) {
        GTEST_SKIP() << "no strace, or no process may be traced here";
    }
    const Outcome compiling = scene.compile("network { allow udp to 203.0.113.5 }");
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    const std::string not_supported = "2400000002000000" + std::string(16, '0') + "a1ffffff" + std::string(32, '0');
    bool is_said = false;
    for (int call = 1; call <= 20 && !is_said; ++call) {
        const std::string injection = "inject=recvfrom:poke_exit=@arg2=" + not_supported + ":when=" + std::to_string(call);
        const Outcome outcome =
            run(on_host({.words = {"/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=recvfrom", "-e", injection,
                                   scene.path("policyc"), "doctor", "--format", "json", "bundle"},
                         .as_root = GetParam(),
                         .directory = scene.root()},
                        {}));
        const json report = json::parse(outcome.out, nullptr, false);
        is_said =
            outcome.status == 0 && report.is_object() &&
            trial(report, "frame-filter").at("answer").dump().find("cannot filter frames at an interface") != std::string::npos;
    }
    EXPECT_TRUE(is_said) << "no such answer was met";
}

TEST_P(Doctor, SaysWhoMayNotRunAPolicy) {
    write_file(scene.path("no-id.sbx"), "sbx 1\nprofile p\nuse std/system\n", 0644);
    write_file(scene.path("no-groups.sbx"), "sbx 1\nprofile p\nuse std/system\nprocess { run-as 65532\ngroups none }\n", 0644);
    const Outcome no_id = doctor({"no-id.sbx"});
    EXPECT_EQ(no_id.status, GetParam() ? 7 : 0) << no_id.text();
    EXPECT_EQ(no_id.out.find("the caller is root and the policy has no `run-as`") != std::string::npos, GetParam());
    EXPECT_EQ(no_id.out.find("not tried"), std::string::npos) << "the rest is tried all the same";
    Command grouped{.words = {scene.path("policyc"), "doctor", "no-groups.sbx"},
                    .as_root = GetParam(),
                    .groups = {64242},
                    .directory = scene.root()};
    const Outcome outcome = run(on_host(std::move(grouped), {}));
    EXPECT_EQ(outcome.status, GetParam() ? 0 : 7) << outcome.text();
    EXPECT_EQ(outcome.out.find("no-groups.sbx:5: process groups none") != std::string::npos, !GetParam()) << outcome.text();
}

/// Every trial needs it, as every launch does.
TEST_P(Doctor, SaysWhatItCannotDoWithoutItself) {
    const auto make = [](const std::string&) { filter_call(SYS_prctl, 0, PR_SET_PDEATHSIG, SECCOMP_RET_ERRNO | EPERM); };
    const Outcome outcome = doctor({"--format", "json"}, make);
    ASSERT_EQ(outcome.status, 7) << outcome.text();
    const json report = json::parse(outcome.out);
    for (const char* name : {"identity", "ids", "nft-program", "bubblewrap-program"}) {
        const json found = trial(report, name);
        EXPECT_EQ(found.at("answer"), "the sandbox cannot be tied to sbx-run: Operation not permitted");
        EXPECT_EQ(found.at("remedy"), "allow prctl(2) in the system-call filter");
    }
    EXPECT_EQ(trial(report, "mounts").at("result"), "not-tried");
}

void make_everything_hang(const std::string& directory) {
    for (const char* place : {"/usr/sbin/nft", "/usr/bin/slirp4netns", "/usr/bin/passt", "/usr/sbin/dnsmasq", "/usr/bin/bwrap"}) {
        put_script_in_place(directory, place, "exec sleep 97.125\n");
    }
}

TEST_P(Doctor, IsBoundedWhateverHangs) {
    auto quickest = std::chrono::steady_clock::duration::max();
    const std::string wanted =
        ": 5 of 25 missing: packet-filter, slirp4netns, pasta, dnsmasq, bubblewrap; 1 not tried for want of them\n";
    Outcome outcome;
    for (int turn = 0; turn < 4 && outcome.out.find(wanted) == std::string::npos; ++turn) {  // a machine may have other work
        const auto begin = std::chrono::steady_clock::now();
        outcome = doctor({}, make_everything_hang, true);
        quickest = std::min(quickest, std::chrono::steady_clock::now() - begin);
    }
    EXPECT_LT(quickest, std::chrono::milliseconds(1200)) << "a second, and what it takes to make this host";
    EXPECT_EQ(outcome.status, 7);
    EXPECT_NE(outcome.out.find(wanted), std::string::npos) << outcome.text();
    expect_nothing_left();
}

/// The directory of this process in cgroup2, or nothing.
std::string own_cgroup() {
    std::istringstream mounts(read_file("/proc/self/mountinfo"));
    for (std::string line; std::getline(mounts, line);) {
        if (line.find(" - cgroup2 ") == std::string::npos) {
            continue;
        }
        std::istringstream words(line);
        std::string place;
        for (int number = 0; number < 5; ++number) {
            words >> place;
        }
        const std::string cgroups = "\n" + read_file("/proc/self/cgroup");
        const std::size_t at = cgroups.find("\n0::");
        const std::string own = at == std::string::npos ? "" : cgroups.substr(at + 4, cgroups.find('\n', at + 4) - at - 4);
        return own.empty() ? own : place + (own == "/" ? "" : own);
    }
    return {};
}

TEST_P(Doctor, TellsOfCgroupsAndLandlockWithoutCountingThem) {
    const std::string home = own_cgroup();
    const Outcome plain = doctor({"--format", "json"}, [home](const std::string&) {
        filter_call(SYS_landlock_create_ruleset, 1, 0xffffffffU, SECCOMP_RET_ERRNO | EOPNOTSUPP);
        if (!home.empty()) {
            put_in_place(home, home);
            mount("none", home.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr);
        }
        // A host's systemd would give another.
        mount("none", "/run/systemd", "tmpfs", 0, nullptr);
    });
    ASSERT_EQ(plain.status, 0) << plain.text();
    const json report = json::parse(plain.out);
    EXPECT_EQ(report.at("result"), "complete");
    EXPECT_EQ(trial(report, "landlock").at("result"), "missing");
    EXPECT_EQ(trial(report, "landlock").at("error"), "EOPNOTSUPP");
    expect_contains(trial(report, "landlock").at("remedy"), "`landlock` among the security modules");
    const json closed = trial(report, "cgroup");
    EXPECT_EQ(closed.at("result"), "missing");
    EXPECT_EQ(closed.at("needed"), false);
    EXPECT_FALSE(closed.at("answer").is_null() || closed.at("remedy").is_null()) << closed;
}

TEST_P(Doctor, MakesACgroupWhereOneIsDelegatedAndRemovesIt) {
    const std::string home = own_cgroup();
    const std::string place = home + "/sbx-test-" + std::to_string(getpid()) + (GetParam() ? "-root" : "-user");
    if (home.empty() || mkdir(place.c_str(), 0755) != 0) {
        GTEST_SKIP() << "no cgroup2 in which one can be made";
    }
    if (read_file(place + "/cgroup.controllers").find("memory") == std::string::npos) {
        rmdir(place.c_str());
        GTEST_SKIP() << "cgroup2 has no controllers here; tests/vm tries them";
    }
    for (const std::string& file : {place, place + "/cgroup.procs"}) {
        ASSERT_EQ(chown(file.c_str(), ordinary_id, ordinary_id), 0);
    }
    const Outcome outcome =
        doctor({"--format", "json"}, [place](const std::string&) { std::ofstream(place + "/cgroup.procs") << "0"; });
    const json report = json::parse(outcome.out);
    EXPECT_EQ(trial(report, "cgroup").at("result"), "works") << outcome.text();
    EXPECT_EQ(trial(report, "cgroup").at("answer"), place);
    int result = -1;
    for (int turn = 0; turn < 100 && (result = rmdir(place.c_str())) != 0 && errno == EBUSY; ++turn) {
        usleep(10000);
    }
    EXPECT_EQ(result, 0) << "something was left in it";
}

TEST_P(Doctor, LeavesNothingWhenItIsKilled) {
    for (int moment = 0; moment < 30; ++moment) {
        // Every other time with what would stay for long.
        const auto make = moment % 2 == 0 ? std::function<void(const std::string&)>() : make_everything_hang;
        Running running(
            on_host({.words = {scene.path("policyc"), "doctor"}, .as_root = GetParam(), .directory = scene.root()}, make));
        usleep(static_cast<useconds_t>(moment * 15000));
        kill(running.pid(), SIGKILL);
        static_cast<void>(running.finish());
        expect_nothing_left();
    }
}

INSTANTIATE_TEST_SUITE_P(Kernel, Doctor, testing::Bool(), [](const auto& each) { return each.param ? "AsRoot" : "AsUser"; });

}  // namespace
}  // namespace sbx::kernel
