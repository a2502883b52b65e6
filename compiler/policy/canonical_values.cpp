// Values and declarations; see the header.
#include "compiler/policy/canonical_values.hpp"

#include <algorithm>
#include <functional>

namespace sbx::policy {
namespace {

constexpr std::uint64_t largest_mode = 07777;

}  // namespace

std::uint32_t CanonicalValues::mode() {
    json.key("mode");
    return narrow<std::uint32_t>(largest_mode);
}

bool CanonicalValues::flag(std::string_view key) {
    json.key(key);
    return json.boolean();
}

std::vector<std::string> CanonicalValues::sorted_strings() {
    std::vector<std::string> strings;
    json.array([&] {
        std::string string = json.string();
        if (!strings.empty() && !(strings.back() < string)) {
            json.refuse("`" + string + "` stands here a second time, or out of order");
        }
        strings.push_back(std::move(string));
    });
    return strings;
}

void CanonicalValues::require_parameter(const std::string& name, std::initializer_list<ParameterType> types) {
    const auto found = parameters_.find(name);
    if (found == parameters_.end()) {
        json.refuse("the parameter `" + name + "` is not declared");
    }
    const ParameterType type = found->second.value.type;
    if (types.size() != 0 && std::find(types.begin(), types.end(), type) == types.end()) {
        json.refuse("the parameter `" + name + "` is of type " + std::string(to_text(type)) + ", which can't stand here");
    }
}

SandboxPath CanonicalValues::path_of(const std::string& text, bool literal_only) {
    std::string why_not = "it does not begin with `/` or `$`";
    std::optional<SandboxPath> path;
    if (text.starts_with('$') && !literal_only) {
        const std::size_t end = std::min(text.find('/'), text.size());
        path = SandboxPath::below_parameter(text.substr(1, end - 1), text.substr(end), &why_not);
    } else {
        path = SandboxPath::literal(text, &why_not);
    }
    if (!path) {
        json.refuse("`" + text + "` is no path: " + why_not);
    }
    if (!path->is_literal()) {
        require_parameter(path->parameter(), {ParameterType::path});
    }
    return *std::move(path);
}

Text CanonicalValues::text() {
    Text text;
    json.array([&] {
        json.object([&] {
            const std::string kind = json.any_key();
            const std::string value = json.string();
            const std::size_t pieces = text.pieces().size();
            if (kind == "parameter") {
                if (value != "uid" && value != "gid") {  // built in
                    require_parameter(value, {});
                }
                text.append_parameter(value);
            } else if (kind == "literal") {
                text.append_literal(value);
            } else {
                json.refuse("expected the key `literal` or `parameter`, found `" + kind + "`");
            }
            if (text.pieces().size() != pieces + 1) {
                json.refuse("a text has an empty literal, or two literals in a row");
            }
        });
    });
    return text;
}

void CanonicalValues::read_parameters() {
    json.map([&](const std::string& name) {
        if (!SandboxPath::below_parameter(name, "") || name == "uid" || name == "gid") {
            json.refuse("`" + name + "` is no name for a parameter");
        }
        Located<Parameter> parameter{read_parameter(), {}};
        append(parameters_, name, std::move(parameter), name);
    });
}

Parameter CanonicalValues::read_parameter() {
    Parameter parameter;
    json.object([&] {
        json.key("type");
        parameter.type = read_type();
        json.key("under");
        if (!json.null()) {
            parameter.under = path_of(json.string(), true);
        }
        json.key("one-of");
        parameter.one_of = sorted_strings();
        json.key("range");
        read_range(parameter);
        json.key("characters");
        read_characters(parameter);
        json.key("default");
        if (!json.null()) {
            parameter.default_value = json.string();
        }
        check_constraints(parameter);
    });
    return parameter;
}

void CanonicalValues::check_constraints(const Parameter& parameter) const {
    const bool is_number = parameter.type == ParameterType::count || parameter.type == ParameterType::port;
    const int constraints = static_cast<int>(parameter.under.has_value()) + static_cast<int>(!parameter.one_of.empty()) +
                            static_cast<int>(parameter.range.has_value()) + static_cast<int>(parameter.characters.has_value());
    if (constraints > 1 || (parameter.under && parameter.type != ParameterType::path) || (parameter.range && !is_number) ||
        (parameter.characters && parameter.type != ParameterType::string)) {
        json.refuse("a parameter of type " + std::string(to_text(parameter.type)) + " has a constraint of another type, or two");
    }
}

ParameterType CanonicalValues::read_type() {
    const std::string word = json.string();
    for (const ParameterType type :
         {ParameterType::path, ParameterType::port, ParameterType::address, ParameterType::count, ParameterType::string}) {
        if (to_text(type) == word) {
            return type;
        }
    }
    json.refuse("`" + word + "` is no type of a parameter");
}

void CanonicalValues::read_range(Parameter& parameter) {
    if (json.null()) {
        return;
    }
    std::vector<std::uint64_t> ends;
    json.array([&] { ends.push_back(json.number()); });
    if (ends.size() != 2 || ends[0] > ends[1]) {
        json.refuse("a range is its smallest and its largest value");
    }
    parameter.range = std::pair{ends[0], ends[1]};
}

void CanonicalValues::read_characters(Parameter& parameter) {
    if (json.null()) {
        return;
    }
    CharacterConstraint constraint;
    json.object([&] {
        json.key("allowed");
        constraint.characters = json.string();
        json.key("min-length");
        constraint.min_length = json.number();
        json.key("max-length");
        constraint.max_length = json.number();
    });
    const std::string& bytes = constraint.characters;
    if (std::adjacent_find(bytes.begin(), bytes.end(), std::greater_equal<>()) != bytes.end()) {
        json.refuse("the characters of a constraint are not sorted, or stand there twice");
    }
    if (constraint.min_length > constraint.max_length) {
        json.refuse("a constraint's smallest length is larger than its largest");
    }
    parameter.characters = std::move(constraint);
}

}  // namespace sbx::policy
