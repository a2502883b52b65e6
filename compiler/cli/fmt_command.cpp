// `policyc fmt FILE…`: policies in the one style, in place. Each file is parsed, formatted, parsed again and compared before
// anything is written.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/file_replacement.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/cli/unified_diff.hpp"
#include "grammar/formatter.hpp"
#include "grammar/parser.hpp"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace sbx::cli {
namespace {

/// How a file fared; of several the worst is told.
enum class Fared { unchanged, would_change, broken, unwritable, spoiled };

ExitCode exit_code(Fared fared) {
    switch (fared) {
        case Fared::unchanged:
            return ExitCode::done;
        case Fared::would_change:
        case Fared::broken:
            return ExitCode::rejected;
        case Fared::unwritable:
            return ExitCode::input_output;
        case Fared::spoiled:
            return ExitCode::internal;
    }
    return ExitCode::internal;
}

/// Formats the files of one command line, one after the other.
class FileFormatter {
public:
    explicit FileFormatter(const Options& options) : options_(options) {}

    Fared format(const std::string& path) {
        const bool is_input = path == "-";
        const ReadFile file = is_input ? standard_input() : read_file(path);
        Compilation& parsed = parsed_.emplace_back();
        const SourceFile& source = parsed.sources.files.emplace_back(file.shown, file.text);
        DiagnosticSink sink;
        const SyntaxTree tree = parse(source, sink);
        parsed.diagnostics = sink.sorted();
        if (sink.has_errors()) {
            return Fared::broken;
        }
        const auto text = formatted(tree);
        if (!text) {
            return refuse(
                Fared::broken,
                fmt::format("`{}` is left as it is: in the style it would be larger than the 4 MiB that a policy may have",
                            displayed(file.shown)));
        }
        if (!keeps_all(tree, *text)) {
            return refuse(Fared::spoiled,
                          fmt::format("`{}` is left as it is: formatted, it would not say the same; this is a bug in policyc",
                                      displayed(file.shown)));
        }
        return put(file, *text, is_input);
    }

    /// What is wrong with the files, in one go.
    void print_problems() const {
        std::vector<const Compilation*> all;
        for (const Compilation& parsed : parsed_) {
            all.push_back(&parsed);
        }
        print_diagnostics(all, options_, false);
        print_error(problems_);
    }

    Fared refuse(Fared fared, std::string_view why) {
        problems_ += fmt::format("policyc: {}\n", why);
        return fared;
    }

private:
    static ReadFile standard_input() {
        ReadFile file;
        file.shown = "<stdin>";
        file.text = read_all(STDIN_FILENO, max_source_bytes + 1, file.shown);
        return file;
    }

    static bool keeps_all(const SyntaxTree& tree, const std::string& text) {
        const SourceFile file("formatted", text);
        DiagnosticSink sink;
        const SyntaxTree again = parse(file, sink);
        return !sink.has_errors() && same_but_for_layout(tree, again);
    }

    Fared put(const ReadFile& file, const std::string& text, bool is_input) {
        const bool changes = text != file.text;
        const Fared fared = changes && options_.only_check ? Fared::would_change : Fared::unchanged;
        if (options_.show_diff) {
            print_out(unified_diff(file.shown, file.text, text));
        } else if (options_.only_check) {
            print_out(changes ? displayed(file.shown) + "\n" : "");
        } else if (is_input) {
            print_out(text);
        } else if (changes && !file.is_regular()) {
            return refuse(
                Fared::unwritable,
                fmt::format("`{}` is no file that can be replaced; `policyc fmt -` formats what it reads", displayed(file.shown)));
        } else if (changes) {
            replace_file(file, text);
        }
        return fared;
    }

    const Options& options_;
    std::deque<Compilation> parsed_;  // diagnostics point into them
    std::string problems_;
};

}  // namespace

ExitCode fmt_command(const Options& options) {
    if (std::count(options.words.begin(), options.words.end(), "-") > 1) {
        return refuse_usage({"`-` is given twice: standard input can be read once", ""});
    }
    FileFormatter formatter(options);
    Fared worst = Fared::unchanged;
    for (const std::string& path : options.words) {
        // One file that cannot be read or written keeps none of the others from its style.
        try {
            worst = std::max(worst, formatter.format(path));
        } catch (const std::system_error& error) {
            worst = std::max(worst, formatter.refuse(Fared::unwritable, displayed(error.what())));
        }
    }
    formatter.print_problems();
    return exit_code(worst);
}

}  // namespace sbx::cli
