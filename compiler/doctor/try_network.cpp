// Trials of a filtered network. See trial_functions.hpp. Each part on its own, so that one that is missing does not hide another:
// the user-mode network is attached without a filter here, since nothing runs that could send.
#include "compiler/doctor/trial_functions.hpp"
#include "compiler/doctor/trial_process.hpp"
#include "runtime/frame_filter.hpp"
#include "runtime/interfaces.hpp"
#include "runtime/name_service.hpp"
#include "runtime/namespaces.hpp"
#include "runtime/network_programs.hpp"
#include "runtime/packet_filter.hpp"
#include "runtime/tap_device.hpp"
#include "runtime/user_network.hpp"

namespace sbx::doctor {
namespace {

namespace step = runtime::step;

/// Whoever waits for longer is killed.
constexpr std::chrono::seconds patience{10};

constexpr std::chrono::milliseconds time_to_settle{25};

runtime::Deadline in_the_end() {
    return std::chrono::steady_clock::now() + patience;
}

/// What emitted filters are made of.
constexpr std::string_view ruleset = R"(table inet sbx {
    set addresses { type ipv4_addr; flags interval; elements = { 192.0.2.0/24 } }
    set endpoints { type ipv6_addr . inet_service; flags interval; elements = { 2001:db8::/32 . 80-90 } }
    chain refuse {
        meta l4proto tcp reject with tcp reset
        reject with icmpx type admin-prohibited
    }
    chain input {
        type filter hook input priority 0; policy drop;
        iifname "lo" accept
        ct state established accept
        meta nfproto ipv4 meta l4proto icmp icmp type { 3, 11, 12 } ct state related accept
    }
    chain forward {
        type filter hook forward priority 0; policy drop;
    }
    chain output {
        type filter hook output priority 0; policy drop;
        oifname "lo" accept
        ip option lsrr exists drop
        exthdr rt exists drop
        ct state established accept
        meta l4proto { tcp, udp } th dport 0 goto refuse
        meta nfproto ipv4 ip daddr @addresses goto refuse
        meta nfproto ipv6 meta l4proto tcp ip6 daddr . tcp dport @endpoints accept
        goto refuse
    }
}
)";

/// Answers nothing but an example's name, and puts what that leads to into a set that is not there; nobody asks for it.
constexpr std::string_view resolver_configuration =
    "no-resolv\nno-hosts\nno-poll\nno-ident\nport=53\nlisten-address=127.0.0.1\nbind-interfaces\nquery-port=853\n"
    "server=/www.example.org/192.0.2.1\naddress=/*.www.example.org/\n"
    "nftset=/www.example.org/4#inet#sbx#name_0_4,6#inet#sbx#name_0_6\n";

runtime::BoundNetwork example_filter() {
    runtime::BoundNetwork network;
    network.nft = runtime::nft_program();
    network.transactions = {std::string(ruleset)};
    return network;
}

void attach(const Launcher& launcher, const runtime::BoundNetwork& network) {
    in_namespaces(launcher, [&network] {
        runtime::WaitingHelper helper(network);
        runtime::enter_network_namespace();
        runtime::make_tap_device();
        helper.attach(in_the_end());
        runtime::check_outside(network.inside);
        // It says that it is ready, and then isolates itself, which may be its end.
        if (helper.process().wait(std::chrono::steady_clock::now() + time_to_settle)) {
            runtime::refuse(step::network, network.helper.words.front() + " ended once it had attached the sandbox" + helper.said(),
                            "look for what ended it: this host may forbid what it isolates itself with");
        }
    });
}

}  // namespace

std::string try_packet_filter(const Launcher& launcher) {
    const runtime::BoundNetwork network = example_filter();
    in_namespaces(launcher, [&network] {
        runtime::enter_network_namespace();
        runtime::load_filter(network, patience);
        runtime::check_filter();
    });
    return {};
}

std::string try_tap_interface(const Launcher& launcher) {
    in_namespaces(launcher, [] {
        runtime::enter_network_namespace();
        runtime::make_tap_device();
    });
    return {};
}

std::string try_frame_filter(const Launcher& launcher) {
    const runtime::BoundNetwork network = example_filter();
    bool is_there = false;  // seen from here: the process below has this one's memory
    in_namespaces(launcher, [&] {
        runtime::enter_network_namespace();
        runtime::load_filter(network, patience);
        runtime::check_filter();
        runtime::make_tap_device();
        is_there = runtime::load_frame_filter();
    });
    return is_there ? std::string() : std::string(runtime::no_frame_filter);
}

std::string try_slirp4netns(const Launcher& launcher) {
    runtime::BoundNetwork network;
    network.inside = runtime::choose_virtual_network({});
    network.helper = runtime::slirp4netns_program(network.inside);
    attach(launcher, network);
    return {};
}

std::string try_pasta(const Launcher& launcher) {
    runtime::NetworkDeclaration declaration;
    declaration.ipv6 = launcher.ipv6;
    runtime::BoundNetwork network;
    network.kind = runtime::UserNetwork::pasta;
    network.inside = runtime::choose_virtual_network({});
    network.helper = runtime::pasta_program(declaration, network.inside, {});
    attach(launcher, network);
    return {};
}

std::string try_dnsmasq(const Launcher& launcher) {
    runtime::BoundNetwork network;
    network.resolver = runtime::dnsmasq_program({}, {});
    network.resolver_configuration = resolver_configuration;
    in_namespaces(launcher, [&network] {
        runtime::enter_network_namespace();
        runtime::raise_loopback();
        const runtime::Child resolver = runtime::start_resolver(network, in_the_end());
    });
    return {};
}

}  // namespace sbx::doctor
