// Section 6 of the language reference: which limits no kernel keeps, and in what unit the manifest has them.
#include "compiler/verify/supervision.hpp"

#include "compiler/verify/cgroup.hpp"
#include "runtime/artifact_format.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace sbx::verify {
namespace {

using policy::Limit;

constexpr std::array<std::pair<const char*, Limit>, 3> keys = {
    {{"wall_time_ms", Limit::wall_time}, {"grace_ms", Limit::grace}, {"output_bytes", Limit::output}}};

std::optional<std::uint64_t> meant_number(const policy::Policy& policy, Limit limit) {
    const auto found = policy.limits.find(limit);
    const auto* const value = found == policy.limits.end() ? nullptr : std::get_if<std::uint64_t>(&found->second.value);
    return value == nullptr ? std::nullopt : std::optional(*value);
}

std::string shown(const std::optional<std::uint64_t>& number) {
    return number ? std::to_string(*number) : "missing";
}

}  // namespace

std::set<std::string> limits_of_sbx_run(const policy::Policy& policy) {
    std::set<std::string> names = limits_of_cgroup(policy);
    for (const auto& [key, limit] : keys) {
        if (limit != Limit::grace && meant_number(policy, limit)) {
            names.emplace(policy::to_text(limit));
        }
    }
    return names;
}

void compare_supervision(const Json& root, const policy::Policy& policy, Findings& findings) {
    const bool is_there = root.contains("supervision");
    const Json supervision = is_there ? root["supervision"] : Json::object();
    std::vector<const char*> names;
    for (const auto& [key, limit] : keys) {
        names.push_back(key);
    }
    require_keys(supervision, names, true, "supervision");
    if (is_there && supervision.empty()) {
        malformed("`supervision` is empty");
    }
    for (const auto& [key, limit] : keys) {
        const auto found = supervision.contains(key) ? std::optional(number(supervision[key], key)) : std::nullopt;
        const auto meant = meant_number(policy, limit);
        if (found != meant) {
            findings.push_back({std::string(format::manifest_file), "",
                                named(key) + " is " + shown(found) + "; the policy means that it is " + shown(meant), key});
        }
    }
}

}  // namespace sbx::verify
