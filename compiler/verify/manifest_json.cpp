// Access to members, and declarations of parameters; see the header.
#include "compiler/verify/manifest_json.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

/// Sorted. A dash between two others is a range; at the beginning it is itself.
std::string read_characters(std::string characters) {
    if (characters.find('-', 1) != std::string::npos) {
        malformed("the characters of a constraint have a range, and policyc lists them one by one");
    }
    std::sort(characters.begin(), characters.end());
    return characters;
}

}  // namespace

void malformed(const std::string& what) {
    throw Malformed{"", what};
}

const Json& member(const Json& object, const char* name) {
    if (!object.is_object() || !object.contains(name)) {
        malformed(named(name) + " is missing");
    }
    return object[name];
}
std::string text(const Json& value, const char* what) {
    if (!value.is_string()) {
        malformed(named(what) + " is no text");
    }
    return value.get<std::string>();
}
std::uint64_t number(const Json& value, const char* what) {
    if (!value.is_number_unsigned()) {
        malformed(named(what) + " is no number");
    }
    return value.get<std::uint64_t>();
}
bool flag(const Json& object, const char* name) {
    const Json& value = member(object, name);
    if (!value.is_boolean()) {
        malformed(named(name) + " is neither true nor false");
    }
    return value.get<bool>();
}
const Json& list(const Json& object, const char* name) {
    const Json& value = member(object, name);
    if (!value.is_array()) {
        malformed(named(name) + " is no list");
    }
    return value;
}
/// Exactly these keys, in this order; `optional` ones may be missing.
void require_keys(const Json& object, const std::vector<const char*>& keys, bool optional, const char* where) {
    auto expected = keys.begin();
    for (const auto& entry : object.items()) {
        while (optional && expected != keys.end() && entry.key() != *expected) {
            ++expected;
        }
        if (expected == keys.end() || entry.key() != *expected) {
            malformed(named(entry.key()) + " stands in " + named(where) + ", which has no such key, or has it elsewhere");
        }
        ++expected;
    }
    if (!optional && expected != keys.end()) {
        malformed(named(*expected) + " is missing in " + named(where));
    }
}

policy::Parameter read_manifest_parameter(const Json& row) {
    require_keys(
        row,
        {"name", "origin", "type", "under", "default", "one_of", "minimum", "maximum", "characters", "min_length", "max_length"},
        true, "parameters");
    policy::Parameter parameter;
    const std::string type = text(member(row, "type"), "type");
    constexpr std::array types = {policy::ParameterType::path, policy::ParameterType::port, policy::ParameterType::address,
                                  policy::ParameterType::count, policy::ParameterType::string};
    const auto* const known = std::find_if(types.begin(), types.end(), [&](auto each) { return to_text(each) == type; });
    if (known == types.end()) {
        malformed(named(type) + " is no type of a parameter");
    }
    parameter.type = *known;
    if (row.contains("under")) {
        parameter.under = as_path(Text(text(row["under"], "under")));
    }
    if (row.contains("default")) {
        parameter.default_value = text(row["default"], "default");
    }
    if (row.contains("one_of")) {
        for (const Json& one : list(row, "one_of")) {
            parameter.one_of.push_back(text(one, "one_of"));
        }
    }
    if (row.contains("minimum") || row.contains("maximum")) {
        parameter.range = std::pair{number(member(row, "minimum"), "minimum"), number(member(row, "maximum"), "maximum")};
    }
    if (row.contains("characters") || row.contains("min_length") || row.contains("max_length")) {
        parameter.characters = policy::CharacterConstraint{read_characters(text(member(row, "characters"), "characters")),
                                                           number(member(row, "min_length"), "min_length"),
                                                           number(member(row, "max_length"), "max_length")};
    }
    return parameter;
}

std::string as_json_text(std::string text) {
    const bool ascii = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
    return ascii ? text : Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

}  // namespace sbx::verify
