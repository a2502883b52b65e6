// policy_places: what stands where in the sandbox, for looking up the command and for comparing places that parameters name.
#include "compiler/plan/visit.hpp"
#include "emitters/launcher_parts.hpp"
#include "emitters/quote.hpp"

#include <algorithm>
#include <set>

namespace sbx::emit {
namespace {

bool hiding_guard(plan::Guard guard) {
    switch (guard) {
        case plan::Guard::if_directory:
        case plan::Guard::if_file:
        case plan::Guard::hide_directory:
        case plan::Guard::reserve_directory:
        case plan::Guard::reserve_file:
            return true;
        case plan::Guard::always:
        case plan::Guard::if_exists:
        case plan::Guard::must_exist:
        case plan::Guard::must_be_directory:
        case plan::Guard::must_be_file:
            break;
    }
    return false;
}

bool covers(const plan::Mount& mount) {
    return std::holds_alternative<plan::MountTmpfs>(mount) || std::holds_alternative<plan::PlaceFile>(mount);
}

class Places {
public:
    Places(const plan::ExecutionPlan& plan, const ShellNames& names) : plan_(plan), names_(names) {
        for (const plan::MountStep& step : plan.mounts.steps) {
            for (const plan::Mount& mount : step.mounts) {
                if (const auto* remount = std::get_if<plan::RemountReadOnly>(&mount)) {
                    read_only_.insert(remount->destination);
                }
            }
        }
    }

    std::string text() {
        for (std::size_t index = 0; index < plan_.mounts.steps.size(); ++index) {
            const plan::MountStep& step = plan_.mounts.steps[index];
            for (const plan::Mount& mount : step.mounts) {
                if (const plan::SandboxPath* const path = launcher_place(mount)) {
                    function_.line(fmt::format("{}visit {} {} {} {}", step_condition(step, index), kind(step, mount),
                                               names_.word(*path), host(step, mount), ShellWord(path->text())));
                }
            }
        }
        return function_.take();
    }

private:
    [[nodiscard]] std::string_view kind(const plan::MountStep& step, const plan::Mount& mount) const {
        return std::visit(plan::Overloaded{
                              [](const plan::Bind& bind) { return bind.kind == plan::SourceKind::socket ? "other" : "tree"; },
                              [&](const plan::MountTmpfs& tmpfs) {
                                  return read_only_.contains(tmpfs.destination) ? "hidden-directory" : "empty";
                              },
                              [](const plan::MakeDirectory&) { return "empty"; },
                              [&](const plan::PlaceFile& file) { return file_kind(step, file); },
                              [](const plan::MakeLink&) { return "link"; },
                              [](const auto&) { return "other"; },
                          },
                          mount);
    }
    static const char* file_kind(const plan::MountStep& step, const plan::PlaceFile& file) {
        if (hides_host(step)) {
            return "hidden-file";
        }
        const auto& pieces = file.contents.pieces();
        const bool runs =
            (file.mode & 0111U) != 0 && !pieces.empty() && !pieces.front().is_parameter && pieces.front().value.starts_with("#!");
        return runs ? "script" : "file";
    }
    /// The source of a tree, the target of a link, what a mask lies on.
    [[nodiscard]] std::string host(const plan::MountStep& step, const plan::Mount& mount) const {
        if (const auto* bind = std::get_if<plan::Bind>(&mount)) {
            return names_.word(bind->source);
        }
        if (const auto* link = std::get_if<plan::MakeLink>(&mount)) {
            return ShellWord(link->target).text();
        }
        return hides_host(step) && covers(mount) ? names_.word(step.guarded) : ShellWord("").text();
    }

    const plan::ExecutionPlan& plan_;
    const ShellNames& names_;
    std::set<plan::SandboxPath> read_only_;
    ShellFunction function_{"policy_places"};
};

}  // namespace

const plan::SandboxPath* launcher_place(const plan::Mount& mount) {
    using Path = const plan::SandboxPath*;
    return std::visit(plan::Overloaded{
                          [](const plan::BindDevice& device) -> Path { return &device.path; },
                          [](const plan::RemountReadOnly&) -> Path { return nullptr; },
                          [](const plan::Require&) -> Path { return nullptr; },
                          [](const auto& other) -> Path { return &other.destination; },
                      },
                      mount);
}

bool hides_host(const plan::MountStep& step) {
    const auto of_kernel = plan::SandboxPath::literal("/proc");
    const bool kernels = of_kernel && of_kernel->contains(step.guarded);
    return hiding_guard(step.guard) && !kernels && std::any_of(step.mounts.begin(), step.mounts.end(), covers);
}

std::string launcher_places(const plan::ExecutionPlan& plan, const ShellNames& names) {
    return Places(plan, names).text();
}

}  // namespace sbx::emit
