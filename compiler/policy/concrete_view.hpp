// What stands where once every parameter that places something has a value: plain lookups, and links followed as the kernel does.
// Assumes a resolved policy; knows nothing of verdicts over several values, which are decide_filesystem's.
#pragma once

#include "compiler/policy/decide.hpp"

#include <map>
#include <string>
#include <vector>

namespace sbx::policy {

/// A literal path for each parameter that is a destination.
using ParameterValues = std::map<std::string, SandboxPath>;

/// What one place in the sandbox is, and who says so.
struct Place {
    View view = View::absent;
    bool readable = false;
    bool writable = false;
    bool executable = false;
    const Node* node = nullptr;  ///< the deciding one, which may have nothing to offer here; null when none is at or above
    SandboxPath written;         ///< the node's path as the policy has it
    SandboxPath concrete;        ///< and with values put in
    bool exact = false;          ///< the place is the node's own
};

/// Where a walk ended.
struct Arrival {
    SandboxPath path;                   ///< without links
    const Node* link = nullptr;         ///< the last link that was followed
    SandboxPath link_written;           ///< and its path
    bool loops = false;                 ///< more than 40 links, ELOOP in path_resolution(7)
    std::vector<SandboxPath> passed{};  ///< every place whose nodes had a say in where the walk went, the end included
};

class ConcreteView {
public:
    /// Both outlive the view.
    ConcreteView(const Filesystem& filesystem, const ParameterValues& values) : filesystem_(filesystem), values_(values) {}

    /// path_resolution(7), as far as the policy knows: links inside host trees are the host's.
    [[nodiscard]] Arrival walk(const SandboxPath& literal) const;
    /// What stands at a place that a walk arrived at.
    [[nodiscard]] Place at(const SandboxPath& literal) const;
    /// The same, as it is where the host lacks what `place` comes from.
    [[nodiscard]] Place at_without(const SandboxPath& literal, const Place& place) const;
    [[nodiscard]] bool has_node_below(const SandboxPath& literal) const;
    /// The node whose own place this is.
    [[nodiscard]] Place node_at(const SandboxPath& literal) const;

private:
    [[nodiscard]] Place nearest(SandboxPath from) const;
    [[nodiscard]] Place describe(const SandboxPath& literal, Place place) const;
    /// The nearest directory above that nobody may enter, if there is one.
    [[nodiscard]] Place barrier_above(const SandboxPath& literal) const;
    [[nodiscard]] std::optional<std::string> link_target(const SandboxPath& literal, const Place& own) const;

    const Filesystem& filesystem_;
    const ParameterValues& values_;
};

/// `path` relative to `base`, which contains it: empty or `/…`.
[[nodiscard]] std::string_view below(const SandboxPath& base, const SandboxPath& path);
/// The components of a path or link target, empty ones and `.` left out.
[[nodiscard]] std::vector<std::string> components(std::string_view path);

}  // namespace sbx::policy
