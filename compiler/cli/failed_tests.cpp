// See the header.
#include "compiler/cli/failed_tests.hpp"

#include "compiler/plan/lower.hpp"

#include <algorithm>

namespace sbx::cli {

std::size_t set_failed_tests_aside(Compilation& done) {
    const auto is_failure = [](const Diagnostic& each) { return each.kind == DiagnosticKind::test_failed; };
    const auto failures = static_cast<std::size_t>(std::count_if(done.diagnostics.begin(), done.diagnostics.end(), is_failure));
    const auto is_other_error = [&](const Diagnostic& each) { return each.severity == Severity::error && !is_failure(each); };
    done.rejected = std::any_of(done.diagnostics.begin(), done.diagnostics.end(), is_other_error);
    if (done.rejected || failures == 0) {
        return 0;
    }
    done.diagnostics.erase(std::remove_if(done.diagnostics.begin(), done.diagnostics.end(), is_failure), done.diagnostics.end());
    if (!done.profile.is_fragment) {
        DiagnosticSink sink;
        static_cast<void>(plan::lower(done.profile.policy, sink));
        for (Diagnostic& each : sink.sorted()) {
            done.diagnostics.push_back(std::move(each));
        }
        done.rejected = sink.has_errors();
    }
    return done.rejected ? 0 : failures;
}

}  // namespace sbx::cli
