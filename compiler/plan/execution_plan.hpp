// What is to be done, in the words of kernels and of bubblewrap, in order, and still no text. Total: whatever resolve() and check()
// let through can be planned, but for the sizes that lower() refuses.
#pragma once

#include "compiler/plan/filter_plan.hpp"
#include "compiler/plan/landlock_plan.hpp"
#include "compiler/policy/policy.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace sbx::plan {

using policy::SandboxPath;
using policy::Text;

/// Under which condition on the host a step is taken; see runtime/artifact_format.hpp for what each does when it does not hold.
enum class Guard : std::uint8_t {
    always,
    if_exists,
    if_directory,
    if_file,
    must_exist,
    must_be_directory,
    must_be_file,
    hide_directory,
    reserve_directory,
    reserve_file
};
enum class SourceKind : std::uint8_t { any, directory, socket };

/// `--ro-bind-fd` or `--bind-fd`: the host's tree at `source`. In a firm ancestor (`pin`) source and destination are the same
/// directory.
struct Bind {
    SandboxPath source;
    SandboxPath destination;
    bool writable = false;
    bool pin = false;  ///< a directory on the way to a node below a writable tree, made a mount of its own
    SourceKind kind = SourceKind::any;
    friend bool operator==(const Bind&, const Bind&) = default;
};
/// `--dev-bind`: a device node; the only form bubblewrap has takes a path.
struct BindDevice {
    SandboxPath path;
    friend bool operator==(const BindDevice&, const BindDevice&) = default;
};
struct MountTmpfs {
    SandboxPath destination;
    std::uint64_t size = 0;  ///< bytes
    std::uint32_t mode = 0755;
    friend bool operator==(const MountTmpfs&, const MountTmpfs&) = default;
};
struct MakeDirectory {
    SandboxPath destination;
    std::uint32_t mode = 0755;
    friend bool operator==(const MakeDirectory&, const MakeDirectory&) = default;
};
/// `--ro-bind-data`.
struct PlaceFile {
    SandboxPath destination;
    Text contents;
    std::uint32_t mode = 0444;
    friend bool operator==(const PlaceFile&, const PlaceFile&) = default;
};
struct MakeLink {
    SandboxPath destination;
    std::string target;
    friend bool operator==(const MakeLink&, const MakeLink&) = default;
};
struct MountProc {
    SandboxPath destination;
    friend bool operator==(const MountProc&, const MountProc&) = default;
};
struct MountDev {
    SandboxPath destination;
    friend bool operator==(const MountDev&, const MountDev&) = default;
};
struct RemountReadOnly {
    SandboxPath destination;
    friend bool operator==(const RemountReadOnly&, const RemountReadOnly&) = default;
};
/// Mounts nothing: the step's guard checks that a source which an enclosing node gives still exists.
struct Require {
    friend bool operator==(const Require&, const Require&) = default;
};
using Mount =
    std::variant<Bind, BindDevice, MountTmpfs, MakeDirectory, PlaceFile, MakeLink, MountProc, MountDev, RemountReadOnly, Require>;

/// A step may need several options (a mask is a tmpfs and a remount); they share one guard and origin.
struct MountStep {
    Guard guard = Guard::always;
    SandboxPath guarded;  ///< host path; meaningless for `always`
    std::vector<Mount> mounts;
    Origin origin;       ///< unknown for what every sandbox gets
    std::string reason;  ///< for people: "`hide` below a writable tree", "every sandbox"
    friend bool operator==(const MountStep& a, const MountStep& b) {
        return a.guard == b.guard && a.guarded == b.guarded && a.mounts == b.mounts;
    }
};
struct MountPlan {
    std::vector<MountStep> steps;
    std::uint32_t mount_count = 0;       ///< mounts that bubblewrap will make
    std::uint32_t saved = 0;             ///< nodes that needed none
    std::vector<SandboxPath> exclusive;  ///< writable host trees that hold another node
};

/// One rlimit. `value` in the kernel's own unit: seconds, bytes, counts.
struct ResourceLimit {
    std::string name;  ///< nproc, nofile …
    policy::LimitValue value;
    std::uint64_t added = 0;  ///< what the sandbox's own processes need on top
    Origin origin;
    friend bool operator==(const ResourceLimit& a, const ResourceLimit& b) {
        return a.name == b.name && a.value == b.value && a.added == b.added;
    }
};
/// What sbx-run itself measures; a shell cannot.
struct SupervisedLimit {
    std::string name;         ///< `wall-time`, `grace`, `output`
    std::uint64_t value = 0;  ///< milliseconds; of `output` bytes
    Origin origin;
    friend bool operator==(const SupervisedLimit& a, const SupervisedLimit& b) { return a.name == b.name && a.value == b.value; }
};
/// What a cgroup of the sandbox's own keeps.
struct CgroupLimit {
    std::string name;         ///< `memory`, `cpus`
    std::uint64_t value = 0;  ///< bytes; thousandths of a processor
    Origin origin;
    std::optional<policy::Degradation> degradation;  ///< a host may lack it
    friend bool operator==(const CgroupLimit& a, const CgroupLimit& b) {
        return a.name == b.name && a.value == b.value && a.degradation == b.degradation;
    }
};
struct LimitTable {
    std::vector<ResourceLimit> limits;        ///< sorted by name
    std::vector<SupervisedLimit> supervised;  ///< in the order of the language reference; empty, or `grace` is among them
    std::vector<CgroupLimit> cgroup;          ///< in the order of the language reference
};

struct EnvironmentPlan {
    policy::Environment environment;
};

/// Everything that is about the process itself. `options` are bubblewrap's own switches, in order: `--unshare-user` …
struct ProcessPlan {
    policy::Process process;
    policy::NetworkMode network = policy::NetworkMode::off;
    std::optional<SandboxPath> workdir;
    std::vector<std::string> options;
};

/// One row of the table of section 10 of the language.
struct Enforcement {
    std::string statement;   ///< `filesystem /usr`, `limits cpu-time`, `network off`
    std::string protection;  ///< mount-namespace, network-namespace, rlimits, user-id, system-calls …
    std::string status;      ///< enforced, narrower
    Origin origin;
};

/// What becomes of a system call by its number. The last five depend on arguments.
enum class CallAction : std::uint8_t {
    allow,
    refuse,
    unknown,
    by_request,
    by_status_flags,
    by_clone_flags,
    by_family,
    by_pair_family
};
/// From this number on, up to the next range.
struct CallRange {
    std::uint32_t first = 0;
    CallAction action = CallAction::allow;
    friend bool operator==(const CallRange&, const CallRange&) = default;
};
/// One machine's numbers.
struct CallNumbers {
    std::string architecture;       ///< as uname(2) says `machine`
    std::uint32_t audit = 0;        ///< AUDIT_ARCH_ of linux/audit.h: calls of any other are killed
    bool has_x32 = false;           ///< calls with __X32_SYSCALL_BIT are killed
    std::vector<CallRange> ranges;  ///< sorted; the first begins at 0, two neighbours differ in their action
};
/// A line of the filter for people: what becomes of which calls.
struct FilterLine {
    std::string text;
    Origin origin;
};
/// The filter of system calls. Nothing but `unrestricted` counts where there is none.
struct SystemCallPlan {
    bool unrestricted = false;
    std::vector<CallNumbers> machines;            ///< sorted by name
    std::vector<std::uint32_t> refused_requests;  ///< of ioctl: sorted
    std::vector<std::uint32_t> families;          ///< of socket, without netlink-route: sorted
    std::vector<std::uint32_t> pair_families;     ///< of socketpair: sorted
    bool netlink_route = false;                   ///< netlink is not among them, but its protocol 0 is given
    std::vector<FilterLine> lines;
};

struct ExecutionPlan {
    std::map<std::string, Located<policy::Parameter>> parameters;
    MountPlan mounts;
    LimitTable limits;
    EnvironmentPlan environment;
    FilterPlan network;
    ProcessPlan process;
    SystemCallPlan system_calls;
    LandlockPlan landlock;
    std::vector<std::string> required_features;  ///< `bwrap:bind-fd`, `nft`, `user-namespace` …: sorted
    std::vector<Enforcement> enforcement;
};

}  // namespace sbx::plan
