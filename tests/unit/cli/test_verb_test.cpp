// `policyc test` seen from outside: exit codes, the three forms, what is on which stream.
#include "tests/unit/cli/run_policyc.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using test::Outcome;
using test::ScratchDirectory;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class TestVerb : public ::testing::Test {
protected:
    [[nodiscard]] Outcome run(std::vector<std::string> arguments, std::string input = "") const {
        arguments.insert(arguments.begin(), "test");
        return test::run_policyc({std::move(arguments), std::move(input), directory.path()});
    }
    void add(const std::string& name, const std::string& statements) const {
        std::ofstream(directory.path() / name, std::ios::binary) << "sbx 1\nprofile p\n" << statements;
    }
    void SetUp() override {
        add("good.sbx", "filesystem { read /srv; write /srv/w }\ntest \"only w\" { allowed write /srv/w; denied write /srv/x }\n");
        add("bad.sbx",
            "filesystem { read /srv; write /srv/w }\ntest \"holds\" { allowed read /srv }\n"
            "test \"a <b> & 'c' \\\"d\\\" \\x1b[2J\" { denied read /srv; allowed read /srv/w; denied write /srv/w }\n");
        add("empty.sbx", "filesystem { read /srv }\n");
        add("broken.sbx", "filesystem { read /srv/*; read /usr }\ntest \"t\" { denied read /usr }\n");
    }
    ScratchDirectory directory;
};

TEST_F(TestVerb, SaysALineATestAndAnExpectationThatFailsWithWhatDecidesIt) {
    const Outcome good = run({"good.sbx"});
    EXPECT_EQ(good.code, 0);
    EXPECT_EQ(good.err, "");
    EXPECT_THAT(good.out, StartsWith("ok      only w (2 expectations)\ngood.sbx: 1 test, 2 expectations; all hold\n"
                                     "asked about: 2 of 2 statements, 2 of 5 regions; `--coverage` lists the rest\n"));
    const Outcome bad = run({"bad.sbx"});
    EXPECT_EQ(bad.code, 5);
    EXPECT_EQ(bad.err, "");
    EXPECT_THAT(bad.out, HasSubstr("ok      holds (1 expectation)\nFAILED  a <b> & 'c' \"d\" \\x1b[2J (2 of 3 expectations)\n"));
    EXPECT_THAT(bad.out, HasSubstr("error[SBX-T003]: `read /srv` is allowed, and the test says denied\n --> bad.sbx:5:"));
    EXPECT_THAT(bad.out, HasSubstr("error[SBX-T003]: `write /srv/w` is allowed, and the test says denied\n"));
    EXPECT_THAT(bad.out, HasSubstr("decided here"));
    EXPECT_THAT(bad.out, HasSubstr("bad.sbx: 2 tests, 4 expectations; 1 test does not hold\n"));
}

TEST_F(TestVerb, ExitCodesTellRejectedFromFailedFromUnreadable) {
    EXPECT_EQ(run({"broken.sbx"}).code, 1);
    EXPECT_THAT(run({"broken.sbx"}).err, HasSubstr("error[SBX-F008]"));
    EXPECT_EQ(run({"broken.sbx"}).out, "broken.sbx: rejected; its tests were not run\n");
    EXPECT_EQ(run({"bad.sbx", "broken.sbx"}).code, 1);
    EXPECT_EQ(run({"bad.sbx", "missing.sbx"}).code, 3);
    EXPECT_EQ(run({"good.sbx", "bad.sbx"}).code, 5);
    EXPECT_EQ(run({"empty.sbx"}).code, 0);
    EXPECT_THAT(run({"empty.sbx"}).out, StartsWith("empty.sbx: no tests\n"));
    EXPECT_EQ(run({"--fail-on-empty", "empty.sbx"}).code, 5);
    EXPECT_EQ(run({"--fail-on-empty", "good.sbx"}).code, 0);
    EXPECT_EQ(run({"--fail-on-empty", "good.sbx", "empty.sbx"}).code, 5);
    add("hollow.sbx", "filesystem { read /srv }\ntest \"nothing in it\" { }\n");
    EXPECT_EQ(run({"--fail-on-empty", "hollow.sbx"}).code, 5);
}

TEST_F(TestVerb, AFailureDoesNotHideWhatOnlyLoweringFinds) {
    std::string many = "filesystem {\n";
    for (int i = 0; i < 5000; ++i) {
        many += "read /srv/d" + std::to_string(i) + "\n";
    }
    add("many.sbx", many + "}\ntest \"t\" { allowed write /srv }\n");
    const Outcome got = run({"many.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_THAT(got.err, HasSubstr("SBX-F027"));
}

TEST_F(TestVerb, FragmentsAndStandardInputAreTestedToo) {
    EXPECT_EQ(run({"-"}, "sbx 1\nfragment f\nlimits { processes 5 }\ntest \"t\" { limit processes 5 }\n").code, 0);
    EXPECT_EQ(run({"-"}, "sbx 1\nfragment f\nlimits { processes 5 }\ntest \"t\" { limit processes 6 }\n").code, 5);
    EXPECT_EQ(run({"-", "-"}).code, 2);
}

TEST_F(TestVerb, CoverageAndMutantsAreListedOnRequest) {
    const Outcome listed = run({"--coverage", "good.sbx"});
    EXPECT_THAT(listed.out, HasSubstr("regions that no expectation asks about:\n  places that no statement gives\n"));
    EXPECT_THAT(listed.out, Not(HasSubstr("lists the rest")));
    const Outcome mutated = run({"--mutate", "good.sbx"});
    EXPECT_EQ(mutated.code, 0);
    EXPECT_THAT(mutated.out, HasSubstr("mutants: 4 of 7 noticed (57%); 0 equivalent, left out\n"));
    EXPECT_THAT(mutated.out, HasSubstr("  good.sbx:3:19: without `read /srv`\n      allowed read /srv/other\n"));
    EXPECT_EQ(mutated.out, run({"--mutate", "good.sbx"}).out);
    EXPECT_EQ(run({"--mutate", "--format", "json", "good.sbx"}).out, run({"--mutate", "--format", "json", "good.sbx"}).out);
}

TEST_F(TestVerb, JsonHoldsEverythingInOneDocument) {
    const Outcome got = run({"--format", "json", "--mutate", "bad.sbx", "empty.sbx", "broken.sbx"});
    EXPECT_EQ(got.code, 1);
    const auto document = nlohmann::json::parse(got.out);
    EXPECT_EQ(document.at("format"), 1);
    const auto& bad = document.at("files").at(0);
    EXPECT_EQ(bad.at("failed_tests"), 1);
    const auto& failed = bad.at("tests").at(1).at("expectations").at(0);
    EXPECT_EQ(failed.at("expectation"), "denied read /srv");
    EXPECT_EQ(failed.at("holds"), false);
    EXPECT_EQ(failed.at("decision"), "allowed");
    EXPECT_EQ(failed.at("decided_at").at("line"), 3);
    EXPECT_EQ(bad.at("statements").at("total"), 2);
    EXPECT_GT(bad.at("mutants").at("survivors").size(), 0U);
    EXPECT_EQ(document.at("files").at(1).at("tests").size(), 0U);
    EXPECT_EQ(document.at("files").at(2).at("rejected"), true);
    EXPECT_EQ(nlohmann::json::parse(got.err).at("errors"), 1);
}

/// Well-formed enough to be read: balanced tags, attributes in quotes, no bare `&` or `<`, no control character.
std::string what_is_wrong_with_xml(const std::string& text) {
    std::vector<std::string> open;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char byte = text[at];
        if (static_cast<unsigned char>(byte) < 0x20 && byte != '\n') {
            return "control character at " + std::to_string(at);
        }
        if (byte == '&') {
            const std::string entity = text.substr(at, text.find(';', at) + 1 - at);
            if (entity != "&amp;" && entity != "&lt;" && entity != "&gt;" && entity != "&quot;" && entity != "&apos;") {
                return "bare &: " + text.substr(at, 20);
            }
        }
        if (byte != '<') {
            continue;
        }
        const std::size_t end = text.find('>', at);
        const std::string tag = text.substr(at + 1, end - at - 1);
        if (tag.find('<') != std::string::npos) {
            return "bare <: " + tag;
        }
        const std::string name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" /", 1) - (tag[0] == '/' ? 1 : 0));
        if (tag[0] == '/') {
            if (open.empty() || open.back() != name) {
                return "closes " + name;
            }
            open.pop_back();
        } else if (tag[0] != '?' && tag.back() != '/') {
            open.push_back(name);
        }
    }
    return open.empty() ? "" : "open: " + open.back();
}

TEST_F(TestVerb, JunitIsWellFormedWhateverTheClaimSays) {
    const Outcome got = run({"--format", "junit", "good.sbx", "bad.sbx", "broken.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(what_is_wrong_with_xml(got.out), "") << got.out;
    EXPECT_NE(what_is_wrong_with_xml("<a b=\"&x\"/>"), "");
    EXPECT_NE(what_is_wrong_with_xml("<a></b>"), "");
    EXPECT_THAT(got.out, StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                    "<testsuites tests=\"4\" failures=\"1\" errors=\"1\">\n"));
    EXPECT_THAT(got.out, HasSubstr("name=\"a &lt;b&gt; &amp; &apos;c&apos; &quot;d&quot; \\x1b[2J\">"));
    EXPECT_THAT(
        got.out,
        HasSubstr("<failure type=\"SBX-T003\" message=\"`read /srv` is allowed, and the test says denied; `write /srv/w` is"));
    EXPECT_THAT(got.out, HasSubstr("<error type=\"rejected\""));
    EXPECT_THAT(got.out, HasSubstr("SBX-F008"));
}

TEST_F(TestVerb, JunitIsNoFormOfVerbsThatPrintNoResults) {
    const Outcome got = test::run_policyc({{"plan", "--format", "junit", "good.sbx"}, "", directory.path()});
    EXPECT_EQ(got.code, 2);
    EXPECT_THAT(got.err, HasSubstr("it takes text, json"));
    EXPECT_THAT(run({"--format", "xml", "good.sbx"}).err, HasSubstr("it takes text, json, junit"));
}

TEST_F(TestVerb, PrintsWhatTheReadmeShows) {
    const std::string readme = test::read_bytes(std::filesystem::path(SBX_SOURCE_DIR) / "README.md");
    const std::size_t policy = readme.find("```sbx\n") + 7;
    std::ofstream(directory.path() / "word-count.sbx") << readme.substr(policy, readme.find("```\n", policy) - policy);
    std::string shown;
    const std::string command = "    $ policyc test --mutate word-count.sbx\n";
    for (std::size_t at = readme.find(command) + command.size(); readme.compare(at, 4, "    ") == 0;
         at = readme.find('\n', at) + 1) {
        shown += readme.substr(at + 4, readme.find('\n', at) + 1 - at - 4);
    }
    EXPECT_EQ(run({"--mutate", "word-count.sbx"}).out, shown);
}

TEST_F(TestVerb, AValueForAParameterIsForTheKernelAlone) {
    const Outcome got = run({"--set", "s=/var/tmp/x", "good.sbx"});
    EXPECT_EQ(got.code, 2);
    EXPECT_THAT(got.err, HasSubstr("`--set` is for `--kernel`"));
}

TEST_F(TestVerb, QuietPrintsFailuresAlone) {
    EXPECT_THAT(run({"-q", "good.sbx"}).out, IsEmpty());
    const Outcome bad = run({"-q", "bad.sbx"});
    EXPECT_EQ(bad.code, 5);
    EXPECT_THAT(bad.out, StartsWith("FAILED"));
    EXPECT_THAT(bad.out, Not(HasSubstr("asked about")));
}

}  // namespace
}  // namespace sbx::cli
