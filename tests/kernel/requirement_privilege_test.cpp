// R-PRV: ids, capabilities, groups and namespaces.
#include "tests/kernel/lacking_host.hpp"
#include "tests/kernel/requirement.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sched.h>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

const char* const with_proc = "filesystem { proc /proc }";

SBX_REQUIREMENT(R_PRV_01, "the payload is never root, outside or in", root, "id") {
    Scene scene;
    if (!compiled(scene, finding, with_proc)) {
        return;
    }
    const std::string tag = "tag:prv01-" + std::to_string(getpid());
    Running running(probing(setting, scene, {tag, "sleep:10"}));
    finding.control(running.wait_for("tag prv01"), "the payload starts");
    for (const pid_t process : processes_with(tag)) {
        const std::string directory = "/proc/" + std::to_string(process);
        const std::string status = read_file(directory + "/status");
        if (field(status, "Name") != "probe") {
            continue;  // the supervisor is what it is
        }
        finding.claim(field(status, "Uid") == "65532\t65532\t65532\t65532", "its host id is run-as", status);
        finding.claim(field(status, "Gid") == "65532\t65532\t65532\t65532", "its host group is run-as", status);
        std::istringstream map(read_file(directory + "/uid_map"));
        unsigned long inside = 0;
        unsigned long outside = 0;
        map >> inside >> outside;
        finding.claim(inside != 0 && outside != 0, "no root in its id map", map.str());
    }
    const Outcome without = scene.compile_text("sbx 1\nprofile no-id\nfilesystem { read $ROOT/tools as /probe }\n");
    finding.control(without.status == 0, "a policy without run-as compiles", without.text());
    const Outcome refused = run(probing(setting, scene, {"ids"}));
    finding.claim(refused.status == 125 && refused.out.empty(), "root without run-as is refused", refused.text());
}

SBX_REQUIREMENT(R_PRV_02, "no capability, in any set", broken_as_root, "id,caps") {
    Scene scene;
    if (!compiled(scene, finding, with_proc)) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"cat:/proc/self/status", "cat:/proc/1/status"}));
    finding.control(outcome.status == 0, "the payload runs", outcome.text());
    for (const char* who : {"cat:/proc/self/status = ", "cat:/proc/1/status = "}) {
        const std::string status = outcome.after(who).value_or("");
        for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
            if (std::string_view(who).find("/1/") != std::string_view::npos && std::string_view(set) != "CapEff") {
                continue;  // bubblewrap's own first process: what counts is what it can do
            }
            finding.claim(field(status, set) == "0000000000000000", std::string(who) + set, field(status, set));
        }
    }
}

SBX_REQUIREMENT(R_PRV_03, "the payload can't change its network", broken_as_root, "id,caps,userns,seccomp") {
    Scene scene;
    if (!compiled(scene, finding, "sockets { allow inet }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"socket:2", "netadmin"}));
    finding.control(outcome.has("socket:2 ok"), "it has a network stack", outcome.text());
    finding.claim(outcome.has("netadmin no EPERM"), "taking an interface down is refused", outcome.text());
}

SBX_REQUIREMENT(R_PRV_04, "no user namespace inside, no mount", all, "userns,seccomp") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"ids", "userns", "mount", "umount:/probe", "remount:/probe"}));
    finding.control(outcome.after("uid ").has_value(), "the payload runs", outcome.text());
    finding.claim(outcome.after("userns no ").has_value(), "unshare(CLONE_NEWUSER) is refused", outcome.text());
    finding.claim(outcome.after("mount no ").has_value(), "mount is refused", outcome.text());
    finding.claim(outcome.after("umount:/probe no ").has_value(), "umount is refused", outcome.text());
    finding.claim(outcome.after("remount:/probe no ").has_value(), "remount is refused", outcome.text());
    // The filter says so too, before the kernel is asked for a namespace.
    std::string clones = "call-arguments:" + std::to_string(SYS_clone);
    std::string meant;
    for (const int flag : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP}) {
        clones += "," + std::to_string(flag) + ",0,0";
        meant += " " + std::to_string(EPERM);
    }
    const auto answer = [&](const std::string& request) {
        return run(probing(setting, scene, {request})).after(request + " =").value_or("");
    };
    const auto call = [](long number) { return "calls:" + std::to_string(number) + "," + std::to_string(number); };
    const std::string said = answer(clones);
    finding.control(!said.empty(), "the probe can ask");
    finding.claim(said == meant, "the filter refuses clone with a flag that makes a namespace", said);
    finding.claim(answer(call(SYS_unshare)) == " " + std::to_string(EPERM), "it refuses unshare");
    finding.claim(answer(call(SYS_setns)) == " " + std::to_string(EPERM), "it refuses setns");
    finding.claim(answer(call(SYS_clone3)) == " " + std::to_string(ENOSYS), "it does not know clone3");
}

SBX_REQUIREMENT(R_PRV_05, "what can't be had refuses the launch instead of weakening it", all, "") {
    Scene scene;
    scene.file("h/needed/file");
    scene.directory("out");
    if (!compiled(scene, finding, "filesystem { read $ROOT/h/needed; write $ROOT/out }")) {
        return;
    }
    const Outcome works = run(probing(setting, scene, {"write:" + scene.path("out/first")}));
    finding.control(works.status == 0 && scene.exists("out/first"), "with its source it runs", works.text());
    finding.claim(read_file(scene.bundle() + "/bwrap.args").find("-try") == std::string::npos, "no -try option is emitted");
    rename(scene.path("h/needed").c_str(), scene.path("h/gone").c_str());
    const Outcome refused = run(probing(setting, scene, {"write:" + scene.path("out/second")}));
    finding.claim(refused.status == 125 && !scene.exists("out/second"), "without its source nothing runs", refused.text());
}

SBX_REQUIREMENT(R_PRV_06, "processes, IPC, host name, network and cgroups are the sandbox's own", all, "ipc") {
    Scene scene;
    if (!compiled(scene, finding, with_proc)) {
        return;
    }
    const char* const names[] = {"pid", "ipc", "uts", "net", "cgroup", "user", "mnt"};
    std::vector<std::string> requests;
    for (const char* name : names) {
        requests.push_back(std::string("readlink:/proc/self/ns/") + name);
    }
    const Outcome outcome = run(probing(setting, scene, requests));
    finding.control(outcome.status == 0, "the payload runs", outcome.text());
    for (std::size_t index = 0; index < std::size(names); ++index) {
        char target[64] = "";
        (void)!readlink((std::string("/proc/self/ns/") + names[index]).c_str(), target, sizeof target - 1);
        const auto inside = outcome.after(requests[index] + " = ");
        finding.control(inside.has_value(), "it can name its namespaces", outcome.text());
        finding.claim(inside != std::string(static_cast<const char*>(target)), std::string("not the host's: ") + names[index],
                      target);
    }
}

SBX_REQUIREMENT(R_PRV_07, "supplementary groups give nothing", broken_as_root, "groups") {
    if (!running_as_root()) {
        finding.skip("giving a process a group needs root");
        return;
    }
    constexpr gid_t group = 64242;
    Scene scene;
    const std::string secret = scene.file("h/secret", "secret\n", 0040);
    if (chown(secret.c_str(), 0, group) != 0 || !compiled(scene, finding, "filesystem { read $ROOT/h }\nprocess { groups none }")) {
        finding.control(false, "the scene is set");
        return;
    }
    Command plain{.words = {tools_directory() + "/probe", "read:" + secret}, .as_root = false, .groups = {group}};
    finding.control(run(plain).has("read:" + secret + " ok"), "the group alone opens the file");
    Command command = probing(setting, scene, {"read:" + secret});
    command.groups = {group};
    const Outcome outcome = run(command);
    if (setting.mode.as_root) {
        finding.claim(outcome.status == 0 && !outcome.has("read:" + secret + " ok"), "root drops its groups", outcome.text());
    } else {
        finding.claim(outcome.status == 125 && outcome.out.empty(), "`groups none` refuses who can't drop them", outcome.text());
        command.groups = {};
        finding.control(run(command).status == 0, "without groups it runs", run(command).text());
    }
}

SBX_REQUIREMENT(R_PRV_08, "set-id programs give nothing", all, "unconfined") {
    if (!running_as_root()) {
        finding.skip("making a set-id program of another user needs root");
        return;
    }
    Scene scene;
    const std::string program = scene.program("h/program");
    chmod(program.c_str(), 06755);
    if (!compiled(scene, finding, "filesystem { read $ROOT/h; proc /proc }")) {
        return;
    }
    const Outcome outside = run({.words = {program, "ids"}, .as_root = false});
    finding.control(outside.after("uid 61234 euid 0").has_value(), "outside it works", outside.text());
    const Outcome outcome =
        run(launching(setting, scene.bundle(), {program, "ids", "cat:/proc/self/status", "cat:/proc/self/mountinfo"}));
    const std::string id = std::to_string(payload_of(setting.mode));
    finding.control(outcome.after("uid ").has_value(), "the program runs", outcome.text());
    finding.claim(outcome.after("uid " + id + " euid " + id).has_value(), "as the id that it was started by", outcome.text());
    finding.claim(field(outcome.after("cat:/proc/self/status = ").value_or(""), "NoNewPrivs") == "1", "no_new_privs is set");
    std::istringstream mounts(replaced(outcome.after("cat:/proc/self/mountinfo = ").value_or("no mounts"), "\\n", "\n"));
    for (std::string line; std::getline(mounts, line);) {
        finding.claim(line.find("nosuid") != std::string::npos, "nosuid on every mount", line);
    }
}

SBX_REQUIREMENT(R_PRV_12, "where user namespaces are forbidden, nothing runs", all, "unconfined") {
    if (!running_as_root()) {
        finding.skip("a user namespace with all ids needs root");
        return;
    }
    Scene scene;
    scene.directory("out");
    if (!compiled(scene, finding, "filesystem { write $ROOT/out }")) {
        return;
    }
    Command command = probing(setting, scene, {"write:" + scene.path("out/mark")});
    finding.control(run(command).status == 0 && scene.exists("out/mark"), "elsewhere it runs");
    unlink(scene.path("out/mark").c_str());
    command.before_exec = [] { forbid_namespaces("user"); };
    const Outcome outcome = run(command);
    finding.claim(outcome.status == 125 && !scene.exists("out/mark"), "it is refused", outcome.text());
    finding.claim(outcome.err.find("namespace") != std::string::npos, "and says why", outcome.text());
}

}  // namespace
}  // namespace sbx::kernel
