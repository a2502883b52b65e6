// Names: what is in scope of a file, and which of them nothing uses. Assumes the inclusions of a file are resolved; guarantees that
// after declare_names() each name of the scope is one declaration.
#include "compiler/policy/removal.hpp"
#include "compiler/policy/repeated_statement.hpp"
#include "compiler/policy/resolve_values.hpp"
#include "compiler/policy/standard_fragments.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

bool same_words(const std::vector<Word>& a, const std::vector<Word>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const Word& x, const Word& y) {
               return x.kind == y.kind && x.optional == y.optional &&
                      (x.value && y.value ? *x.value == *y.value : x.text == y.text);
           });
}

bool same_meaning(const Declaration& a, const Declaration& b) {
    if (a.is_parameter != b.is_parameter) {
        return false;
    }
    return a.is_parameter ? a.parameter == b.parameter : same_words(a.words, b.words);
}

void import_names(FileResolver& file, const Inclusions& inclusions) {
    if (inclusions.base != nullptr) {
        file.result.scope = inclusions.base->scope;
    }
    Scope taken;
    for (const ResolvedFile* used : inclusions.used) {
        for (const auto& [name, declaration] : used->scope) {
            const auto [place, is_new] = taken.try_emplace(name, declaration);
            if (!is_new && !same_meaning(*place->second, *declaration)) {
                auto both = std::make_shared<Declaration>(*place->second);
                both->rival = declaration.get();
                place->second = std::move(both);
            }
        }
    }
    for (auto& [name, declaration] : taken) {
        file.result.scope.insert_or_assign(name, declaration);
    }
}

bool check_new_name(FileResolver& file, const SyntaxNode& name, bool is_parameter) {
    const std::string text(name.text());
    if (is_built_in(text)) {
        file.session.error(DiagnosticKind::duplicate, name.origin(), "`" + text + "` is built in: the id inside the sandbox")
            .help("choose another name");
        return false;
    }
    const auto taken = file.result.scope.find(text);
    if (!file.own_names.insert(text).second) {
        const Origin first = taken == file.result.scope.end() ? Origin{} : taken->second->origin;
        auto report = file.session.error(DiagnosticKind::duplicate, name.origin(), "`" + text + "` is defined twice in this file");
        report.label(first, "first defined here").help("remove one of the two, or rename it");
        offer_removal_of_repeated(report, file.session, name.origin(), first);
        return false;
    }
    if (taken == file.result.scope.end()) {
        return true;
    }
    if (taken->second->is_parameter != is_parameter) {
        file.session
            .error(DiagnosticKind::parameter_misused, name.origin(),
                   "`" + text + "` is a `" + (is_parameter ? "let" : "param") + "` of a file that is taken in")
            .label(taken->second->origin, "declared here")
            .help("choose another name, or declare it in the same way");
        return false;
    }
    if (taken->second->is_final && !is_parameter) {
        file.session.error(DiagnosticKind::overrides_final, name.origin(), "`" + text + "` is `final` in a file that is taken in")
            .label(taken->second->origin, "final here")
            .help("remove this `let`, or use another name");
    }
    return true;
}

void report_several_values(FileResolver& file, const std::vector<SyntaxNode>& items) {
    std::string list;
    for (auto item = items.begin() + 2; item != items.end(); ++item) {
        const bool stuck = item->kind() == SyntaxKind::question;
        list += (list.empty() || stuck ? "" : " ") + std::string(item->text());
    }
    const std::string instead = "let " + std::string(items[0].text()) + " = [" + list + "]";
    file.session.error(DiagnosticKind::expected_item, items[3].origin(), "more than one value")
        .help(instead.size() <= 120 ? "write the list as one value: `" + instead + "`" : "put `[` and `]` around the list");
}

void declare_let(FileResolver& file, const Statement& statement, std::vector<std::shared_ptr<Declaration>>& lets) {
    const auto& items = statement.items;
    const bool is_named = !items.empty() && items[0].kind() == SyntaxKind::name;
    const bool is_whole = items.size() >= 3 && is_named && items[1].kind() == SyntaxKind::equals;
    if (!statement.view.has_error()) {
        if (!is_whole) {
            report_shape(file, statement, statement.origin(), "a `let` needs a name, `=` and a value");
        } else if (items.size() > 3) {
            report_several_values(file, items);
        }
        refuse_block(file, statement);
    }
    if (!is_named || !check_new_name(file, items[0], false)) {
        return;
    }
    auto declaration = std::make_shared<Declaration>();
    declaration->name = std::string(items[0].text());
    declaration->origin = items[0].origin();
    declaration->statement = statement.origin();
    declaration->is_final = statement.is_final;
    if (is_whole && !statement.view.has_error()) {
        declaration->items = {items[2]};
        declaration->state = Declaration::State::pending;
    } else {
        declaration->broken = true;
    }
    file.result.scope.insert_or_assign(declaration->name, declaration);
    file.session.declarations.push_back(declaration);
    lets.push_back(std::move(declaration));
}

void declare_parameter(FileResolver& file, const Statement& statement, const std::shared_ptr<Declaration>& declaration) {
    const auto parameter = read_parameter(file, statement);
    if (!parameter) {
        declaration->broken = true;
        return;
    }
    const auto inherited = file.result.layer.parameters.find(declaration->name);
    if (inherited != file.result.layer.parameters.end() && inherited->second.value.type != parameter->type) {
        file.session
            .error(DiagnosticKind::parameter_misused, declaration->origin,
                   "`" + declaration->name + "` has another type in a file that is taken in")
            .label(inherited->second.origin, "declared as " + std::string(to_text(inherited->second.value.type)) + " here")
            .help("declare it with the same type, or choose another name");
        return;
    }
    declaration->parameter = *parameter;
    file.own.parameters[declaration->name] = {*parameter, declaration->origin, statement.is_final};
}

}  // namespace

void declare_names(FileResolver& file, const Inclusions& inclusions, const std::vector<Statement>& statements) {
    import_names(file, inclusions);
    std::vector<std::shared_ptr<Declaration>> lets;
    std::vector<std::pair<const Statement*, std::shared_ptr<Declaration>>> parameters;
    for (const Statement& statement : statements) {
        if (statement.keyword.text() == "let") {
            declare_let(file, statement, lets);
        } else if (statement.keyword.text() == "param" && !statement.items.empty() &&
                   statement.items[0].kind() == SyntaxKind::name) {
            if (!check_new_name(file, statement.items[0], true)) {
                continue;
            }
            auto declaration = std::make_shared<Declaration>();
            declaration->name = std::string(statement.items[0].text());
            declaration->origin = statement.items[0].origin();
            declaration->statement = statement.origin();
            declaration->is_parameter = true;
            file.result.scope.insert_or_assign(declaration->name, declaration);
            file.session.declarations.push_back(declaration);
            parameters.emplace_back(&statement, std::move(declaration));
        } else if (statement.keyword.text() == "param" && !statement.view.has_error()) {
            report_shape(file, statement, statement.origin(), "a `param` needs a name and a type");
        }
    }
    // Constraints may name `let`s, and a `let` may hold a parameter: types first, values when they are asked for.
    for (const auto& [statement, declaration] : parameters) {
        declare_parameter(file, *statement, declaration);
    }
    for (const auto& declaration : lets) {
        apply_definition(file, *declaration);
        expand(file, *declaration);
    }
}

void report_second_use(Session& session, Origin origin, std::string_view name) {
    Diagnostic finding;
    finding.kind = DiagnosticKind::unused_name;
    finding.severity = info(finding.kind).severity;
    finding.origin = origin;
    finding.message = quoted(name) + " is taken in twice: the second `use` has no effect";
    finding.help.emplace_back("remove one of the two");
    finding.fixes.push_back(statement_removal(origin, true));
    session.finding(std::move(finding));
}

void report_unused(Session& session) {
    report_unused_definitions(session);
    if (session.profile.incomplete || session.sink.has_errors()) {
        return;  // what uses the name may be what could not be read
    }
    const SourceFile* const root = &session.sources.files.front();
    for (const auto& declaration : session.declarations) {
        const bool is_of_compiler = is_standard(declaration->origin);
        // What a fragment names is there for those that take it in, and each needs some of it. A parameter every launch has to
        // give.
        const bool is_for_others = session.profile.is_fragment || (!declaration->is_parameter && declaration->origin.file != root);
        if (declaration->used || is_of_compiler || is_for_others) {
            continue;
        }
        Diagnostic finding;
        finding.kind = DiagnosticKind::unused_name;
        finding.severity = info(finding.kind).severity;
        finding.origin = declaration->origin;
        finding.message = "`" + declaration->name + "` is never used";
        finding.help.push_back(declaration->is_parameter
                                   ? "remove the `param`, or use it: as it is, what a launch gives it changes nothing"
                                   : "remove the `let`, or use `$" + declaration->name + "`");
        if (declaration->origin.file == root) {  // without a parameter, a launch that gives it is refused
            finding.fixes.push_back(statement_removal(declaration->statement, !declaration->is_parameter));
        }
        session.finding(std::move(finding));
    }
}

}  // namespace sbx::policy
