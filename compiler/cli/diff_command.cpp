// `policyc diff OLD NEW`: what NEW allows that OLD does not, and the other way round.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/render_comparison.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"

#include <unistd.h>

namespace sbx::cli {
namespace {

bool is_forbidden(const policy::Comparison& comparison, FailOn fail_on) {
    switch (fail_on) {
        case FailOn::nothing:
            return false;
        case FailOn::wider:
            return policy::gravest_excess(comparison) != nullptr;
        case FailOn::different:
            return !comparison.regions.empty();
    }
    return false;
}

std::string rendered(const ComparisonReport& report, const Options& options) {
    switch (options.format) {
        case Format::json:
            return render_comparison_json(report);
        case Format::markdown:
            return render_comparison_markdown(report);
        case Format::text:
        case Format::junit:
            break;
    }
    return render_comparison_text(report, options.wants_color(STDOUT_FILENO));
}

}  // namespace

ExitCode diff_command(const Options& options) {
    const std::string& old_path = options.words.front();
    const std::string& new_path = options.words.back();
    if (old_path == "-" && new_path == "-") {
        return refuse_usage({"`-` is given twice: standard input can be read once", ""});
    }
    const PolicyInput before = read_policy_input(old_path, options);
    const PolicyInput after = read_policy_input(new_path, options);
    if (before.compilation.rejected || after.compilation.rejected) {
        print_diagnostics({&before.compilation, &after.compilation}, options, false);
        return ExitCode::rejected;
    }
    const policy::Comparison comparison = policy::compare(before.policy(), after.policy());
    print_out(rendered({before, after, comparison}, options));
    return is_forbidden(comparison, options.fail_on) ? ExitCode::forbidden : ExitCode::done;
}

}  // namespace sbx::cli
