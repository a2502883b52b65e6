// Puts up the filtered network. See the header. The order is the protection: no interface before the filter, no user-mode network
// before the filter was read back, no end before frames are filtered too; and the caller executes nothing before this returns.
#include "runtime/egress.hpp"

#include "runtime/channel.hpp"
#include "runtime/frame_filter.hpp"
#include "runtime/interfaces.hpp"
#include "runtime/macvlan_maker.hpp"
#include "runtime/name_service.hpp"
#include "runtime/namespaces.hpp"
#include "runtime/packet_filter.hpp"
#include "runtime/refusal.hpp"
#include "runtime/tap_device.hpp"
#include "runtime/user_network.hpp"

namespace sbx::runtime {

namespace {

constexpr std::chrono::seconds time_limit{10};

Deadline from_now() {
    return std::chrono::steady_clock::now() + time_limit;
}

[[noreturn]] void cannot_tell(const std::string& what) {
    refuse(step::network, "sbx-run cannot be told of " + what, "start it again");
}

/// It is not waited for here; the supervisor looks whether it lives.
void hand_to_supervisor(int channel, const std::string& name, Child& child) {
    if (!tell_helper(channel, name, child.handle())) {
        cannot_tell(quoted(name));
    }
    child.let_go();
}

}  // namespace

void enter_filtered_network(const BoundNetwork& network, int channel, int macvlan) {
    std::optional<WaitingHelper> helper;
    if (!network.macvlan) {
        helper.emplace(network);
    }
    enter_network_namespace();
    raise_loopback();
    allow_echo();
    load_filter(network, time_limit);
    check_filter();
    if (helper) {
        make_tap_device();
        helper->attach(from_now());
    } else {
        attach_macvlan(*network.macvlan, macvlan, from_now());
    }
    check_outside(network.inside);
    if (!tell_network(channel, {load_frame_filter(), has_ipv6_outside(network.inside)})) {
        cannot_tell("the sandbox's network");
    }
    if (network.resolver) {
        Child resolver = start_resolver(network, from_now());
        hand_to_supervisor(channel, network.resolver->words.front(), resolver);
    }
    if (helper) {
        hand_to_supervisor(channel, network.helper.words.front(), helper->process());
    }
}

}  // namespace sbx::runtime
