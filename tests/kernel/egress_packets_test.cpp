// R-NET-11 to R-NET-14: what a packet filter that looks right can let through all the same. The filter is the compiler's, and as it
// is loaded.
#include "tests/kernel/egress_trial.hpp"

#include <csignal>
#include <sstream>
#include <sys/mount.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

const std::string always_allowed = "allow tcp to 203.0.113.5 port 80\n";

/// The ruleset in force around a process that carries the tag.
std::string ruleset_of(const std::string& tag) {
    for (const pid_t process : processes_with(tag)) {
        const Outcome outcome = run(
            {.words = {"/usr/bin/nsenter", "-t", std::to_string(process), "-n", "/usr/sbin/nft", "list", "table", "inet", "sbx"}});
        if (outcome.status == 0) {
            return outcome.out;
        }
    }
    return {};
}

SBX_REQUIREMENT(R_NET_11, "a connection that is allowed opens no other", sbx_run, "related") {
    Trial trial;
    if (!trial.prepare_compiled(finding, always_allowed + "allow tcp to 203.0.113.5 port 21")) {
        return;
    }
    const std::string tag = "tag:related-" + std::to_string(getpid());
    trial.network->clear();
    Running running(trial.probe(setting, {allowed_echo, "passive:203.0.113.5:21", "echo:tcp:203.0.113.5:81", tag, "sleep:10"}));
    finding.control(running.wait_for("tag related"), "it runs");
    std::istringstream rules(ruleset_of(tag));
    std::size_t lines = 0;
    for (std::string line; std::getline(rules, line); ++lines) {
        finding.claim(line.find("related") == std::string::npos || line.find("icmp") != std::string::npos,
                      "only errors are let through as related", line);
        finding.claim(line.find("ct helper") == std::string::npos && line.find("ct expectation") == std::string::npos,
                      "nothing watches for more connections", line);
    }
    finding.control(lines > 10, "the ruleset is seen");
    for (const pid_t left : processes_with(tag)) {
        kill(left, SIGKILL);
    }
    const Outcome outcome = running.finish();
    finding.control(outcome.has(allowed_echo + " ok") && outcome.has("passive:203.0.113.5:21 ok"),
                    "the server offers a second connection", outcome.text());
    trial.claim_not_reached(finding, "world", "tcp 203.0.113.5 81");
}

SBX_REQUIREMENT(R_NET_12, "no packet leaves by a route of its own", sbx_run, "sourceroute") {
    Trial trial;
    // IPv6 asks for pasta, which passes such packets on; slirp4netns drops them itself.
    if (!trial.prepare_compiled(finding, always_allowed + "allow udp to 203.0.113.5 2001:db8:77::5 port 80")) {
        return;
    }
    // To a denied address by way of the allowed one, which is all that the filter sees, and the other way round.
    const Outcome outcome =
        trial.run_all(setting, finding,
                      {"routed:2001:db8:77::5/udp:2001:db8:77::6:80", "routed:2001:db8:77::6/udp:2001:db8:77::5:80",
                       "routed:203.0.113.5/udp:203.0.113.6:80", "routed:203.0.113.6/udp:203.0.113.5:80"});
    for (const char* const address : {"203.0.113.5", "203.0.113.6", "2001:db8:77::5", "2001:db8:77::6"}) {
        trial.claim_not_reached(finding, "world", "udp " + std::string(address) + " 80");
    }
    finding.claim(outcome.out.find("EAGAIN") == std::string::npos && outcome.out.find("EINVAL") == std::string::npos,
                  "and it is told so at once", outcome.text());
}

SBX_REQUIREMENT(R_NET_13, "what no rule allows does not leave in pieces either", sbx_run, "denylist") {
    Trial trial;
    if (!trial.prepare_compiled(finding, always_allowed + "allow udp to 203.0.113.5 port 80")) {
        return;
    }
    const Outcome outcome = trial.run_all(
        setting, finding, {"fragments:udp:203.0.113.5:80", "fragments:udp:203.0.113.5:81", "fragments:udp:203.0.113.6:80"});
    finding.control(outcome.has("fragments:udp:203.0.113.5:80 ok"), "a datagram in pieces is one", outcome.text());
    trial.claim_not_reached(finding, "world", "udp 203.0.113.5 81");
    trial.claim_not_reached(finding, "world", "udp 203.0.113.6 80");
}

/// The host's own idea of a name, which nft would ask for.
void misname(const std::string& hosts) {
    if (mount(hosts.c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr) != 0) {
        _exit(98);
    }
}

SBX_REQUIREMENT(R_NET_14, "names become addresses by the sandbox's own resolver alone, never when the filter is loaded", sbx_run,
                "resolve") {
    Trial trial;
    if (!trial.prepare_compiled(finding, always_allowed + "resolver 10.77.0.2\nallow tcp to host \"www.example.org\" port 80")) {
        return;
    }
    const std::string hosts = trial.scene.file("hosts", "203.0.113.6 www.example.org\n", 0644);
    Command command = probing(setting, trial.scene,
                              {allowed_echo, "echo:tcp:203.0.113.6:80", "echo:tcp:203.0.113.9:80", "tag:asking",
                               "query:www.example.org", "echo:tcp:203.0.113.9:80", "echo:tcp:203.0.113.6:80"});
    command.before_exec = [hosts] { misname(hosts); };
    trial.network->clear();
    const Outcome outcome = run(trial.network->in_host(std::move(command)));
    finding.control(outcome.has(allowed_echo + " ok"), "what is allowed is reached", outcome.text());
    trial.claim_not_reached(finding, "world", "tcp 203.0.113.6 80");
    const std::string before = outcome.out.substr(0, outcome.out.find("tag asking"));
    finding.claim(before.find("203.0.113.9:80 no") != std::string::npos, "before it is asked for, a name opens nothing",
                  outcome.text());
    if (!setting.naive()) {  // which has no resolver
        finding.claim(outcome.has("query:www.example.org = 203.0.113.9") && outcome.has("echo:tcp:203.0.113.9:80 ok"),
                      "then it opens what the policy's resolver says", outcome.text());
    }
    for (const char* const file : {"egress.nft", "egress.allow.nft"}) {
        std::istringstream lines(read_file(trial.scene.bundle() + "/" + file));
        for (std::string line; std::getline(lines, line);) {
            finding.claim(line.substr(0, line.find('#')).find("example") == std::string::npos, "the filter holds numbers only",
                          line);
        }
    }
}

}  // namespace
}  // namespace sbx::kernel
