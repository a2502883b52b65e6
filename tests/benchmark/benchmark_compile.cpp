// The stages behind the normal form, with growing input: a policy of many grants, of which a thousand at most need a mount. Times
// per node should stay the same from row to row.
#include "compiler/plan/lower.hpp"
#include "emitters/emit.hpp"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <string>

namespace {

using sbx::policy::Policy;
using sbx::policy::SandboxPath;

constexpr std::int64_t most_mounts = 1000;

/// `nodes` grants: up to a thousand trees, and paths below them that are only required to exist.
Policy policy_of(std::int64_t nodes) {
    Policy policy;
    const std::int64_t mounts = std::min(nodes, most_mounts);
    for (std::int64_t i = 0; i < nodes; ++i) {
        const std::string tree = "/srv/tree" + std::to_string(i % mounts);
        if (i < mounts) {
            sbx::policy::Node node;
            node.content = sbx::policy::HostTree{SandboxPath::literal(tree).value(), false, false};
            policy.filesystem.nodes.emplace(SandboxPath::literal(tree).value(), std::move(node));
        } else {
            const std::string below = tree + "/part" + std::to_string(i);
            policy.filesystem.required.emplace(SandboxPath::literal(below).value(), sbx::Located<bool>{});
        }
    }
    return policy;
}

/// Nodes below one writable tree, each in a directory of its own that becomes firm.
Policy nested_policy_of(std::int64_t nodes) {
    Policy policy;
    const auto add = [&policy](const std::string& path, bool writable) {
        sbx::policy::Node node;
        node.content = sbx::policy::HostTree{SandboxPath::literal(path).value(), writable, false};
        policy.filesystem.nodes.emplace(SandboxPath::literal(path).value(), std::move(node));
    };
    add("/ws", true);
    for (std::int64_t i = 0; i < nodes; ++i) {
        add("/ws/d" + std::to_string(i) + "/e/f", false);
    }
    return policy;
}

void lower_grants(benchmark::State& state) {
    const Policy policy = policy_of(state.range(0));
    for (auto _ : state) {
        sbx::DiagnosticSink sink;
        benchmark::DoNotOptimize(sbx::plan::lower(policy, sink));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetComplexityN(state.range(0));
}
BENCHMARK(lower_grants)->RangeMultiplier(10)->Range(10, 100'000)->Unit(benchmark::kMicrosecond)->Complexity(benchmark::oN);

void lower_nested_grants(benchmark::State& state) {
    const Policy policy = nested_policy_of(state.range(0));
    for (auto _ : state) {
        sbx::DiagnosticSink sink;
        benchmark::DoNotOptimize(sbx::plan::lower(policy, sink));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetComplexityN(state.range(0));
}
BENCHMARK(lower_nested_grants)->RangeMultiplier(10)->Range(10, 100'000)->Unit(benchmark::kMicrosecond)->Complexity(benchmark::oN);

void emit_grants(benchmark::State& state) {
    const Policy policy = policy_of(state.range(0));
    sbx::DiagnosticSink sink;
    const sbx::plan::ExecutionPlan plan = sbx::plan::lower(policy, sink);
    sbx::emit::BundleInfo info;
    info.profile = "benchmark";
    for (auto _ : state) {
        benchmark::DoNotOptimize(sbx::emit::emit(plan, info));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetComplexityN(state.range(0));
}
BENCHMARK(emit_grants)->RangeMultiplier(10)->Range(10, 100'000)->Unit(benchmark::kMicrosecond)->Complexity(benchmark::oN);

void digest(benchmark::State& state) {
    const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state) {
        benchmark::DoNotOptimize(sbx::emit::sha256_hex(bytes));
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(digest)->Arg(1 << 20)->Unit(benchmark::kMicrosecond);

}  // namespace
