// Words to values. Assumes the leaves of the syntax tree; guarantees that each problem is reported once, at the place of use.
#include "compiler/policy/resolve_values.hpp"

namespace sbx::policy {

std::string quoted(std::string_view text) {
    // Long values would bury the message; the source line under it shows them whole.
    constexpr std::size_t longest = 60;
    std::string shown(text.substr(0, longest));
    return "`" + shown + (text.size() > longest ? "…`" : "`");
}

std::string forms(const StatementInfo& info) {
    constexpr std::string_view between = "  or  ";
    std::string text = "`" + std::string(info.signature) + "`";
    for (std::size_t at = text.find(between); at != std::string::npos; at = text.find(between, at)) {
        text.replace(at, between.size(), "` or `");
    }
    return text;
}

Origin second_or_whole(const Statement& statement, const std::vector<Word>& words) {
    return words.size() > 1 ? words[1].origin : statement.origin();
}

void report_shape(FileResolver& file, const Statement& statement, Origin origin, std::string message) {
    file.session.error(DiagnosticKind::expected_item, origin, std::move(message)).help("write " + forms(*statement.info));
}

void report_value(FileResolver& file, const Statement& statement, const Word& word, const std::string& wanted) {
    file.session.error(DiagnosticKind::bad_value, word.origin, quoted(word.text) + " is not " + wanted)
        .help("write " + forms(*statement.info));
}

void refuse_block(FileResolver& file, const Statement& statement) {
    if (const auto block = statement.view.block()) {
        report_shape(file, statement, block->origin(), quoted(statement.info->keyword) + " takes no block");
    }
}

void refuse_optional(FileResolver& file, const std::vector<Word>& words) {
    for (const Word& word : words) {
        if (word.optional) {
            file.session.error(DiagnosticKind::expected_item, word.origin, "`?` means nothing here")
                .help("remove the `?`: only the source of `read`, `write`, `device` or `socket` may be optional");
        }
    }
}

namespace {

std::optional<PathValue> from_literal(FileResolver& file, std::string_view text, Origin origin) {
    PathValue value;
    std::string_view bare = text;
    if (bare.size() > 1 && bare.back() == '/') {
        bare.remove_suffix(1);
        value.directory = true;
    }
    if (auto path = SandboxPath::literal(bare)) {
        value.path = std::move(*path);
        return value;
    }
    std::string why;
    static_cast<void>(SandboxPath::literal(bare, &why));
    auto report = file.session.error(DiagnosticKind::path_not_normal, origin, quoted(text) + " is not a normal path: " + why);
    if (text.empty() || text.front() != '/') {
        report.help("paths are absolute: begin with `/`, or with a parameter, as in `$scratch/out`");
        return std::nullopt;
    }
    const std::string normal = SandboxPath::normalized(text);
    if (SandboxPath::literal(normal) && origin.file != nullptr && origin.file->text(origin.span) == text) {
        const std::string replacement = normal + (value.directory && normal != "/" ? "/" : "");
        report.help("write `" + replacement + "`").fix(origin, replacement, text.find("..") == std::string_view::npos);
    } else if (SandboxPath::literal(normal)) {
        report.help("write `" + normal + "`");
    } else {
        report.help("a component has at most 255 bytes, a path at most 4095, and none is NUL");
    }
    return std::nullopt;
}

std::optional<PathValue> from_parameter(FileResolver& file, std::string_view name, std::string_view tail, const Word& word) {
    PathValue value;
    std::string_view bare = tail;
    if (!bare.empty() && bare.back() == '/') {
        bare.remove_suffix(1);
        value.directory = true;
    }
    std::string why;
    if (auto path = SandboxPath::below_parameter(name, bare, &why)) {
        value.path = std::move(*path);
        return value;
    }
    if (tail.empty() || tail.front() != '/') {
        why = "text directly after the parameter";
    }
    auto report =
        file.session.error(DiagnosticKind::path_not_normal, word.origin, quoted(word.text) + " is not a normal path: " + why);
    if (!tail.empty() && tail.front() == '/') {
        const std::string normal = SandboxPath::normalized(tail);
        report.help("write `$" + std::string(name) + (normal == "/" ? "" : normal) + "`");
    } else {
        report.help("put a `/` between the parameter and the rest: `$" + std::string(name) + "/…`");
    }
    return std::nullopt;
}

bool check_path_parameter(FileResolver& file, std::string_view name, const Word& word) {
    Word probe = word;
    probe.text = name;
    return parameter_of(file, probe, ParameterType::path, "a path") != nullptr;
}

std::optional<PathValue> from_text(FileResolver& file, const Text& text, const Word& word) {
    const auto& pieces = text.pieces();
    if (text.is_literal()) {
        return from_literal(file, text.literal(), word.origin);
    }
    const bool opens_a_path = pieces[0].is_parameter && (pieces.size() == 1 || (pieces.size() == 2 && !pieces[1].is_parameter));
    if (!opens_a_path) {
        file.session.error(DiagnosticKind::parameter_misused, word.origin, "a parameter inside a path")
            .caret("a parameter may only open a path")
            .help("declare a parameter for the whole path, as in `param NAME: path under /srv`, and write `$NAME/rest`");
        return std::nullopt;
    }
    if (!check_path_parameter(file, pieces[0].value, word)) {
        return std::nullopt;
    }
    return from_parameter(file, pieces[0].value, pieces.size() == 2 ? std::string_view(pieces[1].value) : std::string_view(), word);
}

/// `$name/rest`.
std::optional<PathValue> from_variable(FileResolver& file, const Word& word) {
    const std::string_view name = variable_name(word.text);
    const std::string_view tail = word.text.substr(name.size() + 1);
    if (is_built_in(name)) {
        file.session.error(DiagnosticKind::parameter_misused, word.origin, "`$" + std::string(name) + "` is a number, not a path")
            .help("use `${" + std::string(name) + "}` inside a string, in `set`, `file` or `command`");
        return std::nullopt;
    }
    const Declaration* declaration = look_up(file, name, word.origin);
    if (declaration == nullptr) {
        return std::nullopt;
    }
    if (declaration->is_parameter) {
        return check_path_parameter(file, name, word) ? from_parameter(file, name, tail, word) : std::nullopt;
    }
    if (declaration->words.size() != 1) {
        file.session.error(DiagnosticKind::parameter_misused, word.origin, "`$" + std::string(name) + "` is not one path")
            .label(declaration->origin, "defined here")
            .help("let it stand for one path, or write `$" + std::string(name) + "` alone where several may stand");
        return std::nullopt;
    }
    Word whole = declaration->words.front();
    whole.origin = word.origin;
    const auto prefix = path_value(file, whole);
    if (!prefix) {
        return std::nullopt;
    }
    const std::string_view inner = prefix->path.is_root() ? std::string_view() : std::string_view(prefix->path.tail());
    const std::string joined = std::string(inner) + std::string(tail);
    if (prefix->path.is_literal()) {
        return from_literal(file, joined, word.origin);
    }
    return from_parameter(file, prefix->path.parameter(), joined, word);
}

}  // namespace

std::string_view variable_name(std::string_view text) {
    const std::string_view rest = !text.empty() && text.front() == '$' ? text.substr(1) : text;
    return rest.substr(0, rest.find('/'));
}

std::optional<PathValue> path_value(FileResolver& file, const Word& word) {
    if (word.value) {
        return from_text(file, *word.value, word);
    }
    if (word.kind == SyntaxKind::path && !word.text.empty() && word.text.front() == '/') {
        return from_literal(file, word.text, word.origin);
    }
    if (word.kind == SyntaxKind::path || word.kind == SyntaxKind::variable) {
        return from_variable(file, word);
    }
    if (word.kind == SyntaxKind::string) {
        return from_text(file, string_text(file, word.text, word.origin), word);
    }
    auto report = file.session.error(DiagnosticKind::path_not_normal, word.origin, quoted(word.text) + " is not an absolute path");
    const std::string absolute = SandboxPath::normalized("/" + std::string(word.text));
    const bool plain = word.kind == SyntaxKind::name || word.kind == SyntaxKind::word;
    if (plain && word.text.front() == '~') {
        report.help("no home directory is looked up: write it out, or let the launch give it: `param home: path under /home`");
    } else if (plain && SandboxPath::literal(absolute)) {
        report.help("paths begin with `/` (write `" + absolute + "`?) or with a parameter, as in `$scratch/out`");
    } else {
        report.help("paths begin with `/`, or with a parameter, as in `$scratch/out`");
    }
    return std::nullopt;
}

std::optional<PathValue> destination_value(FileResolver& file, const Word& word) {
    auto value = path_value(file, word);
    if (!value || value->path.is_literal()) {
        return value;
    }
    const Declaration* declaration = look_up(file, value->path.parameter(), word.origin);
    if (declaration != nullptr && !declaration->parameter.under) {
        file.session
            .error(DiagnosticKind::parameter_misused, word.origin,
                   "`$" + value->path.parameter() +
                       "` is a place in the sandbox, but its declaration does not say below which directory")
            .label(declaration->origin, "declared without `under`")
            .help("declare it as `param " + value->path.parameter() + ": path under /DIR`, or give it a fixed place with `read $" +
                  value->path.parameter() + " as /PLACE`");
        return std::nullopt;
    }
    return value;
}

std::optional<Text> text_value(FileResolver& file, const Word& word) {
    if (word.value) {
        return *word.value;
    }
    if (word.kind == SyntaxKind::string) {
        return string_text(file, word.text, word.origin);
    }
    if (word.kind == SyntaxKind::variable) {
        Text text;
        const std::string_view name = variable_name(word.text);
        if (is_built_in(name) || look_up(file, name, word.origin) != nullptr) {
            text.append_parameter(name);
            return text;
        }
        return std::nullopt;
    }
    if (word.kind == SyntaxKind::path && word.text.substr(0, 1) == "$") {
        const auto value = path_value(file, word);
        if (!value) {
            return std::nullopt;
        }
        Text text;
        if (!value->path.is_literal()) {
            text.append_parameter(value->path.parameter());
        }
        text.append_literal(value->path.tail());
        return text;
    }
    const std::string shown = Text(std::string(word.text)).quoted();
    auto report = file.session.error(DiagnosticKind::bad_value, word.origin, quoted(word.text) + " is not a string");
    report.help("put it in quotes: `" + shown + "`");
    if (word.origin.file != nullptr && word.origin.file->text(word.origin.span) == word.text) {
        report.fix(word.origin, shown, true);
    }
    return std::nullopt;
}

std::optional<std::string> literal_value(FileResolver& file, const Word& word) {
    const auto text = text_value(file, word);
    if (!text) {
        return std::nullopt;
    }
    if (!text->is_literal()) {
        file.session.error(DiagnosticKind::parameter_misused, word.origin, "a launch parameter can't stand here")
            .help("what stands here must be known when the policy is compiled: write it out, or use a `let`");
        return std::nullopt;
    }
    return text->literal();
}

bool check_reason(FileResolver& file, const Statement& statement, const std::vector<Word>& words, std::size_t because) {
    if (because + 1 >= words.size()) {
        report_shape(file, statement, statement.origin(), quoted(statement.info->keyword) + " without a reason");
        return false;
    }
    const auto reason = literal_value(file, words[because + 1]);
    if (reason && reason->empty()) {
        report_shape(file, statement, words[because + 1].origin, "the reason is empty");
        return false;
    }
    if (because + 2 < words.size()) {
        report_shape(file, statement, words[because + 2].origin, quoted(words[because + 2].text) + " follows the reason");
        return false;
    }
    return reason.has_value();
}

}  // namespace sbx::policy
