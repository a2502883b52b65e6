// Counting by kind of mount; the numbers are those of bwrap(1)'s option arities.
#include "compiler/plan/words.hpp"

#include "compiler/plan/visit.hpp"

namespace sbx::plan {

std::uint32_t word_count(const Mount& mount) {
    return std::visit(Overloaded{
                          [](const Bind&) { return 3U; },             // --ro-bind-fd FD DEST
                          [](const BindDevice&) { return 3U; },       // --dev-bind SRC DEST
                          [](const MountTmpfs&) { return 6U; },       // --perms MODE --size BYTES --tmpfs DEST
                          [](const MakeDirectory&) { return 4U; },    // --perms MODE --dir DEST
                          [](const PlaceFile&) { return 5U; },        // --perms MODE --ro-bind-data FD DEST
                          [](const MakeLink&) { return 3U; },         // --symlink TARGET DEST
                          [](const MountProc&) { return 2U; },        // --proc DEST
                          [](const MountDev&) { return 2U; },         // --dev DEST
                          [](const RemountReadOnly&) { return 2U; },  // --remount-ro DEST
                          [](const Require&) { return 0U; },
                      },
                      mount);
}

std::uint32_t word_count(const MountPlan& plan) {
    std::uint32_t words = 0;
    for (const MountStep& step : plan.steps) {
        for (const Mount& mount : step.mounts) {
            words += word_count(mount);
        }
    }
    return words;
}

std::uint32_t word_count(const ProcessPlan& plan) {
    const std::uint32_t host_name = plan.process.share_uts.value ? 0 : 2;
    constexpr std::uint32_t ids = 4;
    constexpr std::uint32_t filter_and_directory = 4;
    return static_cast<std::uint32_t>(plan.options.size()) + ids + host_name + filter_and_directory;
}

std::uint32_t word_count(const EnvironmentPlan& plan) {
    const policy::Environment& names = plan.environment;
    return 3 * static_cast<std::uint32_t>(names.fixed.size() + names.kept.size() + names.accepted.size());
}

std::uint32_t word_count(const ExecutionPlan& plan) {
    return word_count(plan.mounts) + word_count(plan.process);
}

std::uint32_t mount_count(const Mount& mount) {
    constexpr std::uint32_t of_dev = 8;
    return std::visit(Overloaded{
                          [](const Bind&) { return 1U; },
                          [](const BindDevice&) { return 1U; },
                          [](const MountTmpfs&) { return 1U; },
                          [](const MakeDirectory&) { return 0U; },
                          [](const PlaceFile&) { return 1U; },
                          [](const MakeLink&) { return 0U; },
                          [](const MountProc&) { return 1U; },
                          [](const MountDev&) { return of_dev; },
                          [](const RemountReadOnly&) { return 0U; },
                          [](const Require&) { return 0U; },
                      },
                      mount);
}

}  // namespace sbx::plan
