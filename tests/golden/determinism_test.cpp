// The same input gives the same bytes whatever surrounds the compiler: locale, time zone, directory, umask, user, environment, and
// where the sources lie.
#include "tests/golden/bundle_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using sbx::test::files_of;
using sbx::test::run;

const fs::path source = fs::path(SBX_SOURCE_DIR) / "tests/golden/cases/parameters";

class Determinism : public testing::Test {
protected:
    void SetUp() override {
        fs::copy(source / "profile.sbx", home_.path() / "profile.sbx");
        ASSERT_EQ(run(policyc + profile() + " -o " + (home_.path() / "reference").string()), 0);
        reference_ = files_of(home_.path() / "reference");
        ASSERT_GE(reference_.size(), 6U);
    }
    [[nodiscard]] std::string profile() const { return (home_.path() / "profile.sbx").string(); }
    /// Compiles once more, with words of a shell before it, and compares every file.
    void compiles_to_the_same(const std::string& before, const std::string& file) {
        const std::string out = (home_.path() / "again").string();
        fs::remove_all(out);
        ASSERT_EQ(run(before + policyc + file + " -o " + out), 0) << before;
        EXPECT_EQ(files_of(out), reference_) << before;
    }

    const std::string policyc = std::string(SBX_POLICYC) + " ";
    sbx::test::ScratchDirectory home_;
    std::map<std::string, std::string> reference_;
};

TEST_F(Determinism, LocaleAndTimeZoneAndEnvironmentDoNotMatter) {
    compiles_to_the_same("LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 TZ=Pacific/Kiritimati ", profile());
    compiles_to_the_same("env -i ", profile());
    compiles_to_the_same("HOME=/nonexistent USER=nobody SOURCE_DATE_EPOCH=1 TMPDIR=/nonexistent ", profile());
}

TEST_F(Determinism, WorkingDirectoryAndSpellingOfThePathDoNotMatter) {
    compiles_to_the_same("cd / && ", profile());
    compiles_to_the_same("cd " + home_.path().string() + " && ", "profile.sbx");
    compiles_to_the_same("cd " + home_.path().string() + " && ", "./profile.sbx");
    fs::create_directory(home_.path() / "elsewhere");
    fs::copy(home_.path() / "profile.sbx", home_.path() / "elsewhere" / "profile.sbx");
    compiles_to_the_same("", (home_.path() / "elsewhere" / "profile.sbx").string());
}

TEST_F(Determinism, UmaskDoesNotMatterForBytesNorModes) {
    compiles_to_the_same("umask 077 && ", profile());
    const auto mode_of = [&](const char* bundle, const char* name) {
        struct stat status {};
        EXPECT_EQ(stat((home_.path() / bundle / name).c_str(), &status), 0);
        return status.st_mode & 07777U;
    };
    for (const char* name : {"launch", "manifest.json", "policy.json", "bwrap.args", "."}) {
        EXPECT_EQ(mode_of("reference", name), mode_of("again", name)) << name;
    }
    compiles_to_the_same("umask 000 && ", profile());
    EXPECT_EQ(mode_of("again", "launch"), 0755U);
    EXPECT_EQ(mode_of("again", "manifest.json"), 0644U);
}

TEST_F(Determinism, AnotherUserGetsTheSameBytes) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "needs root, to become somebody else";
    }
    fs::permissions(home_.path(), fs::perms(0777));
    compiles_to_the_same("setpriv --reuid=65532 --regid=65532 --clear-groups ", profile());
}

}  // namespace
