// Links that lead out of a parameter's value, to where another value could have been.
#include "decide_support.hpp"

namespace sbx::test {
namespace {

using policy::Verdict;

TEST(DecideLinks, ALinkOutOfAValueMayLeadBackIntoIt) {
    static constexpr const char* policy = "param p: path under /b\nfilesystem { symlink $p/a -> /b/c; read $p/b }";
    const DecideRow rows[] = {
        {policy, "read $p/a/b", Verdict::depends},  // p = /b/c
        {policy, "read $p/b", Verdict::allowed},
        {policy, "read $p/c", Verdict::denied},
    };
    expect_verdicts(rows);
}

TEST(DecideLinks, AnAnswerForEveryValueNeedsNoValueInItsAdvice) {
    // The deciding tree lies around some values only; the advice is about the request's own path.
    const policy::Decision decision = decided("param p: path under /b\nfilesystem { write $p/c; read /b/b }", "write $p");
    EXPECT_NE(decision.verdict, Verdict::allowed);
    EXPECT_FALSE(decision.reason.empty());
}

}  // namespace
}  // namespace sbx::test
