// R-KRN 09 and 10, R-FS 09 and 18: what the second wall is there for. What Landlock alone delivers is shown under sbx-run, the one
// launcher that has it; the broken launcher has none.
#include "tests/kernel/host_socket.hpp"
#include "tests/kernel/lacking_host.hpp"
#include "tests/kernel/landlock_host.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

/// A FIFO of the host, in which somebody reads.
class HostFifo {
public:
    explicit HostFifo(const std::string& path) {
        mkfifo(path.c_str(), 0666);
        chmod(path.c_str(), 0666);
        file_ = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    }
    HostFifo(const HostFifo&) = delete;
    HostFifo& operator=(const HostFifo&) = delete;
    ~HostFifo() { close(file_); }
    [[nodiscard]] bool works() const { return file_ >= 0; }
    /// Since the last time that this was asked.
    [[nodiscard]] std::string arrived() const {
        char bytes[256];
        const ssize_t count = read(file_, bytes, sizeof bytes);
        return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : std::string();
    }

private:
    int file_ = -1;
};

SBX_REQUIREMENT(R_KRN_09, "bubblewrap's first process has the limits and the filter of the payload", all, "limits,seccomp") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }\nlimits { open-files 123; file-size 1M }")) {
        return;
    }
    const std::string tag = "tag:krn09-" + std::to_string(getpid());
    Running running(probing(setting, scene, {tag, "sleep:10"}));
    finding.control(running.wait_for("tag krn09"), "it runs");
    // Seen from the host: the payload, and its parent, which is the first process of its namespace.
    for (const pid_t process : processes_with(tag)) {
        const std::string status = read_file("/proc/" + std::to_string(process) + "/status");
        if (read_file("/proc/" + std::to_string(process) + "/comm") != "probe\n") {
            continue;
        }
        const std::string first = field(status, "PPid");
        const std::string limits = read_file("/proc/" + first + "/limits");
        finding.control(read_file("/proc/" + first + "/comm") == "bwrap\n", "its parent is bubblewrap's first process", first);
        finding.claim(limits.find(" 123 ") != std::string::npos && limits.find(" 1048576 ") != std::string::npos,
                      "limits hold for the first process", limits);
        // It sets its filter beside the payload, once that is forked, and may come a moment later.
        std::string confined = read_file("/proc/" + first + "/status");
        for (int turn = 0; turn < 200 && own_filters(confined) == 0; ++turn) {
            usleep(10000);
            confined = read_file("/proc/" + first + "/status");
        }
        finding.claim(own_filters(confined) > 0, "a filter is in force there", confined);
        finding.claim(field(confined, "NoNewPrivs") == "1", "and it gains no privilege", confined);
    }
}

SBX_REQUIREMENT(R_KRN_10,
                "Landlock stands behind the mounts: the first process, signals and abstract sockets of others are out of reach",
                sbx_run, "no-landlock") {
    if (landlock_version_here() < 6 && !setting.naive()) {
        finding.skip("this kernel has no Landlock of version 6");
        return;
    }
    const HostSocket abstract("@sbx-krn10-" + std::to_string(getpid()));
    finding.control(abstract.listens(), "the host has an abstract socket");
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }\nnetwork host\nsockets { allow unix }")) {
        return;
    }
    const Outcome outcome = run(probing(
        setting, scene,
        {"ids", "cat:/proc/1/environ", "init-memory", "reach:1", "reach:2", "unix:@sbx-krn10-" + std::to_string(getpid())}));
    finding.control(outcome.after("uid ").has_value() && outcome.has("reach:2 ok"), "it reaches its own processes", outcome.text());
    finding.claim(outcome.has("cat:/proc/1/environ no EACCES"), "the first process's environment is out of reach", outcome.text());
    finding.claim(outcome.has("init-memory no EACCES"), "so is its memory", outcome.text());
    finding.claim(outcome.has("reach:1 no EPERM"), "it gets no signal", outcome.text());
    finding.claim(!abstract.was_called(), "an abstract socket of the host is not called", outcome.text());
    if (setting.naive()) {
        return;
    }
    Scene insisting;
    if (!compiled(insisting, finding, "require landlock 6")) {
        return;
    }
    const WallLaunch with = launch_at_wall(insisting, setting.mode.as_root, true, {"ids"});
    finding.control(with.outcome.status == 0, "where the kernel has it, `require landlock` lets run", with.outcome.text());
    const WallLaunch without = launch_at_wall(insisting, setting.mode.as_root, false, {"ids"});
    finding.claim(without.outcome.status == 125 && !without.outcome.after("uid ").has_value(), "where it does not, nothing runs",
                  without.outcome.text());
}

SBX_REQUIREMENT(R_FS_09, "sockets and FIFOs in trees that can only be read are no way to the host", sbx_run, "seccomp") {
    Scene scene;
    scene.directory("tree");
    const HostSocket control_socket(scene.path("tree/docker.sock"));
    const HostFifo fifo(scene.path("tree/fifo"));
    finding.control(control_socket.listens() && fifo.works(), "the host has a socket and a FIFO");
    if (!compiled(scene, finding, "filesystem { read $ROOT/tree }")) {
        return;
    }
    const std::vector<std::string> requests = {"list:" + scene.path("tree"), "unix:" + scene.path("tree/docker.sock"),
                                               "write:" + scene.path("tree/fifo")};
    const Outcome outcome = run(probing(setting, scene, requests));
    finding.control(outcome.after("list:" + scene.path("tree") + " = docker.sock fifo").has_value(), "both can be seen",
                    outcome.text());
    finding.claim(!control_socket.was_called(), "the socket is not called", outcome.text());
    const bool walled = setting.naive() || landlock_version_here() >= 2;
    finding.claim(!walled || fifo.arrived().empty(), "nothing arrives through the FIFO", outcome.text());
    if (setting.naive()) {
        return;
    }
    static_cast<void>(fifo.arrived());
    const WallLaunch without = launch_at_wall(scene, setting.mode.as_root, false, requests);
    finding.claim(!control_socket.was_called(), "without Landlock the socket is not called either", without.outcome.text());
    finding.control(!fifo.arrived().empty(), "a FIFO is, which shows that Landlock closes it", without.outcome.text());
    finding.claim(without.notes("FIFOs"), "and the report says so", without.report.dump());
}

SBX_REQUIREMENT(R_FS_18, "nothing in a `noexec` tree is executed, or nothing at all runs", sbx_run, "no-landlock") {
    Scene scene;
    scene.program("quiet/program");
    scene.program("quiet/tools/program");
    const bool walled = landlock_version_here() >= 2;
    const std::string denied = "exec:" + scene.path("quiet/program");
    if (!compiled(scene, finding, "filesystem { write noexec $ROOT/quiet; read $ROOT/quiet/tools }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene,
                                        {"read:" + scene.path("quiet/program"), denied, "exec:" + scene.path("quiet/tools/program"),
                                         "write:" + scene.path("quiet/file"), "exec:/probe/probe"}));
    if (walled || setting.naive()) {
        finding.control(outcome.has("read:" + scene.path("quiet/program") + " ok"), "it can be read", outcome.text());
        finding.control(outcome.has("write:" + scene.path("quiet/file") + " ok"), "and written", outcome.text());
        finding.control(outcome.has("exec:/probe/probe ok"), "programs elsewhere are executed", outcome.text());
        finding.control(outcome.has("exec:" + scene.path("quiet/tools/program") + " ok"), "an executable part is too",
                        outcome.text());
        finding.claim(outcome.has(denied + " no EACCES"), "a program in it is not", outcome.text());
    } else {
        finding.claim(outcome.status == 125, "without Landlock nothing runs", outcome.text());
    }
    if (!setting.naive()) {
        const WallLaunch without = launch_at_wall(scene, setting.mode.as_root, false, {denied});
        finding.claim(without.outcome.status == 125 && without.outcome.err.find("`noexec`") != std::string::npos,
                      "where the kernel has no Landlock, the launch is refused", without.outcome.text());
        const Outcome shell =
            run(launching({{Program::launch, setting.mode.as_root}, ""}, scene.bundle(), {"/probe/probe", denied}));
        finding.claim(shell.status == 125 && shell.err.find("`noexec`") != std::string::npos, "so is one by `launch`",
                      shell.text());
    }
}

}  // namespace
}  // namespace sbx::kernel
