// Which sets the kernel searches; see the header.
#include "compiler/plan/filter_plan.hpp"

#include <algorithm>

namespace sbx::plan {

bool has_interval(const FilterSet& set) {
    return set.elements.empty() || std::any_of(set.elements.begin(), set.elements.end(), [&](const FilterElement& element) {
               return element.addresses.first != element.addresses.last ||
                      (set.key == SetKey::endpoint && element.ports.first != element.ports.last);
           });
}

}  // namespace sbx::plan
