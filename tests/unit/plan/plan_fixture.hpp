// Policies built by hand, and their plans as text. Everything here is for tests of compiler/plan and emitters alone.
#pragma once

#include "compiler/plan/describe.hpp"
#include "compiler/plan/lower.hpp"
#include "grammar/diagnostic.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx::plan {

/// `/usr`, `$scratch`, `$scratch/out`.
inline SandboxPath path(std::string_view text) {
    if (text.starts_with('$')) {
        const std::size_t slash = text.find('/');
        const std::string_view tail = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
        return SandboxPath::below_parameter(text.substr(1, slash == std::string_view::npos ? slash : slash - 1), tail).value();
    }
    return SandboxPath::literal(text).value();
}

inline policy::Node node(policy::NodeContent content) {
    policy::Node made;
    made.content = std::move(content);
    return made;
}
inline policy::Node optional(policy::Node made) {
    made.optional = true;
    return made;
}
inline policy::Node directory(policy::Node made) {
    made.must_be_directory = true;
    return made;
}
inline policy::Node read(std::string_view source) {
    return node(policy::HostTree{path(source), false, false});
}
inline policy::Node write(std::string_view source) {
    return node(policy::HostTree{path(source), true, false});
}
inline policy::Node tmpfs(std::uint64_t mebibytes = 64, std::uint32_t mode = 0755) {
    return node(policy::Tmpfs{policy::ByteSize{mebibytes << 20U}, mode});
}
inline policy::Node hide_directory() {
    return node(policy::Mask{true});
}
inline policy::Node hide_file() {
    return node(policy::Mask{false});
}
inline policy::Node empty_directory(std::uint32_t mode = 0755) {
    return node(policy::EmptyDirectory{mode});
}
inline policy::Node file(std::string contents) {
    return node(policy::DataFile{Text(std::move(contents)), 0444});
}
inline policy::Node link_to(std::string target) {
    return node(policy::Link{std::move(target)});
}

/// A policy whose nodes are given as pairs of path and node.
inline policy::Policy policy_of(std::vector<std::pair<std::string_view, policy::Node>> nodes) {
    policy::Policy policy;
    for (auto& [text, content] : nodes) {
        policy.filesystem.nodes.emplace(path(text), std::move(content));
    }
    return policy;
}
inline void add_path_parameter(policy::Policy& policy, const std::string& name, std::string_view under) {
    policy::Parameter parameter;
    parameter.type = policy::ParameterType::path;
    parameter.under = path(under);
    policy.parameters[name] = {std::move(parameter), {}};
}

/// The mount steps as text, without the last one of every sandbox; `errors` says how many diagnostics are expected.
inline std::string mounts_of(const policy::Policy& policy, std::size_t errors = 0) {
    DiagnosticSink sink;
    const ExecutionPlan plan = lower(policy, sink);
    EXPECT_EQ(sink.error_count(), errors);
    std::string text = describe(plan.mounts);
    constexpr std::string_view last = "remount-ro /\n";
    EXPECT_TRUE(text.ends_with(last)) << text;
    text.resize(text.size() - std::min(text.size(), last.size()));
    return text;
}

}  // namespace sbx::plan
