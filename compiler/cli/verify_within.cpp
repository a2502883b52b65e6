// A bundle against a ceiling; see the header.
#include "compiler/cli/verify_within.hpp"

#include "compiler/cli/display_text.hpp"
#include "compiler/cli/render_comparison.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/policy/ceiling.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using AllExcess = std::vector<policy::Excess>;

std::string as_text(const AllExcess& all, const PolicyInput& bundle, const PolicyInput& ceiling) {
    std::string out;
    for (const policy::Excess& excess : all) {
        const std::string here = place_text(excess.region.after.origin, bundle);
        const std::string there = place_text(excess.region.before.origin, ceiling);
        out += fmt::format("{}: {}\n", displayed(here.empty() ? bundle.name : here), displayed(excess.message));
        if (!there.empty()) {
            out += fmt::format("  the ceiling: {}  {}\n", displayed(there), displayed(excess.region.before.statement));
        }
        if (!excess.example.empty()) {
            out += fmt::format("  {}\n", displayed(excess.example));
        }
    }
    return out + fmt::format("policyc: `{}` goes beyond `{}` in {} place{}\n", displayed(bundle.name), displayed(ceiling.name),
                             all.size(), all.size() == 1 ? "" : "s");
}

std::string as_json(const AllExcess& all, const PolicyInput& bundle, const PolicyInput& ceiling, std::size_t files) {
    using nlohmann::ordered_json;
    ordered_json list = ordered_json::array();
    for (const policy::Excess& excess : all) {
        list.push_back({{"domain", to_text(excess.region.domain)},
                        {"subject", excess.region.subject},
                        {"message", excess.message},
                        {"witness", excess.region.witness},
                        {"place", place_text(excess.region.after.origin, bundle)},
                        {"ceiling_place", place_text(excess.region.before.origin, ceiling)}});
    }
    const ordered_json document = {{"format", 1},
                                   {"bundle", bundle.name},
                                   {"equal", true},
                                   {"files", files},
                                   {"differences", ordered_json::array()},
                                   {"ceiling", ceiling.name},
                                   {"within", all.empty()},
                                   {"excess", std::move(list)}};
    return document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

ExitCode verify_within(const Options& options, std::size_t files) {
    const PolicyInput bundle = read_policy_input(options.words.front(), options);
    const PolicyInput ceiling = read_policy_input(options.within, options);
    if (ceiling.compilation.rejected) {
        print_diagnostics({&ceiling.compilation}, options, false);
        return ExitCode::rejected;
    }
    const AllExcess all = policy::excess_over(ceiling.policy(), ceiling.name, bundle.policy());
    if (options.format == Format::json) {
        print_out(as_json(all, bundle, ceiling, files));
    } else if (!all.empty()) {
        print_error(as_text(all, bundle, ceiling));
    } else if (!options.quiet) {
        print_out(fmt::format("`{}` means its policy and lies within `{}`: {} files were read\n", displayed(bundle.name),
                              displayed(ceiling.name), files));
    }
    return all.empty() ? ExitCode::done : ExitCode::forbidden;
}

}  // namespace sbx::cli
