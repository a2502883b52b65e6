// Whole bundles: which files there are, and that equal input gives equal bytes.
#include "emitters/emit.hpp"

#include "compiler/policy/filter_lines.hpp"
#include "emitters_fixture.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <map>

namespace sbx::emit {
namespace {

using testing::HasSubstr;

policy::Policy a_policy() {
    auto policy = plan::policy_of({{"/usr", plan::read("/usr")}, {"/etc/passwd", plan::file("root\n")}});
    policy.environment.kept.emplace("LANG", Origin{});
    return policy;
}

BundleInfo an_info() {
    BundleInfo info;
    info.profile = "job";
    info.compiler = "policyc 0.1.0";
    info.policy_json = "{}\n";
    return info;
}

std::map<std::string, Artifact> files_of(const Bundle& bundle) {
    std::map<std::string, Artifact> files;
    for (const Artifact& artifact : bundle.artifacts) {
        files.emplace(artifact.name, artifact);
    }
    EXPECT_EQ(files.size(), bundle.artifacts.size()) << "a name occurs twice";
    return files;
}

TEST(Emit, ABundleHoldsItsFilesSortedByName) {
    const Bundle bundle = emit(plan_of(a_policy()), an_info());
    const auto by_name = [](const Artifact& a, const Artifact& b) { return a.name < b.name; };
    EXPECT_TRUE(std::is_sorted(bundle.artifacts.begin(), bundle.artifacts.end(), by_name));
    const auto files = files_of(bundle);
    for (const char* const name : {"bwrap.args", "data/000", "environment.tab", "launch", "manifest.json", "policy.json",
                                   "rlimits.tab", "seccomp.x86_64.bpf"}) {
        EXPECT_TRUE(files.contains(name)) << name;
    }
    EXPECT_FALSE(files.contains("sbx-run"));
    EXPECT_EQ(files.at("policy.json").bytes, "{}\n");
}

TEST(Emit, OnlyProgramsAreExecutable) {
    BundleInfo info = an_info();
    info.runtime_binary =
        "\x7f"
        "ELF";
    for (const auto& [name, file] : files_of(emit(plan_of(a_policy()), info))) {
        EXPECT_EQ(file.mode, name == "launch" || name == "sbx-run" ? 0755U : 0644U) << name;
    }
}

TEST(Emit, TheManifestHasTheDigestOfEveryOtherFile) {
    const auto files = files_of(emit(plan_of(a_policy()), an_info()));
    const std::string& manifest = files.at("manifest.json").bytes;
    for (const auto& [name, file] : files) {
        if (name != "manifest.json") {
            EXPECT_THAT(manifest, HasSubstr("\"name\": \"" + name + "\",\n      \"sha256\": \"" + sha256_hex(file.bytes) + "\""));
        }
    }
}

TEST(Emit, TheSamePlanGivesTheSameBundle) {
    EXPECT_EQ(emit(plan_of(a_policy()), an_info()), emit(plan_of(a_policy()), an_info()));
}

TEST(Emit, NestedNamespacesChangeTheSystemCallFilter) {
    auto policy = a_policy();
    const auto before = files_of(emit(plan_of(policy), an_info()));
    policy.process.nested_namespaces.value = true;
    policy::settle_filters(policy);
    const auto after = files_of(emit(plan_of(policy), an_info()));
    EXPECT_NE(before.at("seccomp.x86_64.bpf").bytes, after.at("seccomp.x86_64.bpf").bytes);
}

}  // namespace
}  // namespace sbx::emit
