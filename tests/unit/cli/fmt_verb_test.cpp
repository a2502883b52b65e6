// `policyc fmt` from outside: what it writes where, what it leaves alone, and how it ends.
#include "compiler/cli/file_replacement.hpp"
#include "compiler/cli/styled_source.hpp"
#include "grammar/parser.hpp"
#include "tests/unit/cli/run_policyc.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

using test::Outcome;
using test::read_bytes;
using test::run_policyc;
using test::write_file;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* untidy = "sbx 1\r\nprofile  x # c\nlimits{core 0; cpu-time 5s}";
constexpr const char* tidy = "sbx 1\nprofile x                           # c\nlimits {\n    core     0\n    cpu-time 5s\n}\n";
constexpr const char* broken = "sbx 1\nprofile  x\nlimits {\n";
constexpr id_t somebody = 65534;

/// An access list as the kernel stores it (include/uapi/linux/posix_acl_xattr.h): the owner, `somebody`, the group, the mask,
/// others.
std::string access_list() {
    struct Entry {
        std::uint16_t tag, permissions;
        std::uint32_t id;
    };
    constexpr std::uint32_t version = 2;
    constexpr std::uint32_t none = UINT32_MAX;
    const Entry entries[] = {{1, 6, none}, {2, 4, somebody}, {4, 0, none}, {16, 4, none}, {32, 0, none}};
    std::string bytes(reinterpret_cast<const char*>(&version), sizeof version);
    return bytes.append(reinterpret_cast<const char*>(entries), sizeof entries);
}

std::string attribute(const std::filesystem::path& path, const char* name) {
    char value[256];
    const ssize_t size = ::getxattr(path.c_str(), name, value, sizeof value);
    return size < 0 ? "" : std::string(value, static_cast<std::size_t>(size));
}

class FmtVerb : public ::testing::Test {
protected:
    FmtVerb() {
        write_file(path("untidy.sbx"), untidy);
        write_file(path("tidy.sbx"), tidy);
        write_file(path("broken.sbx"), broken);
    }
    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return directory.path() / name; }
    [[nodiscard]] Outcome run(std::vector<std::string> arguments, std::string input = "") const {
        arguments.insert(arguments.begin(), "fmt");
        return run_policyc({std::move(arguments), std::move(input), directory.path()});
    }
    [[nodiscard]] Outcome run_as_somebody(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "fmt");
        return run_policyc({std::move(arguments), "", directory.path(), [] {
                                if (::geteuid() == 0 &&
                                    (::setgroups(0, nullptr) != 0 || ::setgid(somebody) != 0 || ::setuid(somebody) != 0)) {
                                    ::_exit(99);
                                }
                            }});
    }
    [[nodiscard]] struct stat status(const std::string& name) const {
        struct stat result {};
        EXPECT_EQ(::stat(path(name).c_str(), &result), 0) << name;
        return result;
    }
    /// Nothing but what the test has put there is left.
    [[nodiscard]] std::size_t entries() const {
        const std::filesystem::directory_iterator all(directory.path());
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    test::ScratchDirectory directory;
};

TEST_F(FmtVerb, RewritesInPlaceAndInSilence) {
    const Outcome got = run({"untidy.sbx"});
    EXPECT_EQ(got.code, 0);
    EXPECT_EQ(got.out + got.err, "");
    EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy);
    EXPECT_EQ(entries(), 3U);
}

TEST_F(FmtVerb, LeavesAFileInTheStyleUntouched) {
    const struct stat before = status("tidy.sbx");
    EXPECT_EQ(run({"tidy.sbx"}).code, 0);
    const struct stat after = status("tidy.sbx");
    EXPECT_EQ(before.st_ino, after.st_ino);
    EXPECT_EQ(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

TEST_F(FmtVerb, FormatsSeveralFilesThoughSomeAreBrokenOrMissing) {
    write_file(path("other.sbx"), untidy);
    const Outcome got = run({"broken.sbx", "untidy.sbx", "missing.sbx", "other.sbx"});
    EXPECT_EQ(got.code, 3);
    EXPECT_EQ(got.out, "");
    EXPECT_THAT(got.err, StartsWith("error[SBX-S006]"));
    EXPECT_THAT(got.err, HasSubstr(" --> broken.sbx:3:8\n"));
    EXPECT_THAT(got.err, EndsWith("\n1 error\npolicyc: cannot open `missing.sbx`: No such file or directory\n"));
    EXPECT_EQ(read_bytes(path("broken.sbx")), broken);
    EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy);
    EXPECT_EQ(read_bytes(path("other.sbx")), tidy);
    EXPECT_EQ(run({"broken.sbx", "tidy.sbx"}).code, 1);
}

TEST_F(FmtVerb, FormatsWhatIsWellSpelledWhateverItMeans) {
    write_file(path("unknown.sbx"), "frobnicate   5\n");
    EXPECT_EQ(run({"unknown.sbx"}).code, 0);
    EXPECT_EQ(read_bytes(path("unknown.sbx")), "frobnicate 5\n");
}

TEST_F(FmtVerb, FormatsStandardInputToStandardOutput) {
    EXPECT_EQ(run({"-"}, untidy).out, tidy);
    EXPECT_EQ(run({"-"}, tidy).out, tidy);
    EXPECT_EQ(run({"-"}, "").out, "");
    const Outcome got = run({"-"}, broken);
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.out, "");
    EXPECT_THAT(got.err, HasSubstr(" --> <stdin>:3:8\n"));
    EXPECT_EQ(run({"-", "-"}, untidy).code, 2);
}

TEST_F(FmtVerb, ByteOrderMarksAreMistakesAsEverywhere) {
    write_file(path("mark.sbx"), "\xEF\xBB\xBFsbx  1\n");
    const Outcome got = run({"mark.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_THAT(got.err, StartsWith("error[SBX-S002]"));
    EXPECT_EQ(read_bytes(path("mark.sbx")), "\xEF\xBB\xBFsbx  1\n");
}

TEST_F(FmtVerb, CheckNamesWhatWouldChangeAndWritesNothing) {
    const Outcome got = run({"--check", "untidy.sbx", "tidy.sbx", "./untidy.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.out, "untidy.sbx\n./untidy.sbx\n");
    EXPECT_EQ(got.err, "");
    EXPECT_EQ(read_bytes(path("untidy.sbx")), untidy);
    EXPECT_EQ(run({"--check", "tidy.sbx"}).code, 0);
    EXPECT_EQ(run({"--check", "tidy.sbx"}).out, "");
    EXPECT_EQ(run({"--check", "-"}, untidy).out, "<stdin>\n");
    EXPECT_EQ(run({"--check", "-"}, tidy).code, 0);
    EXPECT_EQ(run({"--check", "broken.sbx"}).code, 1);
}

TEST_F(FmtVerb, DiffShowsWhatWouldChangeAndWritesNothing) {
    const Outcome got = run({"--diff", "untidy.sbx", "tidy.sbx"});
    EXPECT_EQ(got.code, 0);
    EXPECT_THAT(got.out, StartsWith("--- untidy.sbx\n+++ untidy.sbx\n@@ -1,3 +1,6 @@\n-sbx 1\r\n"));
    EXPECT_EQ(read_bytes(path("untidy.sbx")), untidy);
    EXPECT_EQ(run({"--diff", "tidy.sbx"}).out, "");
    const Outcome both = run({"--check", "--diff", "untidy.sbx", "tidy.sbx"});
    EXPECT_EQ(both.code, 1);
    EXPECT_EQ(both.out, got.out);
    EXPECT_EQ(run({"--check", "--diff", "tidy.sbx"}).code, 0);
    EXPECT_THAT(run({"--diff", "-"}, untidy).out, StartsWith("--- <stdin>\n+++ <stdin>\n"));
}

TEST_F(FmtVerb, PatchAndGitTakeTheDiff) {
    for (const char* tool : {"patch --binary -p0 -s", "git apply -p0"}) {
        write_file(path("untidy.sbx"), untidy);
        write_file(path("a b.sbx"), "sbx    1\nprofile x\n");
        write_file(path("diff"), run({"--diff", "untidy.sbx", "a b.sbx"}).out);
        const std::string command = "cd '" + directory.path().string() + "' && " + tool + " < diff";
        EXPECT_EQ(test::run(command), 0) << tool;
        EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy) << tool;
        EXPECT_EQ(read_bytes(path("a b.sbx")), "sbx 1\nprofile x\n") << tool;
    }
}

TEST_F(FmtVerb, DiagnosticsCanBeJson) {
    const Outcome got = run({"--format", "json", "broken.sbx", "untidy.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.out, "");
    EXPECT_EQ(nlohmann::json::parse(got.err).at("errors"), 1);
    EXPECT_EQ(run({"--format", "json", "tidy.sbx"}).err, "");
}

TEST_F(FmtVerb, KeepsModeAndOwner) {
    const auto name = path("untidy.sbx");
    ASSERT_EQ(::chmod(name.c_str(), 0640), 0);
    const bool root = ::geteuid() == 0;
    if (root) {
        ASSERT_EQ(::chown(name.c_str(), somebody, somebody), 0);
    }
    ASSERT_EQ(run({"untidy.sbx"}).code, 0);
    const struct stat after = status("untidy.sbx");
    EXPECT_EQ(read_bytes(name), tidy);
    EXPECT_EQ(after.st_mode & 07777U, 0640U);
    EXPECT_EQ(after.st_uid, root ? somebody : ::geteuid());
    EXPECT_EQ(after.st_gid, root ? somebody : ::getegid());
}

TEST_F(FmtVerb, KeepsExtendedAttributes) {
    const auto name = path("untidy.sbx");
    if (::setxattr(name.c_str(), "user.note", "kept", 4, 0) != 0) {
        GTEST_SKIP() << "this file system has no extended attributes";
    }
    ASSERT_EQ(run({"untidy.sbx"}).code, 0);
    EXPECT_EQ(read_bytes(name), tidy);
    EXPECT_EQ(attribute(name, "user.note"), "kept");
}

TEST_F(FmtVerb, FollowsASymbolicLinkAndLeavesItALink) {
    std::filesystem::create_directory(path("below"));
    std::filesystem::rename(path("untidy.sbx"), path("below/real.sbx"));
    std::filesystem::create_symlink("below/real.sbx", path("link.sbx"));
    EXPECT_EQ(run({"link.sbx"}).code, 0);
    EXPECT_TRUE(std::filesystem::is_symlink(path("link.sbx")));
    EXPECT_EQ(read_bytes(path("below/real.sbx")), tidy);
    EXPECT_EQ(status("below/real.sbx").st_nlink, 1U);
}

TEST_F(FmtVerb, RefusesWhatIsNoFile) {
    const Outcome folder = run({"."});
    EXPECT_EQ(folder.code, 3);
    EXPECT_EQ(folder.err, "policyc: cannot read `.`: Is a directory\n");
    EXPECT_EQ(run({"/dev/null"}).code, 0) << "nothing would change";
    const std::string piped = "cd '" + directory.path().string() + "' && cat untidy.sbx | " SBX_POLICYC " fmt /dev/stdin 2> said";
    EXPECT_EQ(test::run(piped), 3);
    EXPECT_EQ(read_bytes(path("said")),
              "policyc: `/dev/stdin` is no file that can be replaced; `policyc fmt -` formats what it reads\n");
    EXPECT_EQ(run({"--check", "/dev/stdin"}, untidy).out, "/dev/stdin\n");
}

TEST_F(FmtVerb, LeavesAFileThatMayNotBeWritten) {
    ASSERT_EQ(::chmod(path("untidy.sbx").c_str(), 0444), 0);
    ASSERT_EQ(::chmod(directory.path().c_str(), 0777), 0);
    const Outcome got = run_as_somebody({"untidy.sbx"});
    EXPECT_EQ(got.code, 3);
    EXPECT_EQ(got.err, "policyc: cannot write `untidy.sbx`: Permission denied\n");
    EXPECT_EQ(read_bytes(path("untidy.sbx")), untidy);
    EXPECT_EQ(run_as_somebody({"--check", "untidy.sbx"}).code, 1) << "looking is no writing";
}

TEST_F(FmtVerb, LeavesAFileWhoseOwnerItCannotKeep) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs a file of somebody else's";
    }
    ASSERT_EQ(::chmod(path("untidy.sbx").c_str(), 0666), 0);
    ASSERT_EQ(::chmod(directory.path().c_str(), 0777), 0);
    const Outcome got = run_as_somebody({"untidy.sbx"});
    EXPECT_EQ(got.code, 3);
    EXPECT_EQ(got.err, "policyc: cannot keep the owner of `untidy.sbx`: Operation not permitted\n");
    EXPECT_EQ(read_bytes(path("untidy.sbx")), untidy);
    EXPECT_EQ(status("untidy.sbx").st_uid, 0U);
    EXPECT_EQ(entries(), 3U) << "the draft is gone";
}

TEST_F(FmtVerb, LeavesAFileThatWouldBecomeTooLarge) {
    std::string text;
    while (text.size() + 4 <= max_source_bytes) {
        text += "a #\n";
    }
    write_file(path("large.sbx"), text);
    const Outcome got = run({"large.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_THAT(got.err, StartsWith("policyc: `large.sbx` is left as it is: in the style it would be larger than the 4 MiB"));
    EXPECT_EQ(read_bytes(path("large.sbx")), text);
}

TEST_F(FmtVerb, LeavesAFileThatWasChangedMeanwhile) {
    const ReadFile file = read_file(path("untidy.sbx"));
    write_file(path("untidy.sbx"), "sbx 1\n");
    EXPECT_THROW(replace_file(file, tidy), std::system_error);
    EXPECT_EQ(read_bytes(path("untidy.sbx")), "sbx 1\n");
    EXPECT_EQ(entries(), 3U) << "the draft is gone";
}

TEST_F(FmtVerb, KeepsTheAccessList) {
    const std::string list = access_list();
    if (::setxattr(path("untidy.sbx").c_str(), "system.posix_acl_access", list.data(), list.size(), 0) != 0) {
        GTEST_SKIP() << "this file system has no access lists";
    }
    ASSERT_EQ(run({"untidy.sbx"}).code, 0);
    EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy);
    EXPECT_EQ(attribute(path("untidy.sbx"), "system.posix_acl_access"), list);
    EXPECT_EQ(status("untidy.sbx").st_mode & 0777U, 0640U);
}

TEST_F(FmtVerb, LetsNobodyInWhomTheDirectoryLetsIntoNewFiles) {
    const std::string list = access_list();
    if (::setxattr(directory.path().c_str(), "system.posix_acl_default", list.data(), list.size(), 0) != 0) {
        GTEST_SKIP() << "this file system has no access lists";
    }
    ASSERT_EQ(run({"untidy.sbx"}).code, 0);
    EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy);
    EXPECT_EQ(attribute(path("untidy.sbx"), "system.posix_acl_access"), "");
}

TEST(StyledSource, IsGivenOutOnlyIfItSaysTheSame) {
    const SourceFile source("x.sbx", untidy);
    const auto styling = [&](const std::function<void(std::string&)>& spoil) {
        DiagnosticSink sink;
        const StyledSource styled = styled_source(source, sink, spoil);
        EXPECT_EQ(styled.text.empty(), styled.styling != Styling::done);
        return styled.styling;
    };
    EXPECT_EQ(styling(nullptr), Styling::done);
    EXPECT_EQ(styling([](std::string& text) { text += "\n"; }), Styling::done);
    EXPECT_EQ(styling([](std::string& text) { text += "core 0\n"; }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text += "# d\n"; }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text += "\"\n"; }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text.erase(text.find("# c"), 3); }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text.replace(text.find("5s"), 2, "6s"); }), Styling::not_same);
    EXPECT_EQ(styling([](std::string& text) { text.clear(); }), Styling::not_same);
}

TEST_F(FmtVerb, ShowsNamesAsTerminalsMaySeeThem) {
    write_file(path("a\x1b[31m.sbx"), untidy);
    const Outcome got = run({"--check", "a\x1b[31m.sbx"});
    EXPECT_EQ(test::what_a_terminal_obeys(got.out), "");
    EXPECT_EQ(got.out, "a\\x1b[31m.sbx\n");
}

TEST_F(FmtVerb, WhatExpandPrintsCanBeFormatted) {
    const Outcome expanded = run_policyc({{"expand", "tidy.sbx"}, "", directory.path()});
    const Outcome got = run({"-"}, expanded.out);
    EXPECT_EQ(got.code, 0);
    EXPECT_THAT(got.out, HasSubstr("\n    cpu-time 5s"));
    EXPECT_EQ(run({"--check", "-"}, got.out).code, 0);
}

}  // namespace
}  // namespace sbx::cli
