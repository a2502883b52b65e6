// Where a mount may stand: bubblewrap makes what is missing on the way, so in a host tree everything has to be there already (or be
// reserved), and nothing can be made in what is read-only. And what must not move: below a place that the program can write, each
// directory on the way to a mount has to be a mount itself, or it could be renamed with all that is mounted below it.
#include "compiler/verify/mount_table.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

/// What a fresh procfs has of its own that may be covered (proc(5)).
constexpr std::array<std::string_view, 6> in_procfs = {"sys", "kcore", "key-users", "keys", "sysrq-trigger", "timer_list"};

bool wants_directory(const View& view) {
    return view.sight == Sight::private_directory || view.sight == Sight::empty_directory || view.sight == Sight::procfs ||
           view.sight == Sight::devices;
}

std::optional<SandboxPath> host_path_in(const ViewTree::Map::value_type& tree, const SandboxPath& path) {
    if (tree.first == tree.second.source) {
        return path;
    }
    if (tree.first.parameter() != path.parameter()) {
        return std::nullopt;
    }
    const std::size_t skipped = tree.first.is_root() ? 0 : tree.first.tail().size();
    return tree.second.source.joined(std::string_view(path.tail()).substr(skipped));
}

std::strong_ordering order(const Record& record, const SandboxPath& path, Guard guard) {
    const std::strong_ordering paths = record.guarded <=> path;
    return paths != 0 ? paths : record.guard <=> guard;
}

}  // namespace

/// Most of them are written in order already.
void MountTable::find_established() {
    established_.reserve(records_.size());
    for (const Record& record : records_) {
        if (record.guard != Guard::always && !is_condition(record.guard)) {
            established_.push_back(&record);
        }
    }
    const auto before = [](const Record* a, const Record* b) { return order(*a, b->guarded, b->guard) < 0; };
    const auto not_before = [&](const Record* a, const Record* b) { return !before(a, b); };
    if (std::adjacent_find(established_.begin(), established_.end(), not_before) == established_.end()) {
        return;
    }
    std::sort(established_.begin(), established_.end(), before);
    const auto same = [](const Record* a, const Record* b) { return a->guard == b->guard && a->guarded == b->guarded; };
    established_.erase(std::unique(established_.begin(), established_.end(), same), established_.end());
}

bool MountTable::is_established(const SandboxPath& path, Guard guard) const {
    const auto found = std::partition_point(established_.begin(), established_.end(),
                                            [&](const Record* record) { return order(*record, path, guard) < 0; });
    return found != established_.end() && order(**found, path, guard) == 0;
}

const ViewTree::Map::value_type* MountTable::mount_around(const SandboxPath& path) const {
    const auto* ground = views_.around(path);
    while (ground != nullptr && made_.contains(ground->first) && ground->second.sight != Sight::link) {
        ground = views_.around(ground->first);
    }
    return ground;
}

std::string MountTable::why_nothing_is_made_in(const ViewTree::Map::value_type* ground, const SandboxPath& path) const {
    if (ground == nullptr) {
        return root_is_read_only_ ? "in `/`, which is read-only by then" : "";
    }
    const View& view = ground->second;
    const auto parent = path.parent();
    switch (view.sight) {
        case Sight::host_tree:
        case Sight::private_directory:
            return {};
        case Sight::devices:
            return view.writable ? "" : "in " + named(ground->first.text()) + ", which is read-only by then";
        case Sight::procfs: {
            const bool known = parent && *parent == ground->first &&
                               std::find(in_procfs.begin(), in_procfs.end(), path.file_name()) != in_procfs.end();
            return known ? "" : "in the procfs at " + named(ground->first.text());
        }
        case Sight::absent:
        case Sight::passage:
        case Sight::empty_directory:
        case Sight::file:
        case Sight::link:
        case Sight::device:
        case Sight::socket:
            break;
    }
    return "in " + named(ground->first.text()) + ", which is " + describe(view) + " by then";
}

void MountTable::check_mount_point(const Record& record, const SandboxPath& path, const View& view, const Mounted& mounted) {
    const auto there = mounted_.find(path);
    if (path.is_root() || (there != mounted_.end() && there->second.condition == Guard::always)) {
        return;
    }
    for (const auto* ground = mount_around(path);;) {
        if (std::string why = why_nothing_is_made_in(ground, path); !why.empty()) {
            object(record.place.text(), "the mount point " + named(path.text()) + " can't be made " + why, path);
            return;
        }
        if (ground == nullptr) {
            return;
        }
        if (ground->second.sight == Sight::host_tree) {
            check_in_host(record, path, *ground, view, mounted);
            return;
        }
        if (mounted_.at(ground->first).condition == Guard::always) {
            return;
        }
        // Where that one is left out, the mount point has to be made in what surrounds it.
        ground = mount_around(ground->first);
    }
}

void MountTable::check_in_host(const Record& record, const SandboxPath& path, const ViewTree::Map::value_type& tree,
                               const View& view, const Mounted& mounted) {
    const auto host = host_path_in(tree, path);
    if (!host) {
        object(record.place.text(),
               "the mount point " + named(path.text()) + " lies in " + describe(tree.second) +
                   ", and nobody knows where before the launch",
               path);
        return;
    }
    const bool opened = !view.source.is_root() && view.source == *host;
    const bool directory = wants_directory(view);
    const bool file = view.sight == Sight::file;
    const bool conditional = mounted.condition != Guard::always && mounted.conditioned == *host &&
                             (directory ? mounted.condition == Guard::if_directory
                              : file    ? mounted.condition == Guard::if_file
                                        : true);
    const bool as_directory = is_established(*host, Guard::must_be_directory) || is_established(*host, Guard::hide_directory) ||
                              is_established(*host, Guard::reserve_directory);
    const bool as_file = is_established(*host, Guard::must_be_file) || is_established(*host, Guard::reserve_file);
    const bool established = directory ? as_directory
                             : file    ? as_file
                                       : as_directory || as_file || is_established(*host, Guard::must_exist);
    if (!opened && !conditional && !established) {
        object(
            record.place.text(),
            "no guard sees to it that the mount point " + named(host->text()) + " is there: bubblewrap would make it on the host",
            path);
    }
}

void MountTable::check_firm() {
    for (const auto& [path, view] : views_.placed()) {
        const auto* const ground = views_.around(path);
        const bool writable = ground != nullptr && (ground->second.sight == Sight::private_directory ||
                                                    (ground->second.sight == Sight::host_tree && ground->second.writable));
        if (!writable) {
            continue;
        }
        if (view.sight == Sight::link) {
            object(mounted_.at(path).place, "the link " + named(path.text()) + " could be replaced by the program", path);
            continue;
        }
        const bool in_host = ground->second.sight == Sight::host_tree;
        if (in_host && view == views_.inherited(path) && !views_.holds(path)) {
            continue;  // moved away or not, the same writable tree is where it was
        }
        const bool bare = !path.is_literal() && path.tail().empty();
        const auto parent = path.parent();
        const SandboxPath way = bare ? *views_.under(path.parameter()) : parent.value_or(SandboxPath());
        if (ground->first != way || (bare && in_host)) {
            const Mounted* const mounted = this->mounted(path);
            object(mounted == nullptr ? std::string() : mounted->place,
                   named(way.text()) + ", on the way to " + named(path.text()) +
                       ", is no mount of its own: the program could rename it, and put something else in its place",
                   way);
        }
    }
}

}  // namespace sbx::verify
