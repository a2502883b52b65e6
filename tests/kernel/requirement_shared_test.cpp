// R-RES-07, 10, 11 and 12, R-FS-14: what a sandbox could use up of what others need, or keep for ever.
#include "tests/kernel/requirement.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <unistd.h>

namespace sbx::kernel {
namespace {

/// Where the launcher writes one.
std::vector<std::string> report_at(const Setting& setting, const std::string& path) {
    return setting.naive() ? std::vector<std::string>() : std::vector<std::string>{"--report", path};
}

SBX_REQUIREMENT(R_RES_07, "`address-space` under a runtime that reserves more than it uses is warned of", compiler, "mute") {
    Scene scene;
    const Outcome large = scene.compile("use std/node\nlimits { address-space 16G }");
    finding.control(large.status == 0 && large.err.empty(), "one that is large enough says nothing", large.text());
    const Outcome other = scene.compile("use std/system\nlimits { address-space 1G }\nprocess { command /usr/bin/sort }");
    finding.control(other.status == 0 && other.err.empty(), "nor does one for another program", other.text());
    for (const char* const runtime : {"use std/node\n", "use std/java\n", "use std/system\nprocess { command /usr/bin/node }\n",
                                      "use std/system\nprocess { command /usr/lib/jvm/default/bin/java }\n",
                                      "use std/system\nprocess { command /usr/bin/go }\n"}) {
        for (const char* const size : {"64M", "1G", "8191M"}) {
            const Outcome outcome = scene.compile(std::string(runtime) + "limits { address-space " + size + " }");
            finding.control(outcome.status == 0, "it compiles", outcome.text());
            finding.claim(outcome.err.find("warning[SBX-R003]") != std::string::npos, std::string(runtime) + size, outcome.text());
        }
    }
}

SBX_REQUIREMENT(R_RES_10, "`wall-time` ends what stops itself, or the first process", sbx_run, "") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }\nlimits { wall-time 600ms; grace 300ms }")) {
        return;
    }
    const Outcome quick = run(probing(setting, scene, {"tag:quick"}));
    finding.control(quick.status == 0 && quick.has("tag quick"), "what is quick ends by itself", quick.text());
    const std::string tag = "tag:res10-" + std::to_string(getpid());
    // Stopping the first process of the namespace is tried too; the kernel lets nobody inside.
    for (const char* const request : {"sleep:30", "stop", "stop-init"}) {
        Command command = probing(setting, scene, {tag, request, "sleep:30"});
        command.timeout = std::chrono::seconds(4);
        const auto begin = std::chrono::steady_clock::now();
        const Outcome outcome = run(command);
        const auto took = std::chrono::steady_clock::now() - begin;
        finding.control(outcome.out.find("tag res10") != std::string::npos, "it runs", outcome.text());
        finding.claim(!outcome.timed_out && took < std::chrono::milliseconds(600 + 300 + 1500), request, outcome.text());
        finding.claim(outcome.status == 128 + SIGTERM || outcome.status == 128 + SIGKILL, "by a signal", outcome.text());
        finding.claim(gone(tag, 0), "and nothing is left");
        for (const pid_t left : processes_with(tag)) {
            kill(left, SIGKILL);
        }
    }
}

SBX_REQUIREMENT(R_RES_11, "of what counts for the user as a whole, the sandbox gets a part", sbx_run, "limits") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }\nlimits { locked-memory 64K; message-queues 32K }")) {
        return;
    }
    const std::string tag = "tag:res11-" + std::to_string(getpid());
    Running running(probing(setting, scene, {tag, "queue-signals:5000", "limits", "tag:queued", "sleep:10"}));
    finding.control(running.wait_for("tag queued"), "it runs");
    const Outcome caller = run({.words = {tools_directory() + "/probe", "queue-signals:2000"}, .as_root = setting.mode.as_root});
    kill(running.pid(), SIGKILL);
    const Outcome outcome = running.finish();
    finding.control(caller.has("queue-signals:2000 made 2000"), "the caller can queue signals meanwhile", caller.text());
    const int queued = std::atoi(outcome.after("queue-signals:5000 made ").value_or("99999").c_str());
    finding.claim(queued <= 1024 && queued >= 1000, "a sandbox queues 1024 signals", outcome.text());
    finding.claim(outcome.has("limit memlock 65536 65536"), "locks so much memory", outcome.text());
    finding.claim(outcome.has("limit msgqueue 32768 32768"), "and has so much in message queues", outcome.text());
    finding.claim(outcome.has("limit sigpending 1024 1024"), "soft and hard", outcome.text());
}

SBX_REQUIREMENT(R_RES_12, "a flood of output ends at `output`", sbx_run, "") {
    Scene scene;
    if (!compiled(scene, finding, "use std/shell\nlimits { output 64K }")) {
        return;
    }
    const Outcome little = run(launching(setting, scene.bundle(), {"/bin/sh", "-c", "echo little; echo more >&2"}));
    finding.control(little.out == "little\n" && little.err == "more\n", "what is little comes out", little.text());
    for (const char* const to : {"", " >&2", " & head -c 2M /dev/zero >&2; wait"}) {
        const std::string script = std::string("head -c 2M /dev/zero") + to;
        const Outcome outcome = run(launching(setting, scene.bundle(), {"/bin/sh", "-c", script}));
        const auto zeros = static_cast<std::size_t>(std::count(outcome.err.begin(), outcome.err.end(), '\0')) + outcome.out.size();
        finding.claim(zeros <= 64U << 10U, "no more than that is in the caller's log", std::to_string(zeros));
        finding.claim(outcome.status == 128 + SIGTERM, "and the writer was ended", std::to_string(outcome.status));
    }
}

std::uintmax_t size_below(const std::string& directory) {
    std::uintmax_t sum = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        sum += entry.is_regular_file() ? entry.file_size() : 0;
    }
    return sum;
}

SBX_REQUIREMENT(R_FS_14, "a scratch that is a tmpfs is full at its size, and one of the host is said to have none", all, "size") {
    Scene scene;
    scene.directory("scratch");
    const std::string fill =
        "i=0; while [ $i -lt 200 ]; do head -c 64K /dev/zero >scratch/$i 2>/dev/null || break; i=$((i+1)); done; echo wrote $i";
    if (!compiled(scene, finding,
                  "use std/shell\nfilesystem { tmpfs /work/scratch { size 2M }; write $ROOT/scratch as /host/scratch }\n"
                  "limits { file-size 64K }")) {
        return;
    }
    const bool reports = setting.mode.program == Program::sbx_run;
    scene.directory("report");
    const auto filled = [&](const std::string& where) {
        return run(launching(setting, scene.bundle(), {"/bin/sh", "-c", "cd " + where + " && " + fill},
                             reports ? report_at(setting, scene.path("report/r.json")) : std::vector<std::string>()));
    };
    const Outcome host = filled("/host");
    finding.control(host.has("wrote 200") && size_below(scene.path("scratch")) == 200U * 65536U,
                    "`file-size` is for each file: 200 of them fit on the host", host.text());
    if (reports) {
        const auto report = nlohmann::json::parse(scene.contents("report/r.json").value_or(""), nullptr, false);
        finding.claim(report.is_object() && report["notes"].dump().find("nothing limits how much is written below `" +
                                                                        scene.path("scratch") + "`") != std::string::npos,
                      "the report says that nothing limits it", report.dump(1));
    }
    const Outcome small = filled("/work");
    const int wrote = std::atoi(small.after("wrote ").value_or("-1").c_str());
    finding.control(wrote > 10, "a part fits into the tmpfs", small.text());
    finding.claim(wrote <= 32, "no more than its 2 MiB", small.text());
}

}  // namespace
}  // namespace sbx::kernel
