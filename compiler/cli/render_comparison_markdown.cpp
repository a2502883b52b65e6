// A comparison as Markdown, to be pasted into a merge request. What comes from a policy is shown as it is, whatever Markdown or
// HTML would make of it (CommonMark 0.30, 2.4 and 6.1).
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/render_comparison.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

using policy::Region;
using policy::RegionSide;

constexpr std::size_t most_exceptions = 8;

/// Prose: punctuation that could mean something is escaped.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : displayed(text)) {
        if (std::string_view("\\`*_{}[]<>#|~&!@").find(c) != std::string_view::npos) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

/// Code: between more back-quotes than it holds in a row.
std::string code(std::string_view text) {
    const std::string shown = displayed(text);
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : shown) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '`');
    const bool touches = !shown.empty() && (shown.front() == '`' || shown.back() == '`' || shown.front() == ' ');
    return touches ? fmt::format("{} {} {}", fence, shown, fence) : fmt::format("{}{}{}", fence, shown, fence);
}

std::string side_line(std::string_view label, const RegionSide& side, const PolicyInput& input) {
    const std::string place = place_text(side.origin, input);
    const std::string said = side.statement.empty() ? escaped(side.words) : code(side.statement);
    const std::string where = !place.empty()                              ? ", " + escaped(place)
                              : side.statement.empty() || input.is_bundle ? ""
                                                                          : ", by default";
    return fmt::format("  - {}: {}{}\n", label, said, where);
}

std::string region_item(const Region& region, const ComparisonReport& report) {
    std::string out = fmt::format("- **{}**: it {}\n", to_text(region.relation), escaped(policy::sentence(region)));
    out += side_line("before", region.before, report.before) + side_line("after", region.after, report.after);
    if (region.adds_witness()) {
        out += fmt::format("  - for example {}\n", code(region.witness));
    }
    for (std::size_t i = 0; i < std::min(region.exceptions.size(), most_exceptions); ++i) {
        out += fmt::format("  - but not {}: {}\n", code(region.exceptions[i].place), escaped(region.exceptions[i].words));
    }
    if (region.exceptions.size() > most_exceptions) {
        out += fmt::format("  - and {} more places\n", region.exceptions.size() - most_exceptions);
    }
    return out;
}

}  // namespace

std::string render_comparison_markdown(const ComparisonReport& report) {
    std::string out = fmt::format("**{}**: {}\n\n| domain | {} is |\n|---|---|\n", to_text(report.comparison.overall),
                                  escaped(report.summary()), escaped(report.after.name));
    for (const policy::Domain domain : policy::all_domains) {
        out += fmt::format("| {} | {} |\n", to_text(domain), to_text(report.comparison.of(domain)));
    }
    for (const policy::Domain domain : policy::all_domains) {
        bool titled = false;
        for (const Region& region : report.comparison.regions) {
            if (region.domain != domain) {
                continue;
            }
            if (!titled) {
                out += fmt::format("\n#### {}\n\n", to_text(domain));
                titled = true;
            }
            out += region_item(region, report);
        }
    }
    return out;
}

}  // namespace sbx::cli
