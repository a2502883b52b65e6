// The cgroup of one sandbox: made before it, with the limits that the policy asks for, entered by its first process, and removed
// after it. Assumes that who makes it lives as long as the sandbox; guarantees that a limit which is not reported as missing is in
// force for whatever enters, that no process is moved but those that may be, and that nothing stays once it is ended. Of one whose
// maker was killed, an empty directory `sbx-…` stays, which the next launch in the same place removes.
//
//     BASE            the cgroup that sbx-run was started in, the delegated one above it, or a scope that systemd made for it
//     BASE/sbx-P-N    has the limits; its controllers are on for its child, so that nobody can take them from it meanwhile
//     BASE/sbx-P-N/run   has the processes
//     BASE/sbx-P-M    has sbx-run itself, where it is the only process of BASE and had to leave it
#pragma once

#include "runtime/cgroup_home.hpp"
#include "runtime/cgroup_limits.hpp"
#include "runtime/refusal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

/// A limit that this host does not keep, and why not.
struct MissingLimit {
    std::string_view limit;  ///< as in policies: `memory`, `cpus`, `processes`
    Refusal why;
};

/// What the sandbox came to.
struct CgroupUse {
    std::optional<std::uint64_t> memory_peak;   ///< bytes; not on kernels before 5.19
    std::uint64_t forks_refused = 0;            ///< by pids.max
    std::optional<std::uint64_t> throttled_ms;  ///< by cpu.max, all processors together
    bool out_of_memory = false;                 ///< its limit of memory was reached, and the kernel killed the sandbox
    bool killed_for_others = false;             ///< the kernel killed it because memory ran out elsewhere: of the host, or above
};

class SandboxCgroup {
public:
    /// `processes`: pids.max, where there is one. What is not in force afterwards is in missing(). `movable`
    /// and `profile`: see find_cgroup_home().
    SandboxCgroup(const CgroupLimits& limits, std::optional<std::uint64_t> processes, const std::vector<pid_t>& movable,
                  const std::string& profile);
    ~SandboxCgroup() { end(); }
    SandboxCgroup(const SandboxCgroup&) = delete;
    SandboxCgroup& operator=(const SandboxCgroup&) = delete;

    [[nodiscard]] const std::vector<MissingLimit>& missing() const { return missing_; }
    [[nodiscard]] bool is_missing(std::string_view limit) const;
    /// A descriptor to which a process writes `0` in order to enter; -1 if there is no cgroup.
    [[nodiscard]] int entry() const { return entry_.get(); }
    /// For messages; empty if there is no cgroup.
    [[nodiscard]] const std::string& path() const { return group_.path(); }
    /// Where systemd made a scope for it, also after its end; empty if it did not.
    [[nodiscard]] const std::string& scope() const { return scope_; }
    /// What memory.max came to, its ancestors' lower ones included: bytes.
    [[nodiscard]] std::optional<std::uint64_t> memory() const { return memory_; }
    [[nodiscard]] CgroupUse use() const;
    /// Kills what is left in it, and removes it. False if something does not die. May be called again.
    bool end() noexcept;

private:
    struct Wanted;
    void build(std::vector<Wanted>& wanted, const std::vector<pid_t>& movable, const std::string& profile);
    void leave_base(const std::vector<pid_t>& movable);
    void enable(std::vector<Wanted>& wanted);
    void limit(std::vector<Wanted>& wanted);
    void make_room_for_processes(const std::vector<Wanted>& wanted);
    void return_to_base() noexcept;
    void miss(const Wanted& wanted, const std::string& what, int error);

    CgroupDirectory base_, group_, run_, supervisor_;
    std::string group_name_, supervisor_name_;
    std::vector<std::string> enabled_;  ///< by us, in the base
    Descriptor entry_;
    std::string scope_;
    std::optional<std::uint64_t> memory_;
    std::vector<MissingLimit> missing_;
};

/// For the process that becomes the sandbox. `entry`: see SandboxCgroup; -1 does nothing.
void enter_cgroup(int entry);

}  // namespace sbx::runtime
