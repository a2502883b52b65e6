// From text to the normal form and what is found about it, with growing input: paths that reduce to a hundredth of the mounts, and
// paths that don't. Complexity is fitted to the times; each stage should be O(N), with the logarithm of the maps hidden in it.
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/check.hpp"
#include "tests/support/memory_files.hpp"

#include <benchmark/benchmark.h>
#include <cstdint>
#include <string>

namespace {

std::string reducing(std::int64_t paths) {
    std::string text = "sbx 1\nprofile many\nfilesystem {\n";
    for (std::int64_t i = 0; i < paths; ++i) {
        const std::string tree = "    read /srv/t" + std::to_string(i / 100);
        text += i % 100 == 0 ? tree + "\n" : tree + "/x" + std::to_string(i % 100) + "\n";
    }
    return text + "}\n";
}
std::string not_reducing(std::int64_t paths) {
    std::string text = "sbx 1\nprofile many\nfilesystem {\n";
    for (std::int64_t i = 0; i < paths; ++i) {
        text += "    read /srv/t" + std::to_string(i) + "\n";
    }
    return text + "}\n";
}

void resolve(benchmark::State& state, const std::string& text) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(sbx::test::resolve_text(text).profile.policy.filesystem.nodes.size());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetComplexityN(state.range(0));
}
void resolve_reducing(benchmark::State& state) {
    resolve(state, reducing(state.range(0)));
}
void resolve_not_reducing(benchmark::State& state) {
    resolve(state, not_reducing(state.range(0)));
}

void check(benchmark::State& state) {
    const auto resolved = sbx::test::resolve_text(not_reducing(state.range(0)) + "test \"t\" { never write /srv }\n");
    for (auto _ : state) {
        sbx::DiagnosticSink sink;
        sbx::policy::check(resolved.profile, sink);
        benchmark::DoNotOptimize(sink.has_errors());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetComplexityN(state.range(0));
}

void canonical_json(benchmark::State& state) {
    const auto resolved = sbx::test::resolve_text(reducing(state.range(0)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(sbx::policy::canonical_json(resolved.profile.policy).size());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.SetComplexityN(state.range(0));
}

constexpr std::int64_t fewest = 1000;
constexpr std::int64_t most = 100'000;
BENCHMARK(resolve_reducing)->RangeMultiplier(10)->Range(fewest, most)->Unit(benchmark::kMicrosecond)->Complexity(benchmark::oN);
BENCHMARK(resolve_not_reducing)->RangeMultiplier(10)->Range(fewest, most)->Unit(benchmark::kMicrosecond)->Complexity(benchmark::oN);
BENCHMARK(check)->RangeMultiplier(10)->Range(fewest, most)->Unit(benchmark::kMicrosecond)->Complexity(benchmark::oN);
BENCHMARK(canonical_json)->RangeMultiplier(10)->Range(fewest, most)->Unit(benchmark::kMicrosecond)->Complexity(benchmark::oN);

}  // namespace
