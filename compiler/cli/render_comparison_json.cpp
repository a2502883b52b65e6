// A comparison as JSON for tools: everything, in a fixed order, ASCII.
#include "compiler/cli/render_comparison.hpp"

#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using nlohmann::ordered_json;

ordered_json chain_of(const Origin& origin, const PolicyInput& input) {
    ordered_json chain = ordered_json::array();
    const auto& included_from = input.compilation.profile.included_from;
    auto from = included_from.find(origin.file);
    for (int depth = 0; from != included_from.end() && depth < 40; ++depth) {
        chain.push_back({{"file", from->second.file->name()}, {"line", from->second.file->position(from->second.span.begin).line}});
        from = included_from.find(from->second.file);
    }
    return chain;
}

ordered_json side_of(const policy::RegionSide& side, const PolicyInput& input) {
    ordered_json place = nullptr;
    if (side.origin.known()) {
        place = {{"file", side.origin.file->name()}, {"line", side.origin.file->position(side.origin.span.begin).line}};
    }
    return {{"is", side.words},
            {"statement", side.statement.empty() ? ordered_json(nullptr) : ordered_json(side.statement)},
            {"place", std::move(place)},
            {"included_from", chain_of(side.origin, input)}};
}

ordered_json region_of(const policy::Region& region, const ComparisonReport& report) {
    ordered_json exceptions = ordered_json::array();
    for (const policy::RegionException& exception : region.exceptions) {
        exceptions.push_back({{"place", exception.place}, {"is", exception.words}});
    }
    return {{"domain", to_text(region.domain)},
            {"relation", to_text(region.relation)},
            {"subject", region.subject},
            {"claim", region.claim},
            {"condition", region.condition.empty() ? ordered_json(nullptr) : ordered_json(region.condition)},
            {"witness", region.witness.empty() ? ordered_json(nullptr) : ordered_json(region.witness)},
            {"before", side_of(region.before, report.before)},
            {"after", side_of(region.after, report.after)},
            {"exceptions", std::move(exceptions)}};
}

ordered_json input_of(const PolicyInput& input) {
    return {{"name", input.name}, {"profile", input.compilation.profile.name}, {"bundle", input.is_bundle}};
}

}  // namespace

std::string render_comparison_json(const ComparisonReport& report) {
    ordered_json domains = ordered_json::object();
    for (const policy::Domain domain : policy::all_domains) {
        domains[std::string(to_text(domain))] = to_text(report.comparison.of(domain));
    }
    ordered_json renamed = ordered_json::array();
    for (const auto& [before, after] : report.comparison.renamed) {
        renamed.push_back({{"before", before}, {"after", after}});
    }
    ordered_json regions = ordered_json::array();
    for (const policy::Region& region : report.comparison.regions) {
        regions.push_back(region_of(region, report));
    }
    const ordered_json document = {{"format", 1},
                                   {"before", input_of(report.before)},
                                   {"after", input_of(report.after)},
                                   {"relation", to_text(report.comparison.overall)},
                                   {"summary", report.summary()},
                                   {"domains", std::move(domains)},
                                   {"renamed_parameters", std::move(renamed)},
                                   {"regions", std::move(regions)}};
    return document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::cli
