// The pipeline; see the header.
#include "compiler/cli/compile.hpp"

#include "compiler/cli/own_policy.hpp"
#include "compiler/cli/stale_bundle.hpp"
#include "compiler/cli/version.hpp"
#include "compiler/plan/crowded_mounts.hpp"
#include "compiler/plan/lower.hpp"
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/check.hpp"
#include "compiler/verify/certify.hpp"
#include "grammar/syntax_views.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <future>

namespace sbx::cli {
namespace {

/// Findings that a statement which was left out because of an error would settle: beside that error they only mislead.
bool may_follow_from_an_error(DiagnosticKind kind) {
    static constexpr std::array kinds = {
        DiagnosticKind::test_failed,    DiagnosticKind::command_not_visible, DiagnosticKind::workdir_not_visible,
        DiagnosticKind::grants_nothing, DiagnosticKind::unused_name,         DiagnosticKind::hide_without_effect,
        DiagnosticKind::stale_waiver,   DiagnosticKind::dead_statement,      DiagnosticKind::exceeds_ceiling};
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

void find_problems(const policy::Profile& profile, DiagnosticSink& sink) {
    DiagnosticSink findings;
    policy::check(profile, findings);
    const bool incomplete = sink.has_errors();
    const std::vector<Diagnostic> found = findings.sorted();
    const auto stands_at_error = [&found](const Diagnostic& finding) {
        return std::any_of(found.begin(), found.end(), [&finding](const Diagnostic& other) {
            return other.severity == Severity::error && other.origin.file == finding.origin.file &&
                   other.origin.span.begin == finding.origin.span.begin;
        });
    };
    const bool has_errors = findings.has_errors();
    for (const Diagnostic& finding : found) {
        // One thing is said about one place: what is refused there has to change anyway.
        if (has_errors && finding.severity != Severity::error && stands_at_error(finding)) {
            continue;
        }
        if (!incomplete || (finding.severity == Severity::error && !may_follow_from_an_error(finding.kind))) {
            sink.add(finding);
        }
    }
    for (const Waived& waived : findings.waived()) {
        sink.add_waived(waived);
    }
}

void refuse_fragment(const Compilation& compilation, DiagnosticSink& sink) {
    if (!compilation.profile.is_fragment || compilation.sources.trees.empty()) {
        return;
    }
    Origin origin;
    for (const StatementView& statement : statements(compilation.sources.trees.front())) {
        if (statement.keyword().text() == "fragment") {
            origin = statement.origin();
            break;
        }
    }
    sink.report(DiagnosticKind::misplaced_statement, origin, "fragments are used, not compiled")
        .caret("this file is a fragment")
        .help("name a profile that takes it in with `use`, or write `profile` here if it is one");
}

emit::BundleInfo describe_bundle(const Compilation& compilation, std::string runtime_binary) {
    emit::BundleInfo info;
    info.profile = compilation.profile.name;
    info.description = compilation.profile.description;
    info.compiler = fmt::format("policyc {}", version);
    info.policy_json = policy::canonical_json(compilation.profile.policy);
    for (const SourceFile& file : compilation.sources.files) {
        emit::SourceDigest source{file.stable_name(), emit::sha256_hex(file.text())};
        // A ceiling takes files in for itself, perhaps the same ones.
        const bool listed = std::any_of(info.sources.begin(), info.sources.end(), [&](const emit::SourceDigest& other) {
            return other.name == source.name && other.sha256 == source.sha256;
        });
        if (!listed) {
            info.sources.push_back(std::move(source));
        }
    }

    info.runtime_binary = std::move(runtime_binary);
    return info;
}

verify::BundleFiles files_of(const emit::Bundle& bundle) {
    verify::BundleFiles files;
    for (const emit::Artifact& artifact : bundle.artifacts) {
        files.emplace(artifact.name, verify::BundleFile{artifact.bytes, artifact.mode, artifact.sha256});
    }
    return files;
}

/// Digests of so many bytes take longer than it takes to begin a thread for them.
constexpr std::size_t worth_a_thread = std::size_t{4} << 20;

bool is_large(const emit::Bundle& bundle) {
    std::size_t bytes = 0;
    for (const emit::Artifact& artifact : bundle.artifacts) {
        bytes += artifact.bytes.size();
    }
    return bytes >= worth_a_thread;
}

/// The artifacts first, then the manifest, which says that they were read, and is read itself.
void emit_and_certify(Compilation& done, CompileRequest& request) {
    const policy::Policy& policy = done.profile.policy;
    const emit::BundleInfo info = describe_bundle(done, std::move(request.runtime_binary));
    emit::Bundle bundle = emit::emit_artifacts(*done.plan, info);
    if (request.spoil) {
        request.spoil(bundle);
    }
    verify::BundleFiles files = files_of(bundle);
    const verify::Certifier certifier(policy);
    // What is read back are the bytes; their digests, which the manifest needs, are none of the reader's.
    std::future<void> digests =
        std::async(is_large(bundle) ? std::launch::async : std::launch::deferred, [&bundle] { emit::add_digests(bundle); });
    done.differences = certifier.artifacts(files);
    if (!done.differences.empty()) {
        return;
    }
    digests.get();
    emit::add_manifest(bundle, *done.plan, info, verify::read_files(files));
    files = files_of(bundle);
    done.differences = certifier.manifest(files);
    if (done.differences.empty()) {
        done.bundle = std::move(bundle);
    }
}

}  // namespace

Compilation compile(CompileRequest request, const policy::FileReader& reader) {
    Compilation done;
    DiagnosticSink sink;
    done.profile = policy::resolve(request.path, std::move(request.text), reader, request.options, done.sources, sink);
    find_problems(done.profile, sink);
    report_own_policy_writable(done, request, reader, sink);
    if (request.until != Until::checked) {
        refuse_fragment(done, sink);
    }
    // A check says all that a build would, so it lowers, too.
    if (!done.profile.is_fragment && !sink.has_errors()) {
        done.plan = plan::lower(done.profile.policy, sink);
        if (!sink.has_errors()) {
            policy::check_later(done.profile, plan::slow_launch(*done.plan, done.profile.origin), sink);
        }
        if (request.until == Until::emitted && !sink.has_errors()) {
            emit_and_certify(done, request);
        }
    }
    if (request.until == Until::checked && !sink.has_errors()) {
        report_stale_bundle(done, request, reader, sink);
    }
    done.diagnostics = leveled(sink.sorted(), request.levels);
    done.waived = sink.waived();
    done.rejected = std::any_of(done.diagnostics.begin(), done.diagnostics.end(),
                                [](const Diagnostic& each) { return each.severity == Severity::error; });
    return done;
}

}  // namespace sbx::cli
