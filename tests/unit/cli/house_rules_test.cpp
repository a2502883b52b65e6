// `.policyc.json`: found upwards, applied by `check`, printed by `config`, refused where it says what nobody would keep.
#include "tests/unit/cli/command_line_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using Document = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

class HouseRulesFile : public PolicycRun {
protected:
    HouseRulesFile() {
        std::filesystem::create_directories(directory.path() / "team/one");
        write_file(directory.path() / "team/one/worker.sbx",
                   "sbx 1\nprofile worker\nuse std/system\nfilesystem { read /run /srv }\nlimits { processes 64 }\nnetwork host\n");
    }
    void rules(const std::string& text) const { write_file(directory.path() / "team/.policyc.json", text); }
    [[nodiscard]] test::Outcome check() const { return run({"check", "team/one/worker.sbx"}); }
};

TEST_F(HouseRulesFile, IsFoundAboveThePolicyAndPrinted) {
    const Document none = Document::parse(run({"config", "good.sbx"}).out);
    EXPECT_EQ(none.at("file"), nullptr);
    rules(R"({"severities": {"F005": "error", "host-network": "off"}, "pedantic": true, "required-limits": ["wall-time"]})");
    const Document found = Document::parse(run({"config", "team/one/worker.sbx"}).out);
    EXPECT_EQ(found.at("file"), std::filesystem::canonical(directory.path() / "team/.policyc.json").string());
    EXPECT_EQ(found.at("severities"), Document::parse(R"({"SBX-F005": "error", "SBX-N014": "off"})"));
    EXPECT_EQ(found.at("required-limits"), Document({"wall-time"}));
    EXPECT_EQ(Document::parse(run({"config", "good.sbx"}).out).at("file"), nullptr) << "it holds for what is below it";
}

TEST_F(HouseRulesFile, ChangesSeveritiesOfFindings) {
    EXPECT_EQ(check().code, 0);
    EXPECT_THAT(check().err, HasSubstr("2 warnings"));
    rules(R"({"severities": {"F005": "error", "host-network": "off"}})");
    EXPECT_EQ(check().code, 1);
    EXPECT_THAT(check().err, AllOf(HasSubstr("error[SBX-F005]"), ::testing::Not(HasSubstr("SBX-N014")), HasSubstr("\n1 error\n")));
    rules(R"({"severities": {"F005": "pedantic"}, "pedantic": true})");
    EXPECT_THAT(check().err, AllOf(HasSubstr("pedantic[SBX-F005]"), HasSubstr("pedantic[SBX-T001]")));
}

TEST_F(HouseRulesFile, RequiresLimits) {
    rules(R"({"required-limits": ["wall-time", "processes"]})");
    EXPECT_EQ(check().code, 1);
    EXPECT_THAT(check().err, AllOf(HasSubstr("error[SBX-R004]: the profile leaves open: `wall-time`"),
                                   HasSubstr("required of every profile here"), ::testing::Not(HasSubstr("open: `processes`"))));
    write_file(directory.path() / "team/one/part.sbx", "sbx 1\nfragment part\nfilesystem { read /srv }\n");
    EXPECT_EQ(run({"check", "team/one/part.sbx"}).code, 0) << "a fragment is no profile";
}

TEST_F(HouseRulesFile, KeepsPoliciesWithinACeiling) {
    write_file(directory.path() / "team/house.sbx",
               "sbx 1\nprofile house\nuse std/system\nfilesystem { read /srv /opt }\nlimits { processes 64 }\n");
    rules(R"({"ceiling": "house.sbx"})");
    const test::Outcome got = check();
    EXPECT_EQ(got.code, 1);
    EXPECT_THAT(got.err, AllOf(HasSubstr("error[SBX-L006]"), HasSubstr("/run"), HasSubstr("the ceiling is named here")));
    write_file(directory.path() / "team/one/worker.sbx",
               "sbx 1\nprofile worker\nuse std/system\nfilesystem { read /srv }\nlimits { processes 32 }\n");
    EXPECT_EQ(check().code, 0);
    EXPECT_EQ(run({"check", "team"}).code, 0) << "the ceiling lies within itself";
    rules(R"({"ceiling": "missing.sbx"})");
    EXPECT_EQ(check().code, 3);
}

TEST_F(HouseRulesFile, KeepsABundleFromBeingMadeOfWhatItForbids) {
    write_file(directory.path() / "team/house.sbx", "sbx 1\nprofile house\nuse std/system\nfilesystem { read /srv }\n");
    rules("{\n  \"ceiling\": \"house.sbx\",\n  \"severities\": {\"F005\": \"error\", \"host-network\": \"off\"}\n}\n");
    const auto build = [&] { return run({"team/one/worker.sbx", "-o", "out"}); };
    const test::Outcome beyond = build();
    EXPECT_EQ(beyond.code, 1);
    EXPECT_THAT(beyond.err, AllOf(HasSubstr("error[SBX-L006]"), HasSubstr("network host"), HasSubstr("team/.policyc.json:2:3"),
                                  HasSubstr("the ceiling is named here")));
    EXPECT_THAT(beyond.err, AllOf(HasSubstr("warning[SBX-F005]"), HasSubstr("warning[SBX-N014]"))) << "severities are check's";
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "out"));
    rules("{\n  \"required-limits\": [\n    \"processes\",\n    \"wall-time\"\n  ]\n}\n");
    const test::Outcome open = build();
    EXPECT_EQ(open.code, 1);
    EXPECT_THAT(open.err, AllOf(HasSubstr("open: `wall-time`"), HasSubstr("team/.policyc.json:4:5")));
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "out"));
    rules(R"({"required-limits": ["processes"]})");
    EXPECT_EQ(build().code, 0);
    EXPECT_TRUE(std::filesystem::exists(directory.path() / "out/manifest.json"));
    rules(R"({"requird-limits": ["processes"]})");
    EXPECT_EQ(build().code, 3) << "a rule that nobody understands is no rule that is kept";
}

TEST_F(HouseRulesFile, IsRefusedWhereNobodyWouldKeepIt) {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {R"({"severites": {}})", "it has no member `severites`; did you mean `severities`?"},
        {R"({"severities": {"too-wde": "off"}})", "there is no finding `too-wde`; did you mean `too-wide`?"},
        {R"({"severities": {"too-wide": "warnig"}})", "`warnig` is no severity; did you mean `warning`?"},
        {R"({"severities": {"F008": "warning"}})", "`F008` is an error, and stays one"},
        {R"({"required-limits": ["wall-tme"]})", "`wall-tme` is no limit that can be required; did you mean `wall-time`?"},
        {R"({"pedantic": 1})", "`pedantic` is no true or false"},
        {R"([])", "it holds no object"},
        {"{\n  \"pedantic\": tru\n}", "line 2, column "},
    };
    for (const auto& [text, sentence] : rows) {
        rules(text);
        const test::Outcome got = check();
        EXPECT_EQ(got.code, 3) << text;
        EXPECT_THAT(got.err, HasSubstr(sentence)) << text;
        EXPECT_EQ(run({"config", "team/one/worker.sbx"}).code, 3) << text;
    }
}

}  // namespace
}  // namespace sbx::cli
