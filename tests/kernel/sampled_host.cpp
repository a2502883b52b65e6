// Plants the tree once; between launches only what differs is touched.
#include "tests/kernel/sampled_host.hpp"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

constexpr int deepest = 4;

bool at_or_below(const std::string& path, const std::string& top) {
    return path == top || path.starts_with(top + "/");
}

}  // namespace

SampledHost::SampledHost(Scene& scene)
    : base_(scene.directory("h")), aside_(scene.directory("aside")), program_(scene.path("tools/probe")) {
    plant(base_, 0);
    links_ = {{base_ + "/a/l", base_ + "/b/f"}, {base_ + "/b/l", base_ + "/c/a/f"}, {base_ + "/c/l", base_ + "/a/b/c/f"}};
    for (const auto& [path, target] : links_) {
        fs::create_symlink(target, path);
        all_.insert(path);
        points_.push_back(path);
    }
}

void SampledHost::plant(const std::string& directory, int depth) {
    fs::create_directories(directory);
    fs::permissions(directory, fs::perms::all);
    write_file(directory + "/f", contents_of(directory + "/f"), 0666);
    fs::create_hard_link(program_, directory + "/program");
    all_.insert({directory, directory + "/f", directory + "/program"});
    points_.insert(points_.end(), {directory, directory + "/f"});
    if (depth == deepest || directory.ends_with("ab")) {
        return;
    }
    for (const char* name : {"a", "ab", "b", "c"}) {
        plant(directory + "/" + name, depth + 1);
    }
}

void SampledHost::lack(const std::set<std::string>& paths) {
    for (auto path = paths.rbegin(); path != paths.rend(); ++path) {  // what lies below another first
        const std::string place = aside_ + "/" + std::to_string(taken_away_.size());
        fs::rename(*path, place);
        taken_away_.emplace(*path, place);
    }
}

bool SampledHost::has(const std::string& path) const {
    return all_.contains(path) && !lacks(path);
}

bool SampledHost::lacks(const std::string& path) const {
    return std::any_of(taken_away_.begin(), taken_away_.end(), [&](const auto& taken) { return at_or_below(path, taken.first); });
}

bool SampledHost::is_directory_name(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    return name != "f" && name != "l" && name != "program";
}

std::string SampledHost::link_target(const std::string& path) const {
    const auto link = links_.find(path);
    return link == links_.end() ? std::string() : link->second;
}

SampledHost::Changes SampledHost::changes() const {
    Changes changes;
    std::set<std::string> seen = {base_};
    for (const auto& entry : fs::recursive_directory_iterator(base_)) {
        const std::string path = entry.path();
        seen.insert(path);
        const bool directory = entry.is_directory() && !entry.is_symlink();
        const bool is_new = !has(path) || directory != is_directory_name(path);
        const bool changed = entry.is_regular_file() && !entry.is_symlink() && path.ends_with("/f") &&
                             (entry.file_size() != contents_of(path).size() || read_file(path) != contents_of(path));
        if (is_new || changed) {
            (directory ? changes.directories : changes.files).insert(path);
        }
    }
    for (const std::string& path : all_) {
        if (!seen.contains(path) && !lacks(path)) {
            (is_directory_name(path) ? changes.directories : changes.files).insert(path);
        }
    }
    return changes;
}

void SampledHost::restore() {
    const Changes changed = changes();
    for (const std::string& path : changed.files) {
        if (path.ends_with("/f") && has(path)) {
            write_file(path, contents_of(path), 0666);
        } else {
            fs::remove(path);
        }
    }
    for (const std::string& path : changed.directories) {
        fs::remove_all(path);
    }
    for (const auto& [path, place] : taken_away_) {  // parents first
        fs::rename(place, path);
    }
    taken_away_.clear();
}

}  // namespace sbx::kernel
