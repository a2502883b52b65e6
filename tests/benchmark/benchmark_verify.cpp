// What reading the artifacts back costs beside making them. The two rows of one input belong together: `certify` should stay below
// a third of `make`, which is everything from the text of a policy to its artifacts.
#include "compiler/plan/lower.hpp"
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/check.hpp"
#include "emitters/emit.hpp"
#include "tests/support/bundle_in_memory.hpp"
#include "tests/support/memory_files.hpp"

#include <benchmark/benchmark.h>
#include <cstdint>
#include <string>

namespace {

/// With std/system, as nearly every policy has it, and `grants` trees of its own, of which a thousand at most need a mount.
std::string text_of_policy(std::int64_t grants) {
    std::string text = "sbx 1\nprofile benchmark\nuse std/system\nparam scratch: path under /var/tmp\n";
    text += "limits { cpu-time 60s; processes 64; open-files 256; file-size 1M }\nfilesystem {\n    write $scratch\n";
    for (std::int64_t i = 0; i < grants; ++i) {
        const std::string tree = "/srv/tree" + std::to_string(i % 1000);
        text += "    read " + tree + (i < 1000 ? "" : "/part" + std::to_string(i)) + "\n";
    }
    return text + "}\n";
}

struct Made {
    sbx::test::Resolved resolved;
    sbx::plan::ExecutionPlan plan;
    sbx::emit::BundleInfo info;
    sbx::emit::Bundle bundle;
};

Made make(const std::string& text) {
    Made made{sbx::test::resolve_text(text), {}, {}, {}};
    sbx::policy::check(made.resolved.profile, made.resolved.sink);
    made.plan = sbx::plan::lower(made.resolved.profile.policy, made.resolved.sink);
    made.info = sbx::test::info_of(made.resolved.profile.policy);
    made.info.sources.push_back({"benchmark.sbx", sbx::emit::sha256_hex(text)});
    made.bundle = sbx::emit::emit_artifacts(made.plan, made.info);
    sbx::emit::add_digests(made.bundle);
    sbx::emit::add_manifest(made.bundle, made.plan, made.info, {});
    return made;
}

void make(benchmark::State& state) {
    const std::string text = text_of_policy(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(make(text));
    }
}
BENCHMARK(make)->Arg(0)->Arg(10)->Arg(100)->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

void certify(benchmark::State& state) {
    const Made made = make(text_of_policy(state.range(0)));
    for (auto _ : state) {
        const auto findings = sbx::test::findings_about(made.bundle, made.resolved.profile.policy);
        if (!findings.empty()) {
            state.SkipWithError(sbx::test::text_of(findings).c_str());
        }
    }
}
BENCHMARK(certify)->Arg(0)->Arg(10)->Arg(100)->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

}  // namespace
