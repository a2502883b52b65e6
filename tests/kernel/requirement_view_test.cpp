// R-FS 19, 21, 22, 24, 26 and 27, R-CMP-15 and R-ENV-10: what of the host's devices, settings and names shows inside.
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace sbx::kernel {
namespace {

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        words.push_back(word);
    }
    return words;
}

SBX_REQUIREMENT(R_FS_19, "/dev holds the harmless devices and no other", all, "hostdev") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { dev /dev }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"list:/dev", "stat:/dev/null"}));
    finding.control(outcome.after("stat:/dev/null mode 20666 ").has_value(), "there is a /dev", outcome.text());
    const std::vector<std::string> harmless = {"console", "core",   "fd",    "full",   "null", "ptmx",    "pts", "random",
                                               "shm",     "stderr", "stdin", "stdout", "tty",  "urandom", "zero"};
    for (const std::string& name : words_of(outcome.after("list:/dev = ").value_or("none"))) {
        finding.claim(std::find(harmless.begin(), harmless.end(), name) != harmless.end(), name);
    }
}

SBX_REQUIREMENT(R_FS_21, "/sys is not there", all, "unconfined") {
    Scene scene;
    if (!compiled(scene, finding, "use std/system")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"read:/usr/bin", "read:/sys", "read:/sys/kernel"}));
    finding.control(outcome.has("read:/usr/bin ok"), "what is granted is there", outcome.text());
    finding.claim(outcome.has("read:/sys no ENOENT") && outcome.has("read:/sys/kernel no ENOENT"), "/sys is not", outcome.text());
}

SBX_REQUIREMENT(R_FS_22, "bubblewrap's own command line tells nothing of the host", all, "") {
    Scene scene;
    scene.file("h/a/file");
    if (!compiled(scene, finding, "filesystem { proc /proc; read $ROOT/h/a as /data }\nenvironment { set SECRET = \"hunter2\" }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"cat:/proc/1/cmdline", "read:/data/file"}));
    finding.control(outcome.has("read:/data/file ok"), "it runs", outcome.text());
    const std::string line = outcome.after("cat:/proc/1/cmdline = ").value_or("");
    finding.claim(line.find("sbx-kernel-") == std::string::npos, "no path of the host", line);
    finding.claim(line.find("hunter2") == std::string::npos, "no value", line);
    finding.claim(line.find("bind") == std::string::npos, "no option that tells what was mounted", line);
}

SBX_REQUIREMENT(R_FS_24, "no file is opened by its handle", broken_as_root, "unconfined,id") {
    Scene scene;
    const std::string file = scene.file("h/a/file");
    if (!compiled(scene, finding, "filesystem { read $ROOT/h/a }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"read:" + file, "handle:" + file}));
    finding.control(outcome.has("read:" + file + " ok"), "by its name it can be read", outcome.text());
    finding.claim(outcome.after("handle:" + file + " no ").has_value(), "by its handle it can't", outcome.text());
}

SBX_REQUIREMENT(R_FS_26, "/etc tells nothing of this machine", all, "unconfined") {
    Scene scene;
    if (!compiled(scene, finding, "use std/system")) {
        return;
    }
    const std::vector<std::string> private_files = {
        "/etc/machine-id", "/etc/resolv.conf", "/etc/hostname", "/etc/fstab", "/etc/ssh",
        "/etc/shadow",     "/etc/sudoers",     "/var",          "/run",       "/root"};
    std::vector<std::string> requests = {"cat:/etc/hosts", "cat:/etc/passwd"};
    for (const std::string& path : private_files) {
        requests.push_back("stat:" + path);
    }
    const Outcome outcome = run(probing(setting, scene, requests));
    finding.control(outcome.after("cat:/etc/hosts = ").has_value() && outcome.after("cat:/etc/passwd = ").has_value(),
                    "there is an /etc", outcome.text());
    for (const std::string& path : private_files) {
        finding.claim(outcome.has("stat:" + path + " no ENOENT"), path, outcome.text());
    }
    const std::string accounts = outcome.after("cat:/etc/passwd = ").value_or("");
    finding.claim(accounts.find("root:") == std::string::npos && accounts.find("daemon:") == std::string::npos,
                  "no account of the host", accounts);
}

SBX_REQUIREMENT(R_FS_27, "files that a policy holds are read-only, and never made on the host", all, "perms") {
    Scene scene;
    scene.file("h/a/other");
    scene.file("h/a/note");
    if (!compiled(scene, finding, "filesystem { file /note \"x\\n\"; write $ROOT/h/a; file $ROOT/h/a/note \"ours\\n\" }")) {
        return;
    }
    const std::string note = scene.path("h/a/note");
    const Outcome outcome = run(probing(setting, scene,
                                        {"cat:/note", "stat:/note", "stat:" + note, "write:" + note, "write:/note", "chmod:" + note,
                                         "write:" + scene.path("h/a/other")}));
    finding.control(scene.contents("h/a/other") == "host\nwritten\n", "the tree can be written", outcome.text());
    finding.claim(outcome.has("cat:/note = x\\n"), "it can be read", outcome.text());
    finding.claim(outcome.after("stat:/note mode 100444 ").has_value(), "0444", outcome.text());
    finding.claim(outcome.after("stat:" + note + " mode 100444 ").has_value(), "0444 inside a writable tree", outcome.text());
    finding.claim(outcome.after("write:/note no ").has_value() && outcome.after("chmod:" + note + " no ").has_value(),
                  "it can't be changed", outcome.text());
    finding.claim(scene.contents("h/a/note") == "host\n", "the host's file of that name is what it was", outcome.text());
}

SBX_REQUIREMENT(R_CMP_15, "a parameter can't make the bundle writable", all, "") {
    Scene scene;
    scene.directory("h/a");
    if (!compiled(scene, finding, "param place: path under $ROOT\nfilesystem { write $place as /work }")) {
        return;
    }
    const auto attempt = [&](const std::string& place) {
        return run(probing(setting, scene, {"tag:ran", "write:/work/launch"}, {"--set", "place=" + place}));
    };
    const Outcome right = attempt(scene.path("h/a"));
    finding.control(right.status == 0 && scene.exists("h/a/launch"), "another directory can", right.text());
    const std::string before = read_file(scene.bundle() + "/launch");
    for (const std::string& place : {scene.bundle(), scene.bundle() + "/data"}) {
        const Outcome own = attempt(place);
        finding.claim(own.status == 125 && own.out.empty(), place + " is refused", own.text());
    }
    finding.claim(read_file(scene.bundle() + "/launch") == before, "and is what it was");
}

SBX_REQUIREMENT(R_ENV_10, "home is private and gone at the end", all, "unconfined") {
    Scene scene;
    if (!compiled(scene, finding, "use std/system")) {
        return;
    }
    const std::string name = "/tmp/" + scene.root().substr(scene.root().rfind('/') + 1) + "-profile";
    const Outcome outcome = run(probing(setting, scene, {"env", "write:" + name, "read:" + name}));
    finding.control(outcome.has("write:" + name + " ok") && outcome.has("read:" + name + " ok"), "home can be written",
                    outcome.text());
    finding.claim(outcome.has("env HOME=/tmp"), "it is /tmp", outcome.text());
    finding.claim(read_file(name).empty(), "which is not the host's", outcome.text());
    (void)remove(name.c_str());
}

}  // namespace
}  // namespace sbx::kernel
