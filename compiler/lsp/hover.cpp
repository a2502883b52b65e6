// From a place to words; see the header.
#include "compiler/lsp/hover.hpp"

#include "compiler/lsp/describe_decisions.hpp"
#include "compiler/lsp/describe_words.hpp"
#include "compiler/lsp/name_places.hpp"
#include "compiler/lsp/signature.hpp"
#include "compiler/lsp/spot.hpp"
#include "compiler/policy/quantity.hpp"
#include "compiler/policy/system_calls.hpp"
#include "grammar/string_literal.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::lsp {
namespace {

using policy::Context;

class Hover {
public:
    Hover(Workspace& workspace, const AskedName& asked)
        : workspace_(workspace),
          asked_(asked),
          policy_(asked.analysis->checked.profile.policy),
          spot_(spot_at(asked.analysis->tree(), asked.offset)) {}

    [[nodiscard]] bool is_about_something() const { return spot_.at && !spot_.in_comment(); }
    [[nodiscard]] Span span() const { return asked_.name ? asked_.name->span : spot_.at->span(); }

    [[nodiscard]] std::string text() const {
        if (asked_.name) {
            return name_text() + path_of_name();
        }
        if (is_keyword()) {
            const std::string limit = spot_.context == Context::limits ? describe_limit(policy_, spot_.keyword()) : "";
            return spot_.statement() == nullptr ? "" : describe_statement(*spot_.statement()) + (limit.empty() ? "" : "\n" + limit);
        }
        const std::string_view word = spot_.at->text();
        switch (spot_.at->kind()) {
            case SyntaxKind::path:
                return describe_path(policy_, word);
            case SyntaxKind::string:
                return string_text();
            case SyntaxKind::address_set:
                return describe_set(word) +
                       (spot_.context == Context::network ? "\n" + describe_addresses(policy_, word, port()) : "");
            case SyntaxKind::literal:
                return literal_text(word);
            case SyntaxKind::name:
            case SyntaxKind::pattern:
                return word_text(word);
            case SyntaxKind::word:
                return describe_fragment(word);
            case SyntaxKind::variable:
            case SyntaxKind::file:
            case SyntaxKind::statement:
            case SyntaxKind::block:
            case SyntaxKind::list:
            case SyntaxKind::white_space:
            case SyntaxKind::comment:
            case SyntaxKind::line_end:
            case SyntaxKind::semicolon:
            case SyntaxKind::comma:
            case SyntaxKind::brace_open:
            case SyntaxKind::brace_close:
            case SyntaxKind::bracket_open:
            case SyntaxKind::bracket_close:
            case SyntaxKind::colon:
            case SyntaxKind::equals:
            case SyntaxKind::arrow:
            case SyntaxKind::question:
            case SyntaxKind::error:
                break;
        }
        return {};
    }

    /// What is wrong there, and why that is.
    [[nodiscard]] std::string pages() const {
        std::string text;
        for (const Diagnostic& diagnostic : asked_.analysis->checked.diagnostics) {
            const Span where = diagnostic.origin.span;
            if (diagnostic.origin.file == &asked_.analysis->file() && where.begin <= asked_.offset && asked_.offset <= where.end) {
                text += (text.empty() ? "" : "\n---\n\n") + workspace_.front_end.page(diagnostic.kind);
            }
        }
        return text;
    }

private:
    [[nodiscard]] bool is_keyword() const {
        const bool is_final = !spot_.words.empty() && spot_.words[0].text() == "final";
        return spot_.before == 0 || (is_final && spot_.before == 1);
    }
    [[nodiscard]] bool follows(std::string_view word) const {
        return spot_.before > 0 && spot_.words[spot_.before - 1].text() == word;
    }
    [[nodiscard]] bool has_word(std::string_view word) const {
        return std::any_of(spot_.words.begin(), spot_.words.end(), [word](const SyntaxNode& each) { return each.text() == word; });
    }

    [[nodiscard]] std::string name_text() const {
        if (!asked_.declaration) {
            const std::string_view name = asked_.name->file->text(asked_.name->span);
            return name == "uid" || name == "gid" ? fmt::format("`${}`: the id inside the sandbox, known at launch\n", name) : "";
        }
        const Origin& statement = asked_.declaration->statement;
        const auto given = workspace_.front_end.settings().definitions.find(std::string(asked_.declaration->text()));
        const bool is_given = given != workspace_.front_end.settings().definitions.end() && !asked_.declaration->is_parameter;
        return fmt::format("```sbx\n{}\n```\n{}{}\n", statement.file->text(statement.span), statement.describe_stable(),
                           is_given ? fmt::format(", replaced by `-D {}={}`", given->first, given->second) : "");
    }

    /// `$scratch/out` is a place, too.
    [[nodiscard]] std::string path_of_name() const {
        const bool is_path = spot_.at && (spot_.at->kind() == SyntaxKind::path || spot_.at->kind() == SyntaxKind::variable);
        const std::string text = is_path && spot_.context == Context::filesystem ? describe_path(policy_, spot_.at->text()) : "";
        return text.empty() ? "" : "\n" + text;
    }

    /// The port that a statement of the network names first.
    [[nodiscard]] std::uint16_t port() const {
        for (std::size_t i = 0; i + 1 < spot_.words.size(); ++i) {
            const auto number = policy::parse_count(spot_.words[i + 1].text());
            if (spot_.words[i].text() == "port" && number && *number > 0 && *number <= 65535) {
                return static_cast<std::uint16_t>(*number);
            }
        }
        return 0;
    }

    [[nodiscard]] std::string literal_text(std::string_view word) const {
        if (spot_.context == Context::limits) {
            return describe_limit(policy_, spot_.keyword());
        }
        const std::string endpoint = describe_endpoint(policy_, word, has_word("udp"));
        return endpoint.empty() ? describe_addresses(policy_, word, port()) : endpoint;
    }

    [[nodiscard]] std::string string_text() const {
        const std::string_view keyword = spot_.keyword();
        if (spot_.context == Context::file && (keyword == "use" || keyword == "extends" || keyword == "within")) {
            return file_text();
        }
        const bool holds_paths = spot_.context == Context::filesystem || spot_.context == Context::test;
        const std::vector<StringPiece> pieces = decode_string(spot_.at->text(), 0);
        return holds_paths && pieces.size() == 1 && !pieces[0].is_reference ? describe_path(policy_, pieces[0].value) : "";
    }

    [[nodiscard]] std::string file_text() const {
        const policy::SourceSet& sources = asked_.analysis->checked.sources;
        for (const policy::Inclusion& inclusion : asked_.analysis->checked.profile.inclusions) {
            if (inclusion.name.file != &asked_.analysis->file() || inclusion.name.span != spot_.at->span()) {
                continue;
            }
            for (const SyntaxTree& tree : sources.trees) {
                if (tree.file == inclusion.file) {
                    const std::string description = description_of(tree);
                    return fmt::format("`{}`\n{}", inclusion.file->name(),
                                       description.empty() ? "" : fmt::format("\n{}\n", description));
                }
            }
        }
        return {};
    }

    /// A word that the statement has of its own: what the statement says.
    [[nodiscard]] std::string of_signature(std::string_view word) const {
        const policy::StatementInfo* const row = spot_.statement();
        return row != nullptr && words_in(row->signature).count(std::string(word)) != 0 ? describe_statement(*row) : std::string();
    }

    [[nodiscard]] std::string word_text(std::string_view word) const {
        if (follows("waive")) {
            const auto kind = find_diagnostic(word);
            return kind ? workspace_.front_end.page(*kind) : "";
        }
        if (!spot_.context) {
            return {};
        }
        if (!of_signature(word).empty() && !policy::find_system_call(word)) {
            return of_signature(word);
        }
        if (*spot_.context == Context::syscalls || (*spot_.context == Context::test && has_word("syscall"))) {
            return describe_system_call(policy_, word);
        }
        if (*spot_.context == Context::sockets) {
            return describe_family(word);
        }
        const bool is_variable = *spot_.context == Context::environment || spot_.keyword() == "sees" || spot_.keyword() == "hides";
        if (is_variable) {
            return spot_.at->kind() == SyntaxKind::name ? describe_variable(policy_, word) : "";
        }
        const bool is_limit = *spot_.context == Context::test && spot_.keyword() == "limit";
        return is_limit ? describe_limit(policy_, word) : of_signature(word);
    }

    Workspace& workspace_;
    const AskedName& asked_;
    const policy::Policy& policy_;
    Spot spot_;
};

/// For a client that shows text as it is.
std::string without_marks(const std::string& markdown) {
    std::string text;
    for (std::size_t at = 0; at < markdown.size();) {
        const std::size_t end = std::min(markdown.find('\n', at), markdown.size());
        std::string line = markdown.substr(at, end - at);
        at = end + 1;
        if (line.starts_with("```")) {
            continue;
        }
        for (std::size_t mark = line.find("**"); mark != std::string::npos; mark = line.find("**")) {
            line.erase(mark, 2);
        }
        text += line + "\n";
    }
    return text;
}

}  // namespace

Answer hover(Workspace& workspace, const Json& params) {
    const AskedName asked = asked_name(workspace, params);
    if (asked.document == nullptr) {
        return Json(nullptr);
    }
    const Hover hover(workspace, asked);
    if (!hover.is_about_something()) {
        return Json(nullptr);
    }
    std::string text = hover.text();
    const std::string pages = hover.pages();
    text += text.empty() || pages.empty() ? pages : "\n---\n\n" + pages;
    if (text.empty()) {
        return Json(nullptr);
    }
    const bool markdown = workspace.client.markdown;
    return Json({{"contents", {{"kind", markdown ? "markdown" : "plaintext"}, {"value", markdown ? text : without_marks(text)}}},
                 {"range", asked.analysis->positions.range(hover.span())}});
}

}  // namespace sbx::lsp
