// The part of `launch` that is made for each policy, cut into functions, commands and words. It is a restricted subset of sh: a
// word is made of literals in single quotes and variables in double quotes; what else there is (`case`, assignments, tests) has a
// few fixed forms. Written from XCU 2.2 to 2.9; knows nothing of what the functions are for.
#pragma once

#include "compiler/verify/artifact_text.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::verify {

struct ShellPiece {
    enum class Kind : std::uint8_t {
        literal,   ///< in single quotes, or an escaped quote
        variable,  ///< `"$name"`; `text` is the name
        bare,      ///< outside quotes: the shell's to interpret
        other      ///< in double quotes, or `$((…))`, as it stands
    };
    Kind kind = Kind::bare;
    std::string text;
};
struct ShellWord {
    std::vector<ShellPiece> pieces;

    /// A single bare piece with this text.
    [[nodiscard]] bool is(std::string_view bare) const;
    /// As it stands, for messages and fixed forms.
    [[nodiscard]] std::string spelled() const;
};
/// Names of variables, without `$`, to the parameters that they hold.
using VariableNames = std::map<std::string, std::string>;

/// The value of a word that has to be quoted throughout; Malformed if any of it is the shell's to interpret, or names a variable
/// that is none of `names`.
[[nodiscard]] Text value_of(const ShellWord& word, const VariableNames& names);
/// The same, of what follows `name=` in an assignment.
[[nodiscard]] Text assigned_value(const ShellWord& word, const VariableNames& names);
[[nodiscard]] std::string literal_of(const ShellWord& word);

struct ShellCommand {
    std::vector<ShellWord> words;  ///< never empty
    std::size_t line = 0;
    [[nodiscard]] std::string place() const { return "line " + std::to_string(line); }
    [[nodiscard]] bool is(std::string_view name) const { return words.front().is(name); }
    /// The commands's words with a blank between each two, for the fixed forms.
    [[nodiscard]] std::string spelled() const;
};

struct ShellScript {
    std::map<std::string, std::vector<ShellCommand>> functions;  ///< `policy_…`
    std::string_view fixed_part;                                 ///< all that follows them
    std::size_t fixed_line = 0;
};

[[nodiscard]] ShellScript read_script(std::string_view bytes);

}  // namespace sbx::verify
