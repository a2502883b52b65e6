// Bytes to functions, commands and words; see shell_words.hpp. Lines are counted through quotes, so that a place is one that an
// editor finds. Nothing is copied but texts that do not stand in the script as one piece.
#include "compiler/verify/digest.hpp"
#include "compiler/verify/shell_words.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

/// What a text outside of quotes goes up to.
bool ends_bare(char c) {
    switch (c) {
        case ' ':
        case '\n':
        case '\'':
        case '\\':
        case '"':
            return true;
        default:
            return false;
    }
}

bool is_variable_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

class ScriptReader {
public:
    explicit ScriptReader(std::string_view text) : text_(text) {}

    ShellScript read() {
        ShellScript& script = script_;
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
        return std::move(script_);
    }

private:
    [[noreturn]] void fail(std::string what) const { throw Malformed{"line " + std::to_string(line_), std::move(what)}; }

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    /// Up to the next `end`, or up to the end of the script.
    std::string_view take_until(char end) {
        const std::string_view taken = text_.substr(at_, std::min(text_.find(end, at_), text_.size()) - at_);
        line_ += static_cast<std::size_t>(std::count(taken.begin(), taken.end(), '\n'));
        at_ += taken.size();
        return taken;
    }
    void step() {
        line_ += peek() == '\n' ? 1U : 0U;
        ++at_;
    }
    [[nodiscard]] std::string_view peek_line() const {
        return text_.substr(at_, std::min(text_.find('\n', at_), text_.size()) - at_);
    }
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
        // Comments name what it was made from; what follows is known, and its first lines are comments too.
        std::string_view ahead = launcher_known_ahead_part();
        while (ahead.starts_with('#')) {
            ahead.remove_prefix(ahead.find('\n') + 1);
        }
        while (!ahead.empty()) {
            const std::string_view expected = ahead.substr(0, ahead.find('\n'));
            if (peek_line() != expected) {
                fail("expected " + named(expected) + ", found " + named(peek_line()));
            }
            skip_line();
            ahead.remove_prefix(expected.size() + 1);
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
            commands.push_back(command);
        }
    }

    ShellCommand read_command() {
        ShellCommand command;
        command.line = line_;
        words_.clear();
        while (peek() != '\n' && at_ < text_.size()) {
            if (peek() == ' ') {
                step();
                continue;
            }
            words_.push_back(read_word());
        }
        command.words = script_.words.keep(words_);
        return command;
    }

    ShellWord read_word() {
        pieces_.clear();
        while (at_ < text_.size() && peek() != ' ' && peek() != '\n') {
            switch (peek()) {
                case '\'':
                    add(ShellPiece::Kind::literal, quoted_text());
                    break;
                case '\\':
                    step();
                    if (peek() != '\'') {
                        fail("a backslash stands outside quotes");
                    }
                    add(ShellPiece::Kind::literal, text_.substr(at_, 1));
                    step();
                    break;
                case '"':
                    add_double_quoted();
                    break;
                default:
                    add_bare();
                    break;
            }
        }
        return ShellWord{script_.pieces.keep(pieces_)};
    }

    /// Texts of one kind are one piece, however often their quotes are closed and opened again.
    void add(ShellPiece::Kind kind, std::string_view text) {
        if (!pieces_.empty() && pieces_.back().kind == kind) {
            pieces_.back().text = script_.texts.emplace_back(std::string(pieces_.back().text) + std::string(text));
        } else {
            pieces_.push_back({kind, text});
        }
    }

    std::string_view quoted_text() {
        step();
        const std::string_view text = take_until('\'');
        if (at_ >= text_.size()) {
            fail("a quote is not closed");
        }
        step();
        return text;
    }

    void add_double_quoted() {
        const std::size_t begin = at_;
        step();
        while (at_ < text_.size() && peek() != '"' && peek() != '\n') {
            step();
        }
        if (peek() != '"') {
            fail("a quote is not closed");
        }
        step();
        const std::string_view whole = text_.substr(begin, at_ - begin);
        const std::string_view inside = whole.substr(1, whole.size() - 2);
        if (inside.starts_with('$') && is_variable_name(inside.substr(1))) {
            pieces_.push_back({ShellPiece::Kind::variable, inside.substr(1)});
        } else {
            pieces_.push_back({ShellPiece::Kind::other, whole});
        }
    }

    void add_bare() {
        constexpr std::string_view calculation = "$((";
        if (text_.substr(at_, calculation.size()) == calculation) {
            const std::size_t end = text_.find("))", at_);
            const std::string_view whole = text_.substr(at_, end == std::string_view::npos ? 0 : end + 2 - at_);
            if (whole.empty() || whole.find('\n') != std::string_view::npos) {
                fail("a calculation does not end");
            }
            pieces_.push_back({ShellPiece::Kind::other, whole});
            at_ += whole.size();
            return;
        }
        std::size_t end = at_ + 1;
        while (end < text_.size() && !ends_bare(text_[end]) &&
               (text_[end] != '$' || text_.substr(end, calculation.size()) != calculation)) {
            ++end;
        }
        add(ShellPiece::Kind::bare, text_.substr(at_, end - at_));
        at_ = end;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    ShellScript script_;
    std::vector<ShellWord> words_;    ///< of the command that is read
    std::vector<ShellPiece> pieces_;  ///< of the word that is read
};

}  // namespace

ShellScript read_script(std::string_view bytes) {
    return ScriptReader(bytes).read();
}

}  // namespace sbx::verify
