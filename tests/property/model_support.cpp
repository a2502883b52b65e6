// Compiles to memory and compares. See the header.
#include "tests/property/model_support.hpp"

#include "compiler/plan/lower.hpp"
#include "emitters/emit.hpp"

namespace sbx::test {

std::optional<Artifacts> artifacts_of(const Compiled& compiled) {
    DiagnosticSink sink;
    const auto plan = plan::lower(compiled.profile.policy, sink);
    if (sink.has_errors()) {
        return std::nullopt;
    }
    Artifacts result;
    for (emit::Artifact& artifact : emit::emit(plan, {}).artifacts) {
        if (artifact.name == "bwrap.args") {
            result.arguments = std::move(artifact.bytes);
        } else if (artifact.name.starts_with("data/")) {
            result.data.emplace(artifact.name, std::move(artifact.bytes));
        }
    }
    return result;
}

policy::Decision decision_at(const Compiled& compiled, policy::RequestKind kind, const policy::SandboxPath& path) {
    policy::Request request;
    request.kind = kind;
    request.path = path;
    return policy::decide(compiled.profile.policy, request);
}

bool agrees(const Seen& seen, policy::View view) {
    switch (view) {
        case policy::View::absent:
        case policy::View::link:
            return seen.sight == Sight::absent;
        case policy::View::masked:
            return seen.sight == Sight::absent || (seen.sight == Sight::empty && seen.detail.empty());
        case policy::View::implied_directory:
        case policy::View::private_read:
            return seen.sight == Sight::empty;
        case policy::View::procfs:
            return seen.sight == Sight::process;
        case policy::View::device:
            return seen.sight == Sight::device;
        case policy::View::private_write:
            return seen.sight == Sight::private_write;
        case policy::View::host_read:
            return seen.sight == Sight::host_read;
        case policy::View::host_write:
            return seen.sight == Sight::host_write;
        case policy::View::socket:
            return false;
    }
    return false;
}

}  // namespace sbx::test
