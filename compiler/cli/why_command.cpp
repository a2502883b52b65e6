// `policyc why FILE REQUEST`: the decision of the reference semantics, what it rests on, and what would turn it; for a policy or
// for a bundle.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/failed_tests.hpp"
#include "compiler/cli/policy_input.hpp"
#include "compiler/cli/render_text.hpp"
#include "compiler/cli/request_words.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/policy/advise.hpp"
#include "compiler/policy/decide.hpp"
#include "compiler/policy/statement_text.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

/// `limit NAME` has no yes or no.
std::string verdict_line(const policy::Decision& decision, const ParsedRequest& asked, const policy::Policy& policy) {
    if (!asked.asks_for_value) {
        return fmt::format("{}: {}\n", policy::to_text(decision.verdict), asked.text);
    }
    const policy::Limit limit = *asked.request.limit;
    return policy.limits.count(limit) == 0
               ? fmt::format("not set: {}\n", asked.text)
               : fmt::format("{}: {}\n", displayed(policy::to_text(limit, policy.limits.at(limit).value)), asked.text);
}

/// Where it shall be written, when that is not the file that decides.
std::string own_file(const policy::Decision& decision, const PolicyInput& input) {
    const Compilation& asked = input.compilation;
    if (input.is_bundle) {
        return " in the policy";
    }
    if (asked.sources.files.empty() || decision.origin.file == &asked.sources.files.front() || !decision.origin.known()) {
        return "";
    }
    return fmt::format(" in `{}`", displayed(asked.sources.files.front().name()));
}

std::string advice_of(const policy::Decision& decision, const ParsedRequest& asked, const PolicyInput& input) {
    if (asked.asks_for_value) {
        const std::string word(policy::to_text(*asked.request.limit));
        return fmt::format("to change that{}: write `{} VALUE`\n", own_file(decision, input), word);
    }
    const auto advice = policy::advise(input.policy(), asked.request);
    return advice ? fmt::format("to change that{}: {}\n", own_file(decision, input), displayed(advice->text))
                  : std::string("no single statement changes that\n");
}

/// Of a bundle the sources need not be there: the line is named, not shown.
std::string place_of(const policy::Decision& decision, const PolicyInput& input, bool color) {
    if (!input.is_bundle) {
        return render_place(decision.origin, "decides", input.compilation.profile.included_from, color);
    }
    if (decision.origin.known()) {
        return fmt::format("  --> {}\n", displayed(decision.origin.describe_stable()));
    }
    const bool decided_by_node = decision.view != policy::View::absent && input.policy().filesystem.nodes.count(decision.node) != 0;
    return decided_by_node ? "  --> where that stood is not recorded in the bundle\n" : "";
}

std::string explained(const policy::Decision& decision, const ParsedRequest& asked, const PolicyInput& input, bool color) {
    std::string out = verdict_line(decision, asked, input.policy());
    out += fmt::format("{}\n", displayed(decision.reason));
    return out + place_of(decision, input, color) + advice_of(decision, asked, input);
}

}  // namespace

ExitCode why_command(const Options& options) {
    PolicyInput input = read_policy_input(options.words.front(), options);
    const std::size_t failures = set_failed_tests_aside(input.compilation);
    const std::vector<std::string> words(options.words.begin() + 1, options.words.end());
    const ParsedRequest asked = parse_request(words, input.policy());
    const bool rejected = input.compilation.rejected;
    if (asked.error && !rejected) {
        return refuse_usage(*asked.error);
    }
    if (rejected) {
        print_diagnostics({&input.compilation}, options, false);
        return ExitCode::rejected;
    }
    const policy::Decision decision = policy::decide(input.policy(), asked.request);
    print_out(explained(decision, asked, input, options.wants_color(STDOUT_FILENO)));
    if (failures > 0 && !options.quiet) {
        print_error(fmt::format("policyc: {} of this policy's tests {} not hold: see `policyc test {}`\n",
                                failures == 1 ? "an expectation" : fmt::format("{} expectations", failures),
                                failures == 1 ? "does" : "do", displayed(input.name)));
    }
    return ExitCode::done;
}

}  // namespace sbx::cli
