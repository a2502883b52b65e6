// A plan to the files of a bundle. The order of making follows what each needs: the launcher knows all but the manifest, the
// manifest knows all.
#include "emitters/emit.hpp"

#include "emitters/bwrap_arguments.hpp"
#include "emitters/egress_filter.hpp"
#include "emitters/environment_table.hpp"
#include "emitters/landlock_table.hpp"
#include "emitters/launcher_script.hpp"
#include "emitters/manifest.hpp"
#include "emitters/resolver_configuration.hpp"
#include "emitters/rlimit_table.hpp"
#include "emitters/seccomp_program.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <utility>

namespace sbx::emit {
namespace {

constexpr std::uint32_t data_mode = 0644;
constexpr std::uint32_t program_mode = 0755;

void sort_by_name(std::vector<Artifact>& artifacts) {
    std::sort(artifacts.begin(), artifacts.end(), [](const Artifact& a, const Artifact& b) { return a.name < b.name; });
}

}  // namespace

Bundle emit_artifacts(const plan::ExecutionPlan& plan, const BundleInfo& info) {
    Bundle bundle;
    std::vector<Artifact>& artifacts = bundle.artifacts;
    const auto add = [&artifacts](std::string_view name, std::string bytes, std::uint32_t mode) {
        artifacts.push_back(Artifact{std::string(name), std::move(bytes), mode, {}});
    };
    BwrapArguments arguments = bwrap_arguments(plan);
    artifacts = std::move(arguments.data);
    add(format::arguments_file, std::move(arguments.bytes), data_mode);
    add(format::limits_file, rlimit_table(plan.limits), data_mode);
    add(format::environment_file, environment_table(plan.environment), data_mode);
    add(format::landlock_file, landlock_table(plan.landlock), data_mode);
    add(format::policy_file, info.policy_json, data_mode);
    for (SeccompProgram& program : seccomp_programs(plan.system_calls)) {
        std::string name = std::string(format::seccomp_prefix) + program.architecture + std::string(format::seccomp_suffix);
        add(name, std::move(program.bytes), data_mode);
    }
    for (Artifact& file : egress_filter(plan)) {
        artifacts.push_back(std::move(file));
    }
    if (plan.network.resolver) {
        add(format::resolver_file, resolver_configuration(plan.network), data_mode);
    }
    if (!info.runtime_binary.empty()) {
        add(format::runtime_file, info.runtime_binary, program_mode);
    }
    sort_by_name(artifacts);
    add(format::launch_file, launcher_script(plan, info, artifacts), program_mode);
    sort_by_name(artifacts);
    return bundle;
}

void add_digests(Bundle& bundle) {
    for (Artifact& artifact : bundle.artifacts) {
        if (artifact.sha256.empty()) {
            artifact.sha256 = sha256_hex(artifact.bytes);
        }
    }
}

void add_manifest(Bundle& bundle, const plan::ExecutionPlan& plan, const BundleInfo& info, const std::vector<std::string>& read) {
    std::string bytes = manifest(plan, info, bundle.artifacts, read);
    bundle.artifacts.push_back(Artifact{std::string(format::manifest_file), std::move(bytes), data_mode, {}});
    sort_by_name(bundle.artifacts);
}

Bundle emit(const plan::ExecutionPlan& plan, const BundleInfo& info) {
    Bundle bundle = emit_artifacts(plan, info);
    add_manifest(bundle, plan, info, {});
    return bundle;
}

}  // namespace sbx::emit
