// Statements of the top level that are about the file itself: its header, what it waives, and what it asks of targets.
#include "compiler/policy/repeated_statement.hpp"
#include "compiler/policy/resolve_values.hpp"
#include "compiler/policy/vocabulary.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

bool is_edition(const StatementView& view) {
    return view.keyword().kind() == SyntaxKind::name && view.keyword().text() == "sbx";
}
bool is_name(const StatementView& view) {
    return view.keyword().kind() == SyntaxKind::name && (view.keyword().text() == "profile" || view.keyword().text() == "fragment");
}

void check_edition(FileResolver& file, const StatementView& view) {
    if (view.has_error()) {
        return;
    }
    if (view.items().size() == 1 && view.items()[0].text() == "1" && !view.block()) {
        return;
    }
    const Origin origin = view.items().size() == 1 ? view.items()[0].origin() : view.origin();
    file.session
        .refuse(DiagnosticKind::missing_header, origin,
                view.items().size() == 1 ? "this compiler knows no edition " + quoted(view.items()[0].text()) + " of the language"
                                         : std::string("`sbx` takes the edition of the language"))
        .note("edition `1` is the only one")
        .help("write `sbx 1`");
}

void take_name(FileResolver& file, const StatementView& view) {
    file.result.has_header = true;
    file.result.is_fragment = view.keyword().text() == "fragment";
    if (view.has_error()) {
        return;
    }
    if (view.items().size() != 1 || view.items()[0].kind() != SyntaxKind::name || view.block()) {
        file.session
            .refuse(DiagnosticKind::missing_header, view.items().empty() ? view.origin() : view.items()[0].origin(),
                    quoted(view.keyword().text()) + " takes one name")
            .help("write `" + std::string(view.keyword().text()) +
                  " NAME`, of letters, digits, `_` and `-`, as in `profile ci-build`");
        return;
    }
    file.result.name = std::string(view.items()[0].text());
    file.result.name_origin = view.items()[0].origin();
}

void report_no_header(FileResolver& file, const Origin& origin, std::string message, std::string help, std::string insertion) {
    auto report = file.session.refuse(DiagnosticKind::missing_header, origin, std::move(message));
    report.help(std::move(help));
    if (!insertion.empty()) {
        report.fix(Origin{origin.file, {origin.span.begin, origin.span.begin}}, std::move(insertion), true);
    }
}

Origin start_of(const FileResolver& file) {
    return {file.result.file, {0, 0}};
}

std::string suggested_name(const FileResolver& file) {
    std::string stem = file.result.file->stable_name();
    stem = stem.substr(stem.rfind('/') == std::string::npos ? 0 : stem.rfind('/') + 1);
    stem = stem.substr(0, stem.find('.'));
    const bool fits = !stem.empty() && std::all_of(stem.begin(), stem.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    return fits && !(stem[0] >= '0' && stem[0] <= '9') && stem[0] != '-' ? stem : "my-policy";
}

}  // namespace

std::size_t check_header(FileResolver& file, const std::vector<StatementView>& views) {
    if (views.empty() || !is_edition(views[0])) {
        // A beginning that could not be read has said enough.
        if (!file.session.profile.incomplete || !(views.empty() || views[0].has_error())) {
            report_no_header(file, views.empty() ? start_of(file) : views[0].origin(),
                             "a file begins with the edition of the language", "write `sbx 1` as its first statement", "sbx 1\n");
        }
        if (!views.empty() && is_name(views[0])) {
            take_name(file, views[0]);
            return 1;
        }
        return 0;
    }
    check_edition(file, views[0]);
    if (views.size() > 1 && is_name(views[1])) {
        take_name(file, views[1]);
        return 2;
    }
    const auto later = std::find_if(views.begin(), views.end(), is_name);
    if (later != views.end()) {
        return 1;  // the handler says that it stands in the wrong place
    }
    report_no_header(file, views.size() > 1 ? views[1].origin() : views[0].origin(),
                     "the second statement names the profile or fragment",
                     "write `profile " + suggested_name(file) + "`, or `fragment NAME` for a file that others take in", "");
    return 1;
}

void resolve_edition(FileResolver& file, const Statement& statement) {
    file.session.refuse(DiagnosticKind::missing_header, statement.origin(), "`sbx` stands once, as the first statement of a file")
        .help("remove this one, or move it to the first line");
}

void resolve_header(FileResolver& file, const Statement& statement) {
    if (file.result.has_header) {
        file.session.refuse(DiagnosticKind::missing_header, statement.origin(), "a file is one profile or one fragment")
            .help("remove this statement, or move what follows it to a file of its own");
        return;
    }
    take_name(file, statement.view);
    file.session
        .refuse(DiagnosticKind::missing_header, statement.origin(),
                quoted(statement.keyword.text()) + " is the second statement of a file, right after `sbx 1`")
        .help("move it to the second line");
}

void resolve_description(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    if (words.size() != 1) {
        report_shape(file, statement, second_or_whole(statement, words), "`description` takes one string");
        return;
    }
    const auto text = literal_value(file, words[0]);
    if (!text) {
        return;
    }
    if (text->find('\n') != std::string::npos) {
        report_value(file, statement, words[0], "one line");
    } else if (!file.result.description.empty()) {
        file.session.error(DiagnosticKind::duplicate, statement.origin(), "a second `description`").help("remove one of the two");
    }
    file.result.description = *text;
}

void resolve_nothing(FileResolver& file, const Statement& statement) {
    // `use`, `extends`, `let` and `param` were read before all others, since their names must be in scope.
    static_cast<void>(file);
    static_cast<void>(statement);
}

void resolve_bare_final(FileResolver& file, const Statement& statement) {
    report_shape(file, statement, statement.origin(), "`final` without a statement");
}

void add_waiver(FileResolver& file, const SyntaxNode& word, const SyntaxNode& code, const SyntaxNode& reason,
                std::optional<Origin> statement) {
    const auto kind = find_diagnostic(code.text());
    if (!kind) {
        auto report =
            file.session.refuse(DiagnosticKind::undefined_name, code.origin(), "there is no finding " + quoted(code.text()));
        std::vector<std::string_view> candidates;
        for (std::size_t i = 0; i < diagnostic_count(); ++i) {
            const DiagnosticInfo& row = info(static_cast<DiagnosticKind>(i));
            candidates.insert(candidates.end(), {row.code, row.code.substr(4), row.name});
        }
        const auto near = nearest(code.text(), candidates);
        report.help(near ? "did you mean `" + std::string(*near) + "`?"
                         : "codes are those that findings are printed with, as in `waive SBX-F003 \"…\"`");
        return;
    }
    if (info(*kind).severity == Severity::error) {
        file.session
            .refuse(DiagnosticKind::misplaced_statement, code.origin(),
                    quoted(code.text()) + " (" + std::string(info(*kind).name) + ") is an error, and errors can't be waived")
            .help("remove the waiver and mend what the error says");
        return;
    }
    const Text text = string_text(file, reason.text(), reason.origin());
    if (text.pieces().empty()) {
        file.session.refuse(DiagnosticKind::bad_value, reason.origin(), "the reason is empty")
            .help("say why the finding is acceptable here");
        return;
    }
    const Origin clause{word.origin().file, {word.origin().span.begin, reason.origin().span.end}};
    file.session.profile.waivers.push_back(
        {*kind, code.origin(), statement, text.is_literal() ? text.literal() : text.quoted(), clause, false});
}

void resolve_waive(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    if (statement.items.size() != 2 || statement.items[1].kind() != SyntaxKind::string) {
        report_shape(file, statement, statement.origin(), "`waive` takes a code and a reason");
        return;
    }
    add_waiver(file, statement.keyword, statement.items[0], statement.items[1], std::nullopt);
}

void resolve_unconfined(FileResolver& file, const Statement& statement) {
    file.session.refuse(DiagnosticKind::not_enforceable, statement.origin(), "no target of this release runs a program unconfined")
        .help("remove the statement, and run the program without `sbx-run`");
}

void resolve_target(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    if (words.empty() || words[0].text != "bwrap") {
        report_shape(file, statement, words.empty() ? statement.origin() : words[0].origin, "the only target is `bwrap`");
        return;
    }
    const std::vector<std::string_view>& known = bubblewrap_features();
    std::set<std::string> features;
    bool all_known = true;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (std::find(known.begin(), known.end(), words[i].text) != known.end()) {
            features.insert(std::string(words[i].text));
            continue;
        }
        all_known = false;
        auto report = file.session.error(DiagnosticKind::unknown_word, words[i].origin,
                                         quoted(words[i].text) + " is not a feature of bwrap that this compiler knows");
        const auto near = nearest(words[i].text, known);
        report.help(near ? "did you mean `" + std::string(*near) + "`?"
                         : "features are `bind-fd`, `disable-userns`, `overlay`, `argv0`");
    }
    const bool has_both = features.count("bind-fd") + features.count("disable-userns") == 2;
    if (!has_both) {
        features.insert({"bind-fd", "disable-userns"});
    }
    if (!has_both && all_known) {
        file.session
            .refuse(DiagnosticKind::newer_than_target, statement.origin(),
                    "every bundle needs `bind-fd` and `disable-userns`, and this `target` does not list both")
            .help("write `target bwrap bind-fd disable-userns …`, or remove the statement: the two are the default");
    }
    if (file.own.target_features) {
        auto report = file.session.error(DiagnosticKind::duplicate, statement.origin(), "a second `target bwrap`");
        report.label(file.own.target_features->origin, "the first one").help("list all features in one statement");
        offer_removal_of_repeated(report, file.session, statement.origin(), file.own.target_features->origin);
        return;
    }
    file.own.target_features = Setting<std::set<std::string>>{std::move(features), statement.origin(), statement.is_final};
}

void resolve_require(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    const auto version = words.size() == 2 ? parse_count(words[1].text) : std::nullopt;
    if (!version || words[0].text != "landlock") {
        report_shape(file, statement, statement.origin(), "`require` takes `landlock` and its version");
        return;
    }
    if (*version == 0 || *version > newest_landlock) {
        file.session
            .refuse(DiagnosticKind::not_enforceable, words[1].origin,
                    "this release makes use of Landlock up to version " + std::to_string(newest_landlock))
            .help("write the oldest version whose protection you need: `require landlock 6` scopes signals and abstract sockets");
        return;
    }
    if (file.own.landlock) {
        report_duplicate(file, statement.origin(), file.own.landlock->origin, "require landlock");
        return;
    }
    file.own.landlock = Setting<std::uint64_t>{*version, statement.origin(), statement.is_final};
}

}  // namespace sbx::policy
