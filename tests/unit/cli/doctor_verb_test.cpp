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
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3))
            << "a second, and what a machine with other work adds";
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

TEST_F(PolicycRun, DoctorNamesABundlesStatementsWhereTheyWereWritten) {
    test::write_file(
        directory.path() / "net.sbx",
        "sbx 1\nprofile net\nuse std/system\nnetwork {\n  allow tcp to 203.0.113.5 port 80\n  allow tcp to 203.0.113.6 port 80\n}\n"
        "limits { open-files 64 }\n");
    ASSERT_EQ(run({"net.sbx", "-o", "net"}).code, 0);
    const auto statements = [&](const std::string& subject, const std::string& name) {
        std::vector<std::string> found;
        const auto json = nlohmann::json::parse(run({"doctor", "--format", "json", subject}).out);
        for (const auto& trial : json.at("trials")) {
            for (const auto& row : trial.at("name") == name ? trial.at("needed_by").at("statements") : nlohmann::json::array()) {
                found.push_back(row.at("statement").get<std::string>() + " " +
                                (row.at("place").is_null()
                                     ? "-"
                                     : row.at("place").at("file").get<std::string>() + ":" + row.at("place").at("line").dump()));
            }
        }
        return found;
    };
    for (const char* name : {"packet-filter", "slirp4netns", "rlimits", "procfs", "mounts", "identity"}) {
        EXPECT_EQ(statements("net.sbx", name), statements("net", name)) << name;
    }
    EXPECT_THAT(statements("net", "slirp4netns"),
                ::testing::ElementsAre("network filtered net.sbx:4", "network allow tcp to 203.0.113.5 port 80 net.sbx:5",
                                       "network allow tcp to 203.0.113.6 port 80 net.sbx:6"));
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
