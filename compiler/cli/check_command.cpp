// `policyc check FILE…`: diagnostics, and nothing else.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/session.hpp"

#include <algorithm>
#include <deque>

namespace sbx::cli {

ExitCode check_command(const Options& options) {
    if (std::count(options.words.begin(), options.words.end(), "-") > 1) {
        return refuse_usage({"`-` is given twice: standard input can be read once", ""});
    }
    std::deque<Compilation> compilations;
    std::vector<const Compilation*> all;
    for (const std::string& path : options.words) {
        all.push_back(&compilations.emplace_back(compile_file(path, options, Until::checked)));
    }
    print_diagnostics(all, options, true);
    const bool rejected = std::any_of(all.begin(), all.end(), [](const Compilation* c) { return c->rejected; });
    return rejected ? ExitCode::rejected : ExitCode::done;
}

}  // namespace sbx::cli
