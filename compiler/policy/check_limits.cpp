// Findings about limits that do something else than they seem to.
#include "compiler/policy/check_parts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sbx::policy {

namespace {

/// Below this, runtimes that reserve address space for later fail in ways that nobody connects with the policy (R-RES-07).
constexpr std::uint64_t reserved_by_runtimes = std::uint64_t{8} << 30U;

/// Why it is known that such a runtime runs.
struct Runtime {
    std::string_view name;
    Origin origin;
};

struct RuntimeName {
    std::string_view program;  ///< the last component of its path
    std::string_view runtime;
};
constexpr std::array<RuntimeName, 9> runtime_programs = {{{"node", "Node.js"},
                                                          {"nodejs", "Node.js"},
                                                          {"npm", "Node.js"},
                                                          {"npx", "Node.js"},
                                                          {"deno", "Deno"},
                                                          {"bun", "Bun"},
                                                          {"java", "Java"},
                                                          {"javac", "Java"},
                                                          {"go", "Go"}}};

/// By the command, or by a standard fragment that is there for nothing else. A tree in which one may lie says nothing about it.
std::optional<Runtime> find_runtime(const Profile& profile) {
    if (const auto& command = profile.policy.process.command) {
        const std::string path = command->value.program.text();
        const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
        const auto* const found = std::find_if(runtime_programs.begin(), runtime_programs.end(),
                                               [name](const RuntimeName& one) { return one.program == name; });
        if (found != runtime_programs.end()) {
            return Runtime{found->runtime, command->origin};
        }
    }
    for (const auto& [fragment, runtime] : {std::pair("std/java", "Java"), std::pair("std/node", "Node.js")}) {
        const auto used = std::find_if(profile.included_from.begin(), profile.included_from.end(),
                                       [name = fragment](const auto& file) { return file.first->name() == name; });
        if (used != profile.included_from.end()) {
            return Runtime{runtime, used->second};
        }
    }
    return std::nullopt;
}

}  // namespace

void check_address_space(const Profile& profile, Findings& findings) {
    const auto limit = profile.policy.limits.find(Limit::address_space);
    const auto* const bytes = limit == profile.policy.limits.end() ? nullptr : std::get_if<std::uint64_t>(&limit->second.value);
    if (bytes == nullptr || *bytes >= reserved_by_runtimes) {
        return;
    }
    const std::optional<Runtime> runtime = find_runtime(profile);
    if (!runtime) {
        return;
    }
    const std::string name(runtime->name);
    Diagnostic finding =
        make_finding(DiagnosticKind::address_space_for_memory, limit->second.origin,
                     "`address-space " + to_text(ByteSize{*bytes}) + "` limits what " + name + " reserves, not what it uses");
    finding.labels.push_back({runtime->origin, "this runs " + name});
    finding.notes.emplace_back("it reserves gigabytes that it may never touch, and fails to start, or later, when it cannot");
    finding.help.emplace_back(
        "remove it and limit memory by a cgroup, or set at least `address-space 8G`; a heap has options of its own");
    findings.add(std::move(finding));
}

}  // namespace sbx::policy
