// R-RUN-12: the launch report, which tells what was in force; and that it is checked against what the payload and the bundle say.
#include "tests/kernel/landlock_host.hpp"
#include "tests/kernel/requirement.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace sbx::kernel {
namespace {

using ReportValue = nlohmann::json;

ReportValue report_of(const Scene& scene) {
    return ReportValue::parse(scene.contents("report/launch.json").value_or(""), nullptr, false);
}

/// `effective` of the limit with this name, or -1.
long long effective(const ReportValue& report, const char* name) {
    for (const ReportValue& limit : report.value("limits", ReportValue::array())) {
        if (limit.value("name", "") == name) {
            return limit.value("effective", -1LL);
        }
    }
    return -1;
}

/// The version of Landlock that brought what a statement asks for; landlock(7). 0 of other statements.
long least_landlock(const std::string& statement) {
    for (const auto& [name, version] : {std::pair{"landlock.paths", 2L},
                                        {"landlock.tcp ports", 4L},
                                        {"landlock.abstract sockets", 6L},
                                        {"landlock.signals", 6L}}) {
        if (statement == name) {
            return version;
        }
    }
    return 0;
}

SBX_REQUIREMENT(R_RUN_12, "the report says what was in force, and nothing else", sbx_run, "") {
    Scene scene;
    scene.directory("report");
    scene.directory("h/a");
    if (!compiled(scene, finding,
                  "param place: path under $ROOT/h\nfilesystem { proc /proc; read $place as /data }\nlimits { open-files 100 }")) {
        return;
    }
    const auto attempt = [&](const char* place) {
        return run(probing(setting, scene, {"ids", "limits", "exit:9"},
                           {"--report", scene.path("report/launch.json"), "--set", "place=" + scene.path(place)}));
    };
    const Outcome outcome = attempt("h/a");
    finding.control(outcome.status == 9 && outcome.has("limit nofile 100 100"), "it runs", outcome.text());
    const ReportValue report = report_of(scene);
    finding.claim(report.is_object(), "there is a report");
    if (!report.is_object()) {
        return;
    }
    const std::string text = report.dump(1);
    finding.claim(report.value("exit_status", -1) == 9 && report.value("started", false), "the exit status", text);
    finding.claim(effective(report, "nofile") == 100 && effective(report, "core") == 0, "the limits", text);
    finding.claim(report.value("/ids/uid"_json_pointer, 0U) == payload_of(setting.mode), "the id", text);
    const ReportValue manifest = ReportValue::parse(read_file(scene.bundle() + "/manifest.json"));
    finding.claim(report.value("protections", ReportValue::array()).size() == manifest["enforcement"].size(), "each protection",
                  text);
    for (const ReportValue& protection : report.value("protections", ReportValue::array())) {
        const std::string statement = protection.value("statement", "");
        const bool has_own_id = !setting.mode.as_root && statement.starts_with("process.run-as");
        const bool is_lacking = landlock_version_here() < least_landlock(statement);
        finding.claim(protection.value("enforced", false) != (has_own_id || is_lacking),
                      "was in force, or is said not to have been", protection.dump());
    }
    for (const ReportValue& artifact : manifest["artifacts"]) {
        if (artifact["name"] == "seccomp.x86_64.bpf") {
            finding.claim(report.value("system_call_filter", "") == "sha256:" + artifact["sha256"].get<std::string>(), "the filter",
                          text);
        }
    }
    const Outcome refused = attempt("h/missing");
    finding.claim(refused.status == 125, "what is missing is refused", refused.text());
    const ReportValue after = report_of(scene);
    finding.claim(after.is_object() && !after.value("started", true) && after.value("exit_status", -1) == 125,
                  "and the report does not keep saying that it ran", after.dump());
    for (const ReportValue& protection : after.value("protections", ReportValue::array())) {
        finding.claim(!protection.value("enforced", true), "nothing was in force", protection.dump());
    }
}

}  // namespace
}  // namespace sbx::kernel
