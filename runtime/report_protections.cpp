// Judges each row of the enforcement table by what this launch came to. See the header.
#include "runtime/report_protections.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sbx::runtime {

namespace {

constexpr std::string_view enforced = "enforced";
constexpr std::string_view narrower = "narrower";
constexpr std::string_view not_enforced = "not enforced";

/// The word of a policy, and the name of the rlimit in rlimits.tab.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> rlimits = {{{"address-space", "as"},
                                                                                    {"core", "core"},
                                                                                    {"cpu-time", "cpu"},
                                                                                    {"data", "data"},
                                                                                    {"file-size", "fsize"},
                                                                                    {"locked-memory", "memlock"},
                                                                                    {"message-queues", "msgqueue"},
                                                                                    {"open-files", "nofile"},
                                                                                    {"processes", "nproc"},
                                                                                    {"stack", "stack"}}};

bool is_narrower(std::string_view limit, const LaunchReport& report) {
    const auto* const row = std::find_if(rlimits.begin(), rlimits.end(), [&](const auto& each) { return each.first == limit; });
    if (row != rlimits.end() && report.preparation != nullptr) {
        const auto& limits = report.preparation->limits;
        return std::any_of(limits.begin(), limits.end(),
                           [&](const EffectiveLimit& each) { return each.name == row->second && each.narrower(); });
    }
    const std::optional<std::uint64_t>& memory = report.manifest->cgroup.memory;
    return limit == "memory" && memory && report.cgroup != nullptr && report.cgroup->memory() && *report.cgroup->memory() < *memory;
}

bool is_degraded(std::string_view limit, const LaunchReport& report) {
    return report.degraded != nullptr && std::any_of(report.degraded->begin(), report.degraded->end(),
                                                     [&](const Degraded& each) { return each.allowed.limit == limit; });
}

/// Of a row that Landlock delivers. The stage has put into force what was bound, or the command would not have been started.
bool landlock_delivers(std::string_view statement, const LaunchReport& report) {
    const BoundLandlock& landlock = report.preparation->landlock;
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> rows = {
        {{"landlock.abstract sockets", "abstract-unix-socket"},
         {"landlock.signals", "signal"},
         {"landlock.tcp ports", "tcp"},
         {"landlock.paths", "read-file"},
         {"landlock.unix sockets", "resolve-unix"}}};
    const auto* const row = std::find_if(rows.begin(), rows.end(), [&](const auto& each) { return each.first == statement; });
    return row == rows.end() ? !landlock.missing : !landlock.misses(row->second);
}

std::string_view status_of(const EnforcementRow& row, const LaunchReport& report) {
    constexpr std::string_view limits = "limits.";
    constexpr std::string_view run_as = "process.run-as ";
    const std::string_view statement = row.statement;
    if (!is_started(report) || row.status == not_enforced) {
        return not_enforced;
    }
    if (statement.substr(0, run_as.size()) == run_as && !report.preparation->identity.drops) {
        return not_enforced;  // the caller keeps its own id, which `notes` says too
    }
    if (statement.substr(0, limits.size()) == limits) {
        const std::string_view limit = statement.substr(limits.size());
        return is_degraded(limit, report) ? not_enforced : is_narrower(limit, report) ? narrower : enforced;
    }
    if (row.protection == "landlock") {
        return landlock_delivers(statement, report) ? enforced : not_enforced;
    }
    return row.status == narrower ? narrower : enforced;
}

void write_degradations(JsonWriter& json, const LaunchReport& report) {
    json.open_array("degradations");
    if (report.degraded != nullptr) {
        for (const Degraded& each : *report.degraded) {
            json.open_object();
            json.text("protection", each.allowed.limit);
            json.text("because", each.allowed.reason);
            json.text("observed", each.why.what);
            json.text("remedy", each.why.remedy);
            json.close_object();
        }
    }
    json.close_array();
}

}  // namespace

bool is_started(const LaunchReport& report) {
    return report.ending != nullptr && report.ending->started;
}

void write_protections(JsonWriter& json, const LaunchReport& report) {
    json.open_array("protections");
    for (const EnforcementRow& row : report.manifest->enforcement) {
        const std::string_view status = status_of(row, report);
        json.open_object();
        json.text("statement", row.statement);
        json.text("origin", row.origin);
        json.text("protection", row.protection);
        json.text("requested", row.status);
        json.flag("enforced", status != not_enforced);
        json.text("status", status);
        json.close_object();
    }
    json.close_array();
    write_degradations(json, report);
}

void write_cgroup(JsonWriter& json, const LaunchReport& report) {
    if (report.use == nullptr) {
        json.null("cgroup");
        return;
    }
    const CgroupUse& use = *report.use;
    const SandboxCgroup& cgroup = *report.cgroup;
    json.open_object("cgroup");
    if (report.manifest->cgroup.memory && !cgroup.is_missing("memory")) {
        json.unsigned_number("memory_bytes", cgroup.memory().value_or(0));
        if (use.memory_peak) {
            json.unsigned_number("memory_peak_bytes", *use.memory_peak);
        }
    }
    if (report.manifest->cgroup.cpus && !cgroup.is_missing("cpus")) {
        json.unsigned_number("cpu_thousandths", *report.manifest->cgroup.cpus);
        if (use.throttled_ms) {
            json.unsigned_number("throttled_ms", *use.throttled_ms);
        }
    }
    if (const auto processes = processes_in(*report.preparation, report.manifest->cgroup);
        processes && !cgroup.is_missing("processes")) {
        json.unsigned_number("pids_max", *processes);
        json.unsigned_number("forks_refused", use.forks_refused);
    }
    json.close_object();
}

}  // namespace sbx::runtime
