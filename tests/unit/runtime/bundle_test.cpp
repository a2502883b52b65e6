// A bundle on a real disk, whole and tampered with (R-CMP-13).
#include "runtime/bundle.hpp"

#include "bundle_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

namespace sbx::runtime {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::string refused_reading(const std::string& out, const std::string& name) {
    return refused([&] { static_cast<void>(Bundle(out).read(name)); });
}

TEST(Bundle, WhatItReadsIsWhatWasWritten) {
    const std::string bytes("\0\n\xff binary", 10);
    const BundleOnDisk disk(Files{{"bwrap.args", bytes}, {"data/000", ""}});
    const Bundle bundle(disk.out() + "/");
    EXPECT_EQ(bundle.read("bwrap.args"), bytes);
    EXPECT_EQ(bundle.read("data/000"), "");
    EXPECT_EQ(bundle.manifest().profile, "p");
}

TEST(Bundle, EveryByteThatChangesIsNoticed) {
    const std::string bytes = "nofile 1 1\n";
    const BundleOnDisk disk(Files{{"rlimits.tab", bytes}});
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        disk.directory().write("out/rlimits.tab", changed);
        EXPECT_THAT(refused_reading(disk.out(), "rlimits.tab"), HasSubstr("was changed after the policy was compiled")) << i;
    }
    for (const std::string& changed : {std::string(), bytes + "\n", bytes.substr(1)}) {
        disk.directory().write("out/rlimits.tab", changed);
        EXPECT_THAT(refused_reading(disk.out(), "rlimits.tab"), HasSubstr("was changed after the policy was compiled"));
    }
}

TEST(Bundle, AFileThatTheManifestDoesNotStateIsNotRead) {
    const BundleOnDisk disk(Files{{"a", "a"}});
    disk.directory().write("out/b", "b");
    EXPECT_EQ(refused_reading(disk.out(), "b"), "verify: manifest.json states no digest for `b`");
    EXPECT_EQ(refused_reading(disk.out(), "../a"), "verify: manifest.json states no digest for `../a`");
}

TEST(Bundle, ALinkIsNoArtifact) {
    const BundleOnDisk disk(Files{{"a", "a"}, {"data/000", "x"}});
    disk.directory().write("elsewhere", "a");
    fs::remove(disk.out() + "/a");
    fs::create_symlink(disk.directory() / "elsewhere", disk.out() + "/a");
    EXPECT_THAT(refused_reading(disk.out(), "a"), HasSubstr("`a` of the bundle cannot be opened"));
    fs::rename(disk.out() + "/data", disk.directory() / "data");
    fs::create_symlink(disk.directory() / "data", disk.out() + "/data");
    EXPECT_THAT(refused_reading(disk.out(), "data/000"), HasSubstr("`data/000` of the bundle cannot be opened"));
}

TEST(Bundle, WhatIsNoRegularFileIsRefusedWithoutWaiting) {
    const BundleOnDisk disk(Files{{"a", "a"}, {"b", "b"}});
    fs::remove(disk.out() + "/a");
    ASSERT_EQ(mkfifo((disk.out() + "/a").c_str(), 0644), 0);
    EXPECT_THAT(refused_reading(disk.out(), "a"), HasSubstr("`a` is no regular file"));
    fs::remove(disk.out() + "/b");
    fs::create_directory(disk.out() + "/b");
    EXPECT_THAT(refused_reading(disk.out(), "b"), HasSubstr("`b` is no regular file"));
}

TEST(Bundle, WhatOthersCanWriteIsRefused) {
    const BundleOnDisk disk(Files{{"a", "a"}, {"data/000", "x"}});
    const auto with_mode = [&](const std::string& name, unsigned mode, const std::string& artifact) {
        const std::string path = disk.out() + name;
        const auto before = fs::status(path).permissions();
        fs::permissions(path, fs::perms{mode});
        const std::string seen = refused_reading(disk.out(), artifact);
        fs::permissions(path, before);
        return seen;
    };
    EXPECT_THAT(with_mode("/a", 0664, "a"), HasSubstr("`a` can be written by group or others"));
    EXPECT_THAT(with_mode("/a", 0646, "a"), HasSubstr("`a` can be written by group or others"));
    EXPECT_THAT(with_mode("", 0775, "a"), HasSubstr("can be written by group or others"));
    EXPECT_THAT(with_mode("/data", 0777, "data/000"), HasSubstr("`data` can be written by group or others"));
    EXPECT_THAT(with_mode("/manifest.json", 0666, "a"), HasSubstr("`manifest.json` can be written by group or others"));
    EXPECT_EQ(refused_reading(disk.out(), "a"), "nothing");
}

TEST(Bundle, ADirectoryAboveThatOthersCanWriteIsRefusedForRoot) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "only root's bundles are held to this";
    }
    const BundleOnDisk disk(Files{{"a", "a"}});
    fs::permissions(disk.directory().path(), fs::perms{0777});
    EXPECT_THAT(refused_reading(disk.out(), "a"),
                HasSubstr("`" + disk.directory().path().string() +
                          "`, above the bundle, can be changed by others than root: it belongs to uid 0 and has mode 777"));
    fs::permissions(disk.directory().path(), fs::perms{01777});
    EXPECT_EQ(refused_reading(disk.out(), "a"), "nothing") << "in a sticky directory only the owner can replace it";
}

TEST(Bundle, AnotherOwnerIsRefused) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "only root can give a file away";
    }
    const BundleOnDisk disk(Files{{"a", "a"}});
    ASSERT_EQ(chown((disk.out() + "/a").c_str(), 12345, 12345), 0);
    EXPECT_THAT(refused_reading(disk.out(), "a"), HasSubstr("`a` belongs to uid 12345"));
}

TEST(Bundle, WhatIsNoBundleIsRefused) {
    const TemporaryDirectory directory;
    EXPECT_THAT(refused_reading(directory / "gone", "a"), HasSubstr("cannot be opened"));
    EXPECT_THAT(refused_reading(directory.path(), "a"), HasSubstr("`manifest.json` of the bundle cannot be opened"));
    directory.write("file", "x");
    EXPECT_THAT(refused_reading(directory / "file", "a"), HasSubstr("cannot be opened"));
    const BundleOnDisk disk(Files{{"a", "a"}});
    fs::create_directory_symlink(disk.out(), directory / "link");
    EXPECT_THAT(refused_reading(directory / "link", "a"), HasSubstr("is a symbolic link"));
    EXPECT_THAT(refused_reading(directory / "link/", "a"), HasSubstr("is a symbolic link"));
}

TEST(Bundle, LineageEndsAtTheRoot) {
    const TemporaryDirectory directory;
    const Descriptor here(open(directory.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    const Lineage lineage = lineage_of(here.get());
    struct stat root {};
    ASSERT_EQ(stat("/", &root), 0);
    EXPECT_EQ(lineage.back(), std::pair(root.st_dev, root.st_ino));
    const auto components = static_cast<std::size_t>(std::distance(directory.path().begin(), directory.path().end()));
    EXPECT_EQ(lineage.size(), components);
}

}  // namespace
}  // namespace sbx::runtime
