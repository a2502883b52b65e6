// The mount plan and the switches as two functions: policy_bind decides and opens, before anything is started, and policy_words
// prints what bubblewrap is told, in the same order as bwrap.args.
#include "compiler/plan/visit.hpp"
#include "emitters/launcher_parts.hpp"
#include "emitters/quote.hpp"

#include <algorithm>

namespace sbx::emit {
namespace {

std::string shell_mode(std::uint32_t mode) {
    return quoted(fmt::format("{:04o}", mode));
}

std::string_view shell_guard(plan::Guard guard) {
    switch (guard) {
        case plan::Guard::always:
            return "always";
        case plan::Guard::if_exists:
            return "if-exists";
        case plan::Guard::if_directory:
            return "if-directory";
        case plan::Guard::if_file:
            return "if-file";
        case plan::Guard::must_exist:
            return "must-exist";
        case plan::Guard::must_be_directory:
            return "must-be-directory";
        case plan::Guard::must_be_file:
            return "must-be-file";
        case plan::Guard::hide_directory:
            return "hide-directory";
        case plan::Guard::reserve_directory:
            return "reserve-directory";
        case plan::Guard::reserve_file:
            return "reserve-file";
    }
    return "must-exist";
}

std::string_view kind_word(plan::SourceKind kind) {
    switch (kind) {
        case plan::SourceKind::any:
            return "any";
        case plan::SourceKind::directory:
            return "directory";
        case plan::SourceKind::socket:
            return "socket";
    }
    return "any";
}

class Records {
public:
    Records(const plan::ExecutionPlan& plan, const ShellNames& names)
        : plan_(plan), names_(names), locked_(plan.mounts.exclusive) {}

    std::string text() {
        bind_.line(fmt::format("sbx_workdir={}", names_.word(workdir())));
        write_switches();
        for (std::size_t index = 0; index < plan_.mounts.steps.size(); ++index) {
            write_step(plan_.mounts.steps[index], index);
        }
        write_words({"'--seccomp'", "\"$sbx_filter\"", "'--chdir'", names_.word(workdir())}, {});
        measure(names_.length(workdir()));
        write_chosen();
        bind_.line(fmt::format("sbx_size=$((sbx_size + {}{}))", bytes_, lengths_));
        return bind_.take() + words_.take();
    }

private:
    [[nodiscard]] plan::SandboxPath workdir() const { return plan_.process.workdir.value_or(plan::SandboxPath()); }

    /// One command of policy_words. Its size is counted in shell text, which is never shorter than the words.
    void write_words(const std::vector<std::string>& words, const std::string& condition) {
        std::string command = condition + "words";
        for (const std::string& word : words) {
            command += ' ' + word;
        }
        bytes_ += command.size();
        words_.line(command);
    }
    void measure(const std::string& lengths) { lengths_ += lengths; }

    void write_switches() {
        const policy::Process& process = plan_.process.process;
        std::vector<std::string> words;
        for (const std::string& option : plan_.process.options) {
            words.push_back(quoted(option));
        }
        words.insert(words.end(), {"'--uid'", "\"$sbx_uid\"", "'--gid'", "\"$sbx_gid\""});
        if (!process.share_uts.value) {
            words.insert(words.end(), {"'--hostname'", names_.word(process.hostname.value)});
            measure(names_.length(process.hostname.value));
        }
        write_words(words, {});
    }

    void write_step(const plan::MountStep& step, std::size_t index) {
        bind_.origin(step.origin, true);
        words_.origin(step.origin);
        if (step.guard != plan::Guard::always) {
            check_path(step.guarded, {});
            bind_.line(fmt::format("guard {} {} {}", index, shell_guard(step.guard), names_.word(step.guarded)));
        }
        condition_ = step_condition(step, index);
        for (std::size_t mount = 0; mount < step.mounts.size(); ++mount) {
            number_ = mount_number(index, mount);
            std::visit([this](const auto& one) { write(one); }, step.mounts[mount]);
        }
    }

    /// A parameter's value was checked; with what follows it, it may have become too long.
    void check_path(const plan::SandboxPath& path, const std::string& condition) {
        if (!path.is_literal()) {
            bind_.line(fmt::format("{}path {}", condition, names_.word(path)));
        }
    }

    void write(const plan::Bind& bind) {
        const std::string source = names_.word(bind.source);
        check_path(bind.source, condition_);
        check_path(bind.destination, condition_);
        measure(names_.length(bind.source) + names_.length(bind.destination));
        if (mounted_by_path(bind)) {
            bind_.line(fmt::format("{}source_path {} {}", condition_, kind_word(bind.kind), source));
            write_words({bind.writable ? "'--bind'" : "'--ro-bind'", source, names_.word(bind.destination)}, condition_);
            return;
        }
        const char* const access = bind.writable && !bind.pin ? "write" : "read";
        bind_.line(fmt::format("{}source_tree {} {} {} {}", condition_, number_, kind_word(bind.kind), access, source));
        if (const auto locked = std::find(locked_.begin(), locked_.end(), bind.source); locked != locked_.end() && !bind.pin) {
            bind_.line(fmt::format("{}lock \"$sbx_s{}\" {}", condition_, number_, source));
            locked_.erase(locked);
        }
        write_words(
            {bind.writable ? "'--bind-fd'" : "'--ro-bind-fd'", fmt::format("\"$sbx_s{}\"", number_), names_.word(bind.destination)},
            condition_);
    }
    void write(const plan::BindDevice& device) { write_at({"'--dev-bind'", names_.word(device.path)}, device.path); }
    void write(const plan::MountTmpfs& tmpfs) {
        write_at({"'--perms'", shell_mode(tmpfs.mode), "'--size'", quoted(fmt::format("{}", tmpfs.size)), "'--tmpfs'"},
                 tmpfs.destination);
    }
    void write(const plan::MakeDirectory& directory) {
        write_at({"'--perms'", shell_mode(directory.mode), "'--dir'"}, directory.destination);
    }
    void write(const plan::PlaceFile& file) {
        std::string descriptor = "\"$sbx_empty\"";
        if (file.contents.pieces().empty()) {
            bind_.line(condition_ + "sbx_used=yes");
        } else {
            bind_.line(fmt::format("{}data {} {}", condition_, number_, names_.word(file.contents)));
            descriptor = fmt::format("\"$sbx_d{}\"", number_);
        }
        write_at({"'--perms'", shell_mode(file.mode), "'--ro-bind-data'", descriptor}, file.destination);
    }
    void write(const plan::MakeLink& link) { write_at({"'--symlink'", quoted(link.target)}, link.destination); }
    void write(const plan::MountProc& proc) { write_at({"'--proc'"}, proc.destination); }
    void write(const plan::MountDev& dev) { write_at({"'--dev'"}, dev.destination); }
    void write(const plan::RemountReadOnly& remount) { write_at({"'--remount-ro'"}, remount.destination); }
    void write(const plan::Require&) {}

    void write_at(std::vector<std::string> words, const plan::SandboxPath& destination) {
        check_path(destination, condition_);
        measure(names_.length(destination));
        words.push_back(names_.word(destination));
        write_words(words, condition_);
    }

    /// What the parameter must lie under, and `direct` where that is a tmpfs: a directory between could be renamed.
    [[nodiscard]] std::string surroundings(const plan::SandboxPath& path) const {
        const auto parameter = plan_.parameters.find(path.parameter());
        if (parameter == plan_.parameters.end() || !parameter->second.value.under) {
            return ShellWord("").text();
        }
        const plan::SandboxPath& under = *parameter->second.value.under;
        bool direct = false;
        for (const plan::MountStep& step : plan_.mounts.steps) {
            for (const plan::Mount& mount : step.mounts) {
                const auto* tmpfs = std::get_if<plan::MountTmpfs>(&mount);
                const auto* remount = std::get_if<plan::RemountReadOnly>(&mount);
                direct = (direct || (tmpfs != nullptr && tmpfs->destination == under)) &&
                         !(remount != nullptr && remount->destination == under && !under.is_root());
            }
        }
        return fmt::format("{}{}", ShellWord(under.tail()), direct && path.tail().empty() ? " direct" : "");
    }

    /// Last, when it is known which places there are.
    void write_chosen() {
        for (std::size_t index = 0; index < plan_.mounts.steps.size(); ++index) {
            const plan::MountStep& step = plan_.mounts.steps[index];
            for (const plan::Mount& mount : step.mounts) {
                const plan::SandboxPath* const path = launcher_place(mount);
                if (path != nullptr && !path->is_literal()) {
                    const std::string place = step.origin.known() ? step.origin.describe_stable() : std::string("every sandbox");
                    bind_.line(fmt::format("{}chosen {} {} {} {}", step_condition(step, index), names_.word(*path),
                                           quoted(path->text()), quoted(Comment(place).text()), surroundings(*path)));
                }
            }
        }
        const auto& steps = plan_.mounts.steps;
        if (std::any_of(steps.begin(), steps.end(), [](const plan::MountStep& step) { return hides_host(step); })) {
            bind_.line("compare_masks");
        }
    }

    const plan::ExecutionPlan& plan_;
    const ShellNames& names_;
    std::vector<plan::SandboxPath> locked_;
    ShellFunction bind_{"policy_bind"};
    ShellFunction words_{"policy_words"};
    std::string condition_;
    std::string number_;
    std::string lengths_;
    std::size_t bytes_ = 0;
};

}  // namespace

std::string launcher_records(const plan::ExecutionPlan& plan, const ShellNames& names) {
    return Records(plan, names).text();
}

}  // namespace sbx::emit
