// `policyc expand FILE`: the normal form as one file of the language, each line with where it was said.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

/// Comments begin in one column, but are not pushed further than this by long lines.
constexpr std::size_t widest_column = 48;

std::string expanded(const policy::Profile& profile) {
    std::string out = fmt::format("sbx 1\n{} {}\n", profile.is_fragment ? "fragment" : "profile", profile.name);
    if (!profile.description.empty()) {
        out += fmt::format("description {}\n", policy::Text(profile.description).quoted());
    }
    out += '\n';
    const std::vector<policy::StatementLine> lines = policy::statement_lines(profile.policy);
    std::size_t column = 0;
    for (const policy::StatementLine& line : lines) {
        const std::size_t width = display_width(line.text);
        column = line.origin.known() && width <= widest_column ? std::max(column, width) : column;
    }
    for (const policy::StatementLine& line : lines) {
        out += line.text;
        if (line.origin.known()) {
            const std::size_t width = display_width(line.text);
            out += fmt::format("{}  # {}", std::string(column > width ? column - width : 0, ' '),
                               displayed(line.origin.describe_stable()));
        }
        out += '\n';
    }
    return out;
}

}  // namespace

ExitCode expand_command(const Options& options) {
    const Compilation done = compile_file(options.words.front(), options, Until::checked);
    print_diagnostics({&done}, options, false);
    if (done.rejected) {
        return ExitCode::rejected;
    }
    print_out(expanded(done.profile));
    return ExitCode::done;
}

}  // namespace sbx::cli
