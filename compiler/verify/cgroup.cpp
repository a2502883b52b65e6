// Sections 6 and 10 of the language reference: what a cgroup keeps, in what unit the manifest has it, and what may be missing.
#include "compiler/verify/cgroup.hpp"

#include "runtime/artifact_format.hpp"

#include <array>
#include <map>
#include <optional>
#include <utility>

namespace sbx::verify {
namespace {

using policy::Limit;

constexpr std::array<std::pair<const char*, Limit>, 2> members = {
    {{"memory_bytes", Limit::memory}, {"cpu_thousandths", Limit::cpus}}};

/// `unlimited` needs no cgroup.
std::optional<std::uint64_t> limit_in(const policy::Policy& policy, Limit limit) {
    const auto found = policy.limits.find(limit);
    if (found == policy.limits.end() || !std::holds_alternative<std::uint64_t>(found->second.value)) {
        return std::nullopt;
    }
    return std::get<std::uint64_t>(found->second.value);
}

void object(Findings& findings, std::string message, std::string witness) {
    findings.push_back({std::string(format::manifest_file), "", std::move(message), std::move(witness)});
}

std::string value_text(const std::optional<std::uint64_t>& number) {
    return number ? std::to_string(*number) : "missing";
}

void compare_values(const Json& root, const policy::Policy& policy, Findings& findings) {
    const bool is_there = root.contains("cgroup");
    const Json cgroup = is_there ? root["cgroup"] : Json::object();
    std::vector<const char*> names;
    for (const auto& [name, limit] : members) {
        names.push_back(name);
    }
    require_keys(cgroup, names, true, "cgroup");
    if (is_there && cgroup.empty()) {
        malformed("`cgroup` is empty");
    }
    for (const auto& [name, limit] : members) {
        const auto found = cgroup.contains(name) ? std::optional(number(cgroup[name], name)) : std::nullopt;
        const auto meant = limit_in(policy, limit);
        if (found != meant) {
            object(findings, named(name) + " is " + value_text(found) + "; the policy means that it is " + value_text(meant), name);
        }
    }
}

/// Of a policy that was read from policy.json neither reason nor place is known: any will do that is there.
void compare_row(const Json& row, const policy::Degradation& meant, const std::string& limit, Findings& findings) {
    const std::string reason = text(row["reason"], "reason");
    const std::string origin = text(row["origin"], "origin");
    if (reason.empty()) {
        object(findings, named(limit) + " may be missing, and no reason is given", limit);
    } else if (!meant.reason.empty() && reason != as_json_text(meant.reason)) {
        object(findings, named(limit) + " may be missing for another reason than the policy gives", limit);
    }
    if (meant.origin.known() && origin != meant.origin.describe_stable()) {
        object(findings, "that " + named(limit) + " may be missing is said to stand at " + named(origin), limit);
    }
}

void compare_degradations(const Json& root, const policy::Policy& policy, Findings& findings) {
    std::map<std::string, const policy::Degradation*> meant;
    for (const auto& [limit, degradation] : policy.may_degrade) {
        meant.emplace(policy::to_text(limit), &degradation);
    }
    if (policy.landlock.may_degrade) {
        meant.emplace("landlock", &*policy.landlock.may_degrade);
    }
    const Json rows = root.contains("may_degrade") ? list(root, "may_degrade") : Json::array();
    if (root.contains("may_degrade") && rows.empty()) {
        malformed("`may_degrade` is empty");
    }
    for (const Json& row : rows) {
        require_keys(row, {"limit", "origin", "reason"}, false, "may_degrade");
        const std::string limit = text(row["limit"], "limit");
        const auto known = meant.extract(limit);
        if (known.empty()) {
            object(findings, "a launch may do without " + named(limit) + "; the policy does not say so, or it stands here twice",
                   limit);
        } else {
            compare_row(row, *known.mapped(), limit, findings);
        }
    }
    for (const auto& [limit, degradation] : meant) {
        object(findings, "a launch is refused where the host cannot keep " + named(limit) + "; the policy lets it be missing",
               limit);
    }
}

}  // namespace

std::set<std::string> limits_of_cgroup(const policy::Policy& policy) {
    std::set<std::string> names;
    for (const auto& [name, limit] : members) {
        if (limit_in(policy, limit)) {
            names.emplace(policy::to_text(limit));
        }
    }
    return names;
}

void compare_cgroup(const Json& root, const policy::Policy& policy, Findings& findings) {
    compare_values(root, policy, findings);
    compare_degradations(root, policy, findings);
}

}  // namespace sbx::verify
