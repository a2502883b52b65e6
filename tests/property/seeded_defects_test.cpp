// Every seeded defect must be noticed by the readers, with a message about it. A defect that changes no byte, or that nobody
// notices, fails; so does a table that has become too short.
#include "tests/property/seeded_defects.hpp"

#include <gtest/gtest.h>
#include <set>

namespace sbx::test {
namespace {

using emit::Bundle;

constexpr std::size_t least_defects = 40;

bool is_said(const sbx::verify::Findings& findings, const Defect& defect) {
    for (const sbx::verify::Finding& finding : findings) {
        const std::string text = finding.message + " " + finding.witness;
        if (finding.file == defect.file && text.find(defect.said) != std::string::npos &&
            finding.message.find("whose digest") == std::string::npos) {
            return true;
        }
    }
    return false;
}

std::size_t try_defects(const std::vector<Defect>& defects, const Victim& of = victim(), bool alone = false) {
    for (const Defect& defect : defects) {
        Bundle spoilt = of.bundle;
        defect.change(spoilt);
        EXPECT_FALSE(spoilt == of.bundle) << defect.name << " changes nothing";
        EXPECT_STRNE(defect.said, "") << defect.name;
        const auto findings =
            alone ? sbx::verify::certify_bundle(files_of(spoilt)) : findings_about(spoilt, of.compiled.profile.policy);
        EXPECT_TRUE(is_said(findings, defect)) << defect.name << " is not noticed, or not said; found:\n" << text_of(findings);
    }
    return defects.size();
}

TEST(SeededDefects, TheVictimIsSound) {
    const auto findings = findings_about(victim().bundle, victim().compiled.profile.policy);
    EXPECT_TRUE(findings.empty()) << text_of(findings);
}

TEST(SeededDefects, TheVictimWithANetworkIsSound) {
    const auto findings = findings_about(network_victim().bundle, network_victim().compiled.profile.policy);
    EXPECT_TRUE(findings.empty()) << text_of(findings);
}

TEST(SeededDefects, OfThePacketFilterAreNoticed) {
    EXPECT_GE(try_defects(filter_defects(), network_victim()), 60U);
}

TEST(SeededDefects, OfTheResolverAndTheNetworkAreNoticed) {
    EXPECT_GE(try_defects(network_defects(), network_victim()), 25U);
}

TEST(SeededDefects, TheVictimWithANetworkForAShellIsSound) {
    const auto findings = findings_about(shell_network_victim().bundle, shell_network_victim().compiled.profile.policy);
    EXPECT_TRUE(findings.empty()) << text_of(findings);
}

TEST(SeededDefects, OfTheLaunchersNetworkAreNoticed) {
    EXPECT_GE(try_defects(shell_network_defects(), shell_network_victim()), 25U);
}

TEST(SeededDefects, OfTheFilesystemAreNoticed) {
    EXPECT_GE(try_defects(filesystem_defects()), 30U);
}

TEST(SeededDefects, OfTheProcessTheTablesAndTheFilterAreNoticed) {
    EXPECT_GE(try_defects(process_defects()), 30U);
}

TEST(SeededDefects, OfTheLauncherAreNoticed) {
    EXPECT_GE(try_defects(launcher_defects()), 30U);
}

TEST(SeededDefects, OfTheManifestAndTheWholeAreNoticed) {
    EXPECT_GE(try_defects(manifest_defects()), 15U);
}

TEST(SeededDefects, OfTheCgroupAreNoticed) {
    EXPECT_GE(try_defects(cgroup_defects()), 12U);
}

TEST(SeededDefects, TheWalledVictimIsSound) {
    const auto findings = findings_about(landlock_victim().bundle, landlock_victim().compiled.profile.policy);
    EXPECT_TRUE(findings.empty()) << text_of(findings);
}

TEST(SeededDefects, OfTheSecondWallAreNoticed) {
    EXPECT_GE(try_defects(landlock_defects(), landlock_victim()), 35U);
}

TEST(SeededDefects, OfTheTableOfProtectionsAreNoticed) {
    EXPECT_EQ(try_defects(enforcement_defects()), try_defects(enforcement_defects(), victim(), true));
    EXPECT_GE(enforcement_defects().size() + network_enforcement_defects().size(), 17U);
}

TEST(SeededDefects, OfTheTableOfProtectionsOfANetworkAreNoticed) {
    EXPECT_EQ(try_defects(network_enforcement_defects(), network_victim()),
              try_defects(network_enforcement_defects(), network_victim(), true));
}

TEST(SeededDefects, TheVictimWithSystemCallsIsSound) {
    const auto findings = findings_about(calls_victim().bundle, calls_victim().compiled.profile.policy);
    EXPECT_TRUE(findings.empty()) << text_of(findings);
    const auto alone = sbx::verify::certify_bundle(files_of(calls_victim().bundle));
    EXPECT_TRUE(alone.empty()) << text_of(alone);
}

TEST(SeededDefects, OfTheTableOfProtectionsOfSystemCallsAreNoticed) {
    EXPECT_EQ(try_defects(calls_enforcement_defects(), calls_victim()),
              try_defects(calls_enforcement_defects(), calls_victim(), true));
}

TEST(SeededDefects, AStatementOnSystemCallsHasItsPlace) {
    Bundle spoilt = calls_victim().bundle;
    replaced(manifest, "sbx:8", "sbx:7", "\"statement\": \"syscalls.deny sendfile")(spoilt);
    EXPECT_NE(text_of(findings_about(spoilt, calls_victim().compiled.profile.policy)).find("`syscalls.deny sendfile` of"),
              std::string::npos);
}

TEST(SeededDefects, OfTheRowOfAPolicyWithoutAFilterAreNoticed) {
    const auto findings = findings_about(unfiltered_victim().bundle, unfiltered_victim().compiled.profile.policy);
    EXPECT_TRUE(findings.empty()) << text_of(findings);
    const auto alone = sbx::verify::certify_bundle(files_of(unfiltered_victim().bundle));
    EXPECT_TRUE(alone.empty()) << text_of(alone);
    EXPECT_EQ(try_defects(unfiltered_enforcement_defects(), unfiltered_victim()),
              try_defects(unfiltered_enforcement_defects(), unfiltered_victim(), true));
    for (const auto& [right, wrong] : {std::pair{"it debugs", "it races"}, std::pair{"sbx:4", "sbx:3"}}) {
        Bundle spoilt = unfiltered_victim().bundle;
        replaced(manifest, right, wrong, "\"statement\": \"syscalls.unrestricted")(spoilt);
        EXPECT_NE(text_of(findings_about(spoilt, unfiltered_victim().compiled.profile.policy)).find("is not that of the policy"),
                  std::string::npos)
            << wrong;
    }
}

TEST(SeededDefects, AreManyAndEachHasItsOwnName) {
    std::set<std::string> names;
    std::size_t count = 0;
    for (const auto* defects :
         {&filesystem_defects(), &process_defects(), &launcher_defects(), &manifest_defects(), &cgroup_defects(),
          &landlock_defects(), &filter_defects(), &network_defects(), &shell_network_defects(), &enforcement_defects(),
          &network_enforcement_defects(), &calls_enforcement_defects(), &unfiltered_enforcement_defects()}) {
        for (const Defect& defect : *defects) {
            names.insert(defect.name);
            ++count;
        }
    }
    EXPECT_EQ(names.size(), count);
    EXPECT_GE(count, least_defects);
    RecordProperty("defects", static_cast<int>(count));
}

}  // namespace
}  // namespace sbx::test
