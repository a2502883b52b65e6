// What the sandbox shows at a path, in words that a policy and a mount table have in common. Two trees of views are the same
// exactly when they show the same at every path: what is not placed itself follows from the nearest place above it.
#pragma once

#include "compiler/verify/artifact_text.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sbx::verify {

enum class Sight : std::uint8_t {
    absent,
    passage,            ///< an empty read-only directory on the way to something else
    host_tree,          ///< the host's `source`, with all below it
    private_directory,  ///< writable and gone at the end, with all below it
    empty_directory,    ///< read-only
    file,               ///< read-only, with `contents`
    link,
    procfs,
    devices,
    device,  ///< the host's `source`
    socket   ///< the host's `source`
};

struct View {
    Sight sight = Sight::absent;
    SandboxPath source;
    bool writable = false;   ///< of a host tree; of devices: it was left writable
    std::uint64_t size = 0;  ///< of a private directory, in bytes; 0: as large as memory
    std::uint32_t mode = 0;
    Text contents;
    std::string target;
    /// A host tree that is seen at another place than its own, below a directory that only the launch knows.
    bool displaced = false;
    friend bool operator==(const View&, const View&) = default;
};

/// For messages: "the host's `/usr`, read-only".
[[nodiscard]] std::string describe(const View& view);

/// Paths that open with a parameter come after all literal ones; none is before this one.
[[nodiscard]] SandboxPath first_parameter();

/// Views by the paths at which something is placed.
class ViewTree {
public:
    using Map = std::map<SandboxPath, View>;

    /// `parameters` say where a path that opens with one can lie; they must outlive the tree.
    explicit ViewTree(const Parameters& parameters) : parameters_(&parameters) {}

    void place(const SandboxPath& path, View view) { views_.insert_or_assign(path, std::move(view)); }
    [[nodiscard]] const Map& placed() const { return views_; }
    [[nodiscard]] bool has(const SandboxPath& path) const { return views_.contains(path); }
    /// Removes all that a mount at `path` would cover: what lies below, and the parameters whose values all do.
    std::vector<SandboxPath> cover(const SandboxPath& path);

    [[nodiscard]] View at(const SandboxPath& path) const;
    /// As if nothing were placed at the path itself.
    [[nodiscard]] View inherited(const SandboxPath& path) const;
    /// The place that surrounds the path: the nearest one strictly above it. For a bare parameter it is at or above the directory
    /// that the parameter must lie under.
    [[nodiscard]] const Map::value_type* around(const SandboxPath& path) const;
    /// Something is placed strictly below the path, whatever the values.
    [[nodiscard]] bool holds(const SandboxPath& path) const;
    /// The host's path of a path in the host tree that surrounds it; nullopt elsewhere, and where only the launch knows it.
    [[nodiscard]] std::optional<SandboxPath> host_path(const SandboxPath& path) const;
    /// What a parameter must lie under; nullptr if it may lie anywhere.
    [[nodiscard]] const SandboxPath* under(const std::string& parameter) const;

private:
    const Parameters* parameters_;
    Map views_;
};

}  // namespace sbx::verify
