// How `policyc fmt` replaces a file: all of it or nothing, with the mode, owner, attributes and name that it had.
#include "compiler/cli/file_replacement.hpp"

#include "grammar/parser.hpp"
#include "tests/unit/cli/fmt_fixture.hpp"

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

using test::Outcome;
using test::read_bytes;
using test::run_policyc;
using test::write_file;
using ::testing::StartsWith;

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

class FileReplacement : public test::FmtFixture {
protected:
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
};

TEST_F(FileReplacement, RewritesInPlaceAndInSilence) {
    const Outcome got = run({"untidy.sbx"});
    EXPECT_EQ(got.code, 0);
    EXPECT_EQ(got.out + got.err, "");
    EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy);
    EXPECT_EQ(entries(), 3U);
}

TEST_F(FileReplacement, LeavesAFileInTheStyleUntouched) {
    const struct stat before = status("tidy.sbx");
    EXPECT_EQ(run({"tidy.sbx"}).code, 0);
    const struct stat after = status("tidy.sbx");
    EXPECT_EQ(before.st_ino, after.st_ino);
    EXPECT_EQ(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

TEST_F(FileReplacement, KeepsModeAndOwner) {
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

TEST_F(FileReplacement, KeepsExtendedAttributes) {
    const auto name = path("untidy.sbx");
    if (::setxattr(name.c_str(), "user.note", "kept", 4, 0) != 0) {
        GTEST_SKIP() << "this file system has no extended attributes";
    }
    ASSERT_EQ(run({"untidy.sbx"}).code, 0);
    EXPECT_EQ(read_bytes(name), tidy);
    EXPECT_EQ(attribute(name, "user.note"), "kept");
}

TEST_F(FileReplacement, FollowsASymbolicLinkAndLeavesItALink) {
    std::filesystem::create_directory(path("below"));
    std::filesystem::rename(path("untidy.sbx"), path("below/real.sbx"));
    std::filesystem::create_symlink("below/real.sbx", path("link.sbx"));
    EXPECT_EQ(run({"link.sbx"}).code, 0);
    EXPECT_TRUE(std::filesystem::is_symlink(path("link.sbx")));
    EXPECT_EQ(read_bytes(path("below/real.sbx")), tidy);
    EXPECT_EQ(status("below/real.sbx").st_nlink, 1U);
}

TEST_F(FileReplacement, RefusesWhatIsNoFile) {
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

TEST_F(FileReplacement, LeavesAFileThatMayNotBeWritten) {
    ASSERT_EQ(::chmod(path("untidy.sbx").c_str(), 0444), 0);
    ASSERT_EQ(::chmod(directory.path().c_str(), 0777), 0);
    const Outcome got = run_as_somebody({"untidy.sbx"});
    EXPECT_EQ(got.code, 3);
    EXPECT_EQ(got.err, "policyc: cannot write `untidy.sbx`: Permission denied\n");
    EXPECT_EQ(read_bytes(path("untidy.sbx")), untidy);
    EXPECT_EQ(run_as_somebody({"--check", "untidy.sbx"}).code, 1) << "looking is no writing";
}

TEST_F(FileReplacement, LeavesAFileWhoseOwnerItCannotKeep) {
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

TEST_F(FileReplacement, LeavesAFileThatWouldBecomeTooLarge) {
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

TEST_F(FileReplacement, LeavesAFileThatWasChangedMeanwhile) {
    const ReadFile file = read_file(path("untidy.sbx"));
    write_file(path("untidy.sbx"), "sbx 1\n");
    EXPECT_THROW(replace_file(file, tidy), std::system_error);
    EXPECT_EQ(read_bytes(path("untidy.sbx")), "sbx 1\n");
    EXPECT_EQ(entries(), 3U) << "the draft is gone";
}

TEST_F(FileReplacement, KeepsTheAccessList) {
    const std::string list = access_list();
    if (::setxattr(path("untidy.sbx").c_str(), "system.posix_acl_access", list.data(), list.size(), 0) != 0) {
        GTEST_SKIP() << "this file system has no access lists";
    }
    ASSERT_EQ(run({"untidy.sbx"}).code, 0);
    EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy);
    EXPECT_EQ(attribute(path("untidy.sbx"), "system.posix_acl_access"), list);
    EXPECT_EQ(status("untidy.sbx").st_mode & 0777U, 0640U);
}

TEST_F(FileReplacement, LetsNobodyInWhomTheDirectoryLetsIntoNewFiles) {
    const std::string list = access_list();
    if (::setxattr(directory.path().c_str(), "system.posix_acl_default", list.data(), list.size(), 0) != 0) {
        GTEST_SKIP() << "this file system has no access lists";
    }
    ASSERT_EQ(run({"untidy.sbx"}).code, 0);
    EXPECT_EQ(read_bytes(path("untidy.sbx")), tidy);
    EXPECT_EQ(attribute(path("untidy.sbx"), "system.posix_acl_access"), "");
}

}  // namespace
}  // namespace sbx::cli
