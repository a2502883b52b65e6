// An abstract mount table on which records are replayed in order, as bwrap(1) defines its options: a mount covers what was mounted
// there before; what is missing on the way to a mount point is created, where that is possible; --perms and --size belong to the
// next option. Assumes nothing of what the policy says; it objects to what would fail, write to the host, or weaken the sandbox.
#pragma once

#include "compiler/verify/argument_records.hpp"
#include "compiler/verify/finding.hpp"
#include "compiler/verify/view.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace sbx::verify {

/// How something came to stand where it does.
struct Mounted {
    std::string place;                ///< the record
    Guard condition = Guard::always;  ///< `always`, or left out where the host has no such thing
    SandboxPath conditioned;
    SourceKind kind = SourceKind::any;  ///< of a host tree
    bool asks_to_write = false;
};

/// What the options say about the process.
struct Switches {
    std::map<std::string, std::string> flags;  ///< `--unshare-net`, `--cap-drop ALL` …, with the place
    std::optional<Text> uid, gid, hostname;
    std::optional<SandboxPath> directory;
    int filters = 0;
};

class MountTable {
public:
    MountTable(const Parameters& parameters, std::string file, Findings& findings);

    void replay(std::vector<Record> records);

    [[nodiscard]] const ViewTree& views() const { return views_; }
    [[nodiscard]] const Mounted* mounted(const SandboxPath& path) const;
    [[nodiscard]] const Switches& switches() const { return switches_; }
    /// Host paths that a launch insists on, and how: sorted by both, each once.
    [[nodiscard]] const std::vector<const Record*>& established() const { return established_; }
    [[nodiscard]] bool is_established(const SandboxPath& path, Guard guard) const;
    /// Where something was mounted over `path`, if it was placed before and is hidden now.
    [[nodiscard]] std::string covered_by(const SandboxPath& path) const;

private:
    void find_established();
    void apply(const Record& record, const Option& option);
    [[nodiscard]] bool apply_switch(const Record& record, const Option& option);
    void apply_mount(const Record& record, const Option& option);
    void bind(const Record& record, const Option& option);
    void remount(const Record& record, const SandboxPath& path);
    void close_made(std::set<SandboxPath>::const_iterator made, const SandboxPath& mount);
    void make_directory(const Record& record, const SandboxPath& path);
    void make_link(const Record& record, const SandboxPath& path, std::string target);
    void mount(const Record& record, const SandboxPath& path, View view, Mounted mounted);

    /// A mount point that is missing can be made there, or is there already.
    void check_mount_point(const Record& record, const SandboxPath& path, const View& view, const Mounted& mounted);
    /// In a host tree: nothing may be made on the host.
    void check_in_host(const Record& record, const SandboxPath& path, const ViewTree::Map::value_type& tree, const View& view,
                       const Mounted& mounted);
    /// The mount that surrounds the path, made directories left out; nullptr for the sandbox's own root.
    [[nodiscard]] const ViewTree::Map::value_type* mount_around(const SandboxPath& path) const;
    [[nodiscard]] std::string why_nothing_is_made_in(const ViewTree::Map::value_type* ground, const SandboxPath& path) const;
    /// Whatever a directory that can be renamed leads to could be moved away with it.
    void check_firm();

    std::uint32_t take_mode(std::uint32_t otherwise) { return std::exchange(mode_, std::nullopt).value_or(otherwise); }
    void object(const std::string& place, std::string message, const SandboxPath& witness) {
        findings_.push_back({file_, place, std::move(message), witness.text()});
    }

    const Parameters& parameters_;
    std::string file_;
    Findings& findings_;
    ViewTree views_;
    std::unordered_map<SandboxPath, Mounted, PathHash> mounted_;
    std::set<SandboxPath> made_;  ///< directories and links that are no mounts
    std::unordered_map<SandboxPath, std::string, PathHash> covered_;
    std::vector<Record> records_;
    std::vector<const Record*> established_;
    Switches switches_;
    std::optional<std::uint32_t> mode_;
    std::optional<std::uint64_t> size_;
    bool root_is_read_only_ = false;
};

}  // namespace sbx::verify
