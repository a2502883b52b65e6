// `policyc std [NAME]`: the standard fragments.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "grammar/parser.hpp"
#include "grammar/syntax_views.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

/// The words of its `description`, without quotes.
std::string description_of(const policy::StandardFragment& fragment) {
    const SourceFile file(std::string(fragment.name), std::string(fragment.text));
    DiagnosticSink sink;
    const SyntaxTree tree = parse(file, sink);
    for (const StatementView& statement : statements(tree)) {
        if (statement.keyword().text() == "description" && !statement.items().empty()) {
            const std::string_view quoted = statement.items().front().text();
            return std::string(quoted.substr(1, quoted.size() - 2));
        }
    }
    return {};
}

}  // namespace

ExitCode std_command(const Options& options) {
    if (options.words.empty()) {
        std::size_t width = 0;
        for (const policy::StandardFragment& fragment : policy::standard_fragments()) {
            width = std::max(width, fragment.name.size());
        }
        std::string out;
        for (const policy::StandardFragment& fragment : policy::standard_fragments()) {
            out += fmt::format("{:{}}  {}\n", fragment.name, width, description_of(fragment));
        }
        print_out(out);
        return ExitCode::done;
    }
    const std::string& word = options.words.front();
    const std::string name = word.rfind("std/", 0) == 0 ? word : "std/" + word;
    if (const auto text = policy::find_standard_fragment(name)) {
        print_out(*text);
        return ExitCode::done;
    }
    std::vector<std::string_view> names;
    for (const policy::StandardFragment& fragment : policy::standard_fragments()) {
        names.push_back(fragment.name);
    }
    const auto similar = nearest(name, names);
    return refuse_usage({fmt::format("there is no standard fragment `{}`", displayed(name)),
                         similar ? fmt::format("did you mean `{}`?", *similar) : "`policyc std` lists them"});
}

}  // namespace sbx::cli
