// `cgroup` and `may_degrade` of manifest.json: what is required is stated, what is stated is required, and nothing else may be
// missing.
#include "refused.hpp"
#include "runtime/manifest.hpp"

#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

const char* const without_limits = R"({
  "format": 1, "compiler": "policyc 0.1.0", "profile": "p", "description": "d", "semantic_hash": "sha256:00", "sources": [],
  "artifacts": [], "parameters": [],
  "process": {"run_as": null, "command": null, "pass_descriptors": [], "keep_terminal": false, "survive_parent": false,
              "groups_none": false},
  "network": {"mode": "off"}, "exclusive": [], "requires": ["user-namespace"], "enforcement": [], "verification": "none"
})";

/// The manifest with one part replaced by another.
std::string without_limits_but(const std::string& part, const std::string& other) {
    std::string text = without_limits;
    const std::size_t at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), other);
}
std::string refused_cgroup(const std::string& text) {
    return refused([&] { static_cast<void>(read_manifest(text)); });
}

TEST(ManifestCgroup, ALimitOfACgroupIsStatedAndRequiredOrRefused) {
    const auto stating = [](const std::string& cgroup, const std::string& features) {
        std::string text = without_limits_but("\"exclusive\"", cgroup + "\"exclusive\"");
        const std::string last = "\"user-namespace\"";
        return text.replace(text.find(last), last.size(), features + last);
    };
    const std::string memory = R"("cgroup": {"memory_bytes": 65536}, )";
    const std::string both = R"("cgroup": {"memory_bytes": 65536, "cpu_thousandths": 1500}, )";
    const Manifest manifest = read_manifest(stating(both, R"("memory", "cpus", )"));
    EXPECT_EQ(manifest.cgroup.memory, 65536U);
    EXPECT_EQ(manifest.cgroup.cpus, 1500U);
    EXPECT_TRUE(manifest.degradable.empty());
    EXPECT_FALSE(read_manifest(without_limits).cgroup.any());
    const std::string differ = "verify: manifest.json is malformed: `cgroup` and `requires` do not name the same limits";
    EXPECT_EQ(refused_cgroup(stating(memory, "")), differ);
    EXPECT_EQ(refused_cgroup(stating("", R"("memory", )")), differ);
    EXPECT_EQ(refused_cgroup(stating(memory, R"("memory", "cpus", )")), differ);
    EXPECT_EQ(refused_cgroup(stating(both, R"("memory", )")), differ);
    for (const char* const wrong : {R"({"memory_bytes": 0})", R"({"memory_bytes": -1})", R"({"memory_bytes": "1"})",
                                    R"({"memory_bytes": 1152921504606846977})", "[]"}) {
        EXPECT_NE(refused_cgroup(stating("\"cgroup\": " + std::string(wrong) + ", ", R"("memory", )")), "") << wrong;
    }
    EXPECT_NE(refused_cgroup(stating(R"("cgroup": {"cpu_thousandths": 8192001}, )", R"("cpus", )")), "");
}

TEST(ManifestCgroup, OnlyALimitOfItsCgroupMayBeMissingAndOnlyForAReason) {
    const auto degrading = [](const std::string& rows) {
        std::string text =
            without_limits_but("\"exclusive\"", R"("cgroup": {"memory_bytes": 65536}, "may_degrade": )" + rows + ", \"exclusive\"");
        const std::string last = "\"user-namespace\"";
        return text.replace(text.find(last), last.size(), "\"memory\", " + last);
    };
    const std::string row = R"({"limit": "memory", "origin": "p.sbx:3", "reason": "none here"})";
    const Manifest manifest = read_manifest(degrading("[" + row + "]"));
    ASSERT_EQ(manifest.degradable.size(), 1U);
    EXPECT_EQ(manifest.degradable[0].limit, "memory");
    EXPECT_EQ(manifest.degradable[0].reason, "none here");
    for (const std::string& wrong :
         {"[" + row + ", " + row + "]", std::string(R"([{"limit": "cpus", "reason": "x"}])"),
          std::string(R"([{"limit": "packet-filter", "reason": "x"}])"), std::string(R"([{"limit": "memory", "reason": ""}])"),
          std::string(R"([{"limit": "memory"}])"), std::string(R"(["memory"])"), std::string("true")}) {
        EXPECT_NE(refused_cgroup(degrading(wrong)), "") << wrong;
    }
}

}  // namespace
}  // namespace sbx::runtime
