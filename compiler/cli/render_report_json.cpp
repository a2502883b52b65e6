// A report as JSON: the document that every verb prints diagnostics in, with what only a check knows.
#include "compiler/cli/json_place.hpp"
#include "compiler/cli/render_json.hpp"
#include "compiler/cli/report_formats.hpp"

namespace sbx::cli {

std::string render_report_json(const CheckReport& report) {
    using nlohmann::ordered_json;
    ordered_json files = ordered_json::array();
    for (const CheckedFile& file : *report.files) {
        files.push_back(file.path);
    }
    ordered_json list = ordered_json::array();
    for (const ReportedFinding& finding : report.findings) {
        ordered_json each = json_diagnostic(finding.diagnostic, report.included_from);
        each["fingerprint"] = finding.fingerprint;
        list.push_back(std::move(each));
    }
    ordered_json waived = ordered_json::array();
    for (const ReportedWaiver& waiver : report.waivers) {
        const Diagnostic& finding = waiver.waived.finding;
        const DiagnosticInfo& row = info(finding.kind);
        waived.push_back({{"code", row.code},
                          {"name", row.name},
                          {"message", finding.message},
                          {"place", json_place(finding.origin)},
                          {"reason", waiver.waived.reason},
                          {"waiver", json_place(waiver.waived.waiver)},
                          {"fingerprint", waiver.fingerprint}});
    }
    const ordered_json document = {{"format", 1},
                                   {"errors", report.count(Severity::error)},
                                   {"warnings", report.count(Severity::warning)},
                                   {"pedantic", report.count(Severity::pedantic)},
                                   {"known", report.known},
                                   {"exit_code", static_cast<int>(report.exit_code())},
                                   {"files", std::move(files)},
                                   {"diagnostics", std::move(list)},
                                   {"waived", std::move(waived)},
                                   {"unreadable", report.unreadable}};
    return document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::cli
