// See the header.
#include "runtime/report_notes.hpp"

#include "runtime/frame_filter.hpp"
#include "runtime/standard_streams.hpp"

#include <algorithm>
#include <string_view>

namespace sbx::runtime {

namespace {

bool has_row(const Manifest& manifest, std::string_view statement) {
    return std::any_of(manifest.enforcement.begin(), manifest.enforcement.end(),
                       [&](const EnforcementRow& row) { return row.statement == statement; });
}

/// What is open for want of Landlock, where nothing else closes it.
void add_landlock_notes(const LaunchReport& report, std::vector<std::string>& notes) {
    const BoundLandlock& landlock = report.preparation->landlock;
    const bool makes_sockets = has_row(*report.manifest, "landlock.unix sockets");
    const bool shares_network = report.manifest->network.mode == NetworkMode::host;
    if (landlock.misses("write-file")) {
        notes.emplace_back(
            "without Landlock, FIFOs in trees of the host that can only be read can be written to: programs of the host that read "
            "them are in reach");
    }
    if (landlock.misses("signal")) {
        notes.emplace_back("without version 6 of Landlock, the sandbox's processes can reach the first one, which is bubblewrap's");
    }
    if (landlock.misses("abstract-unix-socket") && makes_sockets && shares_network) {
        notes.emplace_back("without version 6 of Landlock, abstract sockets of the host, whose network is shared, are in reach");
    }
    if (landlock.misses("resolve-unix")) {
        notes.emplace_back(
            "without version 9 of Landlock, every Unix socket that lies in a granted tree can be connected to, not only those that "
            "the policy names");
    }
    if (has_row(*report.manifest, "process.nested-namespaces allow")) {
        notes.push_back(
            std::string("`nested-namespaces allow` leaves paths to the mounts: FIFOs in trees of the host that can only be "
                        "read can be written to") +
            (makes_sockets ? ", and every Unix socket that lies in a granted tree can be connected to, not only those that "
                             "the policy names"
                           : ""));
    }
}

}  // namespace

std::vector<std::string> notes_of(const LaunchReport& report) {
    const Preparation& preparation = *report.preparation;
    std::vector<std::string> notes;
    const std::optional<NetworkMade> network = network_made(report);
    if (network && !network->frames_filtered) {
        notes.emplace_back(no_frame_filter);
    }
    if (network && !network->has_ipv6 && preparation.network->wants_ipv6) {
        notes.push_back(std::string("the sandbox has no IPv6, since ") +
                        (preparation.network->macvlan ? "its macvlan interface has an address of IPv4 alone"
                                                      : "this host has no address and default route of IPv6") +
                        ": what the policy allows of it cannot be reached");
    }
    if (const unsigned groups = preparation.identity.supplementary_groups; groups != 0) {
        notes.push_back("the caller's " + std::to_string(groups) + " supplementary groups stay, since only root can drop them");
    }
    if (!preparation.identity.drops) {
        notes.emplace_back("the caller is not root and keeps its ids; `run-as` does not apply");
    }
    if (report.cgroup != nullptr && !report.cgroup->scope().empty()) {
        notes.push_back("systemd made a scope for this launch, which went with it: " + quoted(report.cgroup->scope()));
    }
    if (preparation.limits_output && standard_input_takes_output()) {
        notes.emplace_back("standard input takes output too, which `output` does not count");
    }
    for (const std::string& tree : preparation.arguments.written) {
        notes.push_back("nothing limits how much is written below " + quoted(tree) +
                        ", a tree of the host: `file-size` is for each file, and only a `tmpfs` has a size");
    }
    add_landlock_notes(report, notes);
    if (preparation.network && preparation.survives_parent) {
        notes.emplace_back(
            "should sbx-run be killed, nobody looks any more whether the network's programs live; without them there is no way "
            "out");
    }
    if (preparation.network && preparation.network->inside.shadows) {
        notes.push_back("the sandbox's own network is " + preparation.network->inside.cidr +
                        ": what the policy grants there cannot be reached outside");
    }
    return notes;
}

}  // namespace sbx::runtime
