// What words are worth, and how they are spelled; see the header.
#include "compiler/verify/shell_words.hpp"

namespace sbx::verify {
namespace {

Text value_from(std::span<const ShellPiece> pieces, const ShellWord& word, const VariableNames& names) {
    Text text;
    if (pieces.empty()) {
        throw Malformed{"", named(word.spelled()) + " has no value in quotes"};
    }
    for (const ShellPiece& piece : pieces) {
        if (piece.kind == ShellPiece::Kind::literal) {
            text.append_literal(piece.text);
            continue;
        }
        const auto name = names.find(std::string(piece.text));
        if (piece.kind == ShellPiece::Kind::variable && name != names.end()) {
            text.append_parameter(name->second);
        } else if (piece.kind == ShellPiece::Kind::variable) {
            throw Malformed{"", named(word.spelled()) + " names a variable that holds no parameter"};
        } else {
            throw Malformed{"", named(word.spelled()) + " is not quoted throughout: the shell would interpret it"};
        }
    }
    return text;
}

}  // namespace

bool ShellWord::is(std::string_view bare) const {
    return pieces.size() == 1 && pieces[0].kind == ShellPiece::Kind::bare && pieces[0].text == bare;
}

std::string_view ShellWord::bare() const {
    return pieces.size() == 1 ? bare_front() : std::string_view();
}

std::string_view ShellWord::bare_front() const {
    return pieces.front().kind == ShellPiece::Kind::bare ? pieces.front().text : std::string_view();
}

std::string ShellWord::spelled() const {
    std::string text;
    for (const ShellPiece& piece : pieces) {
        switch (piece.kind) {
            case ShellPiece::Kind::literal:
                text.append("'").append(piece.text).append("'");
                break;
            case ShellPiece::Kind::variable:
                text.append("\"$").append(piece.text).append("\"");
                break;
            case ShellPiece::Kind::bare:
            case ShellPiece::Kind::other:
                text += piece.text;
                break;
        }
    }
    return text;
}

std::string ShellCommand::spelled() const {
    std::string text;
    for (const ShellWord& word : words) {
        text += (text.empty() ? "" : " ") + word.spelled();
    }
    return text;
}

Text value_of(const ShellWord& word, const VariableNames& names) {
    return value_from(word.pieces, word, names);
}

Text assigned_value(const ShellWord& word, const VariableNames& names) {
    // The name and `=` are the first piece, and nothing else of it is bare.
    const bool has_name =
        !word.pieces.empty() && word.pieces[0].kind == ShellPiece::Kind::bare && word.pieces[0].text.ends_with('=');
    if (!has_name) {
        throw Malformed{"", named(word.spelled()) + " assigns what is not quoted"};
    }
    return value_from(word.pieces.subspan(1), word, names);
}

std::string literal_of(const ShellWord& word) {
    return value_of(word, {}).literal();
}

SandboxPath path_of(const ShellWord& word, const VariableNames& names) {
    if (word.pieces.size() == 1 && word.pieces[0].kind == ShellPiece::Kind::literal) {
        if (auto path = SandboxPath::literal(word.pieces[0].text)) {
            return *std::move(path);
        }
    }
    return as_path(value_of(word, names));
}

}  // namespace sbx::verify
