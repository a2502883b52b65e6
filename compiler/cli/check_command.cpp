// `policyc check FILE…`: diagnostics, and nothing else.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <system_error>

namespace sbx::cli {

ExitCode check_command(const Options& options) {
    if (std::count(options.words.begin(), options.words.end(), "-") > 1) {
        return refuse_usage({"`-` is given twice: standard input can be read once", ""});
    }
    std::deque<Compilation> compilations;
    std::vector<const Compilation*> all;
    std::string unreadable;
    for (const std::string& path : options.words) {
        // One file that cannot be read keeps nobody from knowing what is wrong with the others.
        try {
            all.push_back(&compilations.emplace_back(compile_file(path, options, Until::checked)));
        } catch (const std::system_error& error) {
            unreadable += fmt::format("policyc: {}\n", displayed(error.what()));
        }
    }
    print_diagnostics(all, options, true);
    print_error(unreadable);
    const bool rejected = std::any_of(all.begin(), all.end(), [](const Compilation* c) { return c->rejected; });
    return !unreadable.empty() ? ExitCode::input_output : rejected ? ExitCode::rejected : ExitCode::done;
}

}  // namespace sbx::cli
