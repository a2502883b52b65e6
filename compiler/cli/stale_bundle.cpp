// Bytes against bytes: the canonical JSON of equal meanings is equal. See the header.
#include "compiler/cli/stale_bundle.hpp"

#include "compiler/policy/canonical_json.hpp"
#include "runtime/artifact_format.hpp"

#include <fmt/format.h>

namespace sbx::cli {

void report_stale_bundle(const Compilation& done, const CompileRequest& request, const policy::FileReader& reader,
                         DiagnosticSink& sink) {
    if (request.out.empty() || done.profile.is_fragment) {
        return;
    }
    const auto stored = reader.read(fmt::format("{}/{}", request.out, format::policy_file));
    if (!stored || *stored == policy::canonical_json(done.profile.policy)) {
        return;
    }
    Diagnostic finding;
    finding.kind = DiagnosticKind::artifact_stale;
    finding.severity = info(finding.kind).severity;
    finding.origin = done.profile.origin;
    finding.message = fmt::format("the bundle in `{}` was made of a policy that meant something else", request.out);
    finding.label = "means this now";
    finding.notes.emplace_back("what is launched from there is what the policy said then");
    finding.help.push_back(fmt::format("build it again: `policyc {0} -o {1}`; `policyc diff {1} {0}` shows what has changed",
                                       request.path, request.out));
    sink.add(std::move(finding));
}

}  // namespace sbx::cli
