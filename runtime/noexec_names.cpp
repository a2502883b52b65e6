// Looks for other names of trees that must not be executed. See the header. Sources have no symbolic link in any component, so that
// their paths tell which lies in which.
#include "runtime/noexec_names.hpp"

#include "runtime/parameters.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>

namespace sbx::runtime {

namespace {

constexpr std::uint64_t execute_right = 1;

bool can_be_executed(const std::string& path, const LandlockDomain& domain) {
    return std::any_of(domain.rules.begin(), domain.rules.end(), [&](const LandlockRule& rule) {
        return (rule.rights & execute_right) != 0 && at_or_below(path, rule.path);
    });
}

/// `part` of the host lies in the tree, and is seen there at its own place.
bool is_part_of(const BoundTree& part, const BoundTree& tree) {
    const std::string below = part.source.substr(tree.source == "/" ? 0 : tree.source.size());
    return part.destination == (tree.destination == "/" ? "" : tree.destination) + below;
}

}  // namespace

void refuse_executable_names(const std::vector<BoundTree>& trees, const LandlockDomain& domain) {
    for (const BoundTree& quiet : trees) {
        if (can_be_executed(quiet.destination, domain)) {
            continue;
        }
        for (const BoundTree& other : trees) {
            if (at_or_below(other.source, quiet.source) && !is_part_of(other, quiet) &&
                can_be_executed(other.destination, domain)) {
                refuse(step::bind,
                       quoted(quiet.destination) + " is `noexec`, and " + quoted(other.source) +
                           ", a part of the same tree, can be executed at " + quoted(other.destination),
                       "give the parameters values that have nothing in common");
            }
        }
    }
}

}  // namespace sbx::runtime
