// System calls and socket families: sets, one region for all that is allowed now and one for all that is refused now. Families that
// only follow from the network or from a socket of the host are told there, not here.
#include "compiler/policy/compare_parts.hpp"
#include "compiler/policy/socket_families.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

std::string shown_names(const CallSet& calls) {
    constexpr std::size_t most_shown = 6;
    std::string text;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < system_call_table().size() && shown < most_shown; ++i) {
        if (calls[i]) {
            text += (shown == 0 ? "`" : ", `") + std::string(system_call_table()[i].name) + "`";
            ++shown;
        }
    }
    return shown == calls.count() ? text : text + " and " + std::to_string(calls.count() - shown) + " more";
}

RegionSide side_of(const SystemCalls& calls, std::size_t call) {
    const SystemCallRule* const rule = deciding_rule(calls, call);
    const bool refused = calls.refused[call];
    if (rule != nullptr && rule->allows != refused) {
        return {refused ? "refused" : "allowed", to_statement(*rule), rule->origin};
    }
    return {refused ? "refused" : "allowed", "", calls.mode.origin};
}

void add_calls(const SystemCalls& before, const SystemCalls& after, const CallSet& calls, bool more, Regions& regions) {
    if (calls.none()) {
        return;
    }
    const std::size_t first = first_of(calls);
    Region region = setting_region(Domain::syscalls, more ? Relation::wider : Relation::narrower, call_names(calls),
                                   side_of(before, first), side_of(after, first));
    region.claim = (more ? "can make the system calls " : "can no longer make the system calls ") + shown_names(calls) +
                   (more ? ", which were refused" : "");
    Request request;
    request.kind = RequestKind::syscall;
    request.name = std::string(system_call_table()[first].name);
    region.witness = "syscall " + request.name;
    region.request = request;
    region.weight = (calls & calls_of("@default")).any() ? 70 : 45;
    regions.push_back(std::move(region));
}

std::string shown_requests(const std::set<std::uint32_t>& requests) {
    std::string text;
    for (const std::uint32_t request : requests) {
        text += (text.empty() ? "" : " ") + ioctl_request_name(request);
    }
    return text.empty() ? "none" : text;
}

void compare_arguments(const SystemCalls& before, const SystemCalls& after, Regions& regions) {
    const bool both_ioctl = !before.refused[ioctl_call()] && !after.refused[ioctl_call()];
    if (both_ioctl && before.refused_requests != after.refused_requests) {
        const auto contains = [](const std::set<std::uint32_t>& all, const std::set<std::uint32_t>& some) {
            return std::includes(all.begin(), all.end(), some.begin(), some.end());
        };
        const auto side = [](const SystemCalls& calls) {
            RegionSide shown = side_of(calls, ioctl_call());
            shown.words = shown_requests(calls.refused_requests);
            return shown;
        };
        Region region = setting_region(Domain::syscalls,
                                       relation_of(contains(after.refused_requests, before.refused_requests),
                                                   contains(before.refused_requests, after.refused_requests)),
                                       "requests of ioctl that are refused", side(before), side(after));
        region.claim = "is refused the ioctl requests " + region.after.words + ", which were " + region.before.words;
        region.witness = "ioctl";
        region.weight = 60;
        regions.push_back(std::move(region));
    }
    const bool both_clone = !before.refused[clone_call()] && !after.refused[clone_call()];
    if (both_clone && before.clone_namespaces != after.clone_namespaces) {
        Region region = setting_region(Domain::syscalls, after.clone_namespaces ? Relation::wider : Relation::narrower,
                                       "namespaces by clone", side_of(before, clone_call()), side_of(after, clone_call()));
        region.claim = after.clone_namespaces ? "can have clone make namespaces" : "can no longer have clone make namespaces";
        region.witness = "clone";
        region.weight = 70;
        regions.push_back(std::move(region));
    }
}

void compare_families(const Policy& before, const Policy& after, Regions& regions) {
    std::set<std::string> families;
    for (const Policy* policy : {&before, &after}) {
        for (const auto& [family, origin] : policy->sockets.allowed) {
            families.insert(family);
        }
    }
    for (const std::string& family : families) {
        const auto left = before.sockets.allowed.find(family);
        const auto right = after.sockets.allowed.find(family);
        const bool in_old = left != before.sockets.allowed.end();
        const bool in_new = right != after.sockets.allowed.end();
        if (in_old == in_new || implied_families(in_old ? before : after).count(family) != 0) {
            continue;
        }
        const auto side = [&](bool has, const FamilyOrigins::const_iterator& at) {
            return has ? RegionSide{"allowed", "allow " + family, at->second} : RegionSide{"refused", "", {}};
        };
        Region region = setting_region(Domain::syscalls, in_new ? Relation::wider : Relation::narrower, family + " sockets",
                                       side(in_old, left), side(in_new, right));
        region.claim = std::string(in_new ? "can make " : "can no longer make ") + family + " sockets";
        region.witness = "socket " + family;
        region.weight = is_plain_family(family) ? 50 : 75;
        regions.push_back(std::move(region));
    }
}

}  // namespace

void compare_filters(const Policy& before, const Policy& after, Regions& regions) {
    const SystemCalls& left = before.system_calls;
    const SystemCalls& right = after.system_calls;
    if (left.unrestricted.value != right.unrestricted.value) {
        const auto side = [](const SystemCalls& calls) {
            return calls.unrestricted.value ? RegionSide{"none", "syscalls unrestricted", calls.unrestricted.origin}
                                            : RegionSide{"in force", "", calls.mode.origin};
        };
        Region region = setting_region(Domain::syscalls, right.unrestricted.value ? Relation::wider : Relation::narrower,
                                       "system-call filter", side(left), side(right));
        region.claim = right.unrestricted.value ? "has no system-call filter" : "is under a system-call filter";
        region.witness = "syscalls unrestricted";
        region.weight = 90;
        regions.push_back(std::move(region));
        return;
    }
    add_calls(left, right, left.refused & ~right.refused, true, regions);
    add_calls(left, right, right.refused & ~left.refused, false, regions);
    compare_arguments(left, right, regions);
    compare_families(before, after, regions);
}

}  // namespace sbx::policy
