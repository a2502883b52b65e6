// A bundle that was never on disk, as the readers take it: for tests that change a byte of it and look who notices.
#pragma once

#include "compiler/policy/canonical_json.hpp"
#include "compiler/verify/bundle_files.hpp"
#include "compiler/verify/certify.hpp"
#include "emitters/emit.hpp"

#include <string>

namespace sbx::test {

inline verify::BundleFiles files_of(const emit::Bundle& bundle) {
    verify::BundleFiles files;
    for (const emit::Artifact& artifact : bundle.artifacts) {
        files.emplace(artifact.name, verify::BundleFile{artifact.bytes, artifact.mode});
    }
    return files;
}

inline emit::BundleInfo info_of(const policy::Policy& policy) {
    emit::BundleInfo info;
    info.profile = "random";
    info.compiler = "policyc 0.1.0";
    info.policy_json = policy::canonical_json(policy);
    return info;
}

/// Everything that the readers say about a bundle.
inline verify::Findings findings_about(const emit::Bundle& bundle, const policy::Policy& policy) {
    const verify::BundleFiles files = files_of(bundle);
    verify::Findings findings = verify::certify_artifacts(files, policy);
    for (verify::Finding& finding : verify::certify_manifest(files, policy)) {
        findings.push_back(std::move(finding));
    }
    return findings;
}

/// `bwrap.args, record 3: … (for example …)`.
inline std::string text_of(const verify::Findings& findings) {
    std::string text;
    for (const verify::Finding& finding : findings) {
        text += finding.file + (finding.place.empty() ? "" : ", " + finding.place) + ": " + finding.message +
                (finding.witness.empty() ? "" : " [" + finding.witness + "]") + "\n";
    }
    return text;
}

}  // namespace sbx::test
