// The `environment` block: what is kept, set and accepted.
#include "compiler/policy/loader_variables.hpp"
#include "compiler/policy/removal.hpp"
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

bool is_variable_name(std::string_view name) {
    const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && std::all_of(name.begin(), name.end(), fits) && !(name[0] >= '0' && name[0] <= '9') &&
           name.size() <= 255;
}

namespace {

/// A name, or with `patterns` a name with a trailing `*`.
bool check_name(FileResolver& file, const Word& word, bool patterns) {
    const bool is_pattern = word.kind == SyntaxKind::pattern;
    const std::string_view bare = is_pattern ? word.text.substr(0, word.text.size() - 1) : word.text;
    const bool is_name = (word.kind == SyntaxKind::name || is_pattern) && !word.value;
    if (is_name && (is_pattern ? patterns && (bare.empty() || is_variable_name(bare)) : is_variable_name(bare))) {
        return true;
    }
    file.session.error(DiagnosticKind::bad_value, word.origin, quoted(word.text) + " is not the name of a variable")
        .help(patterns ? "names are made of letters, digits and `_`; a trailing `*` is allowed, as in `LC_*`"
                       : "names are made of letters, digits and `_`");
    return false;
}

void add_variable(FileResolver& file, const Statement& statement, const Word& word, Variable variable) {
    const auto [place, is_new] = file.own.variables.try_emplace(
        std::string(word.text), Setting<Variable>{std::move(variable), word.origin, statement.is_final});
    if (!is_new) {
        report_duplicate(file, word.origin, place->second.origin, word.text);
    }
}

}  // namespace

void resolve_environment_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    if ((!block || !statement.items.empty()) && !statement.view.has_error()) {
        report_shape(file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
                     "`environment` takes a block and nothing else");
    }
    if (block) {
        resolve_statements(file, Context::environment, block->statements());
    }
}

namespace {

/// Whether all that the word lets in is refused. A pattern such as `L*` lets in more, which was meant, and `PATH` may be kept.
bool is_never_meant(const Word& word) {
    const LoaderVariable* const variable = find_loader_variable(word.text);
    return variable != nullptr && word.text != "PATH" && (word.kind != SyntaxKind::pattern || word.text == variable->pattern);
}

/// Whether a word can be taken out of its statement: it is written there, and neither in a list nor beside a comma.
bool stands_apart(const Statement& statement, const Word& word) {
    const auto& items = statement.items;
    const std::string_view text = word.origin.file->text(statement.origin().span);
    return text.find(',') == std::string_view::npos && std::any_of(items.begin(), items.end(), [&](const SyntaxNode& item) {
               return item.span() == word.origin.span && item.text() == word.text;
           });
}

}  // namespace

void resolve_keep(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    const bool is_keep = statement.keyword.text() == "keep";
    if (words.empty() && complete) {
        report_shape(file, statement, statement.origin(), quoted(statement.keyword.text()) + " needs a name");
    }
    refuse_optional(file, words);
    const auto is_refused = [&](const Word& word) { return !(is_keep && word.text == "PATH") && find_loader_variable(word.text); };
    const auto is_edited = [&](const Word& word) { return is_refused(word) && is_never_meant(word); };
    const bool all_go = std::all_of(words.begin(), words.end(), is_edited);
    for (const Word& word : words) {
        if (!check_name(file, word, true)) {
            continue;
        }
        if (is_refused(word)) {
            const LoaderVariable* const forbidden = find_loader_variable(word.text);
            const bool lets_through = word.kind == SyntaxKind::pattern && word.text != forbidden->pattern;
            auto report =
                file.session.error(DiagnosticKind::loader_variable_kept, word.origin,
                                   lets_through ? quoted(word.text) + " lets `" + std::string(forbidden->pattern) + "` through"
                                                : quoted(word.text) + " may not come from the caller");
            report.note("`" + std::string(forbidden->pattern) + "`: " + std::string(forbidden->why));
            report.help(word.kind == SyntaxKind::pattern ? "name the variables that the program needs one by one"
                                                         : "give it a value here: `set " + std::string(word.text) + " = \"…\"`");
            if (word.text == "PATH") {
                report.help("or write `keep PATH`: the caller's then, and not a launch's");
            }
            if (is_edited(word) && stands_apart(statement, word)) {
                const Fix removal = all_go ? statement_removal(statement.origin(), true) : clause_removal(word.origin, true);
                report.fix(removal.origin, removal.replacement, removal.safe);
            }
            continue;
        }
        add_variable(file, statement, word, {is_keep ? Passage::kept : Passage::accepted, {}});
    }
}

void resolve_set(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto& items = statement.items;
    if (items.size() < 3 || items[1].kind() != SyntaxKind::equals) {
        report_shape(file, statement, statement.origin(), "`set` takes a name, `=` and a value");
        return;
    }
    bool complete = true;
    const auto words = words_of(file, items.data() + 2, items.data() + items.size(), &complete);
    if (words.size() != 1) {
        if (complete) {
            report_shape(file, statement, items[2].origin(), "`set` takes one value");
        }
        return;
    }
    const Word name{items[0].kind(), items[0].text(), items[0].origin(), false, nullptr};
    const bool is_named = check_name(file, name, false);
    const auto value = text_value(file, words[0]);
    if (is_named && value) {
        add_variable(file, statement, name, {Passage::fixed, *value});
    }
}

}  // namespace sbx::policy
