// The part of `launch` that is made for each policy, cut into functions, commands and words. It is a restricted subset of sh: a
// word is made of literals in single quotes and variables in double quotes; what else there is (`case`, assignments, tests) has a
// few fixed forms. Written from XCU 2.2 to 2.9; knows nothing of what the functions are for.
#pragma once

#include "compiler/verify/artifact_text.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <span>
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
    std::string_view text;
};
struct ShellWord {
    std::span<const ShellPiece> pieces;

    /// A single bare piece with this text.
    [[nodiscard]] bool is(std::string_view bare) const;
    /// The text of a word that is a single bare piece; else empty.
    [[nodiscard]] std::string_view bare() const;
    /// What a word is made of outside of quotes before all else; empty if it begins with a quote.
    [[nodiscard]] std::string_view bare_front() const;
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
/// The value as a path.
[[nodiscard]] SandboxPath path_of(const ShellWord& word, const VariableNames& names);

struct ShellCommand {
    std::span<const ShellWord> words;  ///< never empty
    std::size_t line = 0;
    [[nodiscard]] std::string place() const { return "line " + std::to_string(line); }
    [[nodiscard]] bool is(std::string_view name) const { return words.front().is(name); }
    /// The commands's words with a blank between each two, for the fixed forms.
    [[nodiscard]] std::string spelled() const;
};

/// Where runs of elements stay put while more are added, in few blocks.
template <class T>
class Pool {
public:
    Pool() = default;
    Pool(Pool&&) noexcept = default;
    Pool& operator=(Pool&&) noexcept = default;
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    [[nodiscard]] std::span<const T> keep(const std::vector<T>& run) {
        if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < run.size()) {
            blocks_.emplace_back().reserve(std::max(block_size, run.size()));
        }
        std::vector<T>& block = blocks_.back();
        block.insert(block.end(), run.begin(), run.end());
        return {block.data() + block.size() - run.size(), run.size()};
    }

private:
    static constexpr std::size_t block_size = 4096;
    std::vector<std::vector<T>> blocks_;
};

/// Looks at the bytes that it was read from.
struct ShellScript {
    Pool<ShellPiece> pieces;
    Pool<ShellWord> words;
    std::deque<std::string> texts;                               ///< that do not stand in the script as one piece
    std::map<std::string, std::vector<ShellCommand>> functions;  ///< `policy_…`
    std::string_view fixed_part;                                 ///< all that follows them
    std::size_t fixed_line = 0;
};

/// The bytes must outlive what is read.
[[nodiscard]] ShellScript read_script(std::string_view bytes);

}  // namespace sbx::verify
