// Defects of what a cgroup has to keep, and of what a launch may do without.
#include "tests/property/seeded_defects.hpp"

#include <gtest/gtest.h>

namespace sbx::test {
namespace {

constexpr const char* in_manifest = "manifest.json";

Change in_cgroup(const std::string& from, const std::string& to) {
    return replaced(in_manifest, from, to, "\"cgroup\": {");
}
Change in_degradations(const std::string& from, const std::string& to) {
    return replaced(in_manifest, from, to, "\"may_degrade\": [");
}

}  // namespace

const std::vector<Defect>& cgroup_defects() {
    static const std::vector<Defect> defects = {
        {"the memory is lost", in_cgroup("    \"memory_bytes\": 67108864,\n", ""), in_manifest, "`memory_bytes` is missing"},
        {"the memory is in KiB", in_cgroup("67108864", "65536"), in_manifest, "`memory_bytes` is 65536;"},
        {"the memory is one byte more", in_cgroup("67108864", "67108865"), in_manifest, "`memory_bytes` is 67108865;"},
        {"the processors are lost", in_cgroup(",\n    \"cpu_thousandths\": 1500\n", "\n"), in_manifest,
         "`cpu_thousandths` is missing"},
        {"the processors are whole ones", in_cgroup("1500", "1"), in_manifest, "`cpu_thousandths` is 1;"},
        {"the limits of the cgroup are swapped",
         in_cgroup("67108864,\n    \"cpu_thousandths\": 1500", "1500,\n    \"cpu_thousandths\": 67108864"), in_manifest,
         "`memory_bytes` is 1500;"},
        {"an older sbx-run does without memory", replaced(in_manifest, "    \"memory\",\n", ""), in_manifest, "`requires`"},
        {"an older sbx-run does without processors", replaced(in_manifest, "    \"cpus\",\n", ""), in_manifest, "`requires`"},
        {"memory may be missing too", in_degradations("\"limit\": \"cpus\"", "\"limit\": \"memory\""), in_manifest,
         "a launch may do without `memory`"},
        {"a packet filter may be missing", in_degradations("\"limit\": \"cpus\"", "\"limit\": \"packet-filter\""), in_manifest,
         "a launch may do without `packet-filter`"},
        {"nothing is said to degrade", in_degradations("\"limit\": \"cpus\"", "\"limit\": \"all\""), in_manifest,
         "a launch is refused where the host cannot keep `cpus`"},
        {"the reason is lost", in_degradations("a \\\"slow\\\" host", ""), in_manifest, "no reason is given"},
        {"the reason is another", in_degradations("slow", "fast"), in_manifest, "for another reason"},
        {"the reason stands elsewhere", in_degradations(".sbx:", ".sbx:9"), in_manifest, "is said to stand at"},
        {"memory is said to be an rlimit",
         replaced(in_manifest, "\"protection\": \"cgroup\"", "\"protection\": \"rlimits\"", "\"statement\": \"limits.memory"),
         in_manifest, "`limits.memory` is said to be delivered by `rlimits`"},
        {"a limit that may be missing is called something else",
         replaced(in_manifest, "\"status\": \"enforced\"", "\"status\": \"narrower\"", "\"statement\": \"limits.cpus"), in_manifest,
         "`limits.cpus` is said to be `narrower`"},
    };
    return defects;
}

}  // namespace sbx::test
