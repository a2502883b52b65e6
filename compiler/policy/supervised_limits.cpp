// Which limits have the sandbox ended. See the header.
#include "compiler/policy/supervised_limits.hpp"

#include <algorithm>
#include <iterator>

namespace sbx::policy {

std::optional<std::uint64_t> number_of(const Limits& limits, Limit limit) {
    const auto found = limits.find(limit);
    const auto* number = found == limits.end() ? nullptr : std::get_if<std::uint64_t>(&found->second.value);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

bool may_degrade(Limit limit) {
    return std::find(degradable_limits.begin(), degradable_limits.end(), limit) != degradable_limits.end();
}

void settle_degradations(Degradations& degradations, const Limits& limits) {
    for (auto each = degradations.begin(); each != degradations.end();) {
        each = number_of(limits, each->first) ? std::next(each) : degradations.erase(each);
    }
}

bool ends_sandbox(const Limits& limits) {
    return number_of(limits, Limit::wall_time) || number_of(limits, Limit::output);
}

void settle_grace(Limits& limits) {
    if (!ends_sandbox(limits)) {
        limits.erase(Limit::grace);
    } else {
        limits.try_emplace(Limit::grace, Located<LimitValue>{LimitValue(usual_grace), {}});
    }
}

}  // namespace sbx::policy
