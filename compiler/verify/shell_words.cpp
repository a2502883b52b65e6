// Bytes to functions, commands and words; see the header. Lines are counted through quotes, so that a place is one that an editor
// finds.
#include "compiler/verify/shell_words.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

/// Before the first function: nothing of the policy but comments, and a bash that was given functions starts over.
constexpr std::array<std::string_view, 4> opening = {"case ${BASH_VERSION+bash}$- in", "    bash*p*) ;;",
                                                     "    bash*) exec /bin/bash -p -- \"$0\" \"$@\" ;;", "esac"};

bool is_variable_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

class ScriptReader {
public:
    explicit ScriptReader(std::string_view text) : text_(text) {}

    ShellScript read() {
        ShellScript script;
        read_opening();
        while (at_ < text_.size()) {
            if (text_[at_] == '\n') {
                step();
                continue;
            }
            const std::string_view line = peek_line();
            constexpr std::string_view begin = "() {";
            if (!line.starts_with("policy_") || !line.ends_with(begin)) {
                break;
            }
            std::string name(line.substr(0, line.size() - begin.size()));
            skip_line();
            if (!script.functions.emplace(name, read_body()).second) {
                fail("the function " + named(name) + " stands here a second time");
            }
        }
        script.fixed_part = text_.substr(at_);
        script.fixed_line = line_;
        return script;
    }

private:
    [[noreturn]] void fail(std::string what) const { throw Malformed{"line " + std::to_string(line_), std::move(what)}; }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void step() {
        line_ += peek() == '\n' ? 1U : 0U;
        ++at_;
    }
    std::string_view peek_line() const { return text_.substr(at_, std::min(text_.find('\n', at_), text_.size()) - at_); }
    void skip_line() {
        at_ += peek_line().size();
        if (at_ >= text_.size()) {
            fail("the file ends here: it was cut short");
        }
        step();
    }

    void read_opening() {
        if (peek_line() != "#!/bin/sh") {
            fail("it does not begin with `#!/bin/sh`");
        }
        const auto skip_comments = [&] {
            while (peek() == '#' || peek() == '\n') {
                skip_line();
            }
        };
        skip_comments();
        for (const std::string_view expected : opening) {
            if (peek_line() != expected) {
                fail("expected " + named(expected) + ", found " + named(peek_line()));
            }
            skip_line();
        }
        skip_comments();
    }

    std::vector<ShellCommand> read_body() {
        std::vector<ShellCommand> commands;
        while (true) {
            while (peek() == ' ' || peek() == '\n') {
                step();
            }
            if (peek() == '#') {
                skip_line();
                continue;
            }
            if (at_ >= text_.size()) {
                fail("a function does not end: the file was cut short");
            }
            ShellCommand command = read_command();
            if (command.words.size() == 1 && command.is("}")) {
                return commands;
            }
            commands.push_back(std::move(command));
        }
    }

    ShellCommand read_command() {
        ShellCommand command;
        command.line = line_;
        while (peek() != '\n' && at_ < text_.size()) {
            if (peek() == ' ') {
                step();
                continue;
            }
            command.words.push_back(read_word());
        }
        return command;
    }

    ShellWord read_word() {
        ShellWord word;
        while (at_ < text_.size() && peek() != ' ' && peek() != '\n') {
            switch (peek()) {
                case '\'':
                    add(word, ShellPiece::Kind::literal, quoted_text());
                    break;
                case '\\':
                    step();
                    if (peek() != '\'') {
                        fail("a backslash stands outside quotes");
                    }
                    add(word, ShellPiece::Kind::literal, "'");
                    step();
                    break;
                case '"':
                    add_double_quoted(word);
                    break;
                default:
                    add_bare(word);
                    break;
            }
        }
        return word;
    }

    static void add(ShellWord& word, ShellPiece::Kind kind, std::string text) {
        if (!word.pieces.empty() && word.pieces.back().kind == kind && kind != ShellPiece::Kind::variable) {
            word.pieces.back().text += text;
        } else {
            word.pieces.push_back({kind, std::move(text)});
        }
    }

    std::string quoted_text() {
        step();
        const std::size_t begin = at_;
        while (at_ < text_.size() && peek() != '\'') {
            step();
        }
        if (at_ >= text_.size()) {
            fail("a quote is not closed");
        }
        std::string text(text_.substr(begin, at_ - begin));
        step();
        return text;
    }

    void add_double_quoted(ShellWord& word) {
        step();
        const std::size_t begin = at_;
        while (at_ < text_.size() && peek() != '"' && peek() != '\n') {
            step();
        }
        if (peek() != '"') {
            fail("a quote is not closed");
        }
        const std::string_view inside = text_.substr(begin, at_ - begin);
        step();
        if (inside.starts_with('$') && is_variable_name(inside.substr(1))) {
            word.pieces.push_back({ShellPiece::Kind::variable, std::string(inside.substr(1))});
        } else {
            word.pieces.push_back({ShellPiece::Kind::other, "\"" + std::string(inside) + "\""});
        }
    }

    void add_bare(ShellWord& word) {
        constexpr std::string_view calculation = "$((";
        if (text_.substr(at_, calculation.size()) == calculation) {
            const std::size_t end = text_.find("))", at_);
            const std::string_view whole = text_.substr(at_, end == std::string_view::npos ? 0 : end + 2 - at_);
            if (whole.empty() || whole.find('\n') != std::string_view::npos) {
                fail("a calculation does not end");
            }
            word.pieces.push_back({ShellPiece::Kind::other, std::string(whole)});
            at_ += whole.size();
            return;
        }
        add(word, ShellPiece::Kind::bare, std::string(1, peek()));
        step();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

Text value_from(const std::vector<ShellPiece>& pieces, const ShellWord& word, const VariableNames& names) {
    Text text;
    if (pieces.empty()) {
        throw Malformed{"", named(word.spelled()) + " has no value in quotes"};
    }
    for (const ShellPiece& piece : pieces) {
        const auto name = names.find(piece.text);
        if (piece.kind == ShellPiece::Kind::literal) {
            text.append_literal(piece.text);
        } else if (piece.kind == ShellPiece::Kind::variable && name != names.end()) {
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

std::string ShellWord::spelled() const {
    std::string text;
    for (const ShellPiece& piece : pieces) {
        switch (piece.kind) {
            case ShellPiece::Kind::literal:
                text += "'" + piece.text + "'";
                break;
            case ShellPiece::Kind::variable:
                text += "\"$" + piece.text + "\"";
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
    return value_from({word.pieces.begin() + 1, word.pieces.end()}, word, names);
}

std::string literal_of(const ShellWord& word) {
    return value_of(word, {}).literal();
}

ShellScript read_script(std::string_view bytes) {
    return ScriptReader(bytes).read();
}

}  // namespace sbx::verify
