// `policyc explain CODE|@SET|@GROUP|WORD`: the long form of a diagnostic, an address set with its sources, a group of system calls,
// a statement with its signature.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/explained_words.hpp"
#include "compiler/cli/pages.hpp"
#include "compiler/cli/render_text.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/policy/address_set.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/statement_table.hpp"
#include "compiler/policy/system_calls.hpp"
#include "grammar/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace sbx::cli {
namespace {

std::string shifted(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        out += fmt::format("{}{}\n", line.empty() ? "" : "    ", line);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

/// What stands above a section: `wrong -D a=b` is introduced by "Wrong, with `-D a=b`".
std::string heading(std::string_view name) {
    if (name.rfind("file ", 0) == 0) {
        return fmt::format("Where `{}` is", name.substr(5));
    }
    const std::size_t space = name.find(' ');
    std::string word(name.substr(0, space));
    word.front() = static_cast<char>(word.front() - 'a' + 'A');
    if (space == std::string_view::npos) {
        return word;
    }
    const std::string_view rest = name.substr(space + 1);
    return rest.front() == '(' ? word : fmt::format("{}, with `{}`", word, rest);
}

bool is_source(std::string_view name) {
    const std::string_view word = name.substr(0, name.find(' '));
    return word == "wrong" || word == "right" || word == "file";
}

std::string section_text(const PageSection& section) {
    if (section.name == "problem") {
        return fmt::format("\n{}\n", section.text);
    }
    return fmt::format("\n{}:\n\n{}", heading(section.name),
                       is_source(section.name) ? shifted(section.text) : fmt::format("{}\n", section.text));
}

std::string explain_diagnostic(DiagnosticKind kind) {
    const DiagnosticInfo& row = info(kind);
    std::string out = fmt::format("{} {} ({})\n{}\n", row.code, row.name, to_text(row.severity), row.summary);
    for (const Page& page : pages()) {
        if (page.code == row.code) {
            for (const PageSection& section : sections(page.text)) {
                out += section_text(section);
            }
        }
    }
    return out;
}

std::string explain_set(const policy::NamedSet& set) {
    std::string out = fmt::format("{}: {}\n\n", set.name, set.summary);
    std::size_t width = 0;
    for (const policy::NamedRange& range : set.ranges) {
        width = std::max(width, range.text.size());
    }
    for (const policy::NamedRange& range : set.ranges) {
        out += fmt::format("  {:{}}  {}\n", range.text, width, range.source);
    }
    return out;
}

/// A group of system calls, with numbers: what a machine lacks shows as `-`.
std::string explain_group(const policy::CallGroup& group) {
    std::string out = fmt::format("{}: {}\n\n", group.name, group.summary);
    out += fmt::format("  {:24} {:>7} {:>7}  {:7} {}\n", "call", "x86_64", "aarch64", "Linux", "refused with");
    const auto number = [](std::uint32_t value) { return value == policy::absent_call ? std::string("-") : std::to_string(value); };
    for (std::size_t i = 0; i < policy::system_call_table().size(); ++i) {
        if (group.calls[i]) {
            const policy::SystemCallRow& row = policy::system_call_table()[i];
            const std::string answer = row.answer == policy::CallAnswer::enosys ? "ENOSYS" : "EPERM";
            out += fmt::format("  {:24} {:>7} {:>7}  {:7} {}{}\n", row.name, number(row.x86_64), number(row.aarch64),
                               fmt::format("{}.{}", row.major, row.minor), answer,
                               policy::calls_of("@default")[i] ? ", by default" : "");
        }
    }
    return out;
}

/// The statements that stand in the block of this name; empty if there is no such block.
std::string statements_inside(std::string_view block) {
    std::string out;
    for (const policy::StatementInfo& row : policy::statement_table()) {
        if (policy::words(row.context) == fmt::format("a `{}` block", block)) {
            out += fmt::format("  {}\n      {}\n", row.signature, row.summary);
        }
    }
    return out.empty() ? out : "\nIn it stand\n\n" + out;
}

/// Empty if the language has no such word.
std::string explain_word(std::string_view word) {
    std::string out;
    for (const policy::StatementInfo& row : policy::statement_table()) {
        if (row.keyword == word) {
            out += fmt::format("{}{}\n  {}\n  in {}\n", out.empty() ? "" : "\n", row.signature, row.summary,
                               policy::words(row.context));
            out += row.context == policy::Context::file ? statements_inside(word) : std::string();
        }
    }
    return out;
}

}  // namespace

std::vector<std::string_view> diagnostic_words() {
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < diagnostic_count(); ++i) {
        words.push_back(info(static_cast<DiagnosticKind>(i)).code);
        words.push_back(info(static_cast<DiagnosticKind>(i)).name);
    }
    return words;
}

std::vector<std::string_view> explained_words() {
    std::vector<std::string_view> words = diagnostic_words();
    for (const policy::NamedSet& set : policy::named_address_sets()) {
        words.push_back(set.name);
    }
    for (const policy::CallGroup& group : policy::call_groups()) {
        words.push_back(group.name);
    }
    for (const policy::StatementInfo& row : policy::statement_table()) {
        words.push_back(row.keyword);
    }
    return words;
}

ExitCode explain_command(const Options& options) {
    const std::string& word = options.words.front();
    for (const policy::NamedSet& set : policy::named_address_sets()) {
        if (set.name == word) {
            print_out(explain_set(set));
            return ExitCode::done;
        }
    }
    if (const policy::CallGroup* const group = policy::find_call_group(word)) {
        print_out(explain_group(*group));
        return ExitCode::done;
    }
    const auto kind = find_diagnostic(word);
    const std::string text = kind ? explain_diagnostic(*kind) : explain_word(word);
    if (!text.empty()) {
        print_out(text);
        return ExitCode::done;
    }
    if (policy::find_standard_fragment(word)) {
        return refuse_usage(
            {fmt::format("`{}` is a standard fragment", word), fmt::format("`policyc std {}` prints it", word.substr(4))});
    }
    const auto similar = nearest(word, explained_words());
    return refuse_usage({fmt::format("there is nothing to explain about `{}`: it is no code, no address set, no group of system "
                                     "calls and no word of the language",
                                     displayed(word)),
                         similar ? fmt::format("did you mean `{}`?", *similar) : ""});
}

}  // namespace sbx::cli
