// What this host can deliver, found by doing it: each trial does, in processes that are thrown away, what one step of a launch
// does, by the very functions of sbx-run, so that what is said here is what a launch would say. Leaves nothing behind: what a trial
// makes lies in namespaces of its own, and ends with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sbx::doctor {

/// In the order in which a launch comes to them.
enum class TrialId : std::uint8_t {
    identity,
    ids,
    inherited_state,
    nft_program,
    slirp4netns_program,
    pasta_program,
    tun_device,
    dnsmasq_program,
    bubblewrap_program,
    cgroup,
    user_namespace,
    mounts,
    procfs,
    ipc_namespace,
    uts_namespace,
    cgroup_namespace,
    network_namespace,
    packet_filter,
    tap_interface,
    frame_filter,
    slirp4netns,
    pasta,
    dnsmasq,
    rlimits,
    system_call_filter,
    bubblewrap,
    landlock
};

/// Who would run the sandbox, and with what.
struct Launcher {
    uid_t uid = 0;             ///< of the payload
    gid_t gid = 0;             ///< likewise
    bool drops = false;        ///< a root caller: the sandbox's processes take these ids on
    bool has_run_as = true;    ///< the policy says which; sbx-run refuses a root caller without it
    bool groups_none = false;  ///< the policy's `groups none`
    bool ipv6 = false;         ///< the network carries IPv6
    /// bubblewrap's own switches, as the plan has them: `--unshare-user` …
    std::vector<std::string> switches;
    bool memory = true;     ///< a cgroup has to limit memory
    bool cpus = true;       ///< likewise processor time
    unsigned landlock = 1;  ///< the oldest version of Landlock that will do
};

struct Trial {
    TrialId id;
    std::string_view name;                ///< `user-namespace`: for programs
    std::string_view title;               ///< for people
    std::string_view tried;               ///< what is done
    std::string_view needed_by;           ///< which statements of the language need it
    bool informs = false;                 ///< it counts only for a policy with a statement that needs it
    std::vector<TrialId> after;           ///< what it is made in, or of: without one of these it is not tried
    std::string (*run)(const Launcher&);  ///< returns what is worth knowing; throws runtime::Refusal
};
/// In the order of TrialId.
[[nodiscard]] const std::vector<Trial>& trials();

enum class Answer : std::uint8_t { works, refused, not_tried };
struct Result {
    const Trial* trial = nullptr;
    Answer answer = Answer::not_tried;
    std::string said;              ///< works: what is worth knowing, or nothing; refused: what was observed, and the kernel's words
    std::string remedy;            ///< refused: what to do about it on a host of this kind
    int error = 0;                 ///< refused: the errno value behind it, or 0
    std::vector<TrialId> because;  ///< not tried: those of `after` that did not work
};

/// How long all trials may take together.
inline constexpr std::chrono::milliseconds time_limit{900};

/// One result a trial, in the same order. A trial that does not end in its share of the time goes on while the next ones are made;
/// what is not over when the time is, is killed. The calling process becomes the reaper of what trials leave
/// (PR_SET_CHILD_SUBREAPER), and must have no other children.
[[nodiscard]] std::vector<Result> carry_out(const std::vector<const Trial*>& chosen, const Launcher& launcher,
                                            std::chrono::milliseconds limit = time_limit);

}  // namespace sbx::doctor
