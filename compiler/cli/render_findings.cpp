// Findings to text; see the header.
#include "compiler/cli/render_findings.hpp"

#include "compiler/cli/display_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {

std::string render_findings(const verify::Findings& findings, std::string_view directory) {
    std::string prefix(directory);
    if (!prefix.empty() && prefix.back() != '/') {
        prefix += '/';
    }
    std::string out;
    for (const verify::Finding& finding : findings) {
        const std::string place = finding.place.empty() ? std::string() : ", " + finding.place;
        out += fmt::format("{}: {}\n", displayed(prefix + finding.file + place), displayed(finding.message));
        // What the message names already needs no saying twice.
        if (!finding.witness.empty() && finding.message.find(finding.witness) == std::string::npos &&
            finding.witness != finding.file) {
            out += fmt::format("  for example: {}\n", displayed(finding.witness));
        }
    }
    return out;
}

std::string render_findings_json(const verify::Findings& findings, std::string_view bundle, std::size_t files) {
    using nlohmann::ordered_json;
    ordered_json list = ordered_json::array();
    for (const verify::Finding& finding : findings) {
        list.push_back(
            {{"file", finding.file}, {"place", finding.place}, {"message", finding.message}, {"witness", finding.witness}});
    }
    const ordered_json document = {
        {"format", 1}, {"bundle", bundle}, {"equal", findings.empty()}, {"files", files}, {"differences", std::move(list)}};
    return document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::cli
