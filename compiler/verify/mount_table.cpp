// Options in their order; see the header. Where a mount may be made at all is judged in mount_points.cpp.
#include "compiler/verify/mount_table.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

// bwrap(1): what the options make where no --perms comes before.
constexpr std::uint32_t directory_mode = 0755;
constexpr std::uint32_t data_mode = 0600;

const Text& text_of(const Option& option, std::size_t index) {
    const auto* text = std::get_if<Text>(&option.operands.at(index));
    if (text == nullptr) {
        throw Malformed{"", named(option.name) + " is handed a descriptor where it takes a text"};
    }
    return *text;
}
template <class T>
const T& operand(const Option& option, std::size_t index, std::string_view what) {
    const auto* value = std::get_if<T>(&option.operands.at(index));
    if (value == nullptr) {
        throw Malformed{"", named(option.name) + " is not handed " + std::string(what)};
    }
    return *value;
}
std::string literal_of(const Option& option, std::size_t index) {
    const Text& text = text_of(option, index);
    if (!text.is_literal()) {
        throw Malformed{"", named(option.name) + " is handed what only the launch knows"};
    }
    return text.literal();
}
SandboxPath path_of(const Option& option, std::size_t index) {
    return as_path(text_of(option, index));
}

View made_of(Sight sight) {
    View view;
    view.sight = sight;
    return view;
}

}  // namespace

MountTable::MountTable(const Parameters& parameters, std::string file, Findings& findings)
    : parameters_(parameters), file_(std::move(file)), findings_(findings), views_(parameters) {}

void MountTable::replay(std::vector<Record> records) {
    records_ = std::move(records);
    find_established();
    for (const Record& record : records_) {
        for (const Option& option : record.options) {
            try {
                apply(record, option);
            } catch (Malformed& mistake) {
                mistake.place = record.place.text();
                throw;
            }
        }
        if (mode_ || size_) {
            throw Malformed{record.place.text(), "`--perms` or `--size` is followed by nothing that it is for"};
        }
    }
    if (!root_is_read_only_ && !views_.has(SandboxPath())) {
        View root = made_of(Sight::private_directory);
        root.mode = directory_mode;
        views_.place(SandboxPath(), root);
        mounted_[SandboxPath()].place = "the end";
    }
    check_firm();
}

void MountTable::apply(const Record& record, const Option& option) {
    if (option.name == "--perms") {
        mode_ = read_mode(literal_of(option, 0));
        if (!mode_) {
            throw Malformed{"", named(literal_of(option, 0)) + " is no mode"};
        }
        return;
    }
    if (option.name == "--size") {
        size_ = read_decimal(literal_of(option, 0));
        if (!size_ || *size_ == 0) {
            throw Malformed{"", named(literal_of(option, 0)) + " is no size"};
        }
        return;
    }
    const bool takes_mode = option.name == "--tmpfs" || option.name == "--dir" || option.name == "--ro-bind-data";
    if ((mode_ && !takes_mode) || (size_ && option.name != "--tmpfs")) {
        throw Malformed{"", "`--perms` or `--size` is followed by " + named(option.name) + ", which takes neither"};
    }
    if (!apply_switch(record, option)) {
        apply_mount(record, option);
    }
}

bool MountTable::apply_switch(const Record& record, const Option& option) {
    const auto once = [&](auto& slot, auto value) {
        if (slot) {
            throw Malformed{"", named(option.name) + " stands here a second time"};
        }
        slot = std::move(value);
    };
    if (option.name == "--uid") {
        once(switches_.uid, text_of(option, 0));
    } else if (option.name == "--gid") {
        once(switches_.gid, text_of(option, 0));
    } else if (option.name == "--hostname") {
        once(switches_.hostname, text_of(option, 0));
    } else if (option.name == "--chdir") {
        once(switches_.directory, path_of(option, 0));
    } else if (option.name == "--add-seccomp-fd" || option.name == "--seccomp") {
        static_cast<void>(operand<Filter>(option, 0, "the system-call filter"));
        ++switches_.filters;
    } else if (option.operands.empty() || option.name == "--cap-drop") {
        const std::string flag = option.name + (option.operands.empty() ? "" : " " + literal_of(option, 0));
        switches_.flags.emplace(flag, record.place.text());
    } else {
        return false;
    }
    if (is_condition(record.guard)) {
        throw Malformed{"", named(option.name) + " depends on what is on the host"};
    }
    return true;
}

void MountTable::apply_mount(const Record& record, const Option& option) {
    Mounted mounted;
    mounted.place = record.place.text();
    if (is_condition(record.guard)) {
        mounted.condition = record.guard;
        mounted.conditioned = record.guarded;
    }
    View view;
    if (option.name == "--tmpfs") {
        view = made_of(Sight::private_directory);
        view.mode = take_mode(directory_mode);
        view.size = std::exchange(size_, std::nullopt).value_or(0);
        mount(record, path_of(option, 0), std::move(view), std::move(mounted));
    } else if (option.name == "--ro-bind-data") {
        view = made_of(Sight::file);
        view.contents = operand<Data>(option, 0, "a data file").contents;
        view.mode = take_mode(data_mode);
        mount(record, path_of(option, 1), std::move(view), std::move(mounted));
    } else if (option.name == "--proc") {
        mount(record, path_of(option, 0), made_of(Sight::procfs), std::move(mounted));
    } else if (option.name == "--dev") {
        view = made_of(Sight::devices);
        view.writable = true;
        mount(record, path_of(option, 0), std::move(view), std::move(mounted));
    } else if (option.name == "--dev-bind") {
        view = made_of(Sight::device);
        view.source = path_of(option, 0);
        mount(record, path_of(option, 1), std::move(view), std::move(mounted));
    } else if (option.name == "--dir") {
        make_directory(record, path_of(option, 0));
    } else if (option.name == "--symlink") {
        make_link(record, path_of(option, 1), literal_of(option, 0));
    } else if (option.name == "--remount-ro") {
        remount(record, path_of(option, 0));
    } else {
        bind(record, option);
    }
}

void MountTable::bind(const Record& record, const Option& option) {
    const Source& source = operand<Source>(option, 0, "a source that was opened");
    Mounted mounted;
    mounted.place = record.place.text();
    if (is_condition(record.guard)) {
        mounted.condition = record.guard;
        mounted.conditioned = record.guarded;
    }
    mounted.kind = source.kind;
    mounted.asks_to_write = source.asks_to_write;
    View view = made_of(source.kind == SourceKind::socket ? Sight::socket : Sight::host_tree);
    view.source = source.path;
    view.writable = option.name == "--bind-fd" || option.name == "--bind";
    mount(record, path_of(option, 1), std::move(view), std::move(mounted));
}

void MountTable::mount(const Record& record, const SandboxPath& path, View view, Mounted mounted) {
    if (!path.is_literal() && views_.under(path.parameter()) == nullptr) {
        throw Malformed{"", "it mounts at " + named(path.text()) + ", which may be any place at all"};
    }
    check_mount_point(record, path, view, mounted);
    for (const SandboxPath& covered : views_.cover(path)) {
        covered_.insert_or_assign(covered, record.place.text());
        mounted_.erase(covered);
        made_.erase(covered);
    }
    views_.place(path, std::move(view));
    mounted_.insert_or_assign(path, std::move(mounted));
    made_.erase(path);
}

void MountTable::remount(const Record& record, const SandboxPath& path) {
    const auto found = mounted_.find(path);
    if (found == mounted_.end() || made_.contains(path)) {
        if (path.is_root() && !views_.has(path)) {
            root_is_read_only_ = true;
        } else {
            object(record.place.text(), "`--remount-ro` of " + named(path.text()) + ", where nothing is mounted", path);
        }
        return;
    }
    const Mounted& mounted = found->second;
    const Guard condition = is_condition(record.guard) ? record.guard : Guard::always;
    if (condition != mounted.condition || (condition != Guard::always && record.guarded != mounted.conditioned)) {
        object(record.place.text(),
               named(path.text()) + " is made read-only under another condition than the one under which it is mounted", path);
        return;
    }
    View view = views_.at(path);
    if (view.sight == Sight::private_directory) {
        view.sight = Sight::empty_directory;
        view.size = 0;
        close_made(made_.upper_bound(path), path);
        if (path.is_literal()) {
            close_made(made_.lower_bound(first_parameter()), path);
        }
    } else if (view.sight == Sight::devices) {
        view.writable = false;
    } else {
        object(record.place.text(),
               "`--remount-ro` of " + named(path.text()) + ", which is " + describe(view) +
                   ": it would not reach what is mounted below",
               path);
    }
    views_.place(path, std::move(view));
}

/// Directories that were made in what is read-only now.
void MountTable::close_made(std::set<SandboxPath>::const_iterator made, const SandboxPath& mount) {
    for (; made != made_.end() && (!made->is_literal() || mount.contains(*made)); ++made) {
        View view = views_.at(*made);
        const auto* const around = mount_around(*made);
        if (view.sight == Sight::private_directory && around != nullptr && around->first == mount) {
            view.sight = Sight::empty_directory;
            view.size = 0;
            views_.place(*made, std::move(view));
        }
    }
}

void MountTable::make_directory(const Record& record, const SandboxPath& path) {
    View view = made_of(Sight::empty_directory);
    view.mode = take_mode(directory_mode);
    if (views_.has(path) || path.is_root()) {
        return;  // it exists, and keeps its mode
    }
    const auto* const ground = mount_around(path);
    if (ground == nullptr ? root_is_read_only_ : ground->second.sight != Sight::private_directory) {
        object(record.place.text(),
               named(path.text()) + " can't be made in " +
                   (ground == nullptr ? "`/`, which is read-only by then" : describe(ground->second)),
               path);
    } else if (ground != nullptr) {
        view.sight = Sight::private_directory;
        view.size = ground->second.size;
    }
    views_.place(path, std::move(view));
    made_.insert(path);
    mounted_[path].place = record.place.text();
}

void MountTable::make_link(const Record& record, const SandboxPath& path, std::string target) {
    const auto* const ground = mount_around(path);
    const bool can_be_made = ground == nullptr ? !root_is_read_only_ : ground->second.sight == Sight::private_directory;
    if (!can_be_made || views_.has(path)) {
        object(record.place.text(), named(path.text()) + " can't be made a link there", path);
    }
    View view = made_of(Sight::link);
    view.target = std::move(target);
    views_.place(path, std::move(view));
    made_.insert(path);
    mounted_[path].place = record.place.text();
}

const Mounted* MountTable::mounted(const SandboxPath& path) const {
    const auto found = mounted_.find(path);
    return found == mounted_.end() ? nullptr : &found->second;
}

std::string MountTable::covered_by(const SandboxPath& path) const {
    const auto found = covered_.find(path);
    return found == covered_.end() ? std::string() : found->second;
}

}  // namespace sbx::verify
