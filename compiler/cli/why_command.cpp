// `policyc why FILE REQUEST`: the decision of the reference semantics, and what it rests on.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
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

std::string_view to_text(policy::Verdict verdict) {
    switch (verdict) {
        case policy::Verdict::denied:
            return "denied";
        case policy::Verdict::allowed:
            return "allowed";
        case policy::Verdict::depends:
            return "depends on the launch";
    }
    return "";
}

/// `limit NAME` has no yes or no.
std::string verdict_line(const policy::Decision& decision, const ParsedRequest& asked, const policy::Policy& policy) {
    if (!asked.asks_for_value) {
        return fmt::format("{}: {}\n", to_text(decision.verdict), asked.text);
    }
    const policy::Limit limit = *asked.request.limit;
    return policy.limits.count(limit) == 0
               ? fmt::format("not set: {}\n", asked.text)
               : fmt::format("{}: {}\n", displayed(policy::to_text(limit, policy.limits.at(limit).value)), asked.text);
}

/// Where it shall be written, when that is not the file that decides.
std::string own_file(const policy::Decision& decision, const Compilation& asked) {
    if (asked.sources.files.empty() || decision.origin.file == &asked.sources.files.front() || !decision.origin.known()) {
        return "";
    }
    return fmt::format(" in `{}`", displayed(asked.sources.files.front().name()));
}

std::string advice_of(const policy::Decision& decision, const ParsedRequest& asked, const Compilation& done) {
    if (asked.asks_for_value) {
        const std::string word(policy::to_text(*asked.request.limit));
        return fmt::format("to change that{}: write `{} VALUE`\n", own_file(decision, done), word);
    }
    const auto advice = policy::advise(done.profile.policy, asked.request);
    return advice ? fmt::format("to change that{}: {}\n", own_file(decision, done), displayed(advice->text))
                  : std::string("no single statement changes that\n");
}

std::string explained(const policy::Decision& decision, const ParsedRequest& asked, const Compilation& done, bool color) {
    std::string out = verdict_line(decision, asked, done.profile.policy);
    out += fmt::format("{}\n", displayed(decision.reason));
    out += render_place(decision.origin, "decides", done.profile.included_from, color);
    return out + advice_of(decision, asked, done);
}

}  // namespace

ExitCode why_command(const Options& options) {
    const Compilation done = compile_file(options.words.front(), options, Until::checked);
    const std::vector<std::string> words(options.words.begin() + 1, options.words.end());
    const ParsedRequest asked = parse_request(words, done.profile.policy);
    if (asked.error && !done.rejected) {
        return refuse_usage(*asked.error);
    }
    if (done.rejected) {
        print_diagnostics({&done}, options, false);
        return ExitCode::rejected;
    }
    const policy::Decision decision = policy::decide(done.profile.policy, asked.request);
    print_out(explained(decision, asked, done, options.wants_color(STDOUT_FILENO)));
    return ExitCode::done;
}

}  // namespace sbx::cli
