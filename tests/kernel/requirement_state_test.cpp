// R-PRV 09 and 10, R-ENV 06, 08 and 09, R-RUN 04 and 11: ids and what else a process has that is neither a descriptor nor a
// variable.
#include "tests/kernel/requirement.hpp"

#include <csignal>
#include <fcntl.h>
#include <memory>
#include <sched.h>
#include <sstream>
#include <string>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace sbx::kernel {
namespace {

SBX_REQUIREMENT(R_PRV_09, "the id inside is not 0", broken_as_root, "id,ids") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }")) {
        return;
    }
    const std::string id = std::to_string(payload_of(setting.mode));
    const Outcome outcome = run(probing(setting, scene, {"ids", "read:/proc/self/status"}));
    finding.control(outcome.has("read:/proc/self/status ok"), "it runs", outcome.text());
    finding.claim(outcome.after("uid " + id + " euid " + id + " gid ").value_or("0") != "0", "neither user nor group",
                  outcome.text());
}

SBX_REQUIREMENT(R_PRV_10, "one id is mapped, and groups can't be set, also by a launcher that changed its own", all, "unconfined") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }")) {
        return;
    }
    const Outcome outcome =
        run(probing(setting, scene, {"cat:/proc/self/uid_map", "cat:/proc/self/gid_map", "cat:/proc/self/setgroups"}));
    finding.control(outcome.after("cat:/proc/self/uid_map = ").has_value(), "it runs", outcome.text());
    const std::string id = std::to_string(payload_of(setting.mode));
    for (const char* map : {"cat:/proc/self/uid_map = ", "cat:/proc/self/gid_map = "}) {
        std::istringstream numbers(replaced(outcome.after(map).value_or(""), "\\n", " more"));
        std::string inside;
        std::string outside;
        std::string count;
        std::string more;
        numbers >> inside >> outside >> count;
        // The outer namespace calls its one id 0.
        finding.claim(inside == id && (outside == "0" || outside == id) && count == "1", std::string(map) + "one id",
                      outcome.text());
        finding.claim(!(numbers >> more >> more), std::string(map) + "one line", outcome.text());
    }
    finding.claim(outcome.has("cat:/proc/self/setgroups = deny\\n"), "setgroups is denied", outcome.text());
}

SBX_REQUIREMENT(R_ENV_06, "the umask is 022, whatever the caller's", all, "") {
    Scene scene;
    scene.directory("out");
    if (!compiled(scene, finding, "filesystem { write $ROOT/out }")) {
        return;
    }
    Command command = probing(setting, scene, {"umask", "write:" + scene.path("out/x")});
    command.before_exec = [] { umask(0); };
    const Outcome outcome = run(command);
    finding.control(outcome.status == 0 && scene.exists("out/x"), "it runs", outcome.text());
    finding.claim(outcome.has("umask 22"), "it is 022", outcome.text());
    struct stat status {};
    finding.claim(stat(scene.path("out/x").c_str(), &status) == 0 && (status.st_mode & 0777) == 0644,
                  "seen on the file that it made");
}

SBX_REQUIREMENT(R_ENV_08, "the working directory is the policy's, not the caller's", all, "cwd") {
    Scene scene;
    scene.directory("h/a");
    if (!compiled(scene, finding, "filesystem { proc /proc; write $ROOT/h/a }")) {
        return;
    }
    Command command = probing(setting, scene, {"cwd", "readlink:/proc/self/cwd", "write:here"});
    command.directory = scene.path("h/a");
    const Outcome outcome = run(command);
    finding.control(outcome.after("cwd ").has_value(), "it runs", outcome.text());
    finding.claim(outcome.has("cwd /") && outcome.has("readlink:/proc/self/cwd = /"), "the root", outcome.text());
    finding.claim(!scene.exists("h/a/here"), "a bare name leads nowhere else", outcome.text());
}

SBX_REQUIREMENT(R_ENV_09, "personality, priority and timers are as usual", sbx_run, "") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }")) {
        return;
    }
    Command command = probing(setting, scene, {"cat:/proc/self/personality", "cat:/proc/self/oom_score_adj", "sleep:1", "tag:end"});
    command.before_exec = [] {
        (void)personality(ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC);
        const itimerval soon{{0, 0}, {0, 700000}};
        setitimer(ITIMER_REAL, &soon, nullptr);
        const int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
        (void)!write(score, "-500", 4);  // an ordinary caller has none to give
        close(score);
    };
    const Outcome outcome = run(command);
    finding.control(outcome.after("cat:/proc/self/personality = ").has_value(), "it runs", outcome.text());
    finding.claim(outcome.has("cat:/proc/self/personality = 00000000\\n"), "the personality is that of any program",
                  outcome.text());
    finding.claim(outcome.has("cat:/proc/self/oom_score_adj = 0\\n"), "no protection from running out of memory", outcome.text());
    finding.claim(outcome.status == 0 && outcome.has("tag end"), "the caller's alarm does not ring inside", outcome.text());
}

SBX_REQUIREMENT(R_RUN_04, "a sandbox outlives the thread that started it", all, "") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    std::unique_ptr<Running> running;
    std::thread([&] {
        running = std::make_unique<Running>(probing(setting, scene, {"tag:begin", "sleep:0.5", "tag:end"}));
        // Its thread ends when the sandbox is up: what is tied to it would be killed now.
        finding.control(running->wait_for("tag begin"), "it starts");
    }).join();
    const Outcome outcome = running->finish();
    finding.claim(outcome.status == 0 && outcome.has("tag end"), "it ends when it wants to", outcome.text());
}

SBX_REQUIREMENT(R_RUN_11, "the payload is not the first process, and what it leaves is reaped", all, "aspid1") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"readlink:/proc/self", "orphans:20"}));
    finding.control(outcome.after("readlink:/proc/self = ").has_value(), "it runs", outcome.text());
    finding.claim(outcome.after("readlink:/proc/self = ") != "1", "somebody else is number 1", outcome.text());
    finding.claim(outcome.has("zombies 0"), "no zombie stays", outcome.text());
}

}  // namespace
}  // namespace sbx::kernel
