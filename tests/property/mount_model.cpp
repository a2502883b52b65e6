// Makes mounts and looks paths up. A mount is attached to the place that is visible at its mount point when it is made, so a later
// mount above it hides it, as in the kernel.
#include "tests/property/mount_model.hpp"

#include <algorithm>
#include <array>

namespace sbx::test {

namespace {

std::string below(const std::string& source, const std::string& rest) {
    return source == "/" && !rest.empty() ? rest : source + rest;
}

}  // namespace

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) {
            parts.emplace_back(path.substr(0, end));
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

bool ModelHost::exists(const std::string& path) const {
    std::string prefix;
    bool in_directory = true;
    for (const std::string& part : parts_of(path)) {
        const bool in_made = made.count(prefix) != 0;
        prefix += "/" + part;
        if (!in_directory || missing.count(prefix) != 0 || (in_made && made.count(prefix) == 0)) {
            return false;
        }
        in_directory = is_directory(prefix);
    }
    return true;
}

bool ModelHost::is_directory(const std::string& path) {
    static const std::set<std::string> files = {"f", "kcore", "key-users", "keys", "sysrq-trigger", "timer_list"};
    return files.count(path.substr(path.rfind('/') + 1)) == 0;
}

void MountModel::cross(Spot& spot) const {
    for (auto child = mounts_[spot.mount].children.find(spot.rest); child != mounts_[spot.mount].children.end();
         child = mounts_[spot.mount].children.find(spot.rest)) {
        spot = Spot{child->second, {}};
    }
}

const MountModel::Entry* MountModel::entry(const Spot& spot) const {
    const auto found = mounts_[spot.mount].entries.find(spot.rest);
    return found == mounts_[spot.mount].entries.end() ? nullptr : &found->second;
}

bool MountModel::exists(const Spot& spot) const {
    static const std::set<std::string> in_proc = {"/sys", "/kcore", "/key-users", "/keys", "/sysrq-trigger", "/timer_list"};
    const Mount& mount = mounts_[spot.mount];
    switch (mount.kind) {
        case Kind::tmpfs:
            return spot.rest.empty() || entry(spot) != nullptr;
        case Kind::host:
            return host_.exists(below(mount.text, spot.rest));
        case Kind::data:
            return spot.rest.empty();
        case Kind::process:
            return spot.rest.empty() || in_proc.count(spot.rest) != 0;
        case Kind::device:
            return spot.rest.empty() || spot.rest == "/shm";
    }
    return false;
}

bool MountModel::is_directory(const Spot& spot) const {
    const Mount& mount = mounts_[spot.mount];
    switch (mount.kind) {
        case Kind::tmpfs:
            return spot.rest.empty() || entry(spot)->directory;
        case Kind::host:
        case Kind::process:
            return ModelHost::is_directory(below(mount.text, spot.rest));
        case Kind::data:
            return false;
        case Kind::device:
            return true;
    }
    return false;
}

MountModel::Spot MountModel::make_place(const std::string& path, bool directory) {
    Spot spot{0, {}};
    cross(spot);
    const std::vector<std::string> parts = parts_of(path);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool wanted = i + 1 < parts.size() || directory;
        spot.rest += "/" + parts[i];
        cross(spot);
        if (!exists(spot)) {
            Mount& mount = mounts_[spot.mount];
            if (mount.kind != Kind::tmpfs || !mount.writable) {
                throw ModelBreach{path + " would be created in " + mount.name + ", which is the host's or read-only"};
            }
            mount.entries[spot.rest] = Entry{wanted, {}};
        } else if (const Entry* made = entry(spot); made != nullptr && !made->link.empty()) {
            throw ModelBreach{path + " is reached through a link"};
        } else if (is_directory(spot) != wanted) {
            throw ModelBreach{path + " is of the wrong kind"};
        }
    }
    return spot;
}

std::size_t MountModel::attach(const std::string& path, bool directory, Mount mount) {
    const Spot spot = make_place(path, directory);
    mount.name = path;
    mounts_.push_back(std::move(mount));
    mounts_[spot.mount].children[spot.rest] = mounts_.size() - 1;
    return mounts_.size() - 1;
}

Seen MountModel::at(const std::string& path) const {
    Spot spot{0, {}};
    cross(spot);
    std::vector<std::string> ahead = parts_of(path);
    std::reverse(ahead.begin(), ahead.end());
    for (int links = 0; !ahead.empty();) {
        const std::string part = std::move(ahead.back());
        ahead.pop_back();
        if (exists(spot) && !is_directory(spot)) {
            return {};
        }
        spot.rest += "/" + part;
        cross(spot);
        const Entry* const made = entry(spot);
        if (made == nullptr || made->link.empty()) {
            continue;
        }
        if (++links > 40 || made->link.front() != '/') {
            return {};  // the model's links are absolute
        }
        const std::vector<std::string> inserted = parts_of(made->link);
        ahead.insert(ahead.end(), inserted.rbegin(), inserted.rend());
        spot = Spot{0, {}};
        cross(spot);
    }
    return seen(spot);
}

/// What does not exist but could be made is as good as there.
Seen MountModel::seen(const Spot& spot) const {
    const Mount& mount = mounts_[spot.mount];
    const bool there = exists(spot);
    if (!there && !mount.writable) {
        return {};
    }
    switch (mount.kind) {
        case Kind::tmpfs:
            return {mount.writable ? Sight::private_write : Sight::empty, {}};
        case Kind::host:
            return {mount.writable ? Sight::host_write : Sight::host_read, below(mount.text, spot.rest)};
        case Kind::data:
            return {Sight::empty, mount.text};
        case Kind::process:
            return {there ? Sight::process : Sight::absent, {}};
        case Kind::device:
            return {there ? Sight::device : Sight::absent, {}};
    }
    return {};
}

std::vector<std::string> MountModel::movable() const {
    std::vector<std::string> names;
    for (const Mount& mount : mounts_) {
        for (const auto& [rest, child] : mount.children) {
            const bool changeable = mount.writable && (mount.kind == Kind::tmpfs || mount.kind == Kind::host);
            const Mount& held = mounts_[child];
            // Moved away or not, the same writable tree is where it was.
            const bool same = mount.kind == Kind::host && held.kind == Kind::host && held.writable && held.children.empty() &&
                              held.text == below(mount.text, rest);
            if (changeable && !same && std::count(rest.begin(), rest.end(), '/') > 1) {
                names.push_back(mounts_[child].name);
            }
        }
    }
    return names;
}

const char* to_text(Sight sight) {
    static constexpr std::array<const char*, 7> names = {"absent",     "empty",   "private-write", "host-read",
                                                         "host-write", "process", "device"};
    return names.at(static_cast<std::size_t>(sight));
}

}  // namespace sbx::test
