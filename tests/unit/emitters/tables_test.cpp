// The line tables, the digest and the manifest, byte for byte.
#include "emitters/environment_table.hpp"
#include "emitters/manifest.hpp"
#include "emitters/rlimit_table.hpp"
#include "emitters_fixture.hpp"

#include <limits>

namespace sbx::emit {
namespace {

TEST(Digest, IsSha256) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(RlimitTable, SoftEqualsHardAndParametersKeepTheirAddition) {
    const SourceFile source("p", "p.sbx", "one\ntwo\n");
    plan::LimitTable table;
    table.limits = {{"core", std::uint64_t{0}, 0, {}},
                    {"cpu", policy::Unlimited{}, 0, Origin{&source, {4, 7}}},
                    {"nofile", policy::ParameterValue{"files"}, 0, {}},
                    {"nproc", policy::ParameterValue{"tasks"}, 2, {}},
                    {"stack", std::numeric_limits<std::uint64_t>::max(), 2, {}}};
    EXPECT_EQ(rlimit_table(table),
              "# sbx rlimits 1\n"
              "core 0 0\n"
              "cpu unlimited unlimited # p.sbx:2\n"
              "nofile ${files} ${files}\n"
              "nproc ${tasks}+2 ${tasks}+2\n"
              "stack 18446744073709551614 18446744073709551614\n");
}

TEST(RlimitTable, AnAdditionIsMadeWhereTheNumberIsKnown) {
    plan::LimitTable table;
    table.limits = {{"nproc", std::uint64_t{256}, 2, {}}};
    EXPECT_EQ(rlimit_table(table), "# sbx rlimits 1\nnproc 258 258\n");
}

TEST(EnvironmentTable, IsSortedByStageThenName) {
    const SourceFile source("p", "p\nset X.sbx", "one\n");
    plan::EnvironmentPlan plan;
    plan.environment.kept.emplace("TZ", Origin{&source, {0, 3}});
    plan.environment.kept.emplace("LC_*", Origin{});
    plan.environment.accepted.emplace("PAYLOAD_*", Origin{});
    plan.environment.fixed["CI"] = {plan::Text("a\nkeep LD_PRELOAD # \"$"), {}};
    plan::Text home("/home/");
    home.append_parameter("uid");
    plan.environment.fixed["HOME"] = {home, {}};
    EXPECT_EQ(environment_table(plan),
              "# sbx environment 1\n"
              "accept PAYLOAD_*\n"
              "keep LC_*\n"
              "keep TZ # p?set X.sbx:1\n"
              "set CI \"a\\nkeep LD_PRELOAD # \\\"\\$\"\n"
              "set HOME \"/home/${uid}\"\n");
}

TEST(Manifest, HasItsKeysInTheOrderOfTheFormat) {
    auto policy = plan::policy_of({{"$s", plan::write("$s")}, {"$s/h", plan::hide_file()}});
    plan::add_path_parameter(policy, "s", "/var/tmp");
    policy.parameters["s"].value.default_value = "/var/tmp/x";
    policy.parameters["n"].value.type = policy::ParameterType::count;
    policy.parameters["n"].value.range = {1, 9};
    policy.process.run_as = {policy::IdPair{7, 8}, {}};
    policy.process.command = {policy::Command{plan::path("/bin/sh"), {plan::Text("-c"), plan::Text("\"$x\"")}, true}, {}};
    policy.process.pass_descriptors.emplace(5, Origin{});
    plan::ExecutionPlan made = plan_of(policy);
    made.enforcement.resize(1);
    BundleInfo info;
    info.profile = "job";
    info.description = "a \"job\"";
    info.compiler = "policyc 0.1.0";
    info.policy_json = "abc";
    info.sources = {{"job.sbx", "00"}};
    EXPECT_EQ(manifest(made, info, {Artifact{"launch", "abc", 0755}}), R"({
  "format": 1,
  "compiler": "policyc 0.1.0",
  "profile": "job",
  "description": "a \"job\"",
  "semantic_hash": "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  "sources": [
    {
      "name": "job.sbx",
      "sha256": "00"
    }
  ],
  "artifacts": [
    {
      "name": "launch",
      "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "mode": "0755"
    }
  ],
  "parameters": [
    {
      "name": "n",
      "origin": "",
      "type": "count",
      "minimum": 1,
      "maximum": 9
    },
    {
      "name": "s",
      "origin": "",
      "type": "path",
      "under": "/var/tmp",
      "default": "/var/tmp/x"
    }
  ],
  "process": {
    "run_as": {
      "uid": 7,
      "gid": 8
    },
    "command": {
      "program": "\"/bin/sh\"",
      "arguments": [
        "\"-c\"",
        "\"\\\"\\$x\\\"\""
      ],
      "only": true
    },
    "pass_descriptors": [
      5
    ],
    "keep_terminal": false,
    "survive_parent": false,
    "groups_none": false
  },
  "network": {
    "mode": "off"
  },
  "exclusive": [
    "\"${s}\""
  ],
  "requires": [
    "bwrap:add-seccomp-fd",
    "bwrap:bind-fd",
    "bwrap:disable-userns",
    "bwrap:perms",
    "bwrap:size",
    "user-namespace"
  ],
  "enforcement": [
    {"statement": "filesystem.$s", "origin": "", "protection": "mount-namespace", "status": "enforced"}
  ],
  "verification": "none"
}
)");
}

TEST(Manifest, UnsetProcessPartsAreNull) {
    const std::string text = manifest(plan_of({}), {}, {});
    EXPECT_NE(text.find("\"run_as\": null,\n    \"command\": null,"), std::string::npos) << text;
}

}  // namespace
}  // namespace sbx::emit
