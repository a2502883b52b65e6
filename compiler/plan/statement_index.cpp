// One sweep: entries are taken in when a range reaches them and let go when it has passed them.
#include "compiler/plan/statement_index.hpp"

#include <algorithm>

namespace sbx::plan {

bool says(const policy::NetworkRule& rule, bool allows, policy::Protocol protocol) {
    const bool is_it = allows ? rule.allows : rule.statement == policy::NetworkStatement::deny;
    return is_it && rule.protocols.contains(protocol);
}

std::vector<const policy::NetworkRule*> statements_about(const std::vector<policy::NetworkRule>& rules, bool allows,
                                                         policy::Protocol protocol) {
    std::vector<const policy::NetworkRule*> statements;
    for (const policy::NetworkRule& rule : rules) {
        if (says(rule, allows, protocol)) {
            statements.push_back(&rule);
        }
    }
    return statements;
}

StatementIndex::StatementIndex(const std::vector<const policy::NetworkRule*>& statements, bool has_ports) : has_ports_(has_ports) {
    for (const policy::NetworkRule* const rule : statements) {
        for (const policy::AddressRange& range : rule->addresses.ranges()) {
            entries_.push_back({range, rule});
        }
    }
    const auto begins_before = [](const Entry& a, const Entry& b) { return a.addresses.first < b.addresses.first; };
    if (!std::is_sorted(entries_.begin(), entries_.end(), begins_before)) {
        std::stable_sort(entries_.begin(), entries_.end(), begins_before);
    }
}

void StatementIndex::move_to(const policy::AddressRange& range) {
    const auto is_over = [&](const Entry& entry) { return entry.addresses.last < range.first; };
    current_.erase(std::remove_if(current_.begin(), current_.end(), is_over), current_.end());
    for (; next_ < entries_.size() && entries_[next_].addresses.first <= range.last; ++next_) {
        if (!is_over(entries_[next_])) {
            current_.push_back(entries_[next_]);
        }
    }
}

std::vector<Origin> StatementIndex::origins(const policy::PortRange& ports) const {
    std::vector<Origin> found;
    for (const Entry& entry : current_) {
        const auto& ranges = entry.rule->ports.literal.ranges();
        const bool has_one = !has_ports_ || std::any_of(ranges.begin(), ranges.end(), [&](const policy::PortRange& each) {
            return each.first <= ports.last && ports.first <= each.last;
        });
        const Origin& origin = entry.rule->origin;
        const bool is_known = std::any_of(found.begin(), found.end(), [&](const Origin& other) {
            return other.file == origin.file && other.span == origin.span;
        });
        if (has_one && origin.known() && !is_known) {
            found.push_back(origin);
            if (found.size() == shown_statements) {
                break;
            }
        }
    }
    return found;
}

}  // namespace sbx::plan
