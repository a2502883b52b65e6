// Makes, limits and removes the sandbox's cgroup. See the header; cgroup-v2.rst of the kernel for each file.
#include "runtime/sandbox_cgroup.hpp"

#include "runtime/cgroup_names.hpp"
#include "runtime/number.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr std::string_view name_of_inner = "run";

/// cpu.max: microseconds of a period. The kernel takes no quota under 1000, so that small shares have a long period.
std::string cpu_quota(std::uint64_t thousandths) {
    constexpr std::uint64_t usual_period = 100'000;
    constexpr std::uint64_t longest_period = 1'000'000;
    constexpr std::uint64_t least_for_usual = 10;
    const std::uint64_t period = thousandths < least_for_usual ? longest_period : usual_period;
    return std::to_string(thousandths * (period / 1000)) + " " + std::to_string(period);
}

/// The lowest memory.max from here to the root of what is mounted.
std::optional<std::uint64_t> effective_memory(const CgroupDirectory& group) {
    std::optional<std::uint64_t> lowest;
    std::string path = group.path();
    for (CgroupDirectory each(path); each.open(); each = CgroupDirectory(path)) {
        const std::string text = each.read("memory.max").value_or("");
        const std::optional<std::uint64_t> value = read_number(text.substr(0, text.find('\n')));
        if (value && (!lowest || *value < *lowest)) {
            lowest = value;
        }
        path.resize(std::min(path.rfind('/'), path.size()));
    }
    return lowest;
}

}  // namespace

struct SandboxCgroup::Wanted {
    std::string_view limit;  ///< `memory`
    const char* controller;  ///< `memory`
    const char* file;        ///< `memory.max`
    std::string value;
    bool is_missing = false;
};

SandboxCgroup::SandboxCgroup(const CgroupLimits& limits, std::optional<std::uint64_t> processes, const std::vector<pid_t>& movable,
                             const std::string& profile) {
    std::vector<Wanted> wanted;
    if (limits.memory) {
        wanted.push_back({"memory", "memory", "memory.max", std::to_string(*limits.memory)});
    }
    if (limits.cpus) {
        wanted.push_back({"cpus", "cpu", "cpu.max", cpu_quota(*limits.cpus)});
    }
    if (processes) {
        wanted.push_back({"processes", "pids", "pids.max", std::to_string(*processes)});
    }
    if (wanted.empty()) {
        return;
    }
    Refusal why;
    try {
        build(wanted, movable, profile);
        if (entry_.open()) {
            return;
        }
    } catch (const Refusal& refusal) {
        why = refusal;
    } catch (...) {
        end();
        throw;
    }
    for (const Wanted& each : wanted) {
        if (!each.is_missing) {
            missing_.push_back({each.limit, why});
        }
    }
    end();
}

void SandboxCgroup::build(std::vector<Wanted>& wanted, const std::vector<pid_t>& movable, const std::string& profile) {
    const auto have = [&wanted] {
        return std::any_of(wanted.begin(), wanted.end(), [](const Wanted& w) { return !w.is_missing; });
    };
    CgroupHome home = find_cgroup_home(movable, profile);
    base_ = std::move(home.base);
    scope_ = home.is_from_systemd ? base_.path() : std::string();
    for (Wanted& each : wanted) {
        if (!base_.lists("cgroup.controllers", each.controller)) {
            each.is_missing = true;
            miss(each, "the cgroup " + quoted(base_.path()) + " has no controller " + quoted(each.controller), 0);
            missing_.back().why.remedy = remedy_for_controller(each.controller);
        }
    }
    if (!have()) {
        return;
    }
    sweep_cgroups(base_);
    if (home.must_be_left) {
        leave_base(scope_.empty() ? movable : std::vector<pid_t>{getpid()});
    }
    enable(wanted);
    if (!have()) {
        return;
    }
    group_name_ = make_own_cgroup(base_, group_);
    limit(wanted);
    if (have()) {
        make_room_for_processes(wanted);
    }
}

void SandboxCgroup::leave_base(const std::vector<pid_t>& movable) {
    supervisor_name_ = make_own_cgroup(base_, supervisor_);
    for (const pid_t process : movable) {
        if (!supervisor_.write("cgroup.procs", std::to_string(process)) && errno != ESRCH) {
            const int error = errno;
            refuse_errno(step::limits, "sbx-run cannot move itself into a cgroup in " + quoted(base_.path()), error,
                         remedy_for_cgroup("memory", error));
        }
    }
}

void SandboxCgroup::enable(std::vector<Wanted>& wanted) {
    for (Wanted& each : wanted) {
        if (each.is_missing || base_.lists("cgroup.subtree_control", each.controller)) {
            continue;
        }
        if (base_.write("cgroup.subtree_control", std::string("+") + each.controller)) {
            enabled_.emplace_back(each.controller);
        } else {
            const int error = errno;
            each.is_missing = true;
            miss(each, "the controller " + quoted(each.controller) + " cannot be turned on in " + quoted(base_.path()), error);
        }
    }
}

void SandboxCgroup::limit(std::vector<Wanted>& wanted) {
    for (Wanted& each : wanted) {
        if (each.is_missing) {
            continue;
        }
        const bool is_memory = each.limit == "memory";
        // Without swap the limit is one of memory, and not of how much of it is on disk; a kernel without swap has no such file.
        const bool no_swap = !is_memory || !group_.has("memory.swap.max") || group_.write("memory.swap.max", "0");
        const bool as_one = !is_memory || group_.write("memory.oom.group", "1");
        if (!no_swap || !as_one || !group_.write(each.file, each.value)) {
            const int error = errno;
            each.is_missing = true;
            miss(each, quoted(each.file) + " of " + quoted(group_.path()) + " cannot be written", error);
        } else if (is_memory) {
            memory_ = effective_memory(group_);
        }
    }
}

void SandboxCgroup::make_room_for_processes(const std::vector<Wanted>& wanted) {
    for (const Wanted& each : wanted) {
        if (!each.is_missing && !group_.write("cgroup.subtree_control", std::string("+") + each.controller)) {
            const int error = errno;
            refuse_errno(step::limits, "the controllers of " + quoted(group_.path()) + " cannot be held", error,
                         remedy_for_cgroup(each.controller, error));
        }
    }
    if (!group_.make(std::string(name_of_inner)) || !(run_ = group_.child(std::string(name_of_inner))).open() ||
        !(entry_ = run_.open_file("cgroup.procs", O_WRONLY)).open()) {
        const int error = errno;
        refuse_errno(step::limits, "no cgroup can be made in " + quoted(group_.path()), error, remedy_for_cgroup("memory", error));
    }
}

void SandboxCgroup::miss(const Wanted& wanted, const std::string& what, int error) {
    Refusal why{std::string(step::limits), what, remedy_for_cgroup(wanted.controller, error), exit_refused, error};
    if (error != 0) {
        why.what += ": " + error_text(error);
    }
    missing_.push_back({wanted.limit, std::move(why)});
}

bool SandboxCgroup::is_missing(std::string_view limit) const {
    return std::any_of(missing_.begin(), missing_.end(), [limit](const MissingLimit& each) { return each.limit == limit; });
}

CgroupUse SandboxCgroup::use() const {
    CgroupUse result;
    if (!group_.open()) {
        return result;
    }
    const std::string peak = group_.read("memory.peak").value_or("");
    result.memory_peak = read_number(peak.substr(0, peak.find('\n')));
    result.forks_refused = group_.count("pids.events", "max").value_or(0);
    if (const auto throttled = group_.count("cpu.stat", "throttled_usec")) {
        result.throttled_ms = *throttled / 1000;
    }
    const bool was_killed = group_.count("memory.events", "oom_kill").value_or(0) != 0;
    // `oom` counts what the group's own limit was the reason of; `oom_kill` whoever was killed, for whatever reason.
    const bool by_own_limit = group_.count("memory.events", "oom").value_or(0) != 0;
    result.out_of_memory = was_killed && by_own_limit;
    result.killed_for_others = was_killed && !by_own_limit;
    return result;
}

bool SandboxCgroup::end() noexcept {
    entry_.reset();
    run_ = CgroupDirectory();
    bool all_gone = true;
    if (group_.open()) {
        all_gone = remove_cgroup(base_, group_name_, group_);
        group_ = CgroupDirectory();
    }
    return_to_base();
    return all_gone;
}

/// The way back into the base is open once its children have no controllers of it.
void SandboxCgroup::return_to_base() noexcept {
    if (!supervisor_.open()) {
        return;
    }
    for (const std::string& controller : enabled_) {
        static_cast<void>(base_.write("cgroup.subtree_control", "-" + controller));
    }
    for (const pid_t process : supervisor_.processes()) {  // those that were moved, and what they have started since
        static_cast<void>(base_.write("cgroup.procs", std::to_string(process)));
    }
    supervisor_ = CgroupDirectory();
    static_cast<void>(base_.remove(supervisor_name_));
}

void enter_cgroup(int entry) {
    if (entry >= 0 && write(entry, "0", 1) != 1) {
        const int error = errno;
        refuse_errno(step::limits, "the sandbox cannot enter its cgroup", error, remedy_for_cgroup("memory", error));
    }
}

}  // namespace sbx::runtime
