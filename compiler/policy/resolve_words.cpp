// Names to what they stand for: lists flattened, `let`s replaced, `${name}` in strings filled in. Assumes that declare_names() has
// run; guarantees that a name which is looked up is marked used, and one that is not there is reported.
#include "compiler/policy/resolve_values.hpp"
#include "grammar/string_literal.hpp"

namespace sbx::policy {

bool is_built_in(std::string_view name) {
    return name == "uid" || name == "gid";
}

namespace {

void report_undefined(FileResolver& file, std::string_view name, Origin origin) {
    auto report = file.session.error(DiagnosticKind::undefined_name, origin, "`$" + std::string(name) + "` is not defined");
    std::vector<std::string_view> candidates{"uid", "gid"};
    for (const auto& [known, declaration] : file.result.scope) {
        candidates.push_back(known);
    }
    if (const auto near = nearest(name, candidates)) {
        report.help("did you mean `$" + std::string(*near) + "`?");
        return;
    }
    report.help("define it with `let " + std::string(name) + " = …`, or declare it with `param " + std::string(name) + ": TYPE`");
}

void append_node(FileResolver& file, const SyntaxNode& node, std::vector<Word>& words, bool& complete) {
    if (node.kind() == SyntaxKind::list) {
        for (const SyntaxNode& child : node.children()) {
            append_node(file, child, words, complete);
        }
        return;
    }
    if (node.kind() == SyntaxKind::bracket_open || node.kind() == SyntaxKind::bracket_close || node.kind() == SyntaxKind::comma) {
        return;
    }
    if (node.kind() == SyntaxKind::error) {
        complete = false;
        return;
    }
    if (node.kind() == SyntaxKind::question && !words.empty()) {
        words.back().optional = true;
        return;
    }
    const std::string_view name = node.kind() == SyntaxKind::variable ? variable_name(node.text()) : std::string_view();
    if (node.kind() != SyntaxKind::variable || is_built_in(name)) {
        words.push_back({node.kind(), node.text(), node.origin(), false, nullptr});
        return;
    }
    const Declaration* declaration = look_up(file, name, node.origin());
    if (declaration == nullptr) {
        complete = false;
    } else if (declaration->is_parameter) {
        words.push_back({node.kind(), node.text(), node.origin(), false, nullptr});
    } else if (declaration->words.empty()) {
        file.session.error(DiagnosticKind::empty_match, node.origin(), "`$" + declaration->name + "` is an empty list")
            .label(declaration->origin, "defined here")
            .help("put a value into the list, or remove what uses it");
        complete = false;
    } else {
        complete = complete && file.session.spend(64 * declaration->words.size(), node.origin());
        if (!complete) {
            return;
        }
        for (Word word : declaration->words) {
            word.origin = node.origin();
            words.push_back(std::move(word));
        }
    }
}

/// Appends what `${name}` stands for; false when that is nothing a string can hold.
bool append_reference(FileResolver& file, std::string_view name, Origin origin, Text& text) {
    if (is_built_in(name)) {
        text.append_parameter(name);
        return true;
    }
    const Declaration* declaration = look_up(file, name, origin);
    if (declaration == nullptr) {
        return false;
    }
    if (declaration->is_parameter) {
        text.append_parameter(name);
        return true;
    }
    if (declaration->words.size() != 1) {
        if (!declaration->words.empty()) {
            file.session
                .error(DiagnosticKind::bad_value, origin, "`${" + std::string(name) + "}` is a list, which a string can't hold")
                .label(declaration->origin, "defined here")
                .help("let it stand for one value, or write the text out");
        }
        return false;
    }
    const Word& word = declaration->words.front();
    if (!word.value) {
        text.append_literal(word.text);
        return true;
    }
    std::size_t size = 0;
    for (const TextPiece& piece : word.value->pieces()) {
        size += 64 + piece.value.size();
    }
    if (!file.session.spend(size, origin)) {
        return false;
    }
    for (const TextPiece& piece : word.value->pieces()) {
        piece.is_parameter ? text.append_parameter(piece.value) : text.append_literal(piece.value);
    }
    return true;
}

}  // namespace

const Declaration* look_up(FileResolver& file, std::string_view name, Origin origin) {
    const auto found = file.result.scope.find(name);
    if (found == file.result.scope.end()) {
        report_undefined(file, name, origin);
        return nullptr;
    }
    Declaration& declaration = *found->second;
    declaration.used = true;
    if (declaration.broken) {
        return nullptr;
    }
    if (declaration.rival != nullptr) {
        file.session
            .error(DiagnosticKind::fragments_disagree, origin,
                   "`$" + declaration.name + "` has different meanings in the files taken in")
            .label(declaration.origin, "defined here")
            .label(declaration.rival->origin, "and differently here")
            .help("define `" + declaration.name + "` in this file, or use another name");
    }
    expand(file, declaration);
    return declaration.broken ? nullptr : &declaration;
}

void expand(FileResolver& file, Declaration& declaration) {
    if (declaration.is_parameter || declaration.state == Declaration::State::done) {
        return;
    }
    if (declaration.state == Declaration::State::expanding) {
        file.session.error(DiagnosticKind::undefined_name, declaration.origin, "`" + declaration.name + "` is defined by itself")
            .help("give it a value that does not lead back to `$" + declaration.name + "`");
        declaration.broken = true;
        return;
    }
    declaration.state = Declaration::State::expanding;
    bool complete = true;
    std::vector<Word> words = words_of(file, declaration.items, &complete);
    declaration.broken = declaration.broken || !complete;
    for (Word& word : words) {
        // Text that names others means what it means here, not where it is used.
        const bool names_others = word.kind == SyntaxKind::string || (word.kind == SyntaxKind::path && word.text.front() == '$');
        if (names_others && !word.value) {
            word.value = std::make_shared<const Text>(text_value(file, word).value_or(Text()));
        }
    }
    declaration.words = std::move(words);
    declaration.state = Declaration::State::done;
}

std::vector<Word> words_of(FileResolver& file, const SyntaxNode* begin, const SyntaxNode* end, bool* complete) {
    std::vector<Word> words;
    words.reserve(static_cast<std::size_t>(end - begin));
    bool whole = true;
    for (const SyntaxNode* node = begin; node != end; ++node) {
        append_node(file, *node, words, whole);
    }
    if (complete != nullptr) {
        *complete = whole;
    }
    return words;
}

std::vector<Word> words_of(FileResolver& file, const std::vector<SyntaxNode>& items, bool* complete) {
    return words_of(file, items.data(), items.data() + items.size(), complete);
}

Text string_text(FileResolver& file, std::string_view literal, Origin origin) {
    Text text;
    const bool in_place = origin.file != nullptr && origin.file->text(origin.span) == literal;
    for (const StringPiece& piece : decode_string(literal, in_place ? origin.span.begin : 0)) {
        if (!piece.is_reference) {
            text.append_literal(piece.value);
        } else {
            append_reference(file, piece.value, in_place ? Origin{origin.file, piece.span} : origin, text);
        }
    }
    return text;
}

const Declaration* parameter_of(FileResolver& file, const Word& word, ParameterType type, std::string_view wanted) {
    const std::string_view name = variable_name(word.text);
    if (is_built_in(name)) {
        file.session.error(DiagnosticKind::parameter_misused, word.origin, "`$" + std::string(name) + "` can't stand here")
            .help("`$uid` and `$gid` stand in strings, as `${" + std::string(name) + "}`");
        return nullptr;
    }
    const Declaration* declaration = look_up(file, name, word.origin);
    if (declaration == nullptr) {
        return nullptr;
    }
    if (!declaration->is_parameter || declaration->parameter.type == type) {
        return declaration;
    }
    file.session
        .error(DiagnosticKind::parameter_misused, word.origin,
               "`$" + std::string(name) + "` is a parameter of type " + std::string(to_text(declaration->parameter.type)) +
                   ", but " + std::string(wanted) + " stands here")
        .label(declaration->origin, "declared here")
        .help("declare it as `param " + std::string(name) + ": " + std::string(to_text(type)) + "`, or write the value out");
    return nullptr;
}

}  // namespace sbx::policy
