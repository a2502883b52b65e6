// Records, values and a host's directories become words and descriptors; what a value would do to the places of others is refused.
#include "runtime/bound_arguments.hpp"

#include "bundle_file.hpp"

#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A tree to take sources from, a bundle with one data file and one template, and a parameter `p`.
class Launch {
public:
    Launch() { directory_.write("tree/deep/er/file", "x"); }

    [[nodiscard]] std::string operator/(const std::string& name) const { return directory_ / name; }

    BoundArguments bind(const std::vector<std::string>& strings, const std::string& value = "") {
        std::string bytes = std::string("sbx-bwrap-args 1\0comment\0001\0p.sbx:1\0", 35);
        for (const std::string& string : strings) {
            bytes += string + '\0';
        }
        const Values values{{"p", value}, {"uid", "1000"}};
        return bind_arguments(read_argument_records(bytes), values, bundle_, protected_directories(bundle_), reservations_);
    }
    std::string refused_bind(const std::vector<std::string>& strings, const std::string& value = "") {
        return refused([&] { static_cast<void>(bind(strings, value)); });
    }

private:
    TemporaryDirectory directory_;
    BundleOnDisk disk_{{{"data/000", "bytes"}, {"data/001", "\"uid ${uid}\""}}, R"({"name": "p", "type": "path", "under": "/t"})"};
    Bundle bundle_{disk_.out()};
    Reservations reservations_{Identity{}};
};

std::string contents(const std::string& descriptor) {
    std::array<char, 64> bytes{};
    const ssize_t length = pread(std::stoi(descriptor), bytes.data(), bytes.size(), 0);
    return {bytes.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

TEST(BoundArguments, WordsAreExpandedAndDataFilesAreDescriptors) {
    Launch launch;
    const BoundArguments bound = launch.bind(
        {"always", "9", "=--dir", "=/a b", "=--ro-bind-data", "@000", "=/x", "=--ro-bind-data", "&001", "=/y", "=--new-session"});
    ASSERT_EQ(bound.words.size(), 9U);
    EXPECT_EQ(bound.words[1], "/a b");
    EXPECT_EQ(contents(bound.words[3]), "bytes");
    EXPECT_EQ(contents(bound.words[6]), "uid 1000");
    EXPECT_EQ(bound.handed.size(), 2U);
}

TEST(BoundArguments, AGuardThatFailsLeavesItsWordsOut) {
    Launch launch;
    const BoundArguments bound = launch.bind(
        {"if-exists", "=" + launch / "gone", "1", "=--new-session", "if-exists", "=" + launch / "tree", "1", "=--die-with-parent"});
    EXPECT_THAT(bound.words, ElementsAre("--die-with-parent"));
    EXPECT_THAT(bound.skipped, ElementsAre(launch / "gone"));
}

TEST(BoundArguments, AValueMayNotCoverAnotherPlace) {
    Launch launch;
    const std::vector<std::string> records = {"always", "4", "=--dir", "=/x/y", "=--dir", "\"${p}\""};
    EXPECT_THAT(launch.refused_bind(records, "/x"), HasSubstr("the value `/x` (p.sbx:1) covers `/x/y`"));
    EXPECT_THAT(launch.refused_bind(records, "/x/y"), HasSubstr("covers `/x/y`"));
    EXPECT_EQ(launch.refused_bind(records, "/x/y/z"), "nothing");
    EXPECT_EQ(launch.refused_bind(records, "/x/yy"), "nothing");
}

TEST(BoundArguments, AValueMayHoldWhatThePolicyPlacesBelowTheSameParameter) {
    Launch launch;
    const std::vector<std::string> records = {"always", "6",          "=--dir", "\"${p}\"",
                                              "=--dir", "\"${p}/y\"", "=--dir", "\"${p}/y/z\""};
    EXPECT_EQ(launch.refused_bind(records, "/x"), "nothing");
}

TEST(BoundArguments, AValueMayNotLieInWhatIsHidden) {
    Launch launch;
    const std::vector<std::string> records = {"always", "6", "=--tmpfs", "=/x/y", "=--remount-ro", "=/x/y", "=--dir", "\"${p}\""};
    EXPECT_THAT(launch.refused_bind(records, "/x/y/z"), HasSubstr("which is hidden"));
    EXPECT_EQ(launch.refused_bind(records, "/x/z"), "nothing");
}

TEST(BoundArguments, AValueThatIsNotNormalIsRefusedWhereverItStands) {
    Launch launch;
    for (const char* const value : {"/x/../y", "x", "/x//y", ""}) {
        EXPECT_THAT(launch.refused_bind({"always", "2", "=--dir", "\"${p}\""}, value), HasSubstr("is no normal absolute path"))
            << value;
    }
}

TEST(BoundArguments, AValueMayNotLieInWhatThePolicyPlacesBelowItsDirectory) {
    Launch launch;
    const std::vector<std::string> records = {"always", "6", "=--dir", "=/t/placed", "=--dir", "=/t", "=--dir", "\"${p}/x\""};
    EXPECT_THAT(launch.refused_bind(records, "/t/placed/a"),
                HasSubstr("lies in `/t/placed` (p.sbx:1), which the policy places itself"));
    EXPECT_EQ(launch.refused_bind(records, "/t/a/b"), "nothing");
}

TEST(BoundArguments, DirectoriesAroundAValueMustNotBeRenamable) {
    Launch launch;
    const std::vector<std::string> records = {"always", "4", "=--tmpfs", "=/t", "=--tmpfs", "\"${p}\""};
    EXPECT_EQ(launch.refused_bind(records, "/t/a"), "nothing");
    EXPECT_THAT(launch.refused_bind(records, "/t/a/b"),
                HasSubstr("where the sandbox could rename the directories between the two"));
    const std::vector<std::string> closed = {"always", "6", "=--tmpfs", "=/t", "=--remount-ro", "=/t", "=--tmpfs", "\"${p}\""};
    EXPECT_THAT(launch.refused_bind(closed, "/t/a"), HasSubstr("which is hidden"));
}

TEST(BoundArguments, OneObjectHiddenAndGrantedIsRefused) {
    Launch launch;
    const std::string file = launch / "tree/deep/er/file";
    EXPECT_THAT(launch.refused_bind({"if-file", "=" + file, "3", "=--ro-bind-data", "@000", "=/a", "always", "3", "=--ro-bind-fd",
                                     "<-=" + file, "=/b"}),
                HasSubstr("is hidden, and the same object is granted under another name"));
}

TEST(BoundArguments, WhatHoldsTheBundleIsNeverWritable) {
    Launch launch;
    const std::string temporary = std::filesystem::canonical(std::filesystem::temp_directory_path());
    EXPECT_THAT(launch.refused_bind({"always", "3", "=--bind-fd", ">-=" + temporary, "=/t"}),
                HasSubstr("holds the bundle or sbx-run itself"));
    EXPECT_EQ(launch.refused_bind({"always", "3", "=--ro-bind-fd", "<-=" + temporary, "=/t"}), "nothing");
}

}  // namespace
}  // namespace sbx::runtime
