// R-CMP 01, 02, 13 and 14: names that look like options or shell text, bundles that were tampered with or are of another version.
#include "tests/kernel/requirement.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

SBX_REQUIREMENT(R_CMP_01, "no name is ever read as shell text", all, "shell") {
    Scene scene;
    scene.directory("out");
    const std::string name = "it's \"quoted\" $(touch mark) `touch mark`; touch mark\n& * ? \\ #x";
    const std::string mark = scene.path("out/mark");
    scene.file("h/" + replaced(name, "/", "_") + "/file", "found\n");
    const std::string inject = "$(touch " + mark + ")`touch " + mark + "`;touch " + mark + "\n'\"";
    const std::string spelled = "\\$(touch " + mark + ")`touch " + mark + "`;touch " + mark + "\\n'\\\"";
    const Outcome outcome = scene.compile(
        "param place: path under $ROOT/h\nparam text: string = \"x\"\n"
        "filesystem { read $place as \"/o'dd \\\"name\\\" `touch x`; #\"; read \"$ROOT/h\" as /all; file /note \"" +
        replaced(spelled, "\\$", "$") + "\" }\nenvironment { set TEXT = \"${text}\"; set FIXED = \"" +
        replaced(spelled, "\\$", "$") + "\" }");
    finding.control(outcome.status == 0, "odd names compile as strings", outcome.text());
    if (outcome.status != 0) {
        return;
    }
    const Outcome inside =
        run(probing(setting, scene, {"cat:/o'dd \"name\" `touch x`; #/file", "env", "words:" + inject, "cat:/note"},
                    {"--set", "place=" + scene.path("h/" + name), "--set", "text=" + inject}));
    finding.claim(inside.out.find("= found\\n") != std::string::npos, "the tree is found", inside.text());
    finding.claim(inside.out.find("env TEXT=" + inject) != std::string::npos, "a value arrives as it is", inside.text());
    finding.claim(inside.out.find("env FIXED=" + inject) != std::string::npos, "and one of the policy", inside.text());
    finding.claim(inside.out.find("word <" + inject + ">") != std::string::npos, "and an argument", inside.text());
    finding.claim(!scene.exists("out/mark") && !fs::exists("/mark"), "nothing was executed");
}

SBX_REQUIREMENT(R_CMP_02, "no name is ever read as an option", all, "dashes") {
    Scene scene;
    scene.file("h/--bind/file", "found\n");
    scene.file("h/-x", "found\n");
    if (!compiled(scene, finding,
                  "param place: path under $ROOT/h\nfilesystem { read $place as /--ro-bind; read $ROOT/h as /h }")) {
        return;
    }
    const std::vector<std::string> place = {"--set", "place=" + scene.path("h/--bind")};
    const Outcome outcome = run(probing(setting, scene, {"cat:/--ro-bind/file", "cat:/h/-x", "words:--bind"}, place));
    finding.control(outcome.has("cat:/--ro-bind/file = found\\n") && outcome.has("word <--bind>"), "such names work",
                    outcome.text());
    for (const char* word : {"--version", "--help", "--ro-bind"}) {
        const Outcome command = run(launching(setting, scene.bundle(), {word, "/", "/"}, place));
        finding.claim(command.status == 127, std::string("a command of that name is not there: ") + word, command.text());
    }
}

SBX_REQUIREMENT(R_CMP_13, "a bundle that is not what was compiled starts nothing", sbx_run, "") {
    Scene scene;
    scene.directory("out");
    if (!compiled(
            scene, finding,
            "filesystem { write $ROOT/out; file /note \"note\\n\" }\nlimits { open-files 100 }\nenvironment { set A = \"b\" }")) {
        return;
    }
    const auto starts = [&](const char* what, bool expected) {
        unlink(scene.path("out/mark").c_str());
        const Outcome outcome = run(probing(setting, scene, {"write:" + scene.path("out/mark")}));
        const bool ran = scene.exists("out/mark");
        expected ? finding.control(ran && outcome.status == 0, what, outcome.text())
                 : finding.claim(!ran && outcome.status == 125, what, outcome.text());
    };
    starts("untouched, it runs", true);
    for (const char* name : {"manifest.json", "bwrap.args", "rlimits.tab", "environment.tab", "data/000", "seccomp.x86_64.bpf"}) {
        const std::string path = scene.bundle() + "/" + name;
        const std::string text = read_file(path);
        finding.control(!text.empty(), name);
        if (std::string_view(name) != "manifest.json") {
            std::string flipped = text;
            flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
            write_file(path, flipped, 0644);
            starts(name, false);
        }
        write_file(path, text, 0664);
        starts(name, false);
        write_file(path, text, 0646);
        starts(name, false);
        write_file(path, text, 0644);
        rename(path.c_str(), scene.path("aside").c_str());
        symlink(scene.path("aside").c_str(), path.c_str());
        starts(name, false);
        unlink(path.c_str());
        starts(name, false);
        rename(scene.path("aside").c_str(), path.c_str());
        if (running_as_root()) {
            (void)!chown(path.c_str(), 4711, 4711);
            starts(name, false);
            (void)!chown(path.c_str(), 0, 0);
        }
    }
    chmod(scene.bundle().c_str(), 0777);
    starts("a directory that others can write", false);
    chmod(scene.bundle().c_str(), 0755);
    starts("put right again, it runs", true);
}

SBX_REQUIREMENT(R_CMP_14, "a bundle of another version starts nothing", sbx_run, "") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    const std::string path = scene.bundle() + "/manifest.json";
    const std::string text = read_file(path);
    finding.control(text.find("\"format\": 1,") != std::string::npos, "the manifest says its version", text);
    finding.control(run(probing(setting, scene, {"tag:ran"})).has("tag ran"), "its own version runs");
    for (const char* version :
         {"\"format\": 2,", "\"format\": 0,", "\"format\": \"1\",", "\"format\": 1.5,", "\"format\": -1,", ""}) {
        write_file(path, replaced(text, "\"format\": 1,", version), 0644);
        const Outcome outcome = run(probing(setting, scene, {"tag:ran"}));
        finding.claim(outcome.status == 125 && outcome.out.empty(), std::string("refused: ") + version, outcome.text());
    }
    for (const char* feature : {"\"requires\": [\"time-travel\", ", "\"requires\": [\"bwrap:time-travel\", "}) {
        write_file(path, replaced(replaced(text, "\"requires\": [\n    ", "\"requires\": ["), "\"requires\": [", feature), 0644);
        const Outcome outcome = run(probing(setting, scene, {"tag:ran"}));
        finding.claim(outcome.status == 125 && outcome.out.empty(), "an unknown requirement is refused", outcome.text());
    }
}

SBX_REQUIREMENT(R_CMP_13_launch, "what `launch` reads is what was compiled", all, "") {
    Scene scene;
    scene.directory("out");
    if (!compiled(scene, finding, "filesystem { write $ROOT/out; file /note \"note\\n\" }")) {
        return;
    }
    const auto attempt = [&](const char* name) { return run(probing(setting, scene, {"write:" + scene.path(name), "cat:/note"})); };
    finding.control(attempt("out/first").has("cat:/note = note\\n"), "it runs");
    write_file(scene.bundle() + "/data/000", "\"evil\\n\"", 0644);
    const Outcome outcome = attempt("out/second");
    finding.claim(outcome.out.find("evil") == std::string::npos, "a changed file is not handed in", outcome.text());
}

}  // namespace
}  // namespace sbx::kernel
