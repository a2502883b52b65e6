// `-D NAME=VALUE`: parsed as the language would, held against the type of the `let` that it replaces.
#include "compiler/policy/resolve_values.hpp"
#include "grammar/parser.hpp"

namespace sbx::policy {

namespace {

/// What kind of value a word is, as far as a `-D` may not change it.
std::string_view class_of(const Word& word) {
    if (word.value) {
        const auto& pieces = word.value->pieces();
        return !pieces.empty() && (pieces[0].is_parameter || pieces[0].value.substr(0, 1) == "/") ? "path" : "string";
    }
    if (word.kind == SyntaxKind::path) {
        return "path";
    }
    if (word.kind == SyntaxKind::string) {
        return word.text.substr(0, 2) == "\"/" ? "path" : "string";
    }
    if (word.kind == SyntaxKind::address_set) {
        return "address";
    }
    if (word.kind != SyntaxKind::literal) {
        return word.text == "unlimited" ? "unlimited" : "word";
    }
    if (parse_count(word.text)) {
        return "number";
    }
    if (parse_size(word.text)) {
        return "size";
    }
    if (parse_duration(word.text)) {
        return "duration";
    }
    if (parse_thousandths(word.text)) {
        return "decimal";
    }
    if (parse_id_pair(word.text)) {
        return "id pair";
    }
    return parse_endpoint(word.text) ? "endpoint" : "address";
}

std::string with_article(const std::string& noun) {
    if (noun == "unlimited") {
        return "`unlimited`";
    }
    return (std::string_view("aei").find(noun[0]) == std::string_view::npos ? "a " : "an ") + noun;
}

}  // namespace

void apply_definition(FileResolver& file, Declaration& declaration) {
    const auto found = file.session.definitions.find(declaration.name);
    if (found == file.session.definitions.end()) {
        return;
    }
    file.session.definitions_used.insert(declaration.name);
    expand(file, declaration);
    if (declaration.words.empty() || found->second.empty()) {
        return;
    }
    const std::string wanted(class_of(declaration.words.front()));
    for (const Word& word : found->second) {
        const std::string given(class_of(word));
        // A path that needs quotes is a string to the eye, and a limit may be lifted.
        if (given != wanted && given != "unlimited" && !(given == "path" && wanted == "string")) {
            file.session
                .error(
                    DiagnosticKind::definition_unused, word.origin,
                    "`-D " + declaration.name + "` gives " + with_article(given) + ", but the `let` holds " + with_article(wanted))
                .label(declaration.origin, "defined here")
                .help(wanted == "string"
                          ? "put the value in quotes that the shell leaves in place: `-D '" + declaration.name + "=\"…\"'`"
                          : "give " + with_article(wanted) + ", as the `let` does");
            return;
        }
    }
    declaration.words = found->second;
}

void read_definitions(Session& session) {
    for (const auto& [name, value] : session.options.definitions) {
        session.sources.files.emplace_back("<command line>", "let " + name + " = " + value);
        const SourceFile& source = session.sources.files.back();
        const std::size_t errors_before = session.sink.error_count();
        session.sources.trees.push_back(parse(source, session.sink));
        const auto parsed = statements(session.sources.trees.back());
        const Origin whole{&source, {0, static_cast<std::uint32_t>(source.text().size())}};
        session.definition_origins[name] = whole;
        if (parsed.size() != 1 || parsed[0].items().size() != 3 || parsed[0].items()[0].kind() != SyntaxKind::name ||
            parsed[0].items()[0].text() != name || parsed[0].items()[1].kind() != SyntaxKind::equals || parsed[0].block() ||
            parsed[0].has_error()) {
            session.definitions_used.insert(name);
            if (session.sink.error_count() != errors_before) {
                session.profile.incomplete = true;  // the parser has said what is wrong
                continue;
            }
            session.error(DiagnosticKind::definition_unused, whole, "`-D " + name + "` is not a name and one value of the language")
                .help("write `-D NAME=VALUE`, a list as `-D 'NAME=[A B]'` and a string as `-D 'NAME=\"text\"'`");
            continue;
        }
        ResolvedFile nothing;
        FileResolver file{session, nothing, {}, false, {}, {}, nullptr, nullptr};
        bool complete = true;
        std::vector<Word> words = words_of(file, {parsed[0].items()[2]}, &complete);
        if (words.empty() && complete) {
            session.error(DiagnosticKind::definition_unused, whole, "`-D " + name + "` gives an empty list")
                .help("give at least one value");
        }
        for (Word& word : words) {
            if (word.kind == SyntaxKind::string) {
                word.value = std::make_shared<const Text>(string_text(file, word.text, word.origin));
            }
        }
        session.definitions[name] = std::move(words);
    }
}

void report_unused_definitions(Session& session) {
    for (const auto& [name, origin] : session.definition_origins) {
        if (session.definitions_used.count(name) != 0) {
            continue;
        }
        auto report = session.error(DiagnosticKind::definition_unused, origin, "`-D " + name + "` names no `let`");
        std::vector<std::string_view> candidates;
        bool is_parameter = false;
        for (const auto& declaration : session.declarations) {
            is_parameter = is_parameter || (declaration->is_parameter && declaration->name == name);
            if (!declaration->is_parameter) {
                candidates.push_back(declaration->name);
            }
        }
        const auto near = nearest(name, candidates);
        if (is_parameter) {
            report.help("`" + name + "` is a `param`, whose value is given at launch: `--set " + name + "=VALUE`");
        } else if (near) {
            report.help("did you mean `-D " + std::string(*near) + "=…`?");
        } else {
            report.help("remove the option, or add `let " + name + " = VALUE` to the policy");
        }
    }
}

}  // namespace sbx::policy
