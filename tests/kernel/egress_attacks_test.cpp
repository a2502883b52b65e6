// R-NET-03 and R-NET-04: a payload that works on its network with the tools that an administrator has: the ruleset, addresses and
// routes, namespaces, sockets that need no address. What it then reaches, the servers tell.
#include "tests/kernel/egress_trial.hpp"

namespace sbx::kernel {
namespace {

/// One line for each attempt: its name, and whether the tool succeeded.
const std::string tool_attempts = R"(PATH=/usr/sbin:/usr/bin:/sbin:/bin
try() { name=$1; shift; if "$@" >/dev/null 2>&1; then echo "$name works"; else echo "$name fails"; fi; }
try list nft list ruleset
try edit nft insert rule inet sbx output accept
try delete nft delete table inet sbx
try flush nft flush ruleset
try address ip address add 10.9.9.9/24 dev tap0
try route ip route add 198.51.100.0/24 via 10.0.2.2
try interface ip link add fresh type dummy
try enter nsenter --target 1 --net true
try enter-all nsenter --target 1 --user --net true
)";
const std::string more_namespaces = R"(try namespace unshare --user --map-root-user true
try network unshare --user --map-root-user --net true
try bare-network unshare --net true
)";
/// Where the policy lets it have namespaces: with every capability, none of them over the network.
const std::string from_a_namespace = R"(inside() { unshare --user --map-root-user "$@"; }
try namespace inside true
try nested-flush inside nft flush ruleset
try nested-edit inside nft insert rule inet sbx output accept
try nested-route inside ip route add 198.51.100.0/24 via 10.0.2.2
try nested-enter inside nsenter --target 1 --net true
)";
const std::string denied_echoes = " netadmin echo:tcp:203.0.113.6:80 echo:udp:203.0.113.6:80 fragments:udp:203.0.113.6:80";

Outcome attack(const Setting& setting, Trial& trial, Finding& finding, const std::string& script) {
    trial.network->clear();
    const std::string words = "/probe/probe " + allowed_echo + "\n" + script + "exec /probe/probe" + denied_echoes + "\n";
    Outcome outcome = run(trial.network->in_host(launching(setting, trial.scene.bundle(), {"/bin/sh", "-c", words}, {})));
    finding.control(outcome.has(allowed_echo + " ok"), "what is allowed is reached before", outcome.text());
    finding.claim(!outcome.has("echo:tcp:203.0.113.6:80 ok"), "what is denied stays denied", outcome.text());
    trial.claim_not_reached(finding, "world", "tcp 203.0.113.6 80");
    trial.claim_not_reached(finding, "world", "udp 203.0.113.6 80");
    return outcome;
}

void claim_fails(Finding& finding, const Outcome& outcome, std::initializer_list<const char*> names) {
    for (const char* const name : names) {
        finding.claim(outcome.has(std::string(name) + " fails"), std::string(name) + " fails", outcome.text());
    }
    finding.claim(outcome.after("netadmin ").value_or("").starts_with("no"), "it takes no interface down", outcome.text());
}

SBX_REQUIREMENT(R_NET_03, "the payload has no power over its network namespace", sbx_run, "nest,ids,userns,caps,seccomp") {
    Trial trial;
    if (!trial.prepare(finding, {}, "use std/system")) {
        return;
    }
    const Outcome outcome = attack(setting, trial, finding, tool_attempts + more_namespaces);
    claim_fails(finding, outcome,
                {"list", "edit", "delete", "flush", "address", "route", "interface", "enter", "enter-all", "namespace", "network",
                 "bare-network"});
    if (setting.naive()) {
        return;
    }
    Trial nested;
    if (nested.prepare(finding, {}, "use std/system\nprocess { nested-namespaces allow }")) {
        const Outcome inside = attack(setting, nested, finding, tool_attempts + from_a_namespace);
        finding.control(inside.has("namespace works"), "the policy lets it have namespaces", inside.text());
        claim_fails(finding, inside, {"edit", "flush", "nested-flush", "nested-edit", "nested-route", "nested-enter"});
    }
}

SBX_REQUIREMENT(R_NET_04, "no packet passes beside the filter", sbx_run, "nest,ids,userns,caps,seccomp") {
    Trial trial;
    if (!trial.prepare(finding, {})) {
        return;
    }
    // Of packets (datagrams, raw, of every protocol); raw of IPv4 (ICMP, TCP, with a header of its own) and of IPv6; XDP; the
    // packet filter's own.
    const std::vector<std::string> sockets = {"socket:17",    "socket:17:3",    "socket:17:3:768", "socket:2:3:1",
                                              "socket:2:3:6", "socket:2:3:255", "socket:10:3:58",  "socket:10:3:255",
                                              "socket:44:3",  "socket:16:3:12"};
    const Outcome outcome = trial.run_all(setting, finding, sockets);
    for (const std::string& one : sockets) {
        finding.claim(outcome.after(one + " ").value_or("").starts_with("no"), "there is no " + one, outcome.text());
    }
}

}  // namespace
}  // namespace sbx::kernel
