// Plans to bytes. Pure: no disk, clock, locale or environment; decides nothing.
#pragma once

#include "compiler/plan/execution_plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sbx::emit {

/// One file of a bundle. `name` is relative to it: `data/000`.
struct Artifact {
    std::string name;
    std::string bytes;
    std::uint32_t mode = 0644;
    friend bool operator==(const Artifact&, const Artifact&) = default;
};
/// Sorted by name; manifest.json included.
struct Bundle {
    std::vector<Artifact> artifacts;
    friend bool operator==(const Bundle&, const Bundle&) = default;
};

struct SourceDigest {
    std::string name;    ///< SourceFile::stable_name()
    std::string sha256;  ///< lower-case hex
};
/// What the artifacts say about the profile that is not in the plan.
struct BundleInfo {
    std::string profile;
    std::string description;
    std::string compiler;     ///< `policyc 0.1.0`
    std::string policy_json;  ///< canonical_json(); written as it is, and hashed
    std::vector<SourceDigest> sources;
    std::string runtime_binary;  ///< the bytes of sbx-run, or empty
};

/// Every file but manifest.json.
[[nodiscard]] Bundle emit_artifacts(const plan::ExecutionPlan& plan, const BundleInfo& info);
/// Adds manifest.json. `read`: the files that were read back and mean the policy; empty where nobody looked.
void add_manifest(Bundle& bundle, const plan::ExecutionPlan& plan, const BundleInfo& info, const std::vector<std::string>& read);
/// Both, of artifacts that nobody read back.
[[nodiscard]] Bundle emit(const plan::ExecutionPlan& plan, const BundleInfo& info);

/// SHA-256, lower-case hex (FIPS 180-4; libmd).
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace sbx::emit
