// R-FS 04, 08, 12, 13, 15, 17 and 20: what is writable, what is bounded, what shows up later, what /proc tells.
#include "tests/kernel/requirement.hpp"

#include <cstdlib>
#include <sstream>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

/// A mount of the host that is gone at the end of the test.
class HostMount {
public:
    HostMount(std::string place, const char* kind) : place_(std::move(place)) {
        made_ = std::string_view(kind) == "bind" ? mount(place_.c_str(), place_.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
                                                       mount(nullptr, place_.c_str(), nullptr, MS_SHARED, nullptr) == 0
                                                 : mount("none", place_.c_str(), "tmpfs", 0, "mode=777,size=1m") == 0;
    }
    HostMount(const HostMount&) = delete;
    HostMount& operator=(const HostMount&) = delete;
    ~HostMount() {
        if (made_) {
            umount2(place_.c_str(), MNT_DETACH);
        }
    }
    [[nodiscard]] bool made() const { return made_; }

private:
    std::string place_;
    bool made_ = false;
};

SBX_REQUIREMENT(R_FS_04, "nothing is placed below a link", compiler, "lenient") {
    Scene scene;
    finding.control(scene.compile("filesystem { read /usr; symlink /bin -> usr/bin }").status == 0, "a link compiles");
    const Outcome outcome = scene.compile("filesystem { read /usr; symlink /bin -> usr/bin; tmpfs /bin/x }");
    finding.claim(outcome.status == 1 && outcome.err.find("/bin") != std::string::npos, "a node below it is an error",
                  outcome.text());
}

SBX_REQUIREMENT(R_FS_08, "what the host mounts later does not appear inside", all, "") {
    if (!running_as_root()) {
        finding.skip("mounting on the host needs root");
        return;
    }
    Scene scene;
    scene.file("h/a/sub/file");
    const HostMount shared(scene.path("h/a"), "bind");
    if (!shared.made() || !compiled(scene, finding, "filesystem { read $ROOT/h/a }")) {
        finding.control(shared.made(), "the tree can be made a shared mount");
        return;
    }
    const std::string late = scene.path("h/a/sub/late");
    Running running(probing(setting, scene,
                            {"tag:started", "sleep:0.4", "read:" + late, "write:" + late, "read:" + scene.path("h/a/sub/file")}));
    finding.control(running.wait_for("tag started"), "the payload starts");
    const HostMount mounted(scene.path("h/a/sub"), "tmpfs");
    write_file(late, "late\n", 0666);
    const Outcome outcome = running.finish();
    finding.control(mounted.made() && outcome.status == 0, "something is mounted meanwhile", outcome.text());
    finding.claim(!outcome.has("read:" + late + " ok"), "it is not seen", outcome.text());
    finding.claim(read_file(late) == "late\n", "nor written", outcome.text());
}

SBX_REQUIREMENT(R_FS_12, "the root and /dev can't be written, /dev/shm is bounded", all, "remount") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { dev /dev; tmpfs /tmp { size 4M } }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene,
                                        {"write:/tmp/new", "write:/new", "mkdir:/made", "write:/dev/new", "mkdir:/dev/made",
                                         "write:/probe/new", "fill:/dev/shm/x:209715200"}));
    finding.control(outcome.has("write:/tmp/new ok"), "what is writable is", outcome.text());
    for (const char* request : {"write:/new", "mkdir:/made", "write:/dev/new", "mkdir:/dev/made", "write:/probe/new"}) {
        finding.claim(outcome.after(std::string(request) + " no ").has_value(), request, outcome.text());
    }
    const std::string filled = outcome.after("fill:/dev/shm/x:209715200 wrote ").value_or("");
    finding.claim(!filled.empty() && filled.find("all") == std::string::npos, "200 MB do not fit into /dev/shm", filled);
}

SBX_REQUIREMENT(R_FS_13, "every tmpfs has a size", all, "size") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { tmpfs /small { size 1M }; tmpfs /usual; proc /proc }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"fill:/small/x:4194304", "fill:/usual/x:100000000"}));
    finding.control(outcome.out.find("fill:/small/x:4194304 wrote ") != std::string::npos, "it can be written", outcome.text());
    finding.claim(outcome.after("fill:/small/x:4194304 wrote ").value_or("all").find("ENOSPC") != std::string::npos, "1M is 1M",
                  outcome.text());
    finding.claim(outcome.after("fill:/usual/x:100000000 wrote ").value_or("all").find("ENOSPC") != std::string::npos,
                  "64M without a word", outcome.text());
}

SBX_REQUIREMENT(R_FS_15, "what the host depends on can't be granted for writing, nor the policy itself", compiler, "lenient") {
    Scene scene;
    scene.directory("h");
    finding.control(scene.compile("filesystem { write $ROOT/h }").status == 0, "a directory of one's own can");
    for (const char* tree : {"/", "/usr", "/etc", "/home"}) {
        const Outcome outcome = scene.compile(std::string("filesystem { write ") + tree + " }");
        finding.claim(outcome.status == 1 && !scene.exists("bundle"), tree, outcome.text());
    }
    const Outcome own = scene.compile("filesystem { write $ROOT }");
    finding.claim(own.status == 1 && !scene.exists("bundle"), "the directory of policy and bundle", own.text());
}

SBX_REQUIREMENT(R_FS_17, "a mount below a read-only tree is read-only too", all, "writable") {
    if (!running_as_root()) {
        finding.skip("mounting on the host needs root");
        return;
    }
    Scene scene;
    scene.directory("h/a/sub");
    const HostMount mounted(scene.path("h/a/sub"), "tmpfs");
    scene.file("h/a/sub/file");
    if (!mounted.made() || !compiled(scene, finding, "filesystem { read $ROOT/h/a }")) {
        finding.control(mounted.made(), "a mount can be made");
        return;
    }
    const std::string file = scene.path("h/a/sub/file");
    const Outcome outcome = run(probing(setting, scene, {"read:" + file, "write:" + file}));
    finding.control(outcome.has("read:" + file + " ok"), "it is seen", outcome.text());
    finding.claim(scene.contents("h/a/sub/file") == "host\n", "its file is what it was", outcome.text());
}

SBX_REQUIREMENT(R_FS_20, "/proc shows the sandbox's own processes and takes no settings", all, "hostproc") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }")) {
        return;
    }
    const std::string own = std::to_string(getpid());
    const Outcome outcome = run(probing(setting, scene,
                                        {"list:/proc", "read:/proc/self/status", "read:/proc/keys", "read:/proc/key-users",
                                         "read:/proc/kcore", "read:/proc/timer_list", "cat:/proc/self/mountinfo"}));
    finding.control(outcome.has("read:/proc/self/status ok"), "there is a /proc", outcome.text());
    std::istringstream names(outcome.after("list:/proc = ").value_or(own));
    int processes = 0;
    for (std::string name; names >> name;) {
        processes += name.find_first_not_of("0123456789") == std::string::npos ? 1 : 0;
    }
    finding.claim(processes >= 1 && processes <= 4, "a handful of processes", std::to_string(processes));
    for (const char* request : {"read:/proc/keys", "read:/proc/key-users", "read:/proc/kcore", "read:/proc/timer_list"}) {
        finding.claim(!outcome.has(std::string(request) + " ok"), request, outcome.text());
    }
    bool settings_read_only = false;
    std::istringstream mounts(replaced(outcome.after("cat:/proc/self/mountinfo = ").value_or(""), "\\n", "\n"));
    for (std::string line; std::getline(mounts, line);) {
        settings_read_only = settings_read_only || line.find(" /proc/sys ro,") != std::string::npos;
    }
    finding.claim(settings_read_only, "/proc/sys is mounted read-only", mounts.str());
}

}  // namespace
}  // namespace sbx::kernel
