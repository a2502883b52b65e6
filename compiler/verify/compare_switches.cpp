// The switches that are on in every sandbox, and those that the policy can turn off; written from sections 7 and 8 of the language
// reference and bwrap(1).
#include "compiler/verify/compare_filesystem.hpp"

namespace sbx::verify {
namespace {

struct MeantSwitch {
    std::string flag;
    bool on = true;
    std::string without;  ///< what follows where it is missing
};

std::vector<MeantSwitch> meant_flags(const policy::Policy& policy) {
    const policy::Process& process = policy.process;
    return {{"--cap-drop ALL", true, "the program keeps capabilities"},
            {"--die-with-parent", !process.survive_parent.value, "the sandbox outlives its launcher"},
            {"--disable-userns", !process.nested_namespaces.value, "the program can make user namespaces of its own"},
            {"--new-session", !process.keep_terminal.value, "the program can put input into the caller's terminal"},
            {"--unshare-cgroup", true, "the program sees the host's control groups"},
            {"--unshare-ipc", !process.share_ipc.value, "the program shares the host's IPC objects"},
            // With a filtered network the launcher has made the namespace, and the filter in it is loaded.
            {"--unshare-net", policy.network.mode.value == policy::NetworkMode::off, "the program is in the host's network"},
            {"--unshare-pid", true, "the program sees the host's processes"},
            {"--unshare-user", true, "the program is in the caller's user namespace"},
            {"--unshare-uts", !process.share_uts.value, "the program shares the host's name"}};
}

Text built_in(std::string_view name) {
    Text text;
    text.append_parameter(name);
    return text;
}

std::string shown(const std::optional<Text>& text) {
    return text ? text->quoted() : std::string("nothing");
}

}  // namespace

void compare_switches(const policy::Policy& policy, const Switches& switches, const std::string& file, Findings& findings) {
    const auto object = [&](std::string place, std::string message, std::string witness) {
        findings.push_back({file, std::move(place), std::move(message), std::move(witness)});
    };
    auto unknown = switches.flags;
    for (const MeantSwitch& meant : meant_flags(policy)) {
        const auto found = unknown.extract(meant.flag);
        if (meant.on && found.empty()) {
            object("", named(meant.flag) + " is missing: " + meant.without, meant.flag);
        } else if (!meant.on && !found.empty()) {
            object(found.mapped(), named(meant.flag) + " stands here, and the policy turns it off", meant.flag);
        }
    }
    for (const auto& [flag, place] : unknown) {
        object(place, named(flag) + " stands here, and no policy means it", flag);
    }
    if (switches.uid != built_in("uid") || switches.gid != built_in("gid")) {
        object("", "the ids inside are " + shown(switches.uid) + " and " + shown(switches.gid) + ", not those of the launch",
               "--uid --gid");
    }
    const std::optional<Text> hostname =
        policy.process.share_uts.value ? std::nullopt : std::optional(policy.process.hostname.value);
    if (switches.hostname != hostname) {
        object("", "the host name is " + shown(switches.hostname) + "; the policy means " + shown(hostname), "--hostname");
    }
    const SandboxPath directory = policy.filesystem.workdir ? policy.filesystem.workdir->value : SandboxPath();
    if (switches.directory != directory) {
        object("",
               "the program starts in " + (switches.directory ? named(switches.directory->text()) : "no directory of its own") +
                   "; the policy means " + named(directory.text()),
               "--chdir");
    }
    if (switches.filters != 1) {
        object("", "the system-call filter is handed over " + std::to_string(switches.filters) + " times; it has to be once",
               "seccomp");
    }
}

}  // namespace sbx::verify
