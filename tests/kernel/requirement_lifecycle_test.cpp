// R-RUN-10, R-REL 02, 04, 09 and 11: what a launch or a compile holds while it lasts, and what is there after one that was cut
// short.
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

SBX_REQUIREMENT(R_RUN_10, "two sandboxes never share a tree in which something stands firm", all, "") {
    Scene scene;
    scene.file("h/a/file");
    scene.file("h/a/sub/file");
    if (!compiled(scene, finding, "filesystem { write $ROOT/h/a; hide $ROOT/h/a/sub/ }")) {
        return;
    }
    {
        Running first(probing(setting, scene, {"tag:first", "sleep:10"}));
        finding.control(first.wait_for("tag first"), "the first one runs");
        const Outcome second = run(probing(setting, scene, {"tag:second"}));
        finding.claim(second.status == 125 && second.out.empty(), "a second one at the same time is refused", second.text());
        kill(first.pid(), SIGTERM);
        (void)first.finish();
    }
    const Outcome later = run(probing(setting, scene, {"tag:later"}));
    finding.control(later.status == 0 && later.has("tag later"), "afterwards it runs", later.text());
}

SBX_REQUIREMENT(R_REL_09, "what a killed launch reserved is in nobody's way", sbx_run, "") {
    Scene scene;
    scene.file("h/a/file");
    if (!compiled(scene, finding, "filesystem { write $ROOT/h/a; hide $ROOT/h/a/hooks/ $ROOT/h/a/config }")) {
        return;
    }
    const std::string tag = "tag:rel09-" + std::to_string(getpid());
    {
        Running running(probing(setting, scene, {tag, "sleep:20"}));
        finding.control(running.wait_for("tag rel09"), "it runs");
        kill(running.pid(), SIGKILL);
        finding.control(gone(tag, 5000), "it can be killed");
    }
    const Outcome next = run(
        probing(setting, scene,
                {"write:" + scene.path("h/a/file"), "write:" + scene.path("h/a/config"), "write:" + scene.path("h/a/hooks/evil")}));
    finding.control(scene.contents("h/a/file") == "host\nwritten\n", "the next one runs", next.text());
    finding.claim(scene.contents("h/a/config").value_or("").empty() && !scene.exists("h/a/hooks/evil"), "and masks the same names",
                  next.text());
    finding.claim(!next.has("write:" + scene.path("h/a/config") + " ok"), "seen from inside too", next.text());
}

SBX_REQUIREMENT(R_REL_11, "a message is one line that steers no terminal", all, "") {
    Scene scene;
    scene.directory("h/a");
    if (!compiled(scene, finding, "param place: path under $ROOT/h\nfilesystem { read $place as /data }")) {
        return;
    }
    const Outcome right = run(probing(setting, scene, {"tag:ran"}, {"--set", "place=" + scene.path("h/a")}));
    finding.control(right.has("tag ran"), "with a right value it runs", right.text());
    for (const std::string evil : {"\x1b]52;c;x\x07", "one\ntwo", "\xe2\x80\xae",
                                   "\xc2\x9b"
                                   "31m",
                                   "\x7f\r"}) {
        const Outcome outcome = run(probing(setting, scene, {"tag:ran"}, {"--set", "place=" + scene.path("h/" + evil)}));
        finding.claim(outcome.status == 125 && outcome.out.empty(), "a wrong value is refused", outcome.text());
        finding.claim(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1, "in one line", outcome.err);
        for (const char* byte : {"\x1b", "\x07", "\xe2\x80\xae", "\xc2\x9b", "\x7f", "\r"}) {
            finding.claim(outcome.err.find(byte) == std::string::npos, "and escaped", outcome.err);
        }
    }
}

std::string content_of(const std::string& bundle) {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(bundle)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path().lexically_relative(bundle).string() + "\n" + read_file(entry.path()));
        }
    }
    std::sort(files.begin(), files.end());
    std::string all;
    for (const std::string& file : files) {
        all += file + "\n";
    }
    return all;
}

Command compiling(const Scene& scene, const std::string& policy) {
    Command command{.words = compiler()};
    command.words.insert(command.words.end(), {scene.path(policy), "-o", scene.path("disk/bundle")});
    return command;
}

std::string with_note(std::size_t size) {
    return "sbx 1\nprofile p\nprocess { run-as 65532:65532 }\nfilesystem { read /usr; file /note \"" + std::string(size, 'x') +
           "\" }\n";
}

SBX_REQUIREMENT(R_REL_02, "a full disk leaves the old bundle as it was", compiler, "inplace") {
    if (!running_as_root()) {
        finding.skip("a disk of a known size needs root");
        return;
    }
    Scene scene;
    scene.directory("disk");
    scene.file("small.sbx", with_note(10));
    scene.file("large.sbx", with_note(200000));
    const std::string disk = scene.path("disk");
    if (mount("none", disk.c_str(), "tmpfs", 0, "mode=755,size=192k") != 0) {
        finding.control(false, "a small disk can be mounted");
        return;
    }
    const Outcome first = run(compiling(scene, "small.sbx"));
    finding.control(first.status == 0, "what fits is written", first.text());
    const std::string before = content_of(scene.path("disk/bundle"));
    const Outcome second = run(compiling(scene, "large.sbx"));
    finding.claim(second.status == 3 && !second.err.empty(), "what does not is an error", second.text());
    finding.claim(content_of(scene.path("disk/bundle")) == before, "and changes nothing");
    finding.claim(std::distance(fs::directory_iterator(disk), fs::directory_iterator()) == 1, "nothing half-written is left");
    umount2(disk.c_str(), MNT_DETACH);
}

SBX_REQUIREMENT(R_REL_04, "compiles into one place at the same time leave one of them, whole", compiler, "inplace") {
    Scene scene;
    scene.directory("disk");
    std::vector<std::string> possible;
    for (const char* name : {"one.sbx", "two.sbx"}) {
        scene.file(name, with_note(name == std::string("one.sbx") ? 10 : 50000));
        const Outcome outcome = run(compiling(scene, name));
        finding.control(outcome.status == 0, "alone it compiles", outcome.text());
        possible.push_back(content_of(scene.path("disk/bundle")));
    }
    for (int turn = 0; turn < 3; ++turn) {
        std::vector<std::unique_ptr<Running>> running;
        for (int index = 0; index < 6; ++index) {
            running.push_back(std::make_unique<Running>(compiling(scene, index % 2 == 0 ? "one.sbx" : "two.sbx")));
        }
        int done = 0;
        for (const auto& one : running) {
            done += one->finish().status == 0 ? 1 : 0;
        }
        finding.claim(done >= 1, "one of them at least succeeds");
        const std::string after = content_of(scene.path("disk/bundle"));
        finding.claim(after == possible[0] || after == possible[1], "what is there is one of the two");
        finding.claim(std::distance(fs::directory_iterator(scene.path("disk")), fs::directory_iterator()) == 1,
                      "nothing else is left");
    }
}

}  // namespace
}  // namespace sbx::kernel
