// The forms of `policyc check` and `policyc test` that other programs read, held against what those accept. The schemas themselves
// are not in this tree, since their licences are other ones. tests/support/schemas.sh brings them into the build directory; files
// that two variables name go before:
//
//     SBX_SARIF_SCHEMA   sarif-schema-2.1.0.json of OASIS, read with python3-jsonschema
//     SBX_JUNIT_SCHEMA   junit-4.xsd of Jenkins, or a later one (all later ones allow more), read with xmllint
#include "compiler/cli/test_report.hpp"
#include "tests/unit/cli/command_line_fixture.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <regex>
#include <set>

namespace sbx::cli {
namespace {

/// Reports of policies with every kind of result: an error, warnings, a waiver, a test that fails, one that holds.
class ReportForms : public PolicycRun {
protected:
    ReportForms() {
        write_file(
            directory.path() / "waived.sbx",
            "sbx 1\nprofile waived\nuse std/system\nfilesystem { read /run; read /tmp as /t waive F005 \"a \\\"reason\\\"\" }\n");
        write_file(directory.path() / "failing.sbx",
                   "sbx 1\nprofile failing\nuse std/system\ntest \"it <holds> & \\\"not\\\"\" { allowed read /usr/a; allowed write "
                   "/usr/a }\n"
                   "test \"it holds\" { allowed read /usr/a }\n");
    }
    [[nodiscard]] std::string check(const std::string& form) const {
        return run({"check", "--pedantic", "--format", form, "good.sbx", "bad.sbx", "finding.sbx", "waived.sbx", "failing.sbx",
                    "missing.sbx"})
            .out;
    }
    [[nodiscard]] std::string tests() const { return run({"test", "--format", "junit", "good.sbx", "bad.sbx", "failing.sbx"}).out; }
    /// The path of a schema as a shell's word, or nothing where there is none.
    [[nodiscard]] static std::string schema(const char* variable, const std::string& name) {
        const char* named = std::getenv(variable);  // NOLINT: no thread changes it
        const std::filesystem::path file = named != nullptr ? named : std::filesystem::path(SBX_BUILD_DIR) / "schemas" / name;
        return named != nullptr || std::filesystem::exists(file) ? "'" + file.string() + "'" : "";
    }
    /// The form of tests that were tried in a sandbox, with every outcome that a trial has.
    [[nodiscard]] static std::string trials() {
        Compilation compiled;
        compiled.profile.name = "tried";
        const KernelReport tried{"",
                                 "",
                                 {{nullptr, Agreement::agrees, "read /a", "allowed", "ok", ""},
                                  {nullptr, Agreement::disagrees, "read /b", "allowed", "EACCES", ""},
                                  {nullptr, Agreement::skipped, "read /c", "denied", "", "the host has no `/c` & <d>"}}};
        const KernelReport refused{"", "no \"bubblewrap\"", {}};
        return render_tests_junit({{"tried.sbx", &compiled, {}, {}, {}, tried}, {"refused.sbx", &compiled, {}, {}, {}, refused}});
    }
    /// Runs `command` on `text` in a file; 0 if that accepts it.
    [[nodiscard]] int judged_by(const std::string& command, const std::string& text) const {
        write_file(directory.path() / "report", text);
        return std::system(
            (command + " " + (directory.path() / "report").string() + " >&2").c_str());  // NOLINT: a test's own words
    }
};

/// Of each element the attributes that it has anywhere.
std::map<std::string, std::set<std::string>> attributes_of(const std::string& xml) {
    std::map<std::string, std::set<std::string>> found;
    static const std::regex element(R"re(<([a-z-]+)((?: [a-z]+="[^"]*")*)/?>)re");
    static const std::regex attribute(R"re( ([a-z]+)=")re");
    for (std::sregex_iterator at(xml.begin(), xml.end(), element), end; at != end; ++at) {
        const std::string words = (*at)[2];
        auto& names = found[(*at)[1]];
        for (std::sregex_iterator each(words.begin(), words.end(), attribute); each != end; ++each) {
            names.insert((*each)[1]);
        }
    }
    return found;
}

TEST_F(ReportForms, JunitHasTheElementsAndAttributesThatJenkinsKnows) {
    using Names = std::set<std::string>;
    const Names counted = {"tests", "failures", "errors"};
    const Names suite = {"name", "tests", "failures", "errors", "skipped"};
    const Names test_case = {"classname", "name"};
    const Names outcome = {"type", "message"};
    EXPECT_EQ(attributes_of(check("junit")), (std::map<std::string, Names>{{"testsuites", counted},
                                                                           {"testsuite", suite},
                                                                           {"testcase", test_case},
                                                                           {"failure", outcome},
                                                                           {"error", outcome},
                                                                           {"skipped", {}},
                                                                           {"system-out", {}}}));
    EXPECT_EQ(
        attributes_of(tests()),
        (std::map<std::string, Names>{
            {"testsuites", counted}, {"testsuite", suite}, {"testcase", test_case}, {"failure", outcome}, {"error", outcome}}));
}

TEST_F(ReportForms, JunitIsValidByTheSchemaOfJenkins) {
    const std::string xsd = schema("SBX_JUNIT_SCHEMA", "junit.xsd");
    if (xsd.empty()) {
        GTEST_SKIP() << "tests/support/schemas.sh brought no schema, and SBX_JUNIT_SCHEMA names none";
    }
    const std::string command = "xmllint --noout --schema " + xsd;
    EXPECT_EQ(judged_by(command, check("junit")), 0);
    EXPECT_EQ(judged_by(command, tests()), 0);
    EXPECT_EQ(judged_by(command, trials()), 0);
    EXPECT_NE(judged_by(command, "<testsuites skipped=\"0\"/>"), 0) << "a schema that refuses nothing proves nothing";
}

TEST_F(ReportForms, SarifIsValidByTheSchemaOfOasis) {
    const std::string official = schema("SBX_SARIF_SCHEMA", "sarif.schema.json");
    if (official.empty()) {
        GTEST_SKIP() << "tests/support/schemas.sh brought no schema, and SBX_SARIF_SCHEMA names none";
    }
    write_file(directory.path() / "validate.py",
               "import json, sys, jsonschema\n"
               "schema, report = (json.load(open(path)) for path in sys.argv[1:])\n"
               "kind = jsonschema.validators.validator_for(schema)\n"
               "kind.check_schema(schema)\n"
               "errors = list(kind(schema).iter_errors(report))\n"
               "print(*(list(each.path) + [each.message] for each in errors), sep='\\n')\n"
               "sys.exit(len(errors) != 0)\n");
    const std::string command = "python3 " + (directory.path() / "validate.py").string() + " " + official;
    const std::string report = check("sarif");
    EXPECT_EQ(judged_by(command, report), 0);
    std::string spoilt = report;
    spoilt.replace(spoilt.find("\"startLine\""), 11, "\"startLime\"");
    EXPECT_NE(judged_by(command, spoilt), 0) << "a schema that refuses nothing proves nothing";
}

}  // namespace
}  // namespace sbx::cli
