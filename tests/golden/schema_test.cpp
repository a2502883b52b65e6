// The published schemas against what is written: a validator that is not ours (python3-jsonschema) accepts every expected and every
// random document, and rejects each document that has something else in one place. Skipped where there is no such validator.
#include "compiler/cli/doctor_report.hpp"
#include "compiler/policy/canonical_json.hpp"
#include "tests/golden/bundle_files.hpp"
#include "tests/property/random_policy.hpp"

#include <cctype>
#include <cerrno>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using sbx::test::run;

constexpr unsigned random_policies = 300;

class Schemas : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        if (run("python3 -c 'import jsonschema' 2>/dev/null") != 0) {
            GTEST_SKIP() << "python3-jsonschema is not installed";
        }
        ASSERT_EQ(run(std::string(SBX_POLICYC) + " schema " + GetParam() + " > " + schema()), 0);
        fs::create_directory(documents());
    }
    [[nodiscard]] std::string schema() const { return (scratch.path() / "schema.json").string(); }
    [[nodiscard]] fs::path documents() const { return scratch.path() / "documents"; }

    void add(const std::string& text) {
        std::ofstream(documents() / (std::to_string(++count) + ".json"), std::ios::binary) << text;
    }
    void expect_all(const std::string& what) const {
        const std::string script = std::string(SBX_SOURCE_DIR) + "/tests/support/validate_json.py";
        EXPECT_EQ(run("python3 " + script + " " + what + " " + schema() + " " + documents().string()), 0);
    }
    [[nodiscard]] static std::vector<std::string> expected(const std::string& name) {
        std::vector<std::string> texts;
        for (const auto& entry : fs::directory_iterator(fs::path(SBX_SOURCE_DIR) / "tests/golden/cases")) {
            texts.push_back(sbx::test::read_bytes(entry.path() / "expected" / (name + ".json")));
        }
        return texts;
    }

    sbx::test::ScratchDirectory scratch;
    unsigned count = 0;
};

TEST_P(Schemas, AcceptWhatIsExpected) {
    for (const std::string& text : expected(GetParam())) {
        add(text);
    }
    expect_all("valid");
}

TEST_P(Schemas, RejectWhatIsOfAnotherFormAnywhere) {
    for (const std::string& text : expected(GetParam())) {
        const json document = json::parse(text);
        const json flat = document.flatten();
        for (const auto& [pointer, value] : flat.items()) {
            json changed = document;
            changed[json::json_pointer(pointer)] = {{"unknown", true}};
            add(changed.dump());
        }
        for (const char* part : {"", "/process", "/filesystem", "/environment", "/verification"}) {
            const json::json_pointer pointer(part);
            if (document.contains(pointer)) {
                json changed = document;
                changed[pointer]["unknown"] = true;
                add(changed.dump());
            }
        }
    }
    expect_all("invalid");
}

INSTANTIATE_TEST_SUITE_P(Published, Schemas, testing::Values("policy", "manifest"), [](const auto& each) { return each.param; });

class PolicySchema : public Schemas {};

TEST_P(PolicySchema, AcceptsRandomPolicies) {
    for (unsigned seed = 0; count < random_policies; ++seed) {
        std::mt19937 random(seed);
        auto statements = sbx::test::random_view(random);
        for (auto& setting : sbx::test::random_settings(random)) {
            statements.push_back(std::move(setting));
        }
        if (const auto compiled = sbx::test::compile(sbx::test::policy_text(statements))) {
            add(sbx::policy::canonical_json(compiled->profile.policy));
        }
    }
    expect_all("valid");
}

constexpr const char* filtered = R"({"mode": "filtered",
 "allowed": [{"protocols": ["icmp"], "to": [{"addresses": "10.20.0.0/16"}]},
             {"protocols": ["tcp", "udp"], "to": [{"addresses": "2001:db8::/112", "ports": [[443, 443], [8000, 8999]]}]}],
 "denied": [{"protocols": ["other"], "to": [{"addresses": "0.0.0.0/0"}]}],
 "symbolic_allowed": [{"protocol": "tcp", "to": {"parameter": "server"}, "ports": {"ranges": [[443, 443]], "parameters": ["p"]}},
                      {"protocol": "icmp", "to": {"parameter": "server"}}],
 "symbolic_denied": [{"protocol": "udp", "to": {"ranges": [["10.0.0.1", "10.0.0.9"]]}, "ports": {"ranges": [], "parameters": ["p"]}}],
 "names": {"*.example.org": {"tcp": {"ranges": [[443, 443]], "parameters": []}}},
 "resolvers": ["10.20.0.53", {"parameter": "dns"}],
 "unblocked": {"host": {"ranges": [[5432, 5432]], "parameters": []}, "link_local": false, "metadata": false},
 "publish": [{"protocol": "tcp", "port": 8080, "on": "127.0.0.1"}, {"protocol": "udp", "port": {"parameter": "p"}, "on": "::1"}]})";

TEST_P(PolicySchema, KnowsFilteredNetworks) {
    json document = json::parse(expected("policy").front());
    document["network"] = json::parse(filtered);
    add(document.dump());
    expect_all("valid");
}

TEST_P(PolicySchema, RejectsFilteredNetworksOfAnotherForm) {
    json document = json::parse(expected("policy").front());
    const json network = json::parse(filtered);
    const json flat = network.flatten();
    for (const auto& [pointer, value] : flat.items()) {
        document["network"] = network;
        document["network"][json::json_pointer(pointer)] = {{"unknown", true}};
        add(document.dump());
    }
    for (const auto& [key, value] : network.items()) {
        document["network"] = network;
        document["network"].erase(key);
        add(document.dump());
    }
    document["network"] = network;
    document["network"]["allowed"][0]["to"][0]["ports"] = {{1, 65535}};  // it has none
    add(document.dump());
    expect_all("invalid");
}

/// A report in which there is every kind of result, on a policy with a statement that has a place and one that has none.
std::string doctors_report(const std::string& subject) {
    static const sbx::SourceFile file("worker.sbx", "sbx 1\nprofile worker\n");
    sbx::cli::DoctorReport report;
    report.subject = subject;
    report.profile = subject.empty() ? "" : "worker";
    report.needs = sbx::cli::needs_of_any_policy();
    for (std::size_t at = 0; at < report.needs.size(); ++at) {
        sbx::doctor::Result result{report.needs[at].trial, static_cast<sbx::doctor::Answer>(at % 3), {}, {}, 0, {}};
        if (result.answer == sbx::doctor::Answer::refused) {
            result = {result.trial, result.answer, "no: Operation not permitted", "do this", EPERM, {}};
        } else if (result.answer == sbx::doctor::Answer::not_tried) {
            result.because = {sbx::doctor::TrialId::ids, sbx::doctor::TrialId::mounts};
        } else if (at % 2 == 0) {
            result.said = "/usr/sbin/nft";
        }
        if (!subject.empty() && at % 2 == 0) {
            report.needs[at].statements = {{"filesystem /usr", "mount-namespace", "enforced", {&file, {6, 13}}},
                                           {"process private ipc", "ipc-namespace", "enforced", {}}};
        }
        report.results.push_back(result);
    }
    return sbx::cli::render_doctor_json(report);
}

class DoctorSchema : public Schemas {};

TEST_P(DoctorSchema, AcceptsReportsMadeUpAndReal) {
    add(doctors_report(""));
    add(doctors_report("worker.sbx"));
    const fs::path real = scratch.path() / "real.json";
    const int code = run(std::string(SBX_POLICYC) + " doctor --format json > " + real.string());
    EXPECT_TRUE(code == 0 || code == 7) << code;
    add(sbx::test::read_bytes(real));
    expect_all("valid");
}

TEST_P(DoctorSchema, RejectsWhatIsOfAnotherFormAnywhere) {
    const json document = json::parse(doctors_report("worker.sbx"));
    const json flat = document.flatten();
    for (const auto& [pointer, value] : flat.items()) {
        json changed = document;
        changed[json::json_pointer(pointer)] = {{"unknown", true}};
        add(changed.dump());
        if (std::isdigit(static_cast<unsigned char>(pointer.back())) == 0) {
            changed = document;
            const json::json_pointer place(pointer);
            changed[place.parent_pointer()].erase(place.back());
            add(changed.dump());
            changed[place.parent_pointer()]["unknown"] = true;
            add(changed.dump());
        }
    }
    expect_all("invalid");
}

INSTANTIATE_TEST_SUITE_P(Published, DoctorSchema, testing::Values("doctor"), [](const auto& each) { return each.param; });

INSTANTIATE_TEST_SUITE_P(Published, PolicySchema, testing::Values("policy"), [](const auto& each) { return each.param; });

}  // namespace
