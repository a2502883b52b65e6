// A report as SARIF 2.1.0. Section numbers are those of the standard. Columns count code points, as everywhere here (3.14.17).
#include "compiler/cli/json_place.hpp"
#include "compiler/cli/pages.hpp"
#include "compiler/cli/report_formats.hpp"
#include "compiler/cli/version.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using nlohmann::ordered_json;

std::string_view sarif_level(Severity severity) {
    return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

/// A relative reference, or a `file` URI for an absolute path (RFC 3986, RFC 8089).
std::string sarif_uri(std::string_view name) {
    std::string uri = name.starts_with('/') ? "file://" : "";
    while (name.starts_with("./")) {
        name.remove_prefix(2);
    }
    for (const char byte : name) {
        const bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                              std::string_view("-._~/").find(byte) != std::string_view::npos;
        uri += is_plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
    return uri;
}

ordered_json sarif_region(const Origin& origin) {
    const LineColumn begin = origin.file->position(origin.span.begin);
    const LineColumn end = origin.file->position(origin.span.end);
    return {{"startLine", begin.line}, {"startColumn", begin.column},     {"endLine", end.line},
            {"endColumn", end.column}, {"byteOffset", origin.span.begin}, {"byteLength", origin.span.end - origin.span.begin}};
}

ordered_json sarif_location(const Origin& origin) {
    return {
        {"physicalLocation", {{"artifactLocation", {{"uri", sarif_uri(origin.file->name())}}}, {"region", sarif_region(origin)}}}};
}

/// 3.27.22: other places, and how the file was reached.
ordered_json sarif_related(const Diagnostic& diagnostic, const InclusionMap& included_from) {
    ordered_json related = ordered_json::array();
    const auto add = [&related](const Origin& origin, const std::string& text) {
        ordered_json location = sarif_location(origin);
        location["id"] = related.size() + 1;
        location["message"] = {{"text", text}};
        related.push_back(std::move(location));
    };
    for (const Label& label : diagnostic.labels) {
        if (label.origin.known()) {
            add(label.origin, label.text.empty() ? "here" : label.text);
        }
    }
    auto from = included_from.find(diagnostic.origin.file);
    for (int depth = 0; from != included_from.end() && depth < 40; ++depth) {
        add(from->second, "taken in here");
        from = included_from.find(from->second.file);
    }
    return related;
}

/// 3.55: each edit is one that can be made by itself.
ordered_json sarif_fixes(const Diagnostic& diagnostic) {
    ordered_json fixes = ordered_json::array();
    for (const Fix& fix : diagnostic.fixes) {
        if (!fix.origin.known()) {
            continue;
        }
        const ordered_json replacement = {{"deletedRegion", sarif_region(fix.origin)},
                                          {"insertedContent", {{"text", fix.replacement}}}};
        const ordered_json change = {{"artifactLocation", {{"uri", sarif_uri(fix.origin.file->name())}}},
                                     {"replacements", ordered_json::array({replacement})}};
        const std::string text = diagnostic.help.empty() ? std::string("replace the text") : diagnostic.help.front();
        fixes.push_back({{"description", {{"text", text}}}, {"artifactChanges", ordered_json::array({change})}});
    }
    return fixes;
}

/// The rules that results name, in the order of their codes.
class SarifRules {
public:
    explicit SarifRules(const CheckReport& report) {
        for (const ReportedFinding& finding : report.findings) {
            index_.emplace(info(finding.diagnostic.kind).code, 0);
        }
        for (const ReportedWaiver& waiver : report.waivers) {
            index_.emplace(info(waiver.waived.finding.kind).code, 0);
        }
        std::size_t next = 0;
        for (auto& [code, index] : index_) {
            index = next++;
        }
    }
    [[nodiscard]] std::size_t index_of(DiagnosticKind kind) const { return index_.at(info(kind).code); }
    [[nodiscard]] ordered_json list() const {
        ordered_json rules = ordered_json::array();
        for (const auto& [code, index] : index_) {
            const DiagnosticInfo& row = info(*find_diagnostic(code));
            rules.push_back({{"id", row.code},
                             {"name", row.name},
                             {"shortDescription", {{"text", row.summary}}},
                             {"help", {{"text", help_of(code)}}},
                             {"defaultConfiguration", {{"level", sarif_level(row.severity)}}}});
        }
        return rules;
    }

private:
    static std::string help_of(std::string_view code) {
        std::string text;
        for (const Page& page : pages()) {
            for (const PageSection& section : page.code == code ? sections(page.text) : std::vector<PageSection>{}) {
                text += fmt::format("{}{}:\n{}", text.empty() ? "" : "\n\n", section.name, section.text);
            }
        }
        return text;
    }

    std::map<std::string_view, std::size_t> index_;
};

ordered_json sarif_result(const Diagnostic& diagnostic, const std::string& fingerprint, const CheckReport& report,
                          const SarifRules& rules) {
    std::string text = diagnostic.message;
    for (const std::string& note : diagnostic.notes) {
        text += "\n" + note;
    }
    for (const std::string& help : diagnostic.help) {
        text += "\nhelp: " + help;
    }
    ordered_json locations = ordered_json::array();
    if (diagnostic.origin.known()) {
        locations.push_back(sarif_location(diagnostic.origin));
    }
    ordered_json result = {{"ruleId", info(diagnostic.kind).code},      {"ruleIndex", rules.index_of(diagnostic.kind)},
                           {"level", sarif_level(diagnostic.severity)}, {"message", {{"text", std::move(text)}}},
                           {"locations", std::move(locations)},         {"partialFingerprints", {{"policyc/v1", fingerprint}}}};
    if (ordered_json related = sarif_related(diagnostic, report.included_from); !related.empty()) {
        result["relatedLocations"] = std::move(related);
    }
    if (ordered_json fixes = sarif_fixes(diagnostic); !fixes.empty()) {
        result["fixes"] = std::move(fixes);
    }
    return result;
}

}  // namespace

std::string render_report_sarif(const CheckReport& report) {
    const SarifRules rules(report);
    ordered_json results = ordered_json::array();
    for (const ReportedFinding& finding : report.findings) {
        results.push_back(sarif_result(finding.diagnostic, finding.fingerprint, report, rules));
    }
    for (const ReportedWaiver& waiver : report.waivers) {
        ordered_json result = sarif_result(waiver.waived.finding, waiver.fingerprint, report, rules);
        result["suppressions"] = ordered_json::array({{{"kind", "inSource"},
                                                       {"status", "accepted"},
                                                       {"justification", waiver.waived.reason},
                                                       {"location", sarif_location(waiver.waived.waiver)}}});
        results.push_back(std::move(result));
    }
    ordered_json notifications = ordered_json::array();
    for (const std::string& sentence : report.unreadable) {
        notifications.push_back({{"level", "error"}, {"message", {{"text", sentence}}}});
    }
    const ordered_json driver = {{"name", "policyc"}, {"version", version}, {"rules", rules.list()}};
    const ordered_json invocation = {{"executionSuccessful", report.unreadable.empty()},
                                     {"exitCode", static_cast<int>(report.exit_code())},
                                     {"toolExecutionNotifications", std::move(notifications)}};
    const ordered_json run = {{"tool", {{"driver", driver}}},
                              {"invocations", ordered_json::array({invocation})},
                              {"columnKind", "unicodeCodePoints"},
                              {"results", std::move(results)}};
    const ordered_json document = {
        {"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"},
        {"version", "2.1.0"},
        {"runs", ordered_json::array({run})}};
    return document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::cli
