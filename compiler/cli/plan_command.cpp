// `policyc plan FILE`: the plans as readable text.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/plan/describe.hpp"

namespace sbx::cli {
namespace {

/// Plans hold the user's bytes; their line ends are ours.
std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        out += displayed(text.substr(0, end));
        if (end == std::string_view::npos) {
            break;
        }
        out += '\n';
        text.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace

ExitCode plan_command(const Options& options) {
    const Compilation done = compile_file(options.words.front(), options, Until::planned);
    print_diagnostics({&done}, options, false);
    if (done.rejected) {
        return ExitCode::rejected;
    }
    print_out(printable(plan::describe(*done.plan)));
    return ExitCode::done;
}

}  // namespace sbx::cli
