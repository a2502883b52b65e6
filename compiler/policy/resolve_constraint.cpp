// Whether a value satisfies the constraint of a parameter, as a launch would check it.
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

std::string constraint_violation(const Parameter& parameter, const std::string& value) {
    if (parameter.under) {
        const auto path = SandboxPath::literal(value);
        if (!path || !parameter.under->contains(*path) || *path == *parameter.under) {
            return "does not lie below `" + parameter.under->text() + "`";
        }
    }
    if (!parameter.one_of.empty() && !std::binary_search(parameter.one_of.begin(), parameter.one_of.end(), value)) {
        return "is not one of the values in the list";
    }
    if (parameter.range) {
        const auto number = parse_count(value);
        if (!number || *number < parameter.range->first || *number > parameter.range->second) {
            return "is not between " + std::to_string(parameter.range->first) + " and " + std::to_string(parameter.range->second);
        }
    }
    if (parameter.characters) {
        const CharacterConstraint& constraint = *parameter.characters;
        if (value.size() < constraint.min_length || value.size() > constraint.max_length) {
            return "does not have between " + std::to_string(constraint.min_length) + " and " +
                   std::to_string(constraint.max_length) + " characters";
        }
        if (value.find_first_not_of(constraint.characters) != std::string::npos) {
            return "holds a character that the constraint does not allow";
        }
    }
    return {};
}

}  // namespace sbx::policy
