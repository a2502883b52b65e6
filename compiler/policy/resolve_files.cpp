// One file and what it takes in: parsed once, resolved before the file that names it, confined to the root's directory and those
// given with -I. Guarantees that cycles and depth end, and that a file which several take in is resolved once.
#include "compiler/policy/find_file.hpp"
#include "compiler/policy/repeated_statement.hpp"
#include "compiler/policy/resolve_values.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "grammar/parser.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

constexpr std::size_t max_depth = 32;

void report_unknown_fragment(FileResolver& file, std::string_view name, Origin origin) {
    auto report = file.session.error(DiagnosticKind::undefined_name, origin, "there is no standard fragment " + quoted(name));
    std::vector<std::string_view> candidates;
    std::string list;
    for (const StandardFragment& fragment : standard_fragments()) {
        candidates.push_back(fragment.name);
        list += (list.empty() ? "`" : ", `") + std::string(fragment.name) + "`";
    }
    if (const auto near = nearest(name, candidates)) {
        report.help("did you mean `" + std::string(*near) + "`?").fix(origin, std::string(*near), false);
    } else {
        report.help(list.empty() ? "this compiler was built without standard fragments: name a file, as in `use \"mine.sbx\"`"
                                 : "the standard fragments are " + list);
    }
}

/// Resolves a file that was found, unless that would not end.
const ResolvedFile* take_in(FileResolver& file, const FoundFile& found, Origin origin) {
    Session& session = file.session;
    const auto known = session.resolved.find(found.canonical);
    const auto in_chain = std::find(session.chain.begin(), session.chain.end(), found.canonical);
    if (in_chain != session.chain.end()) {
        auto report = session.error(DiagnosticKind::include_problem, origin, quoted(found.name) + " takes itself in");
        for (auto link = in_chain; link != session.chain.end(); ++link) {
            const auto next = link + 1;
            report.note("`" + session.resolved.at(*link).file->stable_name() + "` takes in `" +
                        (next == session.chain.end() ? found.stable_name : session.resolved.at(*next).file->stable_name()) + "`");
        }
        report.help("remove one link of the cycle, or move what both need to a fragment of its own");
        return nullptr;
    }
    if (known != session.resolved.end()) {
        return &known->second;
    }
    if (session.chain.size() >= max_depth) {
        report_include(file, origin, "files take each other in more than " + std::to_string(max_depth) + " deep",
                       "let the root profile `use` the fragments directly");
        return nullptr;
    }
    session.sources.files.emplace_back(found.name, found.stable_name, found.text);
    const SourceFile& source = session.sources.files.back();
    const std::size_t errors_before = session.sink.error_count();
    session.sources.trees.push_back(parse(source, session.sink));
    session.profile.incomplete = session.profile.incomplete || session.sink.error_count() != errors_before;
    const SyntaxTree& tree = session.sources.trees.back();
    session.profile.included_from[&source] = origin;
    ResolvedFile& result = session.resolved[found.canonical];
    session.chain.push_back(found.canonical);
    const std::size_t slash = found.name.rfind('/');
    resolve_file(session, tree, slash == std::string::npos ? std::string() : found.name.substr(0, slash), result);
    session.chain.pop_back();
    return &result;
}

const ResolvedFile* include(FileResolver& file, const Statement& statement) {
    const bool is_use = statement.keyword.text() == "use";
    if (statement.items.size() != 1) {
        if (!statement.view.has_error()) {
            report_shape(file, statement, statement.origin(), quoted(statement.keyword.text()) + " takes one file");
        }
        return nullptr;
    }
    const SyntaxNode& item = statement.items[0];
    const std::string_view text = item.text();
    if (is_use && item.kind() == SyntaxKind::word && text.substr(0, 4) == "std/") {
        const auto fragment = find_standard_fragment(text);
        if (!fragment) {
            report_unknown_fragment(file, text, item.origin());
            return nullptr;
        }
        const std::string name(text);
        return take_in(file, {name, name, name, std::string(*fragment)}, item.origin());
    }
    if (item.kind() != SyntaxKind::string) {
        auto report = file.session.error(DiagnosticKind::bad_value, item.origin(), quoted(text) + " is not a file in quotes");
        if (!is_use && find_standard_fragment(text)) {
            report.help("take a fragment in with `use " + std::string(text) + "`");
        } else if (item.kind() == SyntaxKind::word) {
            report.help("write `" + std::string(statement.keyword.text()) + " \"" + std::string(text) + "\"`");
        } else {
            report.help(is_use ? "write `use \"relative/path.sbx\"`, or `use std/NAME` for a fragment of the compiler"
                               : "write `extends \"base.sbx\"`");
        }
        return nullptr;
    }
    const Text path = string_text(file, text, item.origin());
    if (!path.is_literal()) {
        report_include(file, item.origin(), "a file name can't hold a parameter", "write the name out");
        return nullptr;
    }
    const auto found = find_file(file, path.literal(), item.origin());
    return found ? take_in(file, *found, item.origin()) : nullptr;
}

void check_role(FileResolver& file, const Statement& statement, const ResolvedFile& taken) {
    const bool is_use = statement.keyword.text() == "use";
    if (taken.has_header && taken.is_fragment != is_use) {
        file.session
            .error(DiagnosticKind::include_problem, statement.items[0].origin(),
                   is_use ? "`use` of a profile" : "`extends` of a fragment")
            .help(is_use ? "take a profile in with `extends`, or make it a fragment: its second statement is then `fragment NAME`"
                         : "take a fragment in with `use`");
    }
}

}  // namespace

Inclusions resolve_inclusions(FileResolver& file, const std::vector<Statement>& statements) {
    Inclusions inclusions;
    const Statement* extends = nullptr;
    for (const Statement& statement : statements) {
        const bool is_use = statement.keyword.text() == "use";
        if (!is_use && statement.keyword.text() != "extends") {
            continue;
        }
        refuse_block(file, statement);
        if (!is_use && extends != nullptr) {
            auto report = file.session.error(DiagnosticKind::duplicate, statement.origin(), "a second `extends`");
            report.label(extends->origin(), "the first one")
                .help("a profile has at most one base: make the other a fragment and `use` it");
            offer_removal_of_repeated(report, file.session, statement.origin(), extends->origin());
            continue;
        }
        const ResolvedFile* taken = include(file, statement);
        if (!is_use) {
            extends = &statement;
        }
        if (taken == nullptr) {
            file.session.profile.incomplete = true;
            continue;
        }
        file.session.profile.inclusions.push_back({statement.items[0].origin(), taken->file});
        check_role(file, statement, *taken);
        if (!is_use) {
            inclusions.base = taken;
        } else if (std::find(inclusions.used.begin(), inclusions.used.end(), taken) != inclusions.used.end()) {
            report_second_use(file.session, statement.origin(), statement.items[0].text());
        } else {
            inclusions.used.push_back(taken);
        }
    }
    return inclusions;
}

void resolve_file(Session& session, const SyntaxTree& tree, const std::string& directory, ResolvedFile& result) {
    result.file = tree.file;
    FileResolver file{session, result, directory, is_standard({tree.file, {}}), {}, {}, nullptr, nullptr, has_missing_closer(tree)};
    const std::vector<StatementView> views = sbx::statements(tree);
    const std::size_t header = check_header(file, views);
    std::vector<Statement> statements;
    statements.reserve(views.size());
    for (std::size_t i = header; i < views.size() && !is_hopeless(session); ++i) {
        if (i + 1 < views.size() && !views[i].block() && views[i + 1].keyword().text() == "{") {
            continue;  // its block stands on the next line, which is reported there
        }
        if (auto statement = make_statement(file, Context::file, views[i])) {
            statements.push_back(std::move(*statement));
        }
    }
    const Inclusions inclusions = resolve_inclusions(file, statements);
    if (inclusions.base != nullptr) {
        result.layer.parameters = inclusions.base->layer.parameters;
    }
    for (const ResolvedFile* used : inclusions.used) {  // a `param` of this file is held against theirs
        result.layer.parameters.insert(used->layer.parameters.begin(), used->layer.parameters.end());
    }
    declare_names(file, inclusions, statements);
    for (const Statement& statement : statements) {
        if (!(statement.view.has_error() && !statement.view.block()) && !is_hopeless(session)) {
            handle(file, statement);
        }
    }
    seal_nodes(file.own.nodes, session);
    Layer fragments;
    for (const ResolvedFile* used : inclusions.used) {
        merge_sibling(fragments, used->layer, file.own, session);
    }
    Layer base = inclusions.base != nullptr ? inclusions.base->layer : Layer{};
    result.layer = lay_over(lay_over(std::move(base), std::move(fragments), session), std::move(file.own), session);
}

}  // namespace sbx::policy
