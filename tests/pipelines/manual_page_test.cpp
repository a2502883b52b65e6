// The manual pages, which are made of the tables of the programs, as mandoc reads them.
#include "compiler/policy/statement_table.hpp"
#include "tests/pipelines/shell.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace sbx::pipelines {
namespace {

using ::testing::HasSubstr;

class ManualPages : public PipelineTest {};

TEST_F(ManualPages, NameEveryOptionAndStatementAndAreClean) {
    for (const std::string name : {"policyc", "sbx-run", "sbx"}) {
        const Ran page = run(shell_word(SBX_POLICYC) + " help --man " + name + " | tee " + name + ".man");
        EXPECT_THAT(page.out, ::testing::StartsWith(".TH ")) << name;
        EXPECT_THAT(page.out, ::testing::Not(HasSubstr("@VERSION@"))) << name;
        if (has_program("mandoc")) {
            const Ran linted = run("mandoc -T lint -W warning " + name + ".man | grep -v 'missing date'");
            EXPECT_EQ(linted.out, "") << name;
        }
    }
    EXPECT_EQ(run(shell_word(SBX_POLICYC) + " help --man sbx-rn").out,
              "policyc: there is no manual page `sbx-rn`\n  help: there are policyc, sbx-run, sbx\n");
    std::string sbx = read_bytes(path("sbx.man"));
    sbx.erase(std::remove(sbx.begin(), sbx.end(), '\\'), sbx.end());
    for (const policy::StatementInfo& statement : policy::statement_table()) {
        EXPECT_NE(sbx.find("fB" + std::string(statement.signature) + "fR\n" + std::string(statement.summary) + "\n"),
                  std::string::npos)
            << statement.signature;
    }
}

}  // namespace
}  // namespace sbx::pipelines
