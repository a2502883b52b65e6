// `policyc why FILE REQUEST`: the decision of the reference semantics, and what it rests on.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/render_text.hpp"
#include "compiler/cli/request_words.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/policy/decide.hpp"

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

std::string explained(const policy::Decision& decision, const ParsedRequest& asked, const policy::Profile& profile, bool color) {
    std::string out = fmt::format("{}: {}\n", to_text(decision.verdict), asked.text);
    out += fmt::format("{}\n", displayed(decision.reason));
    out += render_place(decision.origin, "decides", profile.included_from, color);
    if (!decision.advice.empty()) {
        out += fmt::format("to change that: {}\n", displayed(decision.advice));
    }
    return out;
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
    print_out(explained(decision, asked, done.profile, options.wants_color(STDOUT_FILENO)));
    return ExitCode::done;
}

}  // namespace sbx::cli
