// R-RUN, and R-REL 05 and 06: how a launch fails, how a run ends, and what is left of it.
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <csignal>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

bool one_line(const std::string& text) {
    return !text.empty() && text.find('\n') == text.size() - 1;
}

SBX_REQUIREMENT(R_RUN_01, "when anything fails before the start, nothing starts", all, "") {
    Scene scene;
    scene.directory("out");
    scene.directory("h/a");
    const char* const statements =
        "param place: path under $ROOT/h\nparam kind: string one of [\"one\", \"two\"]\nparam port: port = 80\n"
        "filesystem { write $ROOT/out; read $place as /data }\nenvironment { set KIND = \"${kind}${port}\" }";
    if (!compiled(scene, finding, statements)) {
        return;
    }
    const std::string place = "place=" + scene.path("h/a");
    const auto attempt = [&](const std::string& name, std::vector<std::string> options) {
        return run(probing(setting, scene, {"write:" + scene.path("out/" + name)}, std::move(options)));
    };
    const Outcome works = attempt("right", {"--set", place, "--set", "kind=one"});
    finding.control(works.status == 0 && scene.exists("out/right"), "with what it asks for it runs", works.text());
    const std::vector<std::pair<std::string, std::vector<std::string>>> wrong = {
        {"missing", {"--set", "kind=one"}},
        {"outside", {"--set", "place=" + scene.path("out"), "--set", "kind=one"}},
        {"itself", {"--set", "place=" + scene.path("h"), "--set", "kind=one"}},
        {"dots", {"--set", "place=" + scene.path("h/../out"), "--set", "kind=one"}},
        {"relative", {"--set", "place=h/a", "--set", "kind=one"}},
        {"absent", {"--set", "place=" + scene.path("h/absent"), "--set", "kind=one"}},
        {"choice", {"--set", place, "--set", "kind=three"}},
        {"type", {"--set", place, "--set", "kind=one", "--set", "port=65536"}},
        {"unknown", {"--set", place, "--set", "kind=one", "--set", "other=1"}},
        {"option", {"--set", place, "--set", "kind=one", "--frobnicate", "x"}},
    };
    for (const auto& [name, options] : wrong) {
        const Outcome outcome = attempt(name, options);
        finding.claim(outcome.status == 125 && !scene.exists("out/" + name), "refused: " + name, outcome.text());
        finding.claim(one_line(outcome.err), "in one line: " + name, outcome.text());
    }
}

SBX_REQUIREMENT(R_RUN_02, "nothing outlives the run", all, "pid,orphan") {
    Scene scene;
    scene.directory("out");
    if (!compiled(scene, finding, "filesystem { write $ROOT/out }")) {
        return;
    }
    const std::string tag = "tag:run02-" + std::to_string(getpid());
    const Outcome outcome =
        run(probing(setting, scene, {tag, "daemon:0.5:" + scene.path("out/late"), "write:" + scene.path("out/now")}));
    finding.control(outcome.status == 0 && scene.exists("out/now"), "it runs", outcome.text());
    // Plain bubblewrap returns while the kernel still ends the rest; sbx-run waits for that.
    const bool at_once = setting.mode.program == Program::sbx_run;
    finding.claim(gone(tag, at_once ? 0 : 400), "no process is left when the launcher returns");
    usleep(800000);
    finding.claim(!scene.exists("out/late"), "a process in a session of its own is gone too");
}

SBX_REQUIREMENT(R_RUN_03, "a killed launcher takes the sandbox with it", all, "orphan") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    const std::string tag = "tag:run03-" + std::to_string(getpid());
    Running running(probing(setting, scene, {tag, "ignore-term", "sleep:20"}));
    finding.control(running.wait_for("tag run03"), "it runs");
    kill(running.pid(), SIGKILL);
    finding.claim(gone(tag, 3000), "nothing is left", std::to_string(processes_with(tag).size()) + " processes");
    for (const pid_t left : processes_with(tag)) {
        kill(left, SIGKILL);
    }
}

SBX_REQUIREMENT(R_RUN_05, "SIGTERM reaches the payload, and ends it whether it wants to or not", all, "") {
    Scene scene;
    scene.directory("out");
    if (!compiled(scene, finding, "filesystem { write $ROOT/out }")) {
        return;
    }
    const std::string tag = "tag:run05-" + std::to_string(getpid());
    {
        Running running(probing(setting, scene, {"on-term:" + scene.path("out/term"), tag, "sleep:20"}));
        finding.control(running.wait_for("tag run05"), "it runs");
        kill(running.pid(), SIGTERM);
        const Outcome outcome = running.finish();
        finding.control(gone(tag, 3000), "it ends");
        if (setting.mode.program != Program::launch) {  // shell ends the sandbox at once, and says so in its --help
            finding.claim(scene.contents("out/term") == "term\n", "the payload could put its things in order", outcome.text());
            finding.claim(outcome.status == 17, "and its exit status is passed on", outcome.text());
        } else {
            finding.claim(outcome.status == 128 + SIGTERM, "the status tells the signal", outcome.text());
        }
    }
    Running stubborn(probing(setting, scene, {"ignore-term", tag, "sleep:20"}));
    finding.control(stubborn.wait_for("tag run05"), "it runs");
    kill(stubborn.pid(), SIGTERM);
    finding.claim(gone(tag, 5000), "one that ignores it is killed after a while");
}

SBX_REQUIREMENT(R_RUN_06, "the exit status tells payload, refusal and missing program apart", all, "") {
    Scene scene;
    scene.file("h/data", "no program\n", 0644);
    scene.file("h/broken",
               "\x7f"
               "ELF not really\n",
               0755);
    if (!compiled(scene, finding, "filesystem { read $ROOT/h as /h }")) {
        return;
    }
    for (const int status : {0, 1, 7, 42, 124, 125, 126, 127, 200, 255}) {
        const Outcome outcome = run(probing(setting, scene, {"exit:" + std::to_string(status)}));
        finding.control(outcome.status == status, "exit " + std::to_string(status), outcome.text());
    }
    for (const int number : {SIGKILL, SIGTERM, SIGSEGV, SIGABRT, SIGUSR1}) {
        const Outcome outcome = run(probing(setting, scene, {"signal:" + std::to_string(number)}));
        finding.control(outcome.status == 128 + number, "signal " + std::to_string(number), outcome.text());
    }
    const auto status_of = [&](std::vector<std::string> words) {
        return run(launching(setting, scene.bundle(), std::move(words)));
    };
    const Outcome missing = status_of({"/h/missing"});
    finding.claim(missing.status == 127, "what is not there: 127", missing.text());
    const Outcome plain = status_of({"/h/data"});
    finding.claim(plain.status == 126, "what is no program: 126", plain.text());
    const Outcome directory = status_of({"/h"});
    finding.claim(directory.status == 126, "a directory: 126", directory.text());
    const Outcome broken = status_of({"/h/broken"});
    finding.claim(broken.status == 126, "what the kernel does not take: 126", broken.text());
    const Outcome nothing = status_of({});
    finding.claim(nothing.status == 125, "no command: 125", nothing.text());
}

SBX_REQUIREMENT(R_RUN_09, "a file without an interpreter line is not handed to a shell", all, "") {
    Scene scene;
    scene.directory("out");
    scene.file("h/script", scene.expanded("echo ran >$ROOT/out/ran\n"), 0755);
    scene.file("h/proper", scene.expanded("#!/bin/sh\necho ran >$ROOT/out/proper\n"), 0755);
    if (!compiled(scene, finding, "use std/shell\nfilesystem { read $ROOT/h as /h; write $ROOT/out; }")) {
        return;
    }
    const Outcome proper = run(launching(setting, scene.bundle(), {"/h/proper"}));
    finding.control(proper.status == 0 && scene.exists("out/proper"), "one with an interpreter line runs", proper.text());
    const Outcome outcome = run(launching(setting, scene.bundle(), {"/h/script"}));
    finding.claim(outcome.status == 126 && !scene.exists("out/ran"), "one without is 126", outcome.text());
    const Outcome by_name = run(launching(setting, scene.bundle(), {"true"}));
    finding.control(by_name.status == 0, "a bare name is found by the PATH inside", by_name.text());
}

SBX_REQUIREMENT(R_REL_06, "every ending signal ends the sandbox", all, "orphan") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    for (const int number : {SIGINT, SIGHUP, SIGQUIT, SIGTERM}) {
        const std::string tag = "tag:rel06-" + std::to_string(number) + "-" + std::to_string(getpid());
        Running running(probing(setting, scene, {tag, "sleep:20"}));
        finding.control(running.wait_for("tag rel06"), "it runs");
        kill(running.pid(), number);
        finding.claim(gone(tag, 4000), "nothing is left after signal " + std::to_string(number));
        const Outcome outcome = running.finish();
        finding.claim(outcome.status == 128 + number, "the status tells the signal", outcome.text());
        for (const pid_t left : processes_with(tag)) {
            kill(left, SIGKILL);
        }
        if (!finding.broken_claims().empty()) {
            return;
        }
    }
}

}  // namespace
}  // namespace sbx::kernel
