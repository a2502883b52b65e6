// A reader of TextMate grammars, as far as the grammar of policies needs one: `match`, `begin` and `end`, captures, `include` of a
// repository. Rules are tried as editors try them: of all that fit, the one that begins first, an `end` before the patterns inside,
// and else the first in the list. Regular expressions are of the part that ECMAScript and Oniguruma read alike.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::test {

/// A run of one line, and its scopes from outermost to innermost.
struct TextMateToken {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::vector<std::string> scopes;

    /// Whether any of them begins with `prefix`.
    [[nodiscard]] bool is(std::string_view prefix) const;
};

class TextMateGrammar {
public:
    explicit TextMateGrammar(const nlohmann::ordered_json& grammar);
    TextMateGrammar(const TextMateGrammar&) = delete;
    TextMateGrammar& operator=(const TextMateGrammar&) = delete;
    ~TextMateGrammar();

    /// One list for each line; a line's tokens tile it.
    [[nodiscard]] std::vector<std::vector<TextMateToken>> tokens(std::string_view text) const;

private:
    struct Rule;
    struct Open;
    class LineReader;

    const Rule* rule_of(const nlohmann::ordered_json& pattern);
    void flatten(const Rule& rule, std::vector<const Rule*>& into, std::vector<const Rule*>& entered) const;

    nlohmann::ordered_json grammar_;
    std::map<const nlohmann::ordered_json*, std::unique_ptr<Rule>> rules_;
    const Rule* root_ = nullptr;
};

}  // namespace sbx::test
