// The example for Bazel, run for real where it is installed. It knows inputs by their contents, so what is asked is more than of
// make: a file that was only touched is no change, and the same inputs give the same archive wherever they are.
#include "tests/pipelines/shell.hpp"

#include <gmock/gmock.h>

namespace sbx::pipelines {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* compiles = "Compiling policy worker";

class Bazel : public PipelineTest {
protected:
    void SetUp() override {
        if (!has_program("bazel")) {
            GTEST_SKIP() << "bazel is not installed";
        }
        set_up("one");
        set_up("two");
    }
    void TearDown() override {
        // What it has made cannot be written, directories included.
        EXPECT_EQ(run("chmod -R u+w .").status, 0);
    }
    /// No server stays behind, and nothing is downloaded. `-s` prints each command that is run.
    [[nodiscard]] Ran build(const std::string& place = "one") const {
        return run("cd " + place + "/pipelines && HOME=$PWD/.. bazel --batch --output_user_root=" + path(place).string() +
                   "/out build --color=no --curses=no --noshow_progress --nosandbox_debug "
                   "--experimental_repository_disable_download -s //:worker");
    }
    void expect_compiled(const std::string& why) const {
        const Ran built = build();
        EXPECT_EQ(built.status, 0) << why << "\n" << built.out;
        EXPECT_THAT(built.out, HasSubstr(compiles)) << why;
    }
    void expect_idle(const std::string& why) const {
        const Ran built = build();
        EXPECT_EQ(built.status, 0) << why << "\n" << built.out;
        EXPECT_THAT(built.out, Not(HasSubstr(compiles))) << why;
    }
    [[nodiscard]] std::string archive(const std::string& place = "one") const {
        return path(place + "/pipelines/bazel-bin/worker.tar").string();
    }

private:
    void set_up(const std::string& place) const {
        fs::create_directories(path(place));
        fs::copy(fs::path(SBX_SOURCE_DIR) / "examples/pipelines", path(place + "/pipelines"), fs::copy_options::recursive);
        fs::copy_file(SBX_POLICYC, path(place + "/policyc"));
        edit(place + "/pipelines/WORKSPACE", "/usr/bin/policyc", path(place + "/policyc").string());
    }
};

TEST_F(Bazel, CompilesAgainExactlyWhenTheContentsOfAnInputHaveChanged) {
    expect_compiled("the first time");
    ASSERT_EQ(run("tar -xf " + archive()).status, 0);
    const Ran verified = run(shell_word(SBX_POLICYC) + " verify worker");
    EXPECT_EQ(verified.status, 0) << verified.out;
    expect_idle("nothing has changed");
    ASSERT_EQ(run("touch one/policyc one/pipelines/policies/*").status, 0);
    expect_idle("files are newer, and say the same");
    edit("one/pipelines/policies/limits.sbx", "processes  64", "processes  65");
    expect_compiled("a fragment has changed");
    EXPECT_THAT(run("tar -xOf " + archive() + " worker/policy.json").out, HasSubstr("65"));
    expect_idle("after the fragment");
    ASSERT_EQ(run("echo >>one/policyc").status, 0);
    expect_compiled("the compiler has changed");
}

TEST_F(Bazel, MakesTheSameArchiveWhereverItRuns) {
    ASSERT_EQ(build("one").status, 0);
    ASSERT_EQ(build("two").status, 0);
    EXPECT_EQ(read_bytes(archive("one")), read_bytes(archive("two")));
    EXPECT_NE(read_bytes(archive("one")), "");
}

TEST_F(Bazel, FailsWithTheMessageOfThePolicyAndForAFileThatIsNoInput) {
    edit("one/pipelines/policies/limits.sbx", "cpu-time   60s", "cpu-time   60");
    const Ran failed = build();
    EXPECT_NE(failed.status, 0);
    EXPECT_THAT(failed.out, HasSubstr("error[SBX-R007]: `60` has no unit"));
    EXPECT_THAT(failed.out, HasSubstr("policies/limits.sbx:6:16"));
    edit("one/pipelines/policies/limits.sbx", "cpu-time   60", "cpu-time   60s");
    edit("one/pipelines/BUILD.bazel", "fragments = [\"policies/limits.sbx\"],", "fragments = [],");
    const Ran undeclared = build();
    EXPECT_NE(undeclared.status, 0) << "what is not declared can't be taken in";
    EXPECT_THAT(undeclared.out, HasSubstr("error[SBX-L005]"));
}

}  // namespace
}  // namespace sbx::pipelines
