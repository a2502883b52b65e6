// From the items of a statement to typed values: `let`s replaced, parameters checked for type, everything else refused with the
// form that is meant. Internal to resolve(). Each function that returns nullopt has reported why.
#pragma once

#include "compiler/policy/resolve_session.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sbx::policy {

/// The values among `items`, lists flattened, `let`s replaced, each `?` joined to the word it marks. Undefined names are reported
/// and left out; `complete` (optional) then becomes false.
[[nodiscard]] std::vector<Word> words_of(FileResolver& file, const std::vector<SyntaxNode>& items, bool* complete = nullptr);
/// As above, for a part of the items.
[[nodiscard]] std::vector<Word> words_of(FileResolver& file, const SyntaxNode* begin, const SyntaxNode* end,
                                         bool* complete = nullptr);

/// A path and whether it was written with a trailing slash.
struct PathValue {
    SandboxPath path;
    bool directory = false;
};
/// A path leaf, a string, or a parameter of type path.
[[nodiscard]] std::optional<PathValue> path_value(FileResolver& file, const Word& word);
/// As above, for a place in the sandbox: a parameter there needs `under`.
[[nodiscard]] std::optional<PathValue> destination_value(FileResolver& file, const Word& word);

/// A string or a parameter; a bare number, path or name is refused with its quoted form.
[[nodiscard]] std::optional<Text> text_value(FileResolver& file, const Word& word);
/// A string without launch parameters.
[[nodiscard]] std::optional<std::string> literal_value(FileResolver& file, const Word& word);
/// `because "…"` or the reason of a waiver: a string that is not empty.
[[nodiscard]] bool check_reason(FileResolver& file, const Statement& statement, const std::vector<Word>& words,
                                std::size_t because);

/// A string leaf with its escapes decoded and its `${name}` replaced, by text for a `let` and by a piece for a parameter.
[[nodiscard]] Text string_text(FileResolver& file, std::string_view literal, Origin origin);

/// The parameter that a variable word names; nullptr when it names none or has another type than `type` (reported, with `wanted`).
[[nodiscard]] const Declaration* parameter_of(FileResolver& file, const Word& word, ParameterType type, std::string_view wanted);
/// Looks a name up, marks it used, and expands it if it is a `let`; nullptr after L002, or when its own value was refused. `$uid`
/// and `$gid` are not looked up.
[[nodiscard]] const Declaration* look_up(FileResolver& file, std::string_view name, Origin origin);
/// Fills in the words of a `let` (which may name others).
void expand(FileResolver& file, Declaration& declaration);
[[nodiscard]] bool is_built_in(std::string_view name);

/// The forms of a statement as a message shows them: "`read PATH…` or `read SRC as DST`".
[[nodiscard]] std::string forms(const StatementInfo& info);
/// S009: a part is missing or too much; the help is the statement's signature.
void report_shape(FileResolver& file, const Statement& statement, Origin origin, std::string message);
/// S010: a value of the wrong form; the help is the statement's signature.
void report_value(FileResolver& file, const Statement& statement, const Word& word, const std::string& wanted);
/// Where a statement that takes one value has something else: at the second, or the statement.
[[nodiscard]] Origin second_or_whole(const Statement& statement, const std::vector<Word>& words);
/// S009 when the statement has a block.
void refuse_block(FileResolver& file, const Statement& statement);
/// S009 when a word has `?`.
void refuse_optional(FileResolver& file, const std::vector<Word>& words);

/// L004 for a key that one file sets twice.
void report_duplicate(FileResolver& file, Origin origin, Origin first, std::string_view what);
/// R007, with the number and `unit` as the fix.
void report_unit(FileResolver& file, const Word& word, const std::string& unit, const std::string& units);
/// R007 or S010 for a word that is no size.
void report_size(FileResolver& file, const Word& word, std::string_view otherwise);
/// L014 for a launch parameter where none can stand; always false.
bool parameter_misfit(FileResolver& file, const Word& word, const std::string& wanted);
/// What is wrong with `value` under the parameter's constraint, as the end of a sentence; empty when nothing is.
[[nodiscard]] std::string constraint_violation(const Parameter& parameter, const std::string& value);
/// A value in the unit of `limit`, `unlimited`, or a parameter of type count.
[[nodiscard]] std::optional<LimitValue> read_limit_value(FileResolver& file, const Statement& statement, Limit limit,
                                                         const Word& word);
/// Whether `host "NAME"` could stand where an address does: not at all; in a statement of its own; just there.
enum class HostNames : std::uint8_t { never, in_another, instead };
/// An address, a network, a range, or a named set; empty for a parameter. `names` is what N009 advises.
[[nodiscard]] std::optional<AddressSet> address_value(FileResolver& file, const Word& word, HostNames names = HostNames::never);
/// Position of a word that is a keyword inside a statement, or the number of words.
[[nodiscard]] std::size_t find_word(const std::vector<Word>& words, std::string_view text, std::size_t from = 0);
/// Adds a port, a range of ports or a parameter of type port; false after an error.
[[nodiscard]] bool add_port(FileResolver& file, const Statement& statement, const Word& word, Ports& ports);
/// A host name, lower case, with `*.` before it where `wildcard` says that it may have that.
[[nodiscard]] std::optional<std::string> host_name_value(FileResolver& file, const Word& word, bool wildcard);
/// L001 with the call that is meant, as far as that can be guessed.
void report_unknown_call(FileResolver& file, const Word& word);
/// The name of a variable of the environment: `[A-Za-z_][A-Za-z0-9_]*`.
[[nodiscard]] bool is_variable_name(std::string_view name);
/// Reads the block of a `tmpfs`, `dir` or `file`.
void read_node_options(FileResolver& file, const Statement& statement, Context context, NodeOptions& options);

/// The name of a variable or path: `$scratch/x` gives `scratch`.
[[nodiscard]] std::string_view variable_name(std::string_view text);
/// As a message shows a word: in back-quotes.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace sbx::policy
