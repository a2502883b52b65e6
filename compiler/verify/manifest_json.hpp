// manifest.json as JSON: its members by name and type, each Malformed where it is missing or of another.
#pragma once

#include "compiler/verify/artifact_text.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sbx::verify {

using Json = nlohmann::ordered_json;

[[noreturn]] void malformed(const std::string& what);
[[nodiscard]] const Json& member(const Json& object, const char* name);
[[nodiscard]] const Json& list(const Json& object, const char* name);
[[nodiscard]] bool flag(const Json& object, const char* name);
/// `what` names the value in messages.
[[nodiscard]] std::string text(const Json& value, const char* what);
[[nodiscard]] std::uint64_t number(const Json& value, const char* what);
/// Exactly these keys, in this order; with `optional`, any of them may be missing. `where` is for messages.
void require_keys(const Json& object, const std::vector<const char*>& keys, bool optional, const char* where);

/// As JSON can hold it: bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string as_json_text(std::string text);

/// A row of `parameters`.
[[nodiscard]] policy::Parameter read_manifest_parameter(const Json& row);

}  // namespace sbx::verify
