// `policyc doctor` from outside, whatever this machine is like: what it takes, what is on which stream, and that its exit code, its
// last line and its JSON say the same.
#include "tests/unit/cli/command_line_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using test::Outcome;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string last_line(const std::string& text) {
    const std::size_t end = text.find_last_not_of('\n');
    const std::size_t begin = text.rfind('\n', end);
    return text.substr(begin + 1, end - begin);
}

TEST_F(PolicycRun, DoctorEndsAsItsLastLineSays) {
    ASSERT_EQ(run({"good.sbx", "-o", "bundle"}).code, 0);
    for (const std::string& subject : {std::string(), std::string("good.sbx"), std::string("bundle")}) {
        std::vector<std::string> words = {"doctor"};
        if (!subject.empty()) {
            words.push_back(subject);
        }
        const auto begin = std::chrono::steady_clock::now();
        const Outcome got = run(words);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1500)) << "a second, and what a test costs";
        EXPECT_THAT(got.code, AnyOf(0, 7)) << got.out << got.err;
        EXPECT_THAT(got.err, IsEmpty());
        EXPECT_THAT(got.out, StartsWith("Tried as uid "));
        const std::string whose = subject.empty() ? "this host" : subject;
        EXPECT_THAT(last_line(got.out), StartsWith("policyc doctor: " + whose + ": "));
        EXPECT_EQ(got.code == 0, last_line(got.out).find(": nothing is missing; ") != std::string::npos) << got.out;
        words.insert(words.begin() + 1, "-q");
        const Outcome quiet = run(words);
        EXPECT_EQ(quiet.out.empty(), quiet.code == 0) << quiet.out;
    }
}

TEST_F(PolicycRun, DoctorsJsonSaysWhatItsExitCodeSays) {
    const Outcome got = run({"doctor", "--format", "json", "good.sbx"});
    const auto json = nlohmann::json::parse(got.out);
    EXPECT_EQ(json.at("subject"), "good.sbx");
    EXPECT_EQ(json.at("profile"), "good");
    EXPECT_EQ(json.at("result"), got.code == 0 ? "complete" : "missing");
    const auto& trials = json.at("trials");
    const auto is_missing = [](const nlohmann::json& trial) { return trial.at("result") != "works" && trial.at("needed") == true; };
    EXPECT_EQ(std::any_of(trials.begin(), trials.end(), is_missing), got.code == 7);
}

TEST_F(PolicycRun, DoctorTakesAtMostOneThatCompiles) {
    const Outcome bad = run({"doctor", "bad.sbx"});
    EXPECT_EQ(bad.code, 1);
    EXPECT_THAT(bad.out, IsEmpty());
    EXPECT_THAT(bad.err, StartsWith("error[SBX-R007]"));
    EXPECT_EQ(run({"doctor", "missing.sbx"}).code, 3);
    EXPECT_EQ(run({"doctor", "."}).code, 3);
    EXPECT_EQ(run({"doctor", "good.sbx", "good.sbx"}).code, 2);
    EXPECT_THAT(run({"docter"}).err, HasSubstr("policyc doctor"));
    test::write_file(directory.path() / "part.sbx", "sbx 1\nfragment part\nlimits { processes 5 }\n");
    EXPECT_THAT(run({"doctor", "part.sbx"}).err, StartsWith("error[SBX-S012]: fragments are used, not compiled"));
    EXPECT_THAT(run({"doctor", "-"}, good_policy).out, HasSubstr("policyc doctor: <stdin>: "));
}

}  // namespace
}  // namespace sbx::cli
