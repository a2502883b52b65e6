// The doctor's report for programs: compiler/cli/schemas/doctor.schema.json.
#include "compiler/cli/doctor_report.hpp"
#include "compiler/cli/json_place.hpp"

#include <algorithm>

namespace sbx::cli {
namespace {

using nlohmann::ordered_json;

std::string_view word_of(doctor::Answer answer) {
    switch (answer) {
        case doctor::Answer::works:
            return "works";
        case doctor::Answer::refused:
            return "missing";
        case doctor::Answer::not_tried:
            break;
    }
    return "not-tried";
}

std::string_view name_of(doctor::TrialId id) {
    const auto& all = doctor::trials();
    return std::find_if(all.begin(), all.end(), [id](const doctor::Trial& trial) { return trial.id == id; })->name;
}

ordered_json text_or_null(const std::string& text) {
    return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json json_trial(const Need& need, const doctor::Result& result) {
    ordered_json because = ordered_json::array();
    for (const doctor::TrialId id : result.because) {
        because.push_back(name_of(id));
    }
    ordered_json statements = ordered_json::array();
    for (const plan::Enforcement& row : need.statements) {
        statements.push_back({{"statement", row.statement}, {"place", json_place(row.origin)}});
    }
    return {{"name", result.trial->name},
            {"title", result.trial->title},
            {"needed", need.counts},
            {"result", word_of(result.answer)},
            {"tried", result.trial->tried},
            {"answer", text_or_null(result.said)},
            {"error", text_or_null(error_name(result.error))},
            {"remedy", text_or_null(result.remedy)},
            {"for_want_of", std::move(because)},
            {"needed_by", {{"in_general", result.trial->needed_by}, {"statements", std::move(statements)}}}};
}

}  // namespace

std::string render_doctor_json(const DoctorReport& report) {
    ordered_json tried = ordered_json::array();
    for (std::size_t at = 0; at < report.results.size(); ++at) {
        tried.push_back(json_trial(report.needs[at], report.results[at]));
    }
    const ordered_json document = {
        {"format", 1},
        {"subject", text_or_null(report.subject)},
        {"profile", text_or_null(report.profile)},
        {"tried_as", {{"uid", report.launcher.uid}, {"gid", report.launcher.gid}, {"drops_from_root", report.launcher.drops}}},
        {"result", report.lacks_something() ? "missing" : "complete"},
        {"summary", doctor_summary(report)},
        {"trials", std::move(tried)}};
    return document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::cli
