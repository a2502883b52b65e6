// Written from section 10 of the language reference; see the header.
#include "compiler/verify/filter_rows.hpp"

#include "compiler/verify/manifest_json.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace sbx::verify {
namespace {

using policy::FilterMode;

constexpr std::string_view calls_prefix = "syscalls.";
constexpr std::string_view sockets_prefix = "sockets.";

bool begins_a_rule(std::string_view row, std::string_view prefix) {
    return row.starts_with(prefix) &&
           (row.substr(prefix.size()).starts_with("allow ") || row.substr(prefix.size()).starts_with("deny "));
}

/// The row of a policy without a filter; its reason follows.
bool is_unfiltered(std::string_view row) {
    return row.starts_with("syscalls.unrestricted");
}

bool is_whole(std::string_view row) {
    return row == "syscalls.default" || row == "syscalls.changed" || row == "syscalls.only";
}

/// Statement and place, sorted.
using Said = std::vector<std::pair<std::string, std::string>>;

template <class Rules>
void add_meant(Said& said, std::string_view prefix, const Rules& rules) {
    for (const auto& rule : rules) {
        said.emplace_back(as_json_text(std::string(prefix) + to_statement(rule)), as_json_text(rule.origin.describe_stable()));
    }
}

class RowComparison {
public:
    RowComparison(const policy::Policy& policy, const std::vector<ManifestRow>& rows, Findings& findings)
        : policy_(policy), rows_(rows), findings_(findings) {}

    void run() {
        read();
        if (wholes_ != 1) {
            object("`enforcement` has not one row that says what the filter of system calls is as a whole", "syscalls");
            return;
        }
        const auto& calls = policy_.system_calls;
        const bool changed = !(calls == policy::default_system_calls(policy_.process.nested_namespaces.value));
        const std::string whole = statements_.mode.value == FilterMode::only ? "only" : changed ? "changed" : "default";
        if (whole_ != whole) {
            object("the filter of system calls is said to be " + named(whole_) + "; it is " + named(whole), "syscalls");
        }
        if (!policy::restored_filters(policy_, statements_)) {
            object("the statements about system calls and sockets in `enforcement` do not mean what policy.json does", "syscalls");
        }
        compare_with_source();
    }

private:
    void object(std::string message, std::string witness) {
        findings_.push_back({"manifest.json", "", std::move(message), std::move(witness)});
    }

    void read() {
        for (const ManifestRow& row : rows_) {
            const bool whole = is_whole(row.statement);
            const std::string_view prefix = begins_a_rule(row.statement, sockets_prefix) ? sockets_prefix : calls_prefix;
            const std::string words = row.statement.substr(prefix.size());
            const char* const deliverer = whole || words.starts_with("deny ") ? "system-calls" : "granted";
            if (row.protection != deliverer || row.status != "enforced") {
                object(named(row.statement) + " is said to be " + named(row.status) + " by " + named(row.protection) +
                           "; it is `enforced` by " + named(deliverer),
                       row.statement);
            }
            if (whole) {
                ++wholes_;
                whole_ = words;
                whole_place_ = row.origin;
                statements_.mode.value = words == "only" ? FilterMode::only : FilterMode::changed;
            } else {
                (prefix == calls_prefix ? statements_.calls : statements_.sockets).push_back({words, {}});
            }
        }
    }

    /// Word by word and place by place.
    void compare_with_source() {
        const auto& calls = policy_.system_calls;
        Said meant;
        add_meant(meant, calls_prefix, calls.rules);
        add_meant(meant, sockets_prefix, policy_.sockets.rules);
        const auto knows = [](const auto& rule) { return rule.origin.known(); };
        const bool compiled = calls.mode.origin.known() || std::any_of(calls.rules.begin(), calls.rules.end(), knows) ||
                              std::any_of(policy_.sockets.rules.begin(), policy_.sockets.rules.end(), knows);
        if (!compiled) {
            return;
        }
        const bool only = calls.mode.value == FilterMode::only;
        if (only != (whole_ == "only") || (only && as_json_text(calls.mode.origin.describe_stable()) != whole_place_)) {
            object("the row about the filter of system calls is not that of the policy", "syscalls");
        }
        Said said;
        for (const ManifestRow& row : rows_) {
            if (!is_whole(row.statement)) {
                said.emplace_back(row.statement, row.origin);
            }
        }
        std::sort(said.begin(), said.end());
        std::sort(meant.begin(), meant.end());
        const auto differ = std::mismatch(meant.begin(), meant.end(), said.begin(), said.end());
        if (differ.first != meant.end()) {
            object(named(differ.first->first) + " of " + named(differ.first->second) + " is missing in `enforcement`",
                   differ.first->first);
        } else if (differ.second != said.end()) {
            object("`enforcement` has " + named(differ.second->first) + " of " + named(differ.second->second) +
                       ", which the policy does not say there",
                   differ.second->first);
        }
    }

    const policy::Policy& policy_;
    const std::vector<ManifestRow>& rows_;
    Findings& findings_;
    policy::FilterStatements statements_;
    unsigned wholes_ = 0;
    std::string whole_;
    std::string whole_place_;
};

/// Of a policy without a filter: one row, which says why, and where that was said.
void compare_unfiltered(const policy::SystemCalls& calls, const std::vector<ManifestRow>& rows, Findings& findings) {
    const auto object = [&](std::string message) {
        findings.push_back({"manifest.json", "", std::move(message), "syscalls.unrestricted"});
    };
    if (rows.size() != 1) {
        object("`enforcement` has not one row that says why there is no filter of system calls");
        return;
    }
    const ManifestRow& row = rows.front();
    if (row.protection != "granted" || row.status != "enforced") {
        object(named(row.statement) + " is said to be " + named(row.status) + " by " + named(row.protection) +
               "; it is `enforced` by `granted`");
    }
    const auto reason = policy::restored_reason(row.statement.substr(calls_prefix.size()));
    const bool compiled = calls.unrestricted.origin.known();
    if (!reason) {
        object(named(row.statement) + " in `enforcement` does not say why there is no filter of system calls");
    } else if (compiled &&
               (*reason != calls.unfiltered_reason || as_json_text(calls.unrestricted.origin.describe_stable()) != row.origin)) {
        object("the row about the filter of system calls is not that of the policy");
    }
}

}  // namespace

bool FilterRows::takes(const ManifestRow& row) const {
    if (policy_.system_calls.unrestricted.value) {
        return is_unfiltered(row.statement);
    }
    return is_whole(row.statement) || begins_a_rule(row.statement, calls_prefix) || begins_a_rule(row.statement, sockets_prefix);
}

void FilterRows::compare(Findings& findings) const {
    if (policy_.system_calls.unrestricted.value) {
        compare_unfiltered(policy_.system_calls, rows_, findings);
    } else {
        RowComparison(policy_, rows_, findings).run();
    }
}

}  // namespace sbx::verify
