// R-FS 01 to 07, 10 and 11: what a payload, or a run before it, can plant in a tree that it may write: links, renamed directories,
// names that do not exist yet, second names for one file.
#include "tests/kernel/requirement.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <sys/mount.h>
#include <thread>
#include <unistd.h>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

SBX_REQUIREMENT(R_FS_01, "a link planted where something is to be mounted leads nothing out", all, "pins,guards") {
    Scene scene;
    scene.file("h/a/sub/note");
    scene.file("victim/kept");
    if (!compiled(scene, finding, "filesystem { write $ROOT/h/a; file $ROOT/h/a/sub/note \"ours\\n\" }")) {
        return;
    }
    const Outcome before = run(probing(setting, scene, {"write:" + scene.path("h/a/first"), "cat:" + scene.path("h/a/sub/note")}));
    finding.control(scene.exists("h/a/first") && before.out.find("ours") != std::string::npos,
                    "it works as long as nothing is planted", before.text());
    fs::remove_all(scene.path("h/a/sub"));
    scene.link("/oldroot" + scene.path("victim"), "h/a/sub");
    const Outcome outcome = run(probing(setting, scene, {"write:" + scene.path("h/a/second")}));
    finding.claim(!scene.exists("victim/note"), "nothing is made on the host behind the link", outcome.text());
    finding.claim(outcome.status == 125 && !scene.exists("h/a/second"), "the launch is refused", outcome.text());
}

SBX_REQUIREMENT(R_FS_02, "a link in a source gets nothing, whoever put it there", all, "") {
    Scene scene;
    scene.file("h/a/sub/file", "public\n");
    scene.file("secret/file", "secret\n");
    if (!compiled(scene, finding,
                  "param place: path under $ROOT/h\nfilesystem { read $ROOT/h/a/sub as /one; read $place as /two }")) {
        return;
    }
    const std::vector<std::string> requests = {"cat:/one/file", "cat:/two/file"};
    const Outcome before = run(probing(setting, scene, requests, {"--set", "place=" + scene.path("h/a/sub")}));
    finding.control(before.has("cat:/one/file = public\\n") && before.has("cat:/two/file = public\\n"), "without links it works",
                    before.text());
    scene.link("a/sub", "h/relative");
    scene.link("../secret", "h/outside");
    for (const char* place : {"h/relative", "h/outside"}) {
        const Outcome outcome = run(probing(setting, scene, requests, {"--set", "place=" + scene.path(place)}));
        finding.claim(outcome.status == 125 && outcome.out.empty(), "a parameter that is a link is refused", outcome.text());
    }
    for (const char* target : {"../../secret", "$ROOT/secret"}) {
        fs::remove_all(scene.path("h/a/sub"));
        scene.link(scene.expanded(target), "h/a/sub");
        const Outcome outcome = run(probing(setting, scene, requests, {"--set", "place=" + scene.path("h/a")}));
        finding.claim(outcome.out.find("secret") == std::string::npos, "what the link leads to is not seen", outcome.text());
        finding.claim(outcome.status == 125, "the launch is refused", outcome.text());
    }
    fs::remove_all(scene.path("h/a"));
    fs::create_directory(scene.path("secret/sub"));
    scene.file("secret/sub/file", "secret\n");
    scene.link("../secret", "h/a");
    const Outcome outcome = run(probing(setting, scene, requests, {"--set", "place=" + scene.path("h/a")}));
    finding.claim(outcome.status == 125 && outcome.out.empty(), "a link further up is refused too", outcome.text());
}

SBX_REQUIREMENT(R_FS_03, "a source that is exchanged during the launch is the one that was checked, or none", all, "") {
    Scene scene;
    scene.file("h/place/file", "public\n");
    scene.file("secret/file", "secret\n");
    if (!compiled(scene, finding, "filesystem { read $ROOT/h/place as /data }")) {
        return;
    }
    finding.control(run(probing(setting, scene, {"cat:/data/file"})).has("cat:/data/file = public\\n"), "in peace it works");
    scene.link(scene.path("secret"), "h/link");
    std::jthread exchanger([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            rename(scene.path("h/place").c_str(), scene.path("h/aside").c_str());
            rename(scene.path("h/link").c_str(), scene.path("h/place").c_str());
            std::this_thread::sleep_for(std::chrono::microseconds(300));
            rename(scene.path("h/place").c_str(), scene.path("h/link").c_str());
            rename(scene.path("h/aside").c_str(), scene.path("h/place").c_str());
            std::this_thread::sleep_for(std::chrono::microseconds(300));
        }
    });
    int right = 0;
    for (int turn = 0; turn < 40; ++turn) {
        const Outcome outcome = run(probing(setting, scene, {"cat:/data/file"}));
        finding.claim(outcome.out.find("secret") == std::string::npos, "the other one is never seen", outcome.text());
        finding.claim(outcome.status == 0 || outcome.status == 125, "it is that or a refusal", outcome.text());
        right += outcome.has("cat:/data/file = public\\n") ? 1 : 0;
    }
    finding.control(right > 0, "some launches met the right one");
}

SBX_REQUIREMENT(R_FS_05, "a mask is mounted after what it masks", all, "order") {
    Scene scene;
    scene.file("h/a/file");
    scene.file("h/a/sub/file", "secret\n");
    if (!compiled(scene, finding, "filesystem { hide $ROOT/h/a/sub/; read $ROOT/h/a }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"read:" + scene.path("h/a/file"), "read:" + scene.path("h/a/sub/file")}));
    finding.control(outcome.has("read:" + scene.path("h/a/file") + " ok"), "what is beside it is seen", outcome.text());
    finding.claim(!outcome.has("read:" + scene.path("h/a/sub/file") + " ok"), "what is hidden is not", outcome.text());
}

SBX_REQUIREMENT(R_FS_06, "a directory above a mask can't be moved away", all, "pins") {
    Scene scene;
    scene.file("h/a/file");
    scene.file("h/a/sub/deep/hook", "host\n");
    scene.file("h/b/file");
    if (!compiled(scene, finding, "filesystem { write $ROOT/h/a; hide $ROOT/h/a/sub/deep/; tmpfs /p; read $ROOT/h/b as /p/x/b }")) {
        return;
    }
    const std::string sub = scene.path("h/a/sub");
    const Outcome outcome =
        run(probing(setting, scene,
                    {"write:" + scene.path("h/a/file"), "rename:" + sub + ":" + scene.path("h/a/old"), "mkdir:" + sub,
                     "mkdir:" + sub + "/deep", "write:" + sub + "/deep/hook", "rename:/p/x:/p/y"}));
    finding.control(scene.contents("h/a/file") == "host\nwritten\n", "the tree can be written", outcome.text());
    finding.claim(!scene.exists("h/a/old"), "the directory is where it was", outcome.text());
    finding.claim(scene.contents("h/a/sub/deep/hook") == "host\n", "what the mask covers is what it was", outcome.text());
    finding.claim(!outcome.has("rename:/p/x:/p/y ok"), "nor can it below a private directory", outcome.text());
}

SBX_REQUIREMENT(R_FS_07, "a hidden name that does not exist yet can't be made", all, "") {
    Scene scene;
    scene.file("h/a/file");
    if (!compiled(scene, finding, "filesystem { write $ROOT/h/a; hide $ROOT/h/a/hooks/ $ROOT/h/a/config }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene,
                                        {"write:" + scene.path("h/a/config"), "mkdir:" + scene.path("h/a/hooks"),
                                         "write:" + scene.path("h/a/hooks/evil"), "write:" + scene.path("h/a/file")}));
    finding.control(setting.mode.program == Program::launch || scene.contents("h/a/file") == "host\nwritten\n",
                    "the tree can be written", outcome.text());
    finding.claim(outcome.status == 0 || outcome.status == 125, "it is reserved, or the launch refused", outcome.text());
    finding.claim(!scene.exists("h/a/config") && !scene.exists("h/a/hooks"), "nothing is left there", outcome.text());
    finding.claim(!outcome.has("write:" + scene.path("h/a/config") + " ok"), "nor was there inside", outcome.text());
    finding.claim(!outcome.has("write:" + scene.path("h/a/hooks/evil") + " ok"), "nor was there inside", outcome.text());
}

SBX_REQUIREMENT(R_FS_10, "a hidden file with a second name refuses the launch", all, "") {
    Scene scene;
    scene.file("h/a/file", "secret\n");
    if (!compiled(scene, finding, "filesystem { read $ROOT/h/a; hide $ROOT/h/a/file }")) {
        return;
    }
    const std::string alias = scene.path("h/a/alias");
    finding.control(run(probing(setting, scene, {"ids"})).status == 0, "with one name it runs");
    fs::create_hard_link(scene.path("h/a/file"), alias);
    const Outcome outcome = run(probing(setting, scene, {"cat:" + alias}));
    finding.claim(outcome.status == 125 && outcome.out.find("secret") == std::string::npos, "the other name gets nothing",
                  outcome.text());
}

/// A directory shown in another one's place, as the host's administrator may do it; gone with the value.
class SecondName {
public:
    SecondName(const std::string& directory, std::string name) : name_(std::move(name)) {
        shown_ = ::mount(directory.c_str(), name_.c_str(), nullptr, MS_BIND, nullptr) == 0;
    }
    SecondName(const SecondName&) = delete;
    SecondName& operator=(const SecondName&) = delete;
    ~SecondName() {
        if (shown_) {
            ::umount2(name_.c_str(), MNT_DETACH);
        }
    }
    [[nodiscard]] bool is_shown() const { return shown_; }

private:
    std::string name_;
    bool shown_ = false;
};

/// With something placed in the mask, and without.
void check_second_name(const Setting& setting, Finding& finding, const std::string& below) {
    Scene scene;
    scene.file("h/a/kept/file", "secret\n");
    scene.file("h/masked/kept/file", "other\n");
    if (!compiled(scene, finding, "filesystem { read $ROOT/h; hide $ROOT/h/masked/; read $ROOT/h/a as /shown; " + below + " }")) {
        return;
    }
    const std::string request = "cat:" + scene.path("h/a/kept/file");
    finding.control(run(probing(setting, scene, {request})).status == 0, "a directory of its own can be masked");
    const SecondName name(scene.path("h/a"), scene.path("h/masked"));
    if (!name.is_shown()) {
        finding.skip("this caller may not mount");
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {request}));
    finding.claim(outcome.status == 125 && outcome.out.empty(), "one mounted in its place is refused: " + below, outcome.text());
}

SBX_REQUIREMENT(R_FS_11, "a mask that is a second name for something granted is refused", all, "") {
    Scene scene;
    scene.file("h/a/file", "secret\n");
    scene.directory("h/masked");
    if (!compiled(scene, finding, "filesystem { write $ROOT/h; hide $ROOT/h/masked/ }")) {
        return;
    }
    const std::string request = "cat:" + scene.path("h/a/file");
    finding.control(run(probing(setting, scene, {request})).status == 0, "a directory of its own can be masked");
    fs::remove_all(scene.path("h/masked"));
    scene.link("a", "h/masked");
    const Outcome outcome = run(probing(setting, scene, {request}));
    finding.claim(outcome.status == 125 && outcome.out.empty(), "a link to another is refused", outcome.text());
    check_second_name(setting, finding, "");
    check_second_name(setting, finding, "read $ROOT/h/masked/kept");
}

}  // namespace
}  // namespace sbx::kernel
