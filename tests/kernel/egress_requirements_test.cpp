// R-NET-01 to 10 and 16 to 22, as far as the launcher answers for them: what a filtered sandbox reaches, judged by the servers. The
// packet filter is a handwritten one; what the compiler writes is tried elsewhere, and so is a payload that attacks its network.
#include "tests/kernel/egress_trial.hpp"

#include <csignal>
#include <string>
#include <sys/mount.h>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

const std::string pasta = R"({"helper": "pasta"})";

SBX_REQUIREMENT(R_NET_01, "no packet leaves that the filter was not asked about, from the first moment on", sbx_run, "unfiltered") {
    Trial trial;
    if (!trial.prepare(finding, {})) {
        return;
    }
    std::vector<std::string> requests;
    for (const char* what :
         {"udp:203.0.113.6:80", "echo:tcp:203.0.113.6:80", "echo:tcp:203.0.113.5:81", "echo:tcp:203.0.113.5:79"}) {
        requests.emplace_back(what);
    }
    trial.network->clear();
    const Outcome outcome = run(trial.probe(setting, requests));
    finding.control(outcome.status == 0, "the payload runs", outcome.text());
    for (const char* what : {"udp 203.0.113.6 80", "tcp 203.0.113.6 80", "tcp 203.0.113.5 81", "tcp 203.0.113.5 79"}) {
        trial.claim_not_reached(finding, "world", what);
    }
    static_cast<void>(trial.run_all(setting, finding, {}));
}

/// /bin/true in the place of slirp4netns: it succeeds, and says nothing.
void replace_helper() {
    if (mount("/usr/bin/true", "/usr/bin/slirp4netns", nullptr, MS_BIND, nullptr) != 0) {
        _exit(98);
    }
}

SBX_REQUIREMENT(R_NET_02, "the end of a stream lets nothing go on", sbx_run, "ignore") {
    Trial trial;
    if (!trial.prepare(finding, {})) {
        return;
    }
    Command command = probing(setting, trial.scene, {"tag:ran"});
    command.before_exec = replace_helper;
    const Outcome outcome = run(trial.network->in_host(std::move(command)));
    finding.claim(outcome.status == 125 && outcome.out.empty(), "a user-mode network that ends without a word stops the launch",
                  outcome.text());
    static_cast<void>(trial.run_all(setting, finding, {}));
}

SBX_REQUIREMENT(R_NET_05, "the host's loopback is out of reach", sbx_run, "unfiltered,hostloop") {
    Trial trial;
    if (!trial.prepare(finding, {.allow = "meta l4proto { tcp, udp } accept"})) {
        return;
    }
    const Outcome outcome =
        trial.run_all(setting, finding, {"echo:tcp:10.0.2.2:5432", "echo:udp:10.0.2.2:5432", "echo:tcp:127.0.0.1:5432"});
    trial.claim_not_reached(finding, "host", "tcp 127.0.0.1 5432");
    trial.claim_not_reached(finding, "host", "udp 127.0.0.1 5432");
    finding.claim(outcome.has("echo:tcp:127.0.0.1:5432 no ECONNREFUSED"), "its own loopback is its own", outcome.text());
}

SBX_REQUIREMENT(R_NET_06, "the host's own addresses and the metadata service are out of reach, whatever is allowed", sbx_run,
                "unfilled") {
    Trial trial;
    if (!trial.prepare(finding, {.allow = "meta l4proto { tcp, udp } accept"})) {
        return;
    }
    const Outcome outcome =
        trial.run_all(setting, finding,
                      {"echo:tcp:10.77.0.1:80", "echo:udp:10.77.0.1:80", "echo:tcp:169.254.169.254:80", "echo:tcp:203.0.113.6:81"});
    finding.control(outcome.has("echo:tcp:203.0.113.6:81 ok"), "everything else is allowed here", outcome.text());
    trial.claim_not_reached(finding, "host", "tcp 10.77.0.1 80");
    trial.claim_not_reached(finding, "host", "udp 10.77.0.1 80");
    trial.claim_not_reached(finding, "world", "tcp 169.254.169.254 80");
}

SBX_REQUIREMENT(R_NET_07, "pasta opens no door of its own", sbx_run, "unfilled,splicing") {
    Trial trial;
    if (!trial.prepare(finding, {.allow = "meta l4proto { tcp, udp } accept", .network = pasta})) {
        return;
    }
    const Outcome outcome = trial.run_all(setting, finding, {"echo:tcp:127.0.0.1:5432", "echo:tcp:10.77.0.2:81"});
    finding.control(outcome.has("echo:tcp:10.77.0.2:81 ok"), "everything else is allowed here", outcome.text());
    trial.claim_not_reached(finding, "host", "tcp 127.0.0.1 5432");
    finding.claim(outcome.has("echo:tcp:127.0.0.1:5432 no ECONNREFUSED"), "its own loopback is its own", outcome.text());
}

SBX_REQUIREMENT(R_NET_08, "the user-mode network resolves no names", sbx_run, "unfiltered,dns") {
    Trial trial;
    if (!trial.prepare(finding, {.allow = "meta l4proto { tcp, udp } accept"})) {
        return;
    }
    static_cast<void>(trial.run_all(setting, finding, {"echo:udp:10.0.2.3:53"}));
    trial.claim_not_reached(finding, "world", "udp 10.77.0.2 53");
}

SBX_REQUIREMENT(R_NET_09, "what is said of IPv4 says nothing of IPv6", sbx_run, "unfiltered") {
    Trial trial;
    const std::string ipv6 = R"({"helper": "pasta", "ipv6": true})";
    const std::string rules =
        "ip daddr 203.0.113.5 meta l4proto tcp tcp dport 80 accept\nip6 daddr 2001:db8:77::5 meta l4proto tcp tcp dport 80 accept";
    if (!trial.prepare(finding, {.allow = rules, .network = ipv6})) {
        return;
    }
    const std::string six = "echo:tcp:2001:db8:77::5:80";
    const Outcome outcome = trial.run_all(setting, finding,
                                          {six, "echo:tcp:2001:db8:77::6:80", "echo:tcp:2001:db8:77::5:81",
                                           "echo:udp:2001:db8:77::5:80", "echo:tcp:fd77::1:80", "echo:tcp:::ffff:203.0.113.6:80"});
    if (!setting.naive()) {
        finding.claim(outcome.has(six + " ok"), "IPv6 is there where it is allowed", outcome.text());
    }
    trial.claim_not_reached(finding, "world", "tcp 2001:db8:77::6 80");
    trial.claim_not_reached(finding, "world", "tcp 2001:db8:77::5 81");
    trial.claim_not_reached(finding, "world", "udp 2001:db8:77::5 80");
    trial.claim_not_reached(finding, "world", "tcp 203.0.113.6 80");
    trial.claim_not_reached(finding, "host", "tcp fd77::1 80");
}

SBX_REQUIREMENT(R_NET_10, "what is said of TCP says nothing of UDP", sbx_run, "unfiltered") {
    Trial trial;
    if (!trial.prepare(finding, {})) {
        return;
    }
    static_cast<void>(trial.run_all(setting, finding, {"echo:udp:203.0.113.5:80", "ping:203.0.113.5"}));
    trial.claim_not_reached(finding, "world", "udp 203.0.113.5 80");
}

SBX_REQUIREMENT(R_NET_16, "nobody can ask the user-mode network for more ports", sbx_run, "api") {
    Trial trial;
    if (!trial.prepare(finding, {})) {
        return;
    }
    Running running(trial.probe(setting, {allowed_echo, "tag:up", "sleep:10"}));
    finding.control(running.wait_for("tag up"), "it runs");
    const std::vector<pid_t> found = trial.network->helpers();
    finding.control(!found.empty(), "the user-mode network is there");
    for (const pid_t helper : found) {
        const std::string words = read_file("/proc/" + std::to_string(helper) + "/cmdline");
        finding.claim(words.find("--api-socket") == std::string::npos, "it has no socket for requests", words);
    }
}

SBX_REQUIREMENT(R_NET_17, "the user-mode network is confined itself", sbx_run, "bare") {
    Trial trial;
    if (!trial.prepare(finding, {})) {
        return;
    }
    Running running(trial.probe(setting, {allowed_echo, "tag:up", "sleep:10"}));
    finding.control(running.wait_for("tag up"), "it runs");
    const std::vector<pid_t> found = trial.network->helpers();
    finding.control(!found.empty(), "it is there");
    for (const pid_t helper : found) {
        const std::string status = read_file("/proc/" + std::to_string(helper) + "/status");
        finding.claim(own_filters(status) > 0, "it has a system-call filter", status);
    }
}

SBX_REQUIREMENT(R_NET_18, "when the user-mode network ends, the run fails", sbx_run, "none") {
    Trial trial;
    if (!trial.prepare(finding, {})) {
        return;
    }
    Running running(trial.probe(setting, {"tag:up", "sleep:1", "tag:after"}));
    finding.control(running.wait_for("tag up"), "it runs");
    trial.network->kill_helpers();
    const Outcome outcome = running.finish();
    finding.claim(outcome.status == 125 && !outcome.has("tag after"), "the payload is ended with it", outcome.text());
}

SBX_REQUIREMENT(R_NET_19, "a killed launcher leaves no user-mode network", sbx_run, "none") {
    Trial trial;
    if (!trial.prepare(finding, {})) {
        return;
    }
    Running running(trial.probe(setting, {allowed_echo, "tag:up", "sleep:10"}));
    finding.control(running.wait_for("tag up") && !trial.network->helpers().empty(), "it runs");
    kill(running.pid(), SIGKILL);
    finding.claim(trial.network->helpers_gone(1000), "nothing is left");
}

SBX_REQUIREMENT(R_NET_20, "the sandbox's own network does not stand before what is allowed", sbx_run, "none") {
    Trial trial;
    if (!trial.prepare(finding, {.allow = "ip daddr 203.0.113.5 tcp dport 80 accept\nip daddr 10.0.2.77 tcp dport 80 accept"},
                       "filesystem { file /named \"\\\"10.0.2.77\\\"\" }")) {
        return;
    }
    // policy.json names the address, as it will when the compiler writes the network.
    const std::string policy = trial.scene.bundle() + "/policy.json";
    write_file(policy, read_file(policy) + "\"10.0.2.77\"\n", 0644);
    redigest(trial.scene.bundle());
    const Outcome outcome = trial.run_all(setting, finding, {"echo:tcp:10.0.2.77:80"});
    finding.claim(outcome.has("echo:tcp:10.0.2.77:80 ok") && trial.network->reached("world", "tcp 10.0.2.77 80"), "it is reached",
                  outcome.text());
}

SBX_REQUIREMENT(R_NET_21, "a filter that the kernel does not take stops the launch", sbx_run, "ignore") {
    Trial trial;
    if (!trial.prepare(finding, {.allow = "ip daddr @no_such_set accept"})) {
        return;
    }
    trial.network->clear();
    const Outcome outcome = run(trial.probe(setting, {"tag:ran", "echo:tcp:203.0.113.6:80"}));
    finding.claim(outcome.status == 125 && outcome.out.empty(), "nothing runs", outcome.text());
    finding.claim(outcome.err.starts_with("sbx-run: network: the packet filter cannot be loaded: "), "and it is said why",
                  outcome.text());
}

SBX_REQUIREMENT(R_NET_22, "what is denied fails at once", sbx_run, "silent") {
    Trial trial;
    if (!trial.prepare(finding, {})) {
        return;
    }
    std::vector<std::string> requests = {"echo:tcp:203.0.113.5:81"};
    if (!setting.naive()) {  // under which each waits until its time is up
        requests.insert(requests.end(), {"echo:udp:203.0.113.6:80", "echo:tcp:10.77.0.1:80"});
    }
    const Outcome outcome = trial.run_all(setting, finding, requests);
    finding.claim(outcome.has("echo:tcp:203.0.113.5:81 no ECONNREFUSED"), "TCP is reset", outcome.text());
    finding.claim(outcome.has("echo:udp:203.0.113.6:80 no EHOSTUNREACH") || outcome.has("echo:udp:203.0.113.6:80 no EPERM"),
                  "UDP is refused", outcome.text());
    finding.claim(outcome.has("echo:tcp:10.77.0.1:80 no ECONNREFUSED"), "so is what no policy allows", outcome.text());
}

}  // namespace
}  // namespace sbx::kernel
