// Whether one parameter takes only values that another takes too: exact for every pair of constraints. Both have one type.
#include "compiler/policy/compare_parts.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace sbx::policy {
namespace {

constexpr std::uint64_t most_text = 4096;  // of a `string` without a constraint, language reference, "limits of the language"

bool admits_text(const CharacterConstraint& constraint, const std::string& value) {
    return value.size() >= constraint.min_length && value.size() <= constraint.max_length &&
           value.find_first_not_of(constraint.characters) == std::string::npos;
}

std::pair<std::uint64_t, std::uint64_t> range_of(const Parameter& parameter) {
    if (parameter.range) {
        return *parameter.range;
    }
    return parameter.type == ParameterType::port ? std::pair<std::uint64_t, std::uint64_t>{1, 65535}
                                                 : std::pair{std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()};
}

bool is_number(const Parameter& parameter) {
    return parameter.type == ParameterType::count || parameter.type == ParameterType::port;
}

/// Every value that satisfies the constraint, if there are at most `most`; more than that otherwise.
std::set<std::string> values_of(const Parameter& parameter, std::size_t most) {
    std::set<std::string> values(parameter.one_of.begin(), parameter.one_of.end());
    if (!values.empty()) {
        return values;
    }
    if (is_number(parameter)) {
        const auto [first, last] = range_of(parameter);
        for (std::uint64_t number = first; values.size() <= most; ++number) {
            values.insert(std::to_string(number));
            if (number == last) {
                return values;
            }
        }
        return values;
    }
    std::vector<std::string> texts{""};
    for (std::uint64_t length = 0; length <= parameter.characters->max_length && values.size() <= most; ++length) {
        if (length >= parameter.characters->min_length) {
            values.insert(texts.begin(), texts.end());
        }
        std::vector<std::string> longer;
        for (const std::string& text : texts) {
            for (const char c : parameter.characters->characters) {
                if (longer.size() <= most) {
                    longer.push_back(text + c);
                }
            }
        }
        texts = std::move(longer);
    }
    return values;
}

/// Only so can infinitely many values, or more than anyone would list, be told to lie in a list.
bool all_listed(const Parameter& a, const Parameter& b) {
    if (!is_number(a) && a.one_of.empty() && !a.characters) {
        return false;
    }
    const std::set<std::string> values = values_of(a, b.one_of.size());
    return std::all_of(values.begin(), values.end(), [&](const std::string& value) { return constraint_admits(b, value); });
}

bool characters_are_within(const Parameter& a, const Parameter& b) {
    if (!b.characters) {
        return !a.characters || a.characters->max_length <= most_text;
    }
    if (!a.characters) {
        return false;
    }
    const bool known = std::includes(b.characters->characters.begin(), b.characters->characters.end(),
                                     a.characters->characters.begin(), a.characters->characters.end());
    // The empty text has no characters at all.
    return b.characters->min_length <= a.characters->min_length && a.characters->max_length <= b.characters->max_length &&
           (known || a.characters->max_length == 0);
}

}  // namespace

bool constraint_admits(const Parameter& parameter, const std::string& value) {
    if (!parameter.one_of.empty()) {
        return std::find(parameter.one_of.begin(), parameter.one_of.end(), value) != parameter.one_of.end();
    }
    if (parameter.under) {
        const auto path = SandboxPath::literal(value);
        return path && *path != *parameter.under && parameter.under->contains(*path);
    }
    if (is_number(parameter)) {
        const auto number = parse_count(value);
        const auto [first, last] = range_of(parameter);
        return number && first <= *number && *number <= last;
    }
    if (parameter.characters) {
        return admits_text(*parameter.characters, value);
    }
    return parameter.type != ParameterType::string || value.size() <= most_text;
}

bool constraint_is_within(const Parameter& a, const Parameter& b) {
    if (!a.one_of.empty()) {
        return std::all_of(a.one_of.begin(), a.one_of.end(), [&](const std::string& value) { return constraint_admits(b, value); });
    }
    if (!b.one_of.empty()) {
        return all_listed(a, b);
    }
    if (is_number(a)) {
        const auto [first, last] = range_of(a);
        const auto [least, most] = range_of(b);
        return least <= first && last <= most;
    }
    if (a.type == ParameterType::path) {
        return !b.under || (a.under && b.under->contains(*a.under));
    }
    return a.type != ParameterType::string || characters_are_within(a, b);
}

}  // namespace sbx::policy
