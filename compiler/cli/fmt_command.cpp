// `policyc fmt FILE…`: policies in the one style, in place. Each file is parsed, formatted, parsed again and compared before
// anything is written.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/file_replacement.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/cli/unified_diff.hpp"
#include "grammar/parser.hpp"
#include "grammar/styled_source.hpp"

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
        DiagnosticSink sink;
        const StyledSource styled = styled_source(parsed.sources.files.emplace_back(file.shown, file.text), sink);
        parsed.diagnostics = sink.sorted();
        switch (styled.styling) {
            case Styling::done:
                return put(file, styled.text, is_input);
            case Styling::broken:
                return Fared::broken;
            case Styling::too_large:
                return leave(file, Fared::broken, "in the style it would be larger than the 4 MiB that a policy may have");
            case Styling::not_same:
                return leave(file, Fared::spoiled, "formatted, it would not say the same; this is a bug in policyc");
        }
        return Fared::spoiled;
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

    Fared leave(const ReadFile& file, Fared fared, std::string_view why) {
        return refuse(fared, fmt::format("`{}` is left as it is: {}", displayed(file.shown), why));
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
