// Reads what a cgroup has to keep. See the header.
#include "runtime/manifest_cgroup.hpp"

#include "runtime/manifest_members.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>

namespace sbx::runtime {

namespace {

constexpr std::uint64_t most_memory = std::uint64_t{1} << 60U;
constexpr std::uint64_t most_cpus = std::uint64_t{8192} * 1000;  // CONFIG_NR_CPUS is no greater

bool requires_feature(const Manifest& manifest, std::string_view feature) {
    return std::find(manifest.requirements.begin(), manifest.requirements.end(), feature) != manifest.requirements.end();
}

/// A limit that is required and not stated would be none.
std::optional<std::uint64_t> read_limit(const JsonValue& cgroup, const char* member_name, bool required, std::uint64_t most) {
    const std::optional<std::uint64_t> value = optional_count(cgroup, member_name);
    if (value.has_value() != required) {
        malformed("`cgroup` and `requires` do not name the same limits");
    }
    if (value && (*value == 0 || *value > most)) {
        malformed(quoted(member_name) + " is no such limit");
    }
    return value;
}

}  // namespace

void read_cgroup(const JsonValue& root, Manifest& result) {
    const bool is_there = root.find("cgroup") != nullptr;
    const JsonValue none;
    const JsonValue& cgroup = is_there ? member(root, "cgroup", JsonValue::Kind::object) : none;
    result.cgroup.memory = read_limit(cgroup, "memory_bytes", requires_feature(result, "memory"), most_memory);
    result.cgroup.cpus = read_limit(cgroup, "cpu_thousandths", requires_feature(result, "cpus"), most_cpus);
    if (root.find("may_degrade") == nullptr) {
        return;
    }
    for (const JsonValue& row : list_member(root, "may_degrade")) {
        Degradation degradation{text_member(row, "limit"), text_member(row, "reason")};
        const bool known = (degradation.limit == "memory" && result.cgroup.memory) ||
                           (degradation.limit == "cpus" && result.cgroup.cpus) ||
                           (degradation.limit == "landlock" && requires_feature(result, "landlock"));
        const bool twice = std::any_of(result.degradable.begin(), result.degradable.end(),
                                       [&](const Degradation& other) { return other.limit == degradation.limit; });
        if (!known || twice || degradation.reason.empty()) {
            malformed("`may_degrade` names " + quoted(degradation.limit) +
                      ", which is nothing that the bundle requires, twice, or without a reason");
        }
        result.degradable.push_back(std::move(degradation));
    }
}

}  // namespace sbx::runtime
