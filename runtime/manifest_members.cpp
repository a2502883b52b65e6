// Finds members of manifest.json by name and type. See the header.
#include "runtime/manifest_members.hpp"

#include "runtime/refusal.hpp"

namespace sbx::runtime {

[[noreturn]] void malformed(const std::string& what) {
    refuse(step::verify, "manifest.json is malformed: " + what, "compile the policy again");
}

const JsonValue& member(const JsonValue& object, std::string_view name, JsonValue::Kind kind) {
    const JsonValue* value = object.find(name);
    if (value == nullptr || value->kind != kind) {
        malformed("it has no " + quoted(name) + " of the right type");
    }
    return *value;
}
std::string text_member(const JsonValue& object, std::string_view name) {
    return std::string(member(object, name, JsonValue::Kind::string).text);
}
bool flag_member(const JsonValue& object, std::string_view name) {
    return member(object, name, JsonValue::Kind::boolean).boolean;
}
const std::vector<JsonValue>& list_member(const JsonValue& object, std::string_view name) {
    return member(object, name, JsonValue::Kind::array).items;
}
std::string optional_text(const JsonValue& object, std::string_view name) {
    return object.find(name) != nullptr ? text_member(object, name) : std::string();
}
std::optional<std::uint64_t> optional_count(const JsonValue& object, std::string_view name) {
    if (object.find(name) == nullptr) {
        return std::nullopt;
    }
    const std::int64_t value = member(object, name, JsonValue::Kind::integer).integer;
    if (value < 0) {
        malformed(quoted(name) + " is negative");
    }
    return static_cast<std::uint64_t>(value);
}
std::string text_of(const JsonValue& value, std::string_view what) {
    if (value.kind != JsonValue::Kind::string) {
        malformed(quoted(what) + " holds something that is no string");
    }
    return std::string(value.text);
}

}  // namespace sbx::runtime
