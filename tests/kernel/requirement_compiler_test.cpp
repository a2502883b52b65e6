// R-CMP 03 and 06 to 11, R-REL 01, 03 and 05: what policyc accepts, what it says, and what it leaves on disk.
#include "tests/kernel/requirement.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

/// Every file of a bundle with its mode.
std::map<std::string, std::string> bytes_of(const std::string& bundle) {
    std::map<std::string, std::string> files;
    if (!fs::is_directory(bundle)) {
        return files;
    }
    for (const auto& entry : fs::recursive_directory_iterator(bundle)) {
        const std::string name = entry.path().lexically_relative(bundle);
        const auto mode = static_cast<unsigned>(entry.status().permissions());
        files[name] = std::to_string(mode) + (entry.is_regular_file() ? read_file(entry.path()) : "");
    }
    return files;
}

Command compiling(const std::vector<std::string>& words) {
    Command command{.words = compiler()};
    command.words.insert(command.words.end(), words.begin(), words.end());
    return command;
}

void all_rejected(Finding& finding, Scene& scene, const std::vector<std::string>& statements) {
    for (const std::string& text : statements) {
        const Outcome outcome = scene.compile(text);
        finding.claim(outcome.status == 1 && !scene.exists("bundle"), text, outcome.text());
        finding.claim(outcome.err.find("test.sbx:") != std::string::npos, "it names the place: " + text, outcome.err);
    }
}

std::string many_grants(int count) {
    std::string text = "filesystem {\n";
    for (int index = 0; index < count; ++index) {
        text += "  read /srv/many/" + std::to_string(index) + "\n";
    }
    return text + "}\n";
}

SBX_REQUIREMENT(R_CMP_03, "more than bubblewrap can take is refused when compiled, with the count", compiler, "lenient") {
    Scene scene;
    const Outcome fits = scene.compile(many_grants(1000));
    finding.control(fits.status == 0, "a thousand grants compile", fits.text());
    const Outcome outcome = scene.compile(many_grants(3100));
    finding.claim(outcome.status == 1 && !scene.exists("bundle"), "3100 are refused", outcome.text());
    finding.claim(outcome.err.find("310") != std::string::npos || outcome.err.find("93") != std::string::npos, "with a count",
                  outcome.err);
}

SBX_REQUIREMENT(R_CMP_06, "addresses are read strictly", compiler, "lenient") {
    Scene scene;
    const auto connect = [](const std::string& address) { return "test \"t\" { denied connect tcp " + address + " }"; };
    for (const char* good : {"10.0.0.1:80", "[2001:db8::1]:443", "255.255.255.255:1"}) {
        const Outcome outcome = scene.compile(connect(good));
        finding.control(outcome.status == 0, good, outcome.text());
    }
    std::vector<std::string> bad;
    for (const char* text : {"010.0.0.1:80", "1.2.3:80", "0x7f.1:80", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3.256:80", "1.2.3.4.5:80",
                             "[fe80::1%eth0]:80", "[2001:db8::1::2]:80", "1.2.3.4:+80", "1.2.3.4:080"}) {
        bad.push_back(connect(text));
    }
    all_rejected(finding, scene, bad);
}

SBX_REQUIREMENT(R_CMP_07, "paths are absolute and normal, and never patterns", compiler, "lenient") {
    Scene scene;
    finding.control(scene.compile("filesystem { read \"/srv/a b*\"? }").status == 0, "odd bytes are fine in a string");
    all_rejected(finding, scene,
                 {"filesystem { read /a/../b }", "filesystem { read /a//b }", "filesystem { read /a/./b }",
                  "filesystem { read ../b }", "filesystem { read ~/b }", "filesystem { read /a/* }", "filesystem { read /a/[bc] }",
                  "filesystem { read $HOME/b }", "filesystem { read \"\" }", "filesystem { read \"/a\\x00b\" }",
                  "filesystem { read \"/a/..\" }", "filesystem { read \"/" + std::string(300, 'n') + "\" }"});
}

SBX_REQUIREMENT(R_CMP_08, "nothing that was written steers the terminal that reads about it", compiler, "raw") {
    Scene scene;
    const Outcome control = scene.compile("filesystem { raed /srv/plain }");
    finding.control(control.err.find("raed") != std::string::npos, "messages quote what was written", control.text());
    for (const char* text :
         {"filesystem { raed \"/srv/\x1b]52;c;x\x07\" }", "filesystem { read \"/a/\xe2\x80\xae/b\" }", "filesystem { \x1b[2J }",
          "filesystem { read \"/a/../\xc2\x9b"
          "31m\" }",
          "filesystem { read \"/a\x7f/../b\" }"}) {
        const Outcome outcome = scene.compile(text);
        finding.claim(outcome.status == 1, "an error", outcome.text());
        for (const char* byte : {"\x1b", "\x07", "\xe2\x80\xae", "\xc2\x9b", "\x7f"}) {
            finding.claim(outcome.err.find(byte) == std::string::npos, "escaped in messages", outcome.err);
        }
    }
}

SBX_REQUIREMENT(R_CMP_09, "unknown words, duplicates and contradictions are errors", compiler, "lenient") {
    Scene scene;
    finding.control(scene.compile("limits { open-files 100; core 0 }").status == 0, "right words are fine");
    all_rejected(
        finding, scene,
        {"filesytem { }", "filesystem { raed /usr }", "limits { open-file 100 }", "limits { open-files 100; open-files 200 }",
         "filesystem { read /srv/a; write /srv/a }", "environment { set A = \"1\"; set A = \"2\" }", "process { hostnam x }",
         "use std/nothing", "use \"missing.sbx\"", "param a: count\nparam a: count", "let a = 1\nlet a = 2",
         "limits { open-files 100 200 }", "profile second", "limits { open-files }", "use \"../../../../etc/passwd\""});
}

SBX_REQUIREMENT(R_CMP_10, "each statement changes what runs", compiler, "deaf") {
    Scene scene;
    const char* const base = "filesystem { read /srv/a; dev /dev; proc /proc }";
    finding.control(scene.compile(base).status == 0, "the base compiles");
    const auto runtime_part = [&] {
        auto files = bytes_of(scene.bundle());
        files.erase("policy.json");
        std::string& manifest = files["manifest.json"];
        for (const char* key : {"\"semantic_hash\"", "\"sources\"", "\"artifacts\"", "\"enforcement\""}) {
            const std::size_t at = manifest.find(key);
            if (at != std::string::npos) {
                const std::size_t end =
                    manifest[manifest.find(": ", at) + 2] == '[' ? manifest.find("\n  ]", at) : manifest.find('\n', at);
                manifest.erase(at, end - at);
            }
        }
        return files;
    };
    const auto before = runtime_part();
    for (const char* statement : {"filesystem { read /srv/b }",
                                  "filesystem { write /srv/b }",
                                  "filesystem { read /srv/b as /c }",
                                  "filesystem { tmpfs /t }",
                                  "filesystem { dir /d }",
                                  "filesystem { file /f \"x\" }",
                                  "filesystem { symlink /l -> t }",
                                  "filesystem { hide /srv/a/b/ }",
                                  "filesystem { hide /srv/a/b }",
                                  "filesystem { device /dev/fuse }",
                                  "filesystem { socket /run/x.sock }",
                                  "filesystem { workdir /srv/a }",
                                  "network host",
                                  "limits { cpu-time 9s }",
                                  "limits { address-space 1G }",
                                  "limits { data 1G }",
                                  "limits { stack 8M }",
                                  "limits { core 1M }",
                                  "limits { locked-memory 1M }",
                                  "limits { message-queues 1M }",
                                  "limits { file-size 1M }",
                                  "limits { open-files 99 }",
                                  "limits { processes 99 }",
                                  "environment { set A = \"1\" }",
                                  "environment { keep LANG }",
                                  "environment { accept X_* }",
                                  "process { hostname other }",
                                  "process { command /srv/a/program }",
                                  "process { command only /srv/a/x }",
                                  "process { pass-descriptor 5 }",
                                  "process { controlling-terminal keep }",
                                  "process { nested-namespaces allow }",
                                  "process { survive-parent }",
                                  "process { share ipc }",
                                  "process { share uts }",
                                  "process { groups none }",
                                  "param p: count 1-9 = 3\nlimits { processes $p }"}) {
        const Outcome outcome = scene.compile(std::string(base) + "\n" + statement);
        finding.control(outcome.status == 0, statement, outcome.text());
        finding.claim(outcome.status != 0 || runtime_part() != before, std::string("changes an artifact: ") + statement);
    }
}

SBX_REQUIREMENT(R_CMP_11, "numbers are exact and bounded", compiler, "lenient") {
    Scene scene;
    finding.control(scene.compile("limits { open-files 1_024; file-size 1G; cpu-time 2m }").status == 0, "right numbers are fine");
    all_rejected(finding, scene,
                 {"limits { file-size 18446744073709551616 }", "limits { file-size 99999999999999999999T }",
                  "limits { file-size -1M }", "limits { file-size +1M }", "limits { file-size 1.5M }", "limits { file-size 1X }",
                  "limits { file-size 1024 }", "limits { cpu-time 60 }", "limits { open-files 1K }", "limits { open-files 0x10 }",
                  "limits { open-files inf }", "limits { cpu-time 99999999999999999999d }", "filesystem { tmpfs /t { mode 999 } }",
                  "filesystem { tmpfs /t { size 16777216T } }", "process { run-as 4294967296:1 }", "process { run-as -1:-1 }",
                  "process { run-as 0:0 }"});
}

SBX_REQUIREMENT(R_REL_01, "a bundle is the old one or the new one, whenever it is interrupted", compiler, "inplace") {
    Scene scene;
    scene.directory("policy", 0755);
    const auto write_policy = [&](const char* name, const char* value) {
        write_file(scene.path(std::string("policy/") + name),
                   std::string("sbx 1\nprofile p\nuse std/system\nprocess { run-as 65532:65532 }\nenvironment { set V = \"") +
                       value + "\" }\n",
                   0644);
    };
    write_policy("one.sbx", "one");
    write_policy("two.sbx", "two");
    const auto compile = [&](const char* name) { return compiling({scene.path(name), "-o", scene.bundle()}); };
    const auto begin = std::chrono::steady_clock::now();
    finding.control(run(compile("policy/one.sbx")).status == 0, "the one compiles");
    const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
    const auto one = bytes_of(scene.bundle());
    finding.control(run(compile("policy/two.sbx")).status == 0, "the other replaces it");
    const auto two = bytes_of(scene.bundle());
    finding.control(one != two && !one.empty(), "they differ");
    int interrupted = 0;
    for (int turn = 0; turn < 60; ++turn) {
        Running running(compile(turn % 2 == 0 ? "policy/one.sbx" : "policy/two.sbx"));
        usleep(static_cast<useconds_t>(whole.count() * (turn + 1) / 60));
        kill(running.pid(), SIGKILL);
        interrupted += running.finish().status == 128 + SIGKILL ? 1 : 0;
        const auto now = bytes_of(scene.bundle());
        finding.claim(now == one || now == two, "after turn " + std::to_string(turn));
    }
    finding.control(interrupted > 5, "some were interrupted", std::to_string(interrupted));
    scene.file("other/precious", "mine\n");
    const Outcome other = run(compiling({scene.path("policy/one.sbx"), "-o", scene.path("other")}));
    finding.claim(other.status == 3 || other.status == 2, "a directory of something else is refused", other.text());
    finding.claim(scene.contents("other/precious") == "mine\n" && !scene.exists("other/manifest.json"), "and stays what it was");
}

SBX_REQUIREMENT(R_REL_03, "the same input gives the same bytes, whoever compiles it and where", compiler, "ambient") {
    Scene scene;
    const std::string text =
        "use std/system\nfilesystem { write $ROOT/h; read /srv/x?; hide $ROOT/h/y/ }\nlimits { open-files 100 }\nenvironment { set "
        "I = \"i\" }";
    const Outcome first = scene.compile(text);
    finding.control(first.status == 0, "it compiles", first.text());
    const auto expected = bytes_of(scene.bundle());
    fs::copy(scene.path("policy"), scene.path("elsewhere"));
    const std::vector<std::map<std::string, std::string>> environments = {
        {},
        {{"LC_ALL", "tr_TR.UTF-8"}, {"LANG", "tr_TR.UTF-8"}},
        {{"TZ", "Asia/Kathmandu"}, {"HOME", "/nonexistent"}, {"USER", "other"}},
        {{"LC_ALL", "de_DE.UTF-8"}, {"SOURCE_DATE_EPOCH", "1"}, {"TMPDIR", "/nonexistent"}}};
    unsigned int turn = 0;
    for (const auto& environment : environments) {
        const mode_t mask = turn % 2 == 0 ? 0077 : 0;
        const std::string directory = turn < 2 ? "policy" : "elsewhere";
        const std::string out = "out" + std::to_string(turn++);
        Command command = compiling({scene.path(directory + "/test.sbx"), "-o", scene.path(out)});
        command.environment = environment;
        command.before_exec = [mask] { umask(mask); };
        const Outcome outcome = run(command);
        finding.control(outcome.status == 0, "it compiles here too", outcome.text());
        finding.claim(bytes_of(scene.path(out)) == expected, "the same bytes and modes: " + out);
    }
}

SBX_REQUIREMENT(R_REL_05, "the compiler's exit codes are those of its table", compiler, "status") {
    Scene scene;
    finding.control(scene.compile("").status == 0, "0: done");
    finding.claim(scene.compile("nonsense").status == 1, "1: the policy was rejected");
    finding.claim(scene.compile("test \"t\" { allowed read /etc/shadow }").status == 1, "1: a test in it fails");
    finding.claim(run(compiling({"--nonsense"})).status == 2, "2: usage");
    finding.claim(run(compiling({scene.path("missing.sbx"), "-o", scene.path("x")})).status == 3, "3: unreadable input");
    finding.control(scene.compile("").status == 0, "0: done");
    finding.claim(run(compiling({scene.path("policy/test.sbx"), "-o", "/proc/nowhere/x"})).status == 3, "3: unwritable output");
}

}  // namespace
}  // namespace sbx::kernel
