// Plans in words. Whatever a policy holds is shown quoted where its bytes could be taken for something else, or would move a
// terminal's cursor. Comments stand in one column.
#include "compiler/plan/describe.hpp"

#include "compiler/plan/describe_parts.hpp"
#include "compiler/plan/visit.hpp"
#include "compiler/plan/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <vector>

namespace sbx::plan {
namespace {

/// Longest piece of a file's contents that a line shows.
constexpr std::size_t shown_contents = 40;
/// Comments move right with long lines, but no further than this.
constexpr std::size_t widest_column = 72;

bool is_plain(std::string_view bytes) {
    return !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), [](char byte) {
        return byte > ' ' && byte < 0x7f && std::string_view("\"\\;#").find(byte) == std::string_view::npos;
    });
}

std::string shown(const std::string& bytes) {
    return is_plain(bytes) ? bytes : Text(bytes).quoted();
}

std::string shown(const SandboxPath& path) {
    if (is_plain(path.text())) {
        return path.text();
    }
    Text text;
    if (!path.is_literal()) {
        text.append_parameter(path.parameter());
    }
    text.append_literal(path.tail());
    return text.quoted();
}

std::string shown_start(const Text& contents) {
    std::string quoted = contents.quoted();
    if (quoted.size() <= shown_contents) {
        return quoted;
    }
    std::size_t end = shown_contents;
    while (end > 0 && (static_cast<unsigned char>(quoted[end]) & 0xc0U) == 0x80U) {
        --end;
    }
    return quoted.substr(0, end) + "…";
}

std::string_view text_of(Guard guard) {
    switch (guard) {
        case Guard::always:
            return "always";
        case Guard::if_exists:
            return "if-exists";
        case Guard::if_directory:
            return "if-directory";
        case Guard::if_file:
            return "if-file";
        case Guard::must_exist:
            return "must-exist";
        case Guard::must_be_directory:
            return "must-be-directory";
        case Guard::must_be_file:
            return "must-be-file";
        case Guard::hide_directory:
            return "hide-directory";
        case Guard::reserve_directory:
            return "reserve-directory";
        case Guard::reserve_file:
            return "reserve-file";
    }
    return "";
}

std::string_view text_of(SourceKind kind) {
    switch (kind) {
        case SourceKind::any:
            return "";
        case SourceKind::directory:
            return " directory";
        case SourceKind::socket:
            return " socket";
    }
    return "";
}

std::string text_of(const Bind& bind) {
    const std::string_view name = bind.pin ? "pin" : bind.writable ? "bind" : "ro-bind";
    const std::string_view kind = bind.pin ? "" : text_of(bind.kind);
    const std::string source = bind.source == bind.destination ? std::string() : shown(bind.source) + " -> ";
    return fmt::format("{}{} {}{}", name, kind, source, shown(bind.destination));
}

std::string text_of(const Mount& mount) {
    return std::visit(
        Overloaded{
            [](const Bind& bind) { return text_of(bind); },
            [](const BindDevice& device) { return fmt::format("dev-bind {}", shown(device.path)); },
            [](const MountTmpfs& tmpfs) {
                const std::string size = policy::to_text(policy::ByteSize{tmpfs.size});
                return fmt::format("tmpfs {} size {} mode {:o}", shown(tmpfs.destination), size, tmpfs.mode);
            },
            [](const MakeDirectory& directory) {
                return fmt::format("dir {} mode {:o}", shown(directory.destination), directory.mode);
            },
            [](const PlaceFile& file) {
                return fmt::format("file {} mode {:o} {}", shown(file.destination), file.mode, shown_start(file.contents));
            },
            [](const MakeLink& link) { return fmt::format("symlink {} -> {}", shown(link.destination), shown(link.target)); },
            [](const MountProc& proc) { return fmt::format("proc {}", shown(proc.destination)); },
            [](const MountDev& dev) { return fmt::format("dev {}", shown(dev.destination)); },
            [](const RemountReadOnly& remount) { return fmt::format("remount-ro {}", shown(remount.destination)); },
            [](const Require&) { return std::string(); },
        },
        mount);
}

/// `if-directory /srv/x: tmpfs /srv/x size 4K mode 755; remount-ro /srv/x`
std::string text_of(const MountStep& step) {
    std::string text;
    if (step.guard != Guard::always) {
        text = fmt::format("{} {}", text_of(step.guard), shown(step.guarded));
    }
    std::string_view separator = step.guard == Guard::always ? "" : ": ";
    for (const Mount& mount : step.mounts) {
        if (const std::string words = text_of(mount); !words.empty()) {
            text += fmt::format("{}{}", separator, words);
            separator = "; ";
        }
    }
    return text;
}

std::string comment_of(const Origin& origin, const std::string& reason) {
    const std::string place = origin.known() ? origin.describe_stable() : std::string();
    const std::string_view separator = place.empty() || reason.empty() ? "" : ", ";
    return fmt::format("{}{}{}", place, separator, reason);
}

void append_section(std::string& out, std::string_view title, const std::vector<Line>& lines) {
    if (lines.empty()) {
        return;
    }
    std::size_t column = 0;
    for (const Line& line : lines) {
        if (!line.comment.empty() && line.text.size() <= widest_column) {
            column = std::max(column, line.text.size());
        }
    }
    out += fmt::format("\n{}\n", title);
    for (const Line& line : lines) {
        out += line.comment.empty() ? fmt::format("  {}\n", line.text)
                                    : fmt::format("  {:<{}}  # {}\n", line.text, column, line.comment);
    }
}

std::vector<Line> limit_lines(const LimitTable& table) {
    std::vector<Line> lines;
    for (const ResourceLimit& limit : table.limits) {
        const std::string value =
            std::visit(Overloaded{
                           [](std::uint64_t number) { return fmt::format("{}", number); },
                           [](const policy::Unlimited&) { return std::string("unlimited"); },
                           [](const policy::ParameterValue& parameter) { return fmt::format("${}", parameter.parameter); },
                       },
                       limit.value);
        const std::string own = limit.added == 0 ? "" : fmt::format(" and {} for the sandbox itself", limit.added);
        lines.push_back(Line{fmt::format("{} {}{}", limit.name, value, own), comment_of(limit.origin, "")});
    }
    for (const SupervisedLimit& limit : table.supervised) {
        const char* const unit = limit.name == "output" ? "bytes" : "ms";
        lines.push_back(
            Line{fmt::format("{} {} {} by the supervisor", limit.name, limit.value, unit), comment_of(limit.origin, "")});
    }
    for (const CgroupLimit& limit : table.cgroup) {
        const char* const unit = limit.name == "memory" ? "bytes" : "thousandths of a processor";
        const char* const lacking = limit.degradation ? ", or not at all where the host has none" : "";
        lines.push_back(
            Line{fmt::format("{} {} {} by a cgroup{}", limit.name, limit.value, unit, lacking), comment_of(limit.origin, "")});
    }
    return lines;
}

std::vector<Line> environment_lines(const policy::Environment& environment) {
    std::vector<Line> lines;
    for (const auto& [name, origin] : environment.accepted) {
        lines.push_back(Line{"accept " + name, comment_of(origin, "")});
    }
    for (const auto& [name, origin] : environment.kept) {
        lines.push_back(Line{"keep " + name, comment_of(origin, "")});
    }
    for (const auto& [name, value] : environment.fixed) {
        lines.push_back(Line{fmt::format("set {} {}", name, value.value.quoted()), comment_of(value.origin, "")});
    }
    return lines;
}

std::vector<Line> process_lines(const ProcessPlan& plan) {
    const policy::Process& process = plan.process;
    std::vector<Line> lines;
    lines.push_back(Line{fmt::format("{}", fmt::join(plan.options, " ")), ""});
    if (process.run_as) {
        const policy::IdPair& ids = process.run_as->value;
        lines.push_back(Line{fmt::format("run-as {}:{}", ids.uid, ids.gid), comment_of(process.run_as->origin, "")});
    }
    if (!process.share_uts.value) {
        lines.push_back(Line{fmt::format("hostname {}", process.hostname.value.quoted()), comment_of(process.hostname.origin, "")});
    }
    lines.push_back(Line{fmt::format("workdir {}", plan.workdir ? shown(*plan.workdir) : "/"), ""});
    if (process.command) {
        const policy::Command& command = process.command->value;
        std::string text = fmt::format("command {}{}", command.only ? "only " : "", shown(command.program));
        for (const Text& argument : command.arguments) {
            text += fmt::format(" {}", argument.quoted());
        }
        lines.push_back(Line{std::move(text), comment_of(process.command->origin, "")});
    }
    for (const auto& [descriptor, origin] : process.pass_descriptors) {
        lines.push_back(Line{fmt::format("pass-descriptor {}", descriptor), comment_of(origin, "")});
    }
    if (process.groups_none.value) {
        lines.push_back(Line{"groups none", comment_of(process.groups_none.origin, "")});
    }
    return lines;
}

}  // namespace

std::string shown_path(const SandboxPath& path) {
    return shown(path);
}

std::string describe(const MountPlan& plan) {
    std::string text;
    for (const MountStep& step : plan.steps) {
        text += text_of(step) + "\n";
    }
    return text;
}

std::string describe(const ExecutionPlan& plan) {
    std::string out =
        fmt::format("{} mounts ({} saved), {} bubblewrap words\n", plan.mounts.mount_count, plan.mounts.saved, word_count(plan));
    std::vector<Line> mounts;
    for (const MountStep& step : plan.mounts.steps) {
        mounts.push_back(Line{text_of(step), comment_of(step.origin, step.reason)});
    }
    append_section(out, "mounts", mounts);
    append_section(out, "limits", limit_lines(plan.limits));
    append_section(out, "environment", environment_lines(plan.environment.environment));
    append_section(out, "network", network_lines(plan));
    append_section(out, "process", process_lines(plan.process));
    std::vector<Line> calls;
    for (const FilterLine& line : plan.system_calls.lines) {
        calls.push_back(Line{line.text, comment_of(line.origin, "")});
    }
    append_section(out, "system calls", calls);
    append_section(out, "landlock", landlock_lines(plan.landlock));
    return out;
}

}  // namespace sbx::plan
