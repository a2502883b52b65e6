// What may come next in a statement, read from the signature that the statement table has for it: `allow tcp|udp|icmp|any to
// ADDRESSES [port PORTS]`. So completion knows no statement of its own.
#pragma once

#include "compiler/policy/statement_table.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::lsp {

/// Words of the language, and places where something else stands: `PATH`, `@GROUP`, `std/NAME`, `"…"`, `60s`.
struct NextWords {
    std::set<std::string> words;
    std::set<std::string> places;
    bool may_end = false;  ///< the statement is whole as it is
};

/// `before` are the words behind the keyword, each list as its first value, without `=`, `:` and `?`. A word that is one of a
/// form's own, behind the first, decides for that form: `read /a as` is no list of paths.
[[nodiscard]] NextWords next_words(std::string_view signature, const std::vector<std::string_view>& before);

/// Every word of the language that stands in a signature behind the keyword.
[[nodiscard]] std::set<std::string> words_in(std::string_view signature);

}  // namespace sbx::lsp
