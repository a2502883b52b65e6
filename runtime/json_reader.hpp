// A strict reader for the two kinds of JSON that a launch meets: manifest.json and bubblewrap's status documents (RFC 8259). Total:
// any bytes give a value or a reason. Integers only, no duplicate names, bounded depth and size; what a manifest never holds is
// refused.
#pragma once

#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

struct JsonMember;

struct JsonValue {
    enum class Kind : std::uint8_t { null, boolean, integer, string, array, object };
    Kind kind = Kind::null;
    bool boolean = false;
    std::int64_t integer = 0;
    std::string_view text;            ///< of a string; never holds NUL
    std::vector<JsonValue> items;     ///< of an array
    std::vector<JsonMember> members;  ///< of an object, in the order of the document; names are unique

    /// The member of that name, or null.
    [[nodiscard]] const JsonValue* find(std::string_view name) const;
};

struct JsonMember {
    std::string_view name;
    JsonValue value;
};

inline constexpr std::size_t max_json_bytes = std::size_t{16} << 20;
inline constexpr int max_json_depth = 16;

/// Views into the document, which has to be there as long as they are looked at.
struct JsonResult {
    std::optional<JsonValue> value;
    std::string error;                       ///< if there is no value: `offset 12: …`
    std::size_t length = 0;                  ///< bytes read
    std::forward_list<std::string> decoded;  ///< the texts that have escapes in the document
};

/// Reads exactly one document; only blanks may follow it.
[[nodiscard]] JsonResult read_json(std::string_view text);

}  // namespace sbx::runtime
