// Parsing with positions and diagnostics, from bytes to tree, line table included: bytes a second for a typical policy, for one
// full of paths, and for one full of mistakes, with growing size. The time a byte should stay the same from row to row.
#include "grammar/parser.hpp"

#include <benchmark/benchmark.h>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view typical = R"(
use std/system                      # what dynamically linked programs need
param scratch: path under /var/tmp  # bound at launch: --set scratch=/var/tmp/job42
let   mirror = [10.20.0.0/16, 2001:db8:20::/48]

filesystem {
    read     $toolchain
    write    $scratch
    read     /srv/fixtures /srv/models?         # `?`: skipped where the host lacks it
    hide     /srv/fixtures/private/
    tmpfs    /var/tmp { size 256M }
    workdir  $scratch
}
limits {
    cpu-time   60s
    processes  256
    open-files 1024
}
environment {
    keep   LANG LC_* TZ
    set    CI = "true"
}
test "the checkout is the only thing that can be changed" {
    allowed write $scratch/out.o
    denied  write /usr/bin/cc /etc/passwd
}
)";

constexpr std::string_view path_line = "    read /srv/fixtures/models/v2/weights.bin /opt/toolchains/gcc-12/lib\n";
constexpr std::string_view wrong = "    read /srv/fixtures/models/ \"closed\" 10.20.0.0/16 CI = \"true\" # fine\n";

std::string repeated(std::string_view piece, std::int64_t size) {
    std::string text;
    while (text.size() + piece.size() <= static_cast<std::size_t>(size)) {
        text += piece;
    }
    return text;
}

void parse_text(benchmark::State& state, const std::string& text) {
    std::size_t elements = 0;
    for (auto _ : state) {
        const sbx::SourceFile file("benchmark.sbx", text);
        sbx::DiagnosticSink sink;
        const sbx::SyntaxTree tree = sbx::parse(file, sink);
        elements = tree.elements.size();
        benchmark::DoNotOptimize(tree.elements.data());
        benchmark::DoNotOptimize(sink.sorted().size());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
    state.SetComplexityN(static_cast<std::int64_t>(text.size()));
    state.counters["elements"] = static_cast<double>(elements);
}

void parse_typical(benchmark::State& state) {
    parse_text(state, repeated(typical, state.range(0)));
}
void parse_paths(benchmark::State& state) {
    parse_text(state, "filesystem {\n" + repeated(path_line, state.range(0)) + "}\n");
}
void parse_with_mistakes(benchmark::State& state) {
    std::string text = "a \"\\q\" b*c x => y\n{ }\n/* no */\n" + repeated(wrong, state.range(0)) + "filesystem {\n";
    parse_text(state, text);
}

constexpr std::int64_t smallest = 4 << 10;
constexpr std::int64_t largest = 2 << 20;
BENCHMARK(parse_typical)->RangeMultiplier(8)->Range(smallest, largest)->Complexity(benchmark::oN);
BENCHMARK(parse_paths)->RangeMultiplier(8)->Range(smallest, largest)->Complexity(benchmark::oN);
BENCHMARK(parse_with_mistakes)->RangeMultiplier(8)->Range(smallest, largest)->Complexity(benchmark::oN);

}  // namespace
