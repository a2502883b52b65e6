// The reports of `policyc check` against their schemas: JSON against the published one, SARIF and JUnit against tests/support, by
// validators that are not ours. Each document with something else in one place is refused. Skipped where there is no validator.
#include "tests/golden/bundle_files.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using sbx::test::run;

constexpr const char* policies[] = {
    "sbx 1\nprofile clean\nuse std/system\n",
    "sbx 1\nprofile spelling\nuse std/system\nlimits { file-size 10; processes many }\nfilesystem { read /srv/../x }\n",
    "sbx 1\nprofile findings\nuse std/system\nfilesystem {\n    read /run\n    read /etc/shadow waive F018 \"it tests "
    "\\\"passwords\\\"\"\n"
    "    hide /srv/x\n}\nnetwork { allow tcp to 10.0.0.0/8; allow tcp to 10.1.0.0/16 port 443 }\nprocess { share ipc }\n"
    "test \"é\" { allowed read / }\n",
    "sbx 1\nprofile taker\nuse \"part.sbx\"\n",
};

class Reports : public testing::Test {
protected:
    Reports() {
        fs::create_directories(scratch.path() / "in");
        fs::create_directories(scratch.path() / "json");
        fs::create_directories(scratch.path() / "sarif");
        std::ofstream(scratch.path() / "in" / "part.sbx") << "sbx 1\nfragment part\nfilesystem { read /home }\n";
        for (const char* policy : policies) {
            std::ofstream(scratch.path() / "in" / ("a file " + std::to_string(++count_) + ".sbx")) << policy;
        }
    }
    void SetUp() override {
        if (run("python3 -c 'import jsonschema' 2>/dev/null") != 0 || run("xmllint --version 2>/dev/null") != 0) {
            GTEST_SKIP() << "python3-jsonschema or libxml2-utils is not installed";
        }
        for (const char* more : {"", " --pedantic", " missing.sbx", " --fail-level warning -q"}) {
            const std::string name = std::to_string(++count_);
            const std::string at = scratch.path().string();
            run("cd " + at + "/in && " + SBX_POLICYC + " check . " + more + " --format json=" + at + "/json/" + name +
                ".json --format sarif=" + at + "/sarif/" + name + ".json --format junit=" + at + "/" + name + ".xml 2>/dev/null");
        }
        ASSERT_EQ(run(std::string(SBX_POLICYC) + " schema check > " + schema("json")), 0);
        fs::copy_file(support("sarif_report.schema.json"), schema("sarif"));
    }
    [[nodiscard]] std::string schema(const std::string& form) const { return (scratch.path() / (form + ".schema.json")).string(); }
    [[nodiscard]] static std::string support(const std::string& name) {
        return std::string(SBX_SOURCE_DIR) + "/tests/support/" + name;
    }
    void expect_all(const std::string& what, const std::string& form) const {
        EXPECT_EQ(run("python3 " + support("validate_json.py") + " " + what + " " + schema(form) + " " +
                      (scratch.path() / form).string()),
                  0);
    }

    sbx::test::ScratchDirectory scratch;
    int count_ = 0;
};

TEST_F(Reports, AreValid) {
    expect_all("valid", "json");
    expect_all("valid", "sarif");
    for (const auto& entry : fs::directory_iterator(scratch.path())) {
        if (entry.path().extension() == ".xml") {
            EXPECT_EQ(run("xmllint --noout --schema " + support("junit_report.xsd") + " " + entry.path().string() + " 2>/dev/null"),
                      0);
        }
    }
}

TEST_F(Reports, AreInvalidWithSomethingElseInOnePlace) {
    for (const std::string form : {"json", "sarif"}) {
        const fs::path folder = scratch.path() / form;
        std::vector<json> documents;
        for (const auto& entry : fs::directory_iterator(folder)) {
            documents.push_back(json::parse(sbx::test::read_bytes(entry.path())));
        }
        fs::remove_all(folder);
        fs::create_directory(folder);
        int number = 0;
        for (const json& document : documents) {
            const json flat = document.flatten();
            for (const auto& [pointer, value] : flat.items()) {
                json changed = document;
                changed[json::json_pointer(pointer)] = {{"unknown", true}};
                if (!value.is_array() && !value.is_null()) {
                    std::ofstream(folder / (std::to_string(++number) + ".json")) << changed.dump();
                }
            }
        }
        expect_all("invalid", form);
    }
}

TEST_F(Reports, PointAtWhatIsFound) {
    const json sarif =
        json::parse(sbx::test::read_bytes(fs::directory_iterator(scratch.path() / "sarif")->path())).at("runs").at(0);
    bool found = false;
    for (const json& result : sarif.at("results")) {
        const json& location = result.at("locations").at(0).at("physicalLocation");
        EXPECT_EQ(sarif.at("tool").at("driver").at("rules").at(result.at("ruleIndex").get<std::size_t>()).at("id"),
                  result.at("ruleId"));
        if (result.at("ruleId") == "SBX-F005") {
            found = true;
            EXPECT_EQ(location.at("artifactLocation").at("uri"), "a%20file%203.sbx");
            EXPECT_EQ(location.at("region").at("startLine"), 5);
            EXPECT_EQ(location.at("region").at("startColumn"), 10);
            EXPECT_EQ(location.at("region").at("endColumn"), 14);
        }
    }
    EXPECT_TRUE(found || sarif.at("results").empty());
}

}  // namespace
