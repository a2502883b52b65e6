// How launch asks stat(1) about its tools and goes on meanwhile: nothing that it asks about is started before the answer, and stat
// itself is loaded with nothing of the caller's. Other programs lie in the place of the machine's, in a mount namespace of their
// own, so that nothing of the host changes. Root only.
#include "tests/kernel/requirement.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

const char* const bwrap_of_machine = "/usr/bin/bwrap";
const char* const stat_of_machine = "/usr/bin/stat";

class LaunchTools : public testing::Test {
protected:
    void SetUp() override {
        if (!running_as_root()) {
            GTEST_SKIP() << "putting programs in the place of the machine's needs root";
        }
        scene_.directory("out");
        const Outcome outcome = scene_.compile("filesystem { write $ROOT/out }");
        ASSERT_EQ(outcome.status, 0) << outcome.text();
        scene_.file("other/real", read_file(stat_of_machine), 0755);
    }
    std::string script(const char* name, const std::string& text, mode_t mode) {
        const std::string path = scene_.file(name, "#!/bin/sh\n" + text, 0755);
        EXPECT_EQ(chown(path.c_str(), 0, 0), 0);
        EXPECT_EQ(chmod(path.c_str(), mode), 0);
        return path;
    }
    /// Of an ordinary user, where these two are bwrap and stat.
    Outcome launch_with(const std::string& bwrap, const std::string& stat) {
        unlink(mark().c_str());
        Command command = probing(Setting{Mode{Program::launch, false}, ""}, scene_, {"tag:ran"});
        command.environment.insert(variables_.begin(), variables_.end());
        command.before_exec = [bwrap, stat] {
            if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
                mount(bwrap.c_str(), bwrap_of_machine, nullptr, MS_BIND, nullptr) != 0 ||
                mount(stat.c_str(), stat_of_machine, nullptr, MS_BIND, nullptr) != 0) {
                _exit(96);
            }
        };
        return run(command);
    }
    [[nodiscard]] std::string mark() const { return scene_.path("out/mark"); }
    [[nodiscard]] std::string real() const { return scene_.path("other/real"); }

    Scene scene_;
    std::map<std::string, std::string> variables_;
};

TEST_F(LaunchTools, AreNotStartedBeforeTheAnswer) {
    const std::string slow = script("other/slow", "sleep 0.5\nexec " + real() + " \"$@\"\n", 0755);
    const std::string marks = "echo started >" + mark() + "\n";
    const Outcome usual = launch_with(script("other/bwrap", marks, 0755), slow);
    ASSERT_TRUE(scene_.exists("out/mark")) << "one that is root's alone is started: " << usual.text();
    const Outcome outcome = launch_with(script("other/bwrap", marks, 0757), slow);
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_NE(outcome.err.find("others than root can write there"), std::string::npos) << outcome.text();
    EXPECT_FALSE(scene_.exists("out/mark")) << outcome.text();
}

TEST_F(LaunchTools, AreNotStartedWithoutAnAnswer) {
    const std::string marks = script("other/bwrap", "echo started >" + mark() + "\n", 0755);
    for (const char* text : {"exit 0\n", "exit 1\n", "kill -9 $$\n", "echo 0:755\n"}) {
        const Outcome outcome = launch_with(marks, script("other/stat", text, 0755));
        EXPECT_EQ(outcome.status, 125) << text << outcome.text();
        EXPECT_FALSE(scene_.exists("out/mark")) << text << outcome.text();
    }
}

TEST_F(LaunchTools, AreAskedAboutWithNothingThatChangesLoading) {
    const std::string seen = scene_.path("out/environment");
    const std::string shows = script("other/stat", "cat /proc/$$/environ >" + seen + "\nexec " + real() + " \"$@\"\n", 0755);
    variables_ = {{"LD_LIBRARY_PATH", "/nowhere"},
                  {"GLIBC_TUNABLES", "glibc.malloc.check=0"},
                  {"LOCPATH", "/nowhere"},
                  {"LC_ALL", "xx_XX"},
                  {"LANG", "xx_XX"}};
    const Outcome outcome = launch_with(script("other/bwrap", "exit 1\n", 0755), shows);
    const std::string environment = read_file(seen) + '\0';
    EXPECT_NE(environment.find(std::string("LC_ALL=C") + '\0'), std::string::npos) << outcome.text();
    for (const char* name : {"LD_LIBRARY_PATH=", "GLIBC_TUNABLES=", "LOCPATH="}) {
        EXPECT_EQ(environment.find(name), std::string::npos) << name;
    }
}

}  // namespace
}  // namespace sbx::kernel
