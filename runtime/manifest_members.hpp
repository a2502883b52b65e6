// Members of manifest.json, looked for by name and type. What is missing or of another type is refused at step `verify`.
#pragma once

#include "runtime/json_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

/// `what` completes the sentence `manifest.json is malformed: …`.
[[noreturn]] void malformed(const std::string& what);

[[nodiscard]] const JsonValue& member(const JsonValue& object, std::string_view name, JsonValue::Kind kind);
[[nodiscard]] std::string text_member(const JsonValue& object, std::string_view name);
[[nodiscard]] bool flag_member(const JsonValue& object, std::string_view name);
[[nodiscard]] const std::vector<JsonValue>& list_member(const JsonValue& object, std::string_view name);
/// Empty if there is none.
[[nodiscard]] std::string optional_text(const JsonValue& object, std::string_view name);
[[nodiscard]] std::optional<std::uint64_t> optional_count(const JsonValue& object, std::string_view name);
/// An item of the list `what`, which must be a string.
[[nodiscard]] std::string text_of(const JsonValue& value, std::string_view what);

}  // namespace sbx::runtime
