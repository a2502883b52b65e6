// From keywords to handlers. Assumes nothing about the statements; guarantees that each is either handled or reported.
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

using Handler = void (*)(FileResolver&, const Statement&);

constexpr Handler handlers[] = {
// NOLINTNEXTLINE(bugprone-macro-parentheses): the argument names a function
#define SBX_STATEMENT(context, keyword, handler, signature, summary) &handler,
#include "compiler/policy/statements.def"
#undef SBX_STATEMENT
};

/// The statement of that name that stands in another context, if there is one.
const StatementInfo* find_elsewhere(Context context, std::string_view word) {
    for (const StatementInfo& info : statement_table()) {
        if (info.context != context && info.keyword == word) {
            return &info;
        }
    }
    return nullptr;
}

void report_unknown(FileResolver& file, Context context, const SyntaxNode& keyword) {
    const std::string_view word = keyword.text();
    auto report = file.session.error(DiagnosticKind::unknown_word, keyword.origin(),
                                     quoted(word) + " is not a statement of " + std::string(words(context)));
    if (const StatementInfo* elsewhere = find_elsewhere(context, word)) {
        const bool is_file = elsewhere->context == Context::file;
        report.help("`" + std::string(word) + "` belongs " + (is_file ? "at " : "in ") + std::string(words(elsewhere->context)) +
                    ": " + forms(*elsewhere));
        return;
    }
    std::vector<std::string_view> candidates;
    for (const StatementInfo& info : statement_table()) {
        if (info.context == context) {
            candidates.push_back(info.keyword);
        }
    }
    if (const auto near = nearest(word, candidates)) {
        report.help("did you mean `" + std::string(*near) + "`? write " + forms(*find_statement(context, *near)))
            .fix(keyword.origin(), std::string(*near), false);
        return;
    }
    std::string list;
    for (const std::string_view candidate : candidates) {
        list += (list.empty() ? "`" : ", `") + std::string(candidate) + "`";
    }
    report.help("statements here are " + list);
}

const StatementInfo& example_of(Context context) {
    if (context == Context::file) {
        return *find_statement(context, "filesystem");
    }
    const auto& table = statement_table();
    return *std::find_if(table.begin(), table.end(), [&](const StatementInfo& info) { return info.context == context; });
}

void report_no_keyword(FileResolver& file, Context context, const StatementView& view) {
    if (!view.has_error()) {
        file.session
            .error(DiagnosticKind::unknown_word, view.keyword().origin(),
                   quoted(view.keyword().text()) + " can't begin a statement")
            .help("a statement begins with a word, as in " + forms(example_of(context)));
    }
}

/// Takes `waive CODE "reason"` off the end of the items.
void take_waiver(FileResolver& file, Statement& statement) {
    auto& items = statement.items;
    if (items.size() < 3) {
        return;
    }
    const SyntaxNode& word = items[items.size() - 3];
    if (word.kind() != SyntaxKind::name || word.text() != "waive" || items.back().kind() != SyntaxKind::string) {
        return;
    }
    add_waiver(file, word, items[items.size() - 2], items.back(), statement.origin());
    items.resize(items.size() - 3);
}

bool take_final(FileResolver& file, Statement& statement) {
    if (statement.keyword.text() != "final" || statement.items[0].kind() != SyntaxKind::name) {
        return true;
    }
    statement.is_final = true;
    statement.keyword = statement.items[0];
    statement.items.erase(statement.items.begin());
    if (statement.keyword.text() == "final") {
        file.session.error(DiagnosticKind::duplicate, statement.keyword.origin(), "`final` stands twice")
            .help("remove one of the two");
        return false;
    }
    return true;
}

}  // namespace

std::optional<Statement> make_statement(FileResolver& file, Context context, const StatementView& view) {
    Statement statement{view, view.keyword(), view.items(), nullptr, false};
    if (statement.keyword.kind() != SyntaxKind::name) {
        report_no_keyword(file, context, view);
        file.session.profile.incomplete = true;
        return std::nullopt;
    }
    if (statement.keyword.text() == "final" && statement.items.empty()) {
        if (!view.has_error()) {
            file.session.error(DiagnosticKind::expected_item, view.origin(), "`final` without a statement")
                .help("write it before the statement that it makes firm: `final hide /srv/private/`");
        }
        return std::nullopt;
    }
    if (!take_final(file, statement)) {
        return std::nullopt;
    }
    take_waiver(file, statement);
    statement.info = find_statement(context, statement.keyword.text());
    if (statement.info == nullptr) {
        // Where a closer is missing, that is the one mistake, and is reported.
        if (!file.unclosed || find_elsewhere(context, statement.keyword.text()) == nullptr) {
            report_unknown(file, context, statement.keyword);
        }
        for (const SyntaxNode& item : statement.items) {  // what it names is not unused
            if (item.kind() == SyntaxKind::variable && file.result.scope.count(variable_name(item.text())) != 0) {
                file.result.scope.find(variable_name(item.text()))->second->used = true;
            }
        }
        return std::nullopt;
    }
    if (statement.is_final && !can_be_final(context, statement.keyword.text())) {
        file.session
            .error(DiagnosticKind::misplaced_statement, statement.keyword.origin(),
                   "`final` means nothing before `" + std::string(statement.keyword.text()) + "`")
            .help("put `final` before a node, a setting, a limit or a variable: `final hide /srv/private/`");
    }
    return statement;
}

bool has_missing_closer(const SyntaxTree& tree) {
    // The parser leaves an empty error where a closer should be.
    return std::any_of(tree.elements.begin(), tree.elements.end(), [](const SyntaxElement& element) {
        return element.kind == SyntaxKind::error && element.begin == element.end;
    });
}

bool is_hopeless(const Session& session) {
    constexpr std::size_t most_errors = 1000;
    return session.sink.error_count() >= most_errors;
}

void handle(FileResolver& file, const Statement& statement) {
    const auto row = static_cast<std::size_t>(statement.info - statement_table().data());
    handlers[row](file, statement);
}

void resolve_statements(FileResolver& file, Context context, const std::vector<StatementView>& views) {
    for (const StatementView& view : views) {
        if (is_hopeless(file.session)) {
            return;
        }
        const auto statement = make_statement(file, context, view);
        if (statement && !(view.has_error() && !view.block())) {
            handle(file, *statement);
        }
        if (view.has_error()) {
            file.session.profile.incomplete = true;
        }
    }
}

}  // namespace sbx::policy
