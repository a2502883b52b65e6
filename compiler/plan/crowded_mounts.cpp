// The number of mounts against what bubblewrap takes, and against what a launch makes quickly; see the header.
#include "compiler/plan/crowded_mounts.hpp"

#include "compiler/plan/visit.hpp"
#include "compiler/plan/words.hpp"

#include <map>
#include <utility>

namespace sbx::plan {
namespace {

/// Where a launch becomes one that people wait for: a twentieth of a second, several times as long as with the twenty of
/// `std/system`.
constexpr std::uint32_t quick_mounts = 128;

/// Where a mount stands; nullptr for what is no mount.
const SandboxPath* destination(const Mount& mount) {
    return std::visit(Overloaded{
                          [](const BindDevice& device) { return &device.path; },
                          [](const Require&) -> const SandboxPath* { return nullptr; },
                          [](const auto& other) { return &other.destination; },
                      },
                      mount);
}

struct Crowd {
    std::string directory;
    std::uint32_t mounts = 0;
    std::uint32_t grants = 0;  ///< of these: trees of the host; most others take something away
};

/// The directory in which most of the mounts lie.
Crowd most_crowded(const MountPlan& plan) {
    std::map<std::string, Crowd> crowds;
    for (const MountStep& step : plan.steps) {
        const SandboxPath* const path = step.mounts.empty() ? nullptr : destination(step.mounts.front());
        const auto parent = path != nullptr ? path->parent() : std::nullopt;
        if (parent) {
            Crowd& crowd = crowds[parent->text()];
            ++crowd.mounts;
            crowd.grants += std::holds_alternative<Bind>(step.mounts.front()) ? 1 : 0;
        }
    }
    Crowd most;
    for (auto& [directory, crowd] : crowds) {
        if (crowd.mounts > most.mounts) {
            most = {directory, crowd.mounts, crowd.grants};
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
    if (const Crowd crowd = most_crowded(plan); crowd.mounts > 1) {
        const std::string place = crowd.directory == "/" ? "`/`" : "`" + crowd.directory + "/`";
        finding.notes.push_back(std::to_string(crowd.mounts) + " of the mounts lie directly in `" + crowd.directory + "`");
        finding.help.push_back(crowd.grants * 2 >= crowd.mounts
                                   ? "grant " + place + " as a whole, and `hide` what must stay out of sight"
                                   : "do not grant " + place + " as a whole: grant what the program needs of it, and hide nothing");
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
