// Whether the sandbox could edit what confines it; see the header.
#include "compiler/cli/own_policy.hpp"

#include "compiler/policy/decide.hpp"
#include "compiler/policy/standard_fragments.hpp"

#include <fmt/format.h>
#include <string_view>
#include <variant>

namespace sbx::cli {
namespace {

using policy::SandboxPath;

/// A host path that must stay out of reach, and what it is.
struct Precious {
    std::string path;
    std::string what;
};

/// `out` need not exist yet; its parent does, or writing will fail and say so.
std::string canonical_output(const std::string& out, const policy::FileReader& reader) {
    try {
        return reader.canonical(out);
    } catch (const std::system_error&) {
        std::string path = out;
        while (path.size() > 1 && path.back() == '/') {
            path.pop_back();
        }
        const std::size_t slash = path.rfind('/');
        const std::string parent = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
        const std::string real = reader.canonical(parent);
        return (real == "/" ? "" : real) + "/" + path.substr(slash + 1);
    }
}

std::vector<Precious> precious_paths(const Compilation& compilation, const CompileRequest& request,
                                     const policy::FileReader& reader) {
    std::vector<Precious> paths;
    if (!request.out.empty()) {
        paths.push_back({canonical_output(request.out, reader), "the bundle"});
    }
    for (const SourceFile& file : compilation.sources.files) {
        const bool on_disk = file.name().rfind('<', 0) != 0 && !policy::find_standard_fragment(file.name());
        if (on_disk) {
            paths.push_back({reader.canonical(file.name()), "the policy"});
        }
    }
    return paths;
}

bool can_write(const policy::Policy& policy, const SandboxPath& path) {
    policy::Request request;
    request.kind = policy::RequestKind::write;
    request.path = path;
    return policy::decide(policy, request).verdict != policy::Verdict::denied;
}

}  // namespace

void report_own_policy_writable(const Compilation& compilation, const CompileRequest& request, const policy::FileReader& reader,
                                DiagnosticSink& sink) {
    const policy::Policy& policy = compilation.profile.policy;
    std::vector<std::pair<const SandboxPath*, const policy::Node*>> writable;
    for (const auto& [path, node] : policy.filesystem.nodes) {
        const auto* tree = std::get_if<policy::HostTree>(&node.content);
        if (tree != nullptr && tree->writable && tree->source.is_literal()) {
            writable.emplace_back(&path, &node);
        }
    }
    if (writable.empty()) {
        return;
    }
    for (const Precious& precious : precious_paths(compilation, request, reader)) {
        const auto host_path = SandboxPath::literal(precious.path);
        for (const auto& [path, node] : writable) {
            const SandboxPath& source = std::get<policy::HostTree>(node->content).source;
            if (!host_path || !source.contains(*host_path)) {
                continue;
            }
            const std::string_view rest = std::string_view(host_path->tail())
                                              .substr(source.is_root() ? (host_path->is_root() ? 1 : 0) : source.tail().size());
            if (can_write(policy, path->joined(rest))) {
                sink.report(DiagnosticKind::own_policy_writable, node->origin,
                            fmt::format("the sandbox can write {} that confines it, `{}`", precious.what, precious.path))
                    .caret("this tree holds it")
                    .help(fmt::format("keep {} outside of `{}`, or grant a directory below it", precious.what, source.text()));
            }
        }
    }
}

}  // namespace sbx::cli
