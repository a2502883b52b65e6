// R-KRN: the kernel's own surface. What the filter answers is asked by `calls` of the probe, which carries no call out.
#include "compiler/policy/system_calls.hpp"
#include "tests/kernel/requirement.hpp"

#include <cerrno>
#include <sstream>
#include <sys/syscall.h>

namespace sbx::kernel {
namespace {

/// The error for each call of a list, by name; 0 where it is let through.
std::map<std::string, int> answers_for(const Setting& setting, const Scene& scene, Finding& finding, std::string_view group) {
    std::vector<std::string> requests;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < policy::system_call_table().size(); ++i) {
        const policy::SystemCallRow& row = policy::system_call_table()[i];
#if defined(__x86_64__)
        const std::uint32_t number = row.x86_64;
#else
        const std::uint32_t number = row.aarch64;
#endif
        if (policy::calls_of(group)[i] && number != policy::absent_call) {
            requests.push_back("calls:" + std::to_string(number) + "," + std::to_string(number));
            names.emplace_back(row.name);
        }
    }
    std::map<std::string, int> answers;
    for (std::size_t i = 0; i < requests.size(); ++i) {  // a process can put up one listener
        const Outcome outcome = run(probing(setting, scene, {requests[i]}));
        const std::string said = outcome.after(requests[i] + " = ").value_or("");
        finding.control(!said.empty(), "the probe can ask", outcome.text());
        answers[names[i]] = std::atoi(said.c_str());
    }
    return answers;
}

void claim_refused(const Setting& setting, Finding& finding, std::string_view group, int error) {
    Scene scene;
    if (!compiled(scene, finding, "network host")) {
        return;
    }
    for (const auto& [name, answer] : answers_for(setting, scene, finding, group)) {
        finding.claim(answer == error || (error == 0 && answer != 0), name + " is refused", std::to_string(answer));
    }
}

SBX_REQUIREMENT(R_KRN_01, "refused calls are told EPERM, clone3 and the new mount calls ENOSYS", all, "seccomp") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    for (const auto& [name, answer] : answers_for(setting, scene, finding, "@mount")) {
        const bool old = name == "mount" || name == "umount2" || name == "pivot_root";
        finding.claim(name == "chroot" || answer == (old ? EPERM : ENOSYS), name, std::to_string(answer));
    }
    for (const auto& [name, answer] : answers_for(setting, scene, finding, "@namespace")) {
        finding.claim(answer == (name == "clone3" || name == "listns" ? ENOSYS : EPERM), name, std::to_string(answer));
    }
}

#if defined(__x86_64__)
SBX_REQUIREMENT(R_KRN_02, "calls of another architecture or of x32 end the program", all, "seccomp") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"ids", "foreign-call", "x32-call"}));
    finding.control(outcome.after("uid ").has_value(), "the payload runs", outcome.text());
    finding.claim(outcome.after("foreign-call no signal-").has_value(), "int 0x80 ends it", outcome.text());
    finding.claim(outcome.has("x32-call no signal-31"), "x32 ends it", outcome.text());
}
#endif

SBX_REQUIREMENT(R_KRN_03, "numbers of 32 bits are compared in 32 bits", all, "seccomp") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    // TIOCSTI and TIOCLINUX as second argument, with an upper half.
    const std::string request =
        "call-arguments:" + std::to_string(SYS_ioctl) + ",0,0x5412,0,0,0x100005412,0,0,0xffffffff0000541c,0,0,0x5401,0";
    const Outcome outcome = run(probing(setting, scene, {request}));
    finding.control(outcome.after(request + " =").has_value(), "the probe can ask", outcome.text());
    finding.claim(outcome.has(request + " = 1 1 1 0"), "typing into the terminal is refused, whatever the upper half",
                  outcome.text());
}

SBX_REQUIREMENT(R_KRN_04, "no socket of a family that neither namespaces nor packet filters confine", all, "seccomp") {
    Scene scene;
    if (!compiled(scene, finding, "network host")) {
        return;
    }
    std::string request = "call-arguments:" + std::to_string(SYS_socket);
    std::string meant;
    for (int family = 0; family < 64; ++family) {
        request += "," + std::to_string(family) + ",2,0";
        meant += family == 2 || family == 10 || family == 16 ? " 0" : " " + std::to_string(EAFNOSUPPORT);
    }
    const Outcome outcome = run(probing(setting, scene, {request}));
    finding.control(outcome.after(request + " =").has_value(), "the probe can ask", outcome.text());
    finding.claim(outcome.has(request + " =" + meant), "inet, inet6 and netlink-route alone", outcome.text());
}

SBX_REQUIREMENT(R_KRN_05, "io_uring is refused", all, "seccomp") {
    claim_refused(setting, finding, "@io-uring", EPERM);
}

SBX_REQUIREMENT(R_KRN_06, "the kernel's doors are refused", all, "seccomp") {
    for (const char* group : {"@kernel", "@keyring", "@module"}) {
        claim_refused(setting, finding, group, EPERM);
    }
}

SBX_REQUIREMENT(R_KRN_12, "the host's clock and swap are refused, and so is restarting it", all, "seccomp") {
    for (const char* group : {"@clock", "@reboot", "@swap"}) {
        claim_refused(setting, finding, group, EPERM);
    }
}

}  // namespace
}  // namespace sbx::kernel
