// Hosts that lack one thing: each shortcoming is made for real, and must be the one that `policyc doctor` finds, with the kernel's
// words and the remedy for that kind of host; where a launch meets it, sbx-run refuses with the same words.
#include "tests/kernel/doctor_fixture.hpp"

#include <cerrno>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <tuple>
#include <unistd.h>

namespace sbx::kernel {
namespace {

constexpr std::uint32_t refuses = SECCOMP_RET_ERRNO | EPERM;

struct Lack {
    const char* name;
    const char* trial;  ///< the one that finds it
    const char* error;  ///< as errno(3) names it; or none
    const char* answer;
    const char* remedy;
    bool same_words;  ///< sbx-run refuses such a host, and says the same
    /// In the child, as root, with the scene's directory.
    std::function<void(const std::string&)> make;
    bool root_only = false;        ///< an ordinary caller does not meet it
    std::set<std::string> also{};  ///< what a program of others needs it for, too
    std::string perhaps{};         ///< a program of others may end of it before or after the doctor has looked
};
void PrintTo(const Lack& lack, std::ostream* out) {
    *out << lack.name;
}

void make_tun(mode_t mode) {
    unlink("/dev/net/tun");
    if (mknod("/dev/net/tun", S_IFCHR | mode, makedev(10, 200)) != 0 || chmod("/dev/net/tun", mode) != 0) {
        _exit(96);
    }
}

const std::vector<Lack>& lacks() {
    static const std::vector<Lack> all = {
        {"FilteredUserNamespaces", "user-namespace", "EPERM", "gives no user, mount and pid namespace: Operation not permitted",
         "--security-opt seccomp=FILE", true, [](const std::string&) { filter_user_namespaces(); }},
        {"NoUserNamespaces", "user-namespace", "ENOSPC", "gives no user, mount and pid namespace: No space left on device",
         "raise /proc/sys/user/max_user_namespaces, which is 0", true, [](const std::string&) { forbid_namespaces("user"); }},
        {"NoNetworkNamespaces", "network-namespace", "ENOSPC", "gives no network namespace: No space left on device",
         "raise /proc/sys/user/max_net_namespaces", true, [](const std::string&) { forbid_namespaces("net"); }},
        {"FilteredNetworkNamespaces", "network-namespace", "EPERM", "gives no network namespace: Operation not permitted",
         "allow unshare(2) in the system-call filter", true,
         [](const std::string&) { filter_call(SYS_unshare, 0, CLONE_NEWNET, refuses); }},
        {"NoIpcNamespaces",
         "ipc-namespace",
         "ENOSPC",
         "gives no IPC namespace",
         "raise /proc/sys/user/max_ipc_namespaces",
         false,
         [](const std::string&) { forbid_namespaces("ipc"); },
         false,
         {"pasta"}},
        {"NoUtsNamespaces",
         "uts-namespace",
         "ENOSPC",
         "gives no UTS namespace",
         "raise /proc/sys/user/max_uts_namespaces",
         false,
         [](const std::string&) { forbid_namespaces("uts"); },
         false,
         {"pasta"}},
        {"NoCgroupNamespaces", "cgroup-namespace", "ENOSPC", "gives no cgroup namespace",
         "raise /proc/sys/user/max_cgroup_namespaces", false, [](const std::string&) { forbid_namespaces("cgroup"); }},
        {"AFilterThatKills",
         "ipc-namespace",
         nullptr,
         "was killed by signal 31",
         "allow what it does in the system-call filter",
         false,
         [](const std::string&) { filter_call(SYS_unshare, 0, CLONE_NEWIPC, SECCOMP_RET_KILL_PROCESS); },
         false,
         {"pasta"}},
        {"FilteredMounts",
         "mounts",
         "EPERM",
         "no tmpfs can be mounted: Operation not permitted",
         "allow mount(2) in the system-call filter",
         false,
         [](const std::string&) { filter_call(SYS_mount, 3, MS_NOSUID, refuses); },
         false,
         {"slirp4netns", "pasta"}},
        {"CoveredProc", "procfs", "EPERM", "no procfs can be mounted", "systempaths=unconfined", true,
         [](const std::string&) { cover_proc(); }},
        {"FilteredLimits",
         "rlimits",
         "EPERM",
         "cannot be set: Operation not permitted",
         "raise the caller's own limit",
         false,
         [](const std::string&) { filter_call(SYS_prlimit64, 2, 0xffffffffU, refuses); },
         false,
         {"pasta"}},
        {"OldKernel", "inherited-state", "ENOSYS", "inherited descriptors cannot be closed: Function not implemented",
         "Linux 5.11 or newer is needed", true,
         [](const std::string&) { filter_call(SYS_close_range, 1, 0xffffffffU, SECCOMP_RET_ERRNO | ENOSYS); }},
        {"NoSystemCallFilters",
         "system-call-filter",
         "EPERM",
         "no system-call filter can be set: Operation not permitted",
         "allow prctl(2) in the system-call filter",
         false,
         [](const std::string&) { filter_system_call_filters(); },
         false,
         {"slirp4netns"},
         "pasta"},
        {"NoSetuid", "ids", "EPERM", "the ids of `run-as` cannot be taken on: Operation not permitted", "CAP_SETUID and CAP_SETGID",
         false, [](const std::string&) { prctl(PR_CAPBSET_DROP, 7 /* CAP_SETUID */, 0, 0, 0); }, true},
        {"NoTun", "tun-device", "ENOENT", "`/dev/net/tun` cannot be opened: No such file", "load the module with `modprobe tun`",
         true, [](const std::string&) { unlink("/dev/net/tun"); }},
        {"LockedTun", "tun-device", "EACCES", "`/dev/net/tun` cannot be opened by uid", "run `chmod 666 /dev/net/tun`", true,
         [](const std::string&) { make_tun(0600); }},
        {"OtherTun", "tap-interface", "ENOTTY", "no tap interface can be made", "", false,
         [](const std::string&) { put_in_place("/dev/null", "/dev/net/tun"); }},
        {"NoBubblewrap", "bubblewrap-program", nullptr, "bubblewrap is not installed: it is not at /usr/bin/bwrap",
         "install the package bubblewrap", true, [](const std::string&) { hide_programs({"/usr/bin/bwrap"}); }},
        {"NoNft", "nft-program", nullptr, "nft is not installed: it is not at /usr/sbin/nft", "install the package nftables", true,
         [](const std::string&) { hide_programs({"/usr/sbin/nft"}); }},
        {"NoSlirp4netns", "slirp4netns-program", nullptr, "slirp4netns is not installed", "install the package slirp4netns", true,
         [](const std::string&) { hide_programs({"/usr/bin/slirp4netns"}); }},
        {"NoPasta", "pasta-program", nullptr, "pasta is not installed", "install the package passt", false,
         [](const std::string&) { hide_programs({"/usr/bin/passt"}); }},
        {"NoDnsmasq", "dnsmasq-program", nullptr, "dnsmasq is not installed", "install the package dnsmasq-base", true,
         [](const std::string&) { hide_programs({"/usr/sbin/dnsmasq"}); }},
        {"SetUidBubblewrap", "bubblewrap-program", nullptr, "is set-uid or set-gid", "run `chmod u-s,g-s` on it", true,
         [](const std::string& scene) {
             write_file(scene + "/bwrap", read_file("/usr/bin/bwrap"), 04755);
             put_in_place(scene + "/bwrap", "/usr/bin/bwrap");
         }},
        {"OldBubblewrap", "bubblewrap", nullptr, "gave up with status 1 before the command ran: `bwrap: Unknown option --bind-fd`",
         "install bubblewrap 0.10 or newer", true,
         [](const std::string& scene) {
             put_script_in_place(scene, "/usr/bin/bwrap", "echo 'bwrap: Unknown option --bind-fd' >&2\nexit 1\n");
         }},
        {"BubblewrapThatDoesNothing", "bubblewrap", nullptr, "bubblewrap gave up with status 0 before the command ran", "", false,
         [](const std::string& scene) { put_script_in_place(scene, "/usr/bin/bwrap", "exit 0\n"); }},
        {"NftWithoutModules", "packet-filter", nullptr, "the packet filter cannot be loaded: `Error: no modules`",
         "load the modules nf_tables", false,
         [](const std::string& scene) { put_script_in_place(scene, "/usr/sbin/nft", "echo 'Error: no modules'\nexit 1\n"); }},
        {"NftThatDoesNothing", "packet-filter", nullptr, "the packet filter is not in force as it was loaded", "", true,
         [](const std::string& scene) { put_script_in_place(scene, "/usr/sbin/nft", "exit 0\n"); }},
        {"NftThatHangs", "packet-filter", nullptr, "it was not over when the time for all trials was", "hangs a launch, too", false,
         [](const std::string& scene) { put_script_in_place(scene, "/usr/sbin/nft", "exec sleep 97.125\n"); }},
        {"SlirpThatGivesUp", "slirp4netns", nullptr, "slirp4netns gave up before the sandbox had a network: `no luck`",
         "see what `--print` shows", true,
         [](const std::string& scene) { put_script_in_place(scene, "/usr/bin/slirp4netns", "echo no luck >&2\nexit 1\n"); }},
        {"PastaThatGivesUp", "pasta", nullptr, "pasta gave up before the sandbox had a network: `no luck`", "", false,
         [](const std::string& scene) { put_script_in_place(scene, "/usr/bin/passt", "echo no luck >&2\nexit 1\n"); }},
        {"SlirpThatEndsOnceItIsReady", "slirp4netns", nullptr, "slirp4netns ", "", false,
         [](const std::string& scene) {
             write_file(scene + "/slirp4netns", read_file("/usr/bin/slirp4netns"), 0755);
             unlink((scene + "/ready").c_str());
             if (mkfifo((scene + "/ready").c_str(), 0666) != 0 || chmod((scene + "/ready").c_str(), 0666) != 0) {
                 _exit(96);
             }
             put_script_in_place(scene, "/usr/bin/slirp4netns",
                                 "exec 5<&0\n" + scene + "/slirp4netns \"$@\" <&5 3>" + scene + "/ready &\nhead -c 1 <" + scene +
                                     "/ready >/dev/null\nprintf 1 >&3\nsleep 0.005\n");
         }},
        {"NoRoute", "pasta", nullptr, "pasta gave up before the sandbox had a network", "the host needs a default route", false,
         [](const std::string&) { unshare(CLONE_NEWNET); }},
        {"OldDnsmasq", "dnsmasq", nullptr, "dnsmasq gave up: `dnsmasq: bad option at line 11`",
         "install dnsmasq-base 2.87 or newer", true,
         [](const std::string& scene) {
             put_script_in_place(scene, "/usr/sbin/dnsmasq", "echo 'dnsmasq: bad option at line 11'\nexit 1\n");
         }},
    };
    return all;
}

class DoctorFinds : public DoctorTest<std::tuple<bool, Lack>> {
protected:
    [[nodiscard]] bool as_root() const override { return std::get<0>(GetParam()); }
    void expect_found(const Lack& lack) {
        const Outcome outcome =
            doctor({"--format", "json"}, lack.make, std::string_view(lack.answer).starts_with("it was not over"));
        ASSERT_EQ(outcome.status, 7) << outcome.text();
        const json report = json::parse(outcome.out);
        std::set<std::string> expected = lack.also;
        expected.insert(lack.trial);
        std::set<std::string> missing = with_result(report, "missing");
        missing.erase(lack.perhaps);
        EXPECT_EQ(missing, expected) << report.at("summary");
        const json found = trial(report, lack.trial);
        ASSERT_EQ(found.at("result"), "missing") << outcome.text();
        expect_contains(found.at("answer"), lack.answer);
        expect_contains(found.at("remedy"), lack.remedy);
        EXPECT_EQ(found.at("error"), lack.error == nullptr ? json(nullptr) : json(lack.error));
        expect_contains(report.at("summary"), lack.trial);
        if (lack.same_words) {
            expect_refused_alike(lack, found);
        }
        expect_nothing_left();
    }
    void expect_refused_alike(const Lack& lack, const json& found) {
        const Outcome compiling = scene.compile(everything);
        ASSERT_EQ(compiling.status, 0) << compiling.text();
        Command command = probing({{Program::sbx_run, as_root()}, ""}, scene, {"tag:ran"});
        const Outcome refused = run(on_host(std::move(command), lack.make));
        EXPECT_EQ(refused.status, 125) << refused.text();
        EXPECT_FALSE(refused.has("tag ran"));
        // The trial is made as nobody, since there is no policy.
        std::string words = found.at("answer").get<std::string>() + "; " + found.at("remedy").get<std::string>();
        words = replaced(words, "uid 65534", "uid " + std::to_string(payload_id));
        EXPECT_NE(refused.err.find(words), std::string::npos) << "doctor: " << words << "\n" << refused.err;
    }
};

TEST_P(DoctorFinds, WhatIsMissing) {
    expect_found(std::get<1>(GetParam()));
}

std::vector<std::tuple<bool, Lack>> for_each_caller() {
    std::vector<std::tuple<bool, Lack>> all;
    for (const bool root : {true, false}) {
        for (const Lack& lack : lacks()) {
            if (root || !lack.root_only) {
                all.emplace_back(root, lack);
            }
        }
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(Kernel, DoctorFinds, testing::ValuesIn(for_each_caller()), [](const auto& each) {
    return std::string(std::get<1>(each.param).name) + (std::get<0>(each.param) ? "AsRoot" : "AsUser");
});

}  // namespace
}  // namespace sbx::kernel
