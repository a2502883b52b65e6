// The scanner's parts: one function a kind of run, for scan.cpp alone. Each takes the first byte of a token as scan_token has it
// and finds its end.
#pragma once

#include "grammar/token.hpp"

#include <cstddef>
#include <string_view>

namespace sbx::scanner {

inline Token good(SyntaxKind kind, const char* end) {
    return {kind, end};
}
inline Token bad(Mistake mistake, const char* end, const char* at, const char* to) {
    return {SyntaxKind::error, end, mistake, at, to};
}
inline std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

/// `[place.at, end)` is a whole run of `kind`; what follows it decides whether it can stand.
[[nodiscard]] Token finish_run(SyntaxKind kind, const char* end, const Place& place);
[[nodiscard]] Token scan_name(const Place& place);
/// Any run: an IPv6 address, or a `word`.
[[nodiscard]] Token scan_word(const Place& place);
[[nodiscard]] Token scan_literal(const Place& place);
/// A bare path of which all before `from` has been seen.
[[nodiscard]] Token scan_path(const char* from, const Place& place);
[[nodiscard]] Token scan_string(const Place& place);
[[nodiscard]] Token scan_variable(const Place& place);
[[nodiscard]] Token scan_address_set(const Place& place);
/// What an arrow points at: taken as it stands.
[[nodiscard]] Token scan_target(const Place& place);

}  // namespace sbx::scanner
