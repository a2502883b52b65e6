// `policyc check FILE|DIR…`: diagnostics, and nothing else.
#include "compiler/cli/baseline.hpp"
#include "compiler/cli/check_files.hpp"
#include "compiler/cli/check_fixes.hpp"
#include "compiler/cli/check_report.hpp"
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/house_rules.hpp"
#include "compiler/cli/report_writer.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <system_error>

namespace sbx::cli {
namespace {

/// Compiles each file. One that cannot be read keeps nobody from knowing what is wrong with the others.
std::vector<std::string> compile_all(const std::vector<std::string>& paths, const Options& options, HouseRuleBook& book,
                                     std::deque<CheckedFile>& files) {
    std::vector<std::string> unreadable;
    for (const std::string& path : paths) {
        try {
            const HouseRules& rules = book.of(path);
            Compilation compilation = compile_file(path, options, Until::checked, FindingLevels{true, rules.severities});
            apply_house_rules(compilation, rules);
            files.push_back({path, std::move(compilation), rules.pedantic});
        } catch (const std::system_error& error) {
            unreadable.emplace_back(error.what());
        }
    }
    return unreadable;
}

}  // namespace

ExitCode check_command(const Options& options) {
    if (std::count(options.words.begin(), options.words.end(), "-") > 1) {
        return refuse_usage({"`-` is given twice: standard input can be read once", ""});
    }
    const FindingFilter filter{options.select, options.ignore, options.pedantic, options.quiet,
                               options.baseline.empty() ? std::set<std::string>() : read_baseline(options.baseline)};
    const CheckPaths paths = check_paths(options.words);
    if (!options.output.empty() && paths.files.size() != 1) {
        return refuse_usage({"`-o` names the bundle of one policy", "check them one by one, or without `-o`"});
    }
    HouseRuleBook book;  // diagnostics point into it
    std::deque<CheckedFile> files;
    std::vector<std::string> unreadable = compile_all(paths.files, options, book, files);
    for (const std::string& directory : paths.empty) {
        unreadable.push_back(fmt::format("there is no `*.sbx` in `{}`", directory));
    }
    if (options.fix || options.show_diff) {
        FindingFilter edited = filter;
        edited.quiet = false;  // what is not said is mended all the same
        const FixOutcome outcome = fix_files(files, edited, options);
        print_out(outcome.difference);
        print_error(options.quiet ? "" : outcome.done);
        print_error(outcome.problems);
        if (options.fix && outcome.written != 0) {
            files.clear();
            unreadable = compile_all(paths.files, options, book, files);
        }
    }
    CheckReport report = make_report(files, filter, options.fail_level);
    report.unreadable = std::move(unreadable);
    write_reports(report, options);
    for (const std::string& sentence : report.unreadable) {
        print_error(fmt::format("policyc: {}\n", displayed(sentence)));
    }
    return report.exit_code();
}

}  // namespace sbx::cli
