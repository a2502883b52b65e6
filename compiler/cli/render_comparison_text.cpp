// A comparison as text: the sentence, then each region in the words of its claim, with both statements; see the header.
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/render_comparison.hpp"
#include "compiler/cli/render_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

using policy::Region;
using policy::RegionSide;
using policy::Relation;

constexpr std::size_t shown_exceptions = 8;

struct Sign {
    std::string_view sign;
    std::string_view color;
};
Sign mark_of(Relation relation, const Palette& colors) {
    switch (relation) {
        case Relation::wider:
            return {"+", colors.error};
        case Relation::narrower:
            return {"-", colors.remark};
        case Relation::incomparable:
            return {"~", colors.warning};
        case Relation::equivalent:
            break;
    }
    return {"=", colors.strong};
}

/// One line for one side: its place or its file's name, and the statement.
std::string side_line(const RegionSide& side, const PolicyInput& input, std::size_t width) {
    const std::string place = place_text(side.origin, input);
    const std::string shown = displayed(place.empty() ? input.name : place);
    std::string said = side.statement.empty() ? fmt::format("({})", side.words) : side.statement;
    if (place.empty() && !side.statement.empty() && !input.is_bundle) {
        said += "  (by default)";
    }
    return fmt::format("      {}{}  {}\n", shown, std::string(width > shown.size() ? width - shown.size() : 0, ' '),
                       displayed(said));
}

std::size_t place_width(const RegionSide& side, const PolicyInput& input) {
    const std::string place = place_text(side.origin, input);
    return displayed(place.empty() ? input.name : place).size();
}

std::string exceptions_line(const Region& region) {
    std::string text;
    for (std::size_t i = 0; i < std::min(region.exceptions.size(), shown_exceptions); ++i) {
        const policy::RegionException& exception = region.exceptions[i];
        text += fmt::format("      but not {}: {}\n", displayed(exception.place), displayed(exception.words));
    }
    if (region.exceptions.size() > shown_exceptions) {
        text +=
            fmt::format("      and {} more places (all of them with --format json)\n", region.exceptions.size() - shown_exceptions);
    }
    return text;
}

std::string region_text(const Region& region, const ComparisonReport& report, const Palette& colors) {
    const Sign mark = mark_of(region.relation, colors);
    std::string out = fmt::format("  {}{}{} {}\n", mark.color, mark.sign, colors.plain, displayed(policy::sentence(region)));
    const std::size_t width = std::max(place_width(region.before, report.before), place_width(region.after, report.after));
    out += side_line(region.before, report.before, width) + side_line(region.after, report.after, width);
    if (region.adds_witness()) {
        out += fmt::format("      for example {}\n", displayed(region.witness));
    }
    return out + exceptions_line(region);
}

std::string domain_text(policy::Domain domain, const ComparisonReport& report, const Palette& colors) {
    std::string out =
        fmt::format("\n{}{}: {}{}\n", colors.strong, to_text(domain), to_text(report.comparison.of(domain)), colors.plain);
    for (const Region& region : report.comparison.regions) {
        if (region.domain == domain) {
            out += region_text(region, report, colors);
        }
    }
    return out;
}

}  // namespace

std::string ComparisonReport::summary() const {
    return policy::summary(comparison, before.name, after.name);
}

std::string place_text(const Origin& origin, const PolicyInput& input) {
    if (!origin.known()) {
        return {};
    }
    const auto named = [](const Origin& place) {
        return fmt::format("{}:{}", place.file->name(), place.file->position(place.span.begin).line);
    };
    std::string text = named(origin);
    const auto& included_from = input.compilation.profile.included_from;
    auto from = included_from.find(origin.file);
    for (int depth = 0; from != included_from.end() && depth < 40; ++depth) {
        text += fmt::format(" (from {})", named(from->second));
        from = included_from.find(from->second.file);
    }
    return text;
}

std::string render_comparison_text(const ComparisonReport& report, bool color) {
    const Palette& colors = palette(color);
    const Sign mark = mark_of(report.comparison.overall, colors);
    std::string out =
        fmt::format("{}{}{}: {}\n", mark.color, to_text(report.comparison.overall), colors.plain, displayed(report.summary()));
    std::string same;
    for (const policy::Domain domain : policy::all_domains) {
        const bool differs = std::any_of(report.comparison.regions.begin(), report.comparison.regions.end(),
                                         [&](const Region& region) { return region.domain == domain; });
        if (differs) {
            out += domain_text(domain, report, colors);
        } else {
            same += fmt::format("{}{}", same.empty() ? "" : ", ", to_text(domain));
        }
    }
    if (!report.comparison.regions.empty() && !same.empty()) {
        out += fmt::format("\nthe same in both: {}\n", same);
    }
    return out;
}

}  // namespace sbx::cli
