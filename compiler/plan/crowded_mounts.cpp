// The number of mounts against what bubblewrap takes, and against what a launch makes quickly; see the header.
#include "compiler/plan/crowded_mounts.hpp"

#include "compiler/plan/visit.hpp"
#include "compiler/plan/words.hpp"

#include <map>
#include <utility>

namespace sbx::plan {
namespace {

/// Where a policy begins to wait for its mounts: several times as long as for the twenty of `std/system`.
constexpr std::uint32_t quick_mounts = 100;

/// Where a mount stands; nullptr for what is no mount.
const SandboxPath* destination(const Mount& mount) {
    return std::visit(Overloaded{
                          [](const BindDevice& device) { return &device.path; },
                          [](const Require&) -> const SandboxPath* { return nullptr; },
                          [](const auto& other) { return &other.destination; },
                      },
                      mount);
}

/// The directory in which most of the mounts lie, and how many.
std::pair<std::string, std::uint32_t> most_crowded(const MountPlan& plan) {
    std::map<std::string, std::uint32_t> children;
    for (const MountStep& step : plan.steps) {
        const SandboxPath* const path = step.mounts.empty() ? nullptr : destination(step.mounts.front());
        const auto parent = path != nullptr ? path->parent() : std::nullopt;
        if (parent) {
            ++children[parent->text()];
        }
    }
    std::pair<std::string, std::uint32_t> most;
    for (const auto& [directory, count] : children) {
        if (count > most.second) {
            most = {directory, count};
        }
    }
    return most;
}

/// The statement whose mount is the first that no longer fits.
Origin first_too_many(const MountPlan& plan, std::uint32_t words) {
    Origin known;
    for (const MountStep& step : plan.steps) {
        for (const Mount& mount : step.mounts) {
            words += word_count(mount);
        }
        known = step.origin.known() ? step.origin : known;
        if (words > word_limit && known.known()) {
            return known;
        }
    }
    return known;
}

/// What both say about where the mounts are.
void describe_crowd(const MountPlan& plan, Diagnostic& finding) {
    if (plan.saved > 0) {
        finding.notes.push_back(std::to_string(plan.saved) + " paths needed no mount, because a wider one gives them already");
    }
    if (const auto [directory, count] = most_crowded(plan); count > 1) {
        finding.notes.push_back(std::to_string(count) + " of the mounts lie directly in `" + directory + "`");
        finding.help.push_back("grant `" + directory + "/` as a whole, and `hide` what must stay out of sight");
    } else {
        finding.help.emplace_back("grant a tree that several of them lie in as a whole, and `hide` what must stay out of sight");
    }
}

}  // namespace

bool fits(const ExecutionPlan& plan, DiagnosticSink& sink) {
    const std::uint32_t fixed = word_count(plan.process) + word_count(plan.environment);
    const std::uint32_t words = fixed + word_count(plan.mounts);
    if (words <= word_limit) {
        return true;
    }
    Diagnostic error;
    error.kind = DiagnosticKind::many_mounts;
    error.severity = Severity::error;
    error.origin = first_too_many(plan.mounts, fixed);
    error.message = "the policy needs " + std::to_string(plan.mounts.mount_count) + " mounts, in " + std::to_string(words) +
                    " words for bubblewrap, which takes " + std::to_string(word_limit);
    error.label = "from here on they no longer fit";
    describe_crowd(plan.mounts, error);
    sink.add(std::move(error));
    return false;
}

std::optional<Diagnostic> slow_launch(const ExecutionPlan& plan, const Origin& origin) {
    if (plan.mounts.mount_count <= quick_mounts) {
        return std::nullopt;
    }
    Diagnostic finding;
    finding.kind = DiagnosticKind::many_mounts;
    finding.severity = Severity::warning;
    finding.origin = origin;
    finding.message = "each launch makes " + std::to_string(plan.mounts.mount_count) + " mounts, and waits for them";
    finding.notes.emplace_back(
        "bubblewrap reads the table of all mounts again for each: twice as many take three to four times as long");
    describe_crowd(plan.mounts, finding);
    return finding;
}

}  // namespace sbx::plan
