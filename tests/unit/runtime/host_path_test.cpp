// Host paths with links, guards, reserved names and locks, on a real disk.
#include "runtime/host_path.hpp"

#include "refused.hpp"
#include "runtime/reservations.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace sbx::runtime {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
namespace fs = std::filesystem;

std::string refused_look(const std::string& path) {
    return refused([&] { static_cast<void>(look_up(path, "p.sbx:1")); });
}

TEST(HostPath, WhatIsThereIsFoundAndWhatIsNotIsAbsent) {
    const TemporaryDirectory directory;
    directory.write("a/file", "x");
    ASSERT_TRUE(look_up(directory / "a", "").has_value());
    EXPECT_TRUE(S_ISDIR(look_up(directory / "a", "")->status.st_mode));
    EXPECT_TRUE(S_ISREG(look_up(directory / "a/file", "")->status.st_mode));
    EXPECT_FALSE(look_up(directory / "b", "").has_value());
    EXPECT_FALSE(look_up(directory / "a/file/below", "").has_value());
    EXPECT_TRUE(look_up("/", "").has_value());
}

TEST(HostPath, ALinkInAnyComponentIsRefusedAndNamed) {
    const TemporaryDirectory directory;
    directory.write("real/sub/file", "x");
    fs::create_directory_symlink("real", directory / "link");
    fs::create_symlink("/etc/shadow", directory / "real/out");
    fs::create_symlink("nowhere", directory / "real/dangling");
    fs::create_symlink("loop", directory / "loop");
    EXPECT_THAT(refused_look(directory / "link/sub/file"),
                StartsWith("bind: `" + directory / "link" + "` is a symbolic link to `real` (p.sbx:1)"));
    EXPECT_THAT(refused_look(directory / "link"), HasSubstr("/link` is a symbolic link to `real`"));
    EXPECT_THAT(refused_look(directory / "real/out"), HasSubstr("/real/out` is a symbolic link to `/etc/shadow`"));
    EXPECT_THAT(refused_look(directory / "real/dangling"), HasSubstr("is a symbolic link to `nowhere`"));
    EXPECT_THAT(refused_look(directory / "loop"), HasSubstr("is a symbolic link to `loop`"));
}

TEST(HostPath, TheRemedyForALinkIsAStatementThatWorks) {
    const TemporaryDirectory directory;
    directory.write("real/file", "x");
    fs::create_directory_symlink("real", directory / "link");
    const auto refusal = refusal_of([&] { static_cast<void>(look_up(directory / "link/file", "")); });
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(refusal->remedy, "name the target: `read " + directory / "real/file" + " as " + directory / "link/file" + "`");
}

TEST(HostPath, ATargetThatATerminalWouldObeyIsEscaped) {
    const TemporaryDirectory directory;
    fs::create_symlink("\x1b[2J\n", directory / "link");
    EXPECT_THAT(refused_look(directory / "link"), HasSubstr("`\\x1b[2J\\x0a`"));
}

HostObject opened(const std::string& path, SourceKind kind, bool write) {
    Word word;
    word.kind = WordKind::source;
    word.source_kind = kind;
    word.write = write;
    return open_source(word, path, "p.sbx:1");
}
std::string refused_open(const std::string& path, SourceKind kind, bool write = false) {
    return refused([&] { static_cast<void>(opened(path, kind, write)); });
}

TEST(HostPath, ASourceHasTheKindThatItsStatementMeans) {
    const TemporaryDirectory directory;
    directory.write("file", "x");
    ASSERT_EQ(mkfifo((directory / "fifo").c_str(), 0600), 0);
    struct sockaddr_un address {};
    address.sun_family = AF_UNIX;
    const std::string name = directory / "socket";
    ASSERT_LT(name.size(), sizeof address.sun_path);
    name.copy(address.sun_path, name.size());
    const Descriptor listening(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(bind(listening.get(), reinterpret_cast<const struct sockaddr*>(&address), sizeof address), 0);

    EXPECT_EQ(refused_open(directory / "file", SourceKind::any), "nothing");
    EXPECT_EQ(refused_open(directory.path(), SourceKind::directory), "nothing");
    EXPECT_EQ(refused_open(name, SourceKind::socket), "nothing");
    EXPECT_THAT(refused_open(directory / "file", SourceKind::directory), HasSubstr("is no directory (p.sbx:1)"));
    EXPECT_THAT(refused_open(directory / "file", SourceKind::socket), HasSubstr("is no socket"));
    EXPECT_THAT(refused_open(directory / "fifo", SourceKind::any), HasSubstr("is a fifo"));
    EXPECT_THAT(refused_open(name, SourceKind::any), HasSubstr("is a socket"));
    EXPECT_THAT(refused_open("/dev/null", SourceKind::any), HasSubstr("is a device"));
    EXPECT_THAT(refused_open(directory / "gone", SourceKind::any), HasSubstr("does not exist (p.sbx:1)"));
}

TEST(HostPath, WhatCannotBeWrittenIsNoWritableSource) {
    const TemporaryDirectory directory;
    directory.write("file", "x");
    EXPECT_EQ(refused_open(directory / "file", SourceKind::any, true), "nothing");
    if (geteuid() != 0) {  // nothing is closed to root but what is mounted read-only
        fs::permissions(directory / "file", fs::perms{0444});
        EXPECT_THAT(refused_open(directory / "file", SourceKind::any, true), HasSubstr("cannot be written by uid"));
    }
}

TEST(HostPath, DescriptorsStayOutOfTheWayOfASmallLimit) {
    EXPECT_GE(opened("/", SourceKind::directory, false).descriptor.get(), 64);
    EXPECT_FALSE(out_of_the_way(Descriptor()).open());
}

TEST(HostPath, GuardsAskForKindAndExistence) {
    const TemporaryDirectory directory;
    directory.write("file", "x");
    fs::create_directory(directory / "directory");
    const auto outcome = [&](Guard guard, const std::string& name) -> std::string {
        std::string text;
        const std::string path = directory / name;
        const std::string seen = refused([&] {
            const GuardOutcome decided = decide_guard(guard, look_up(path, ""), path, "");
            text = decided == GuardOutcome::holds ? "holds" : decided == GuardOutcome::fails ? "fails" : "reserve";
        });
        return seen == "nothing" ? text : "refused";
    };
    const struct {
        Guard guard;
        const char* file;
        const char* folder;
        const char* gone;
    } rows[] = {
        {Guard::always, "holds", "holds", "holds"},           {Guard::if_exists, "holds", "holds", "fails"},
        {Guard::if_directory, "refused", "holds", "fails"},   {Guard::if_file, "holds", "refused", "fails"},
        {Guard::must_exist, "holds", "holds", "refused"},     {Guard::must_be_directory, "refused", "holds", "refused"},
        {Guard::must_be_file, "holds", "refused", "refused"}, {Guard::reserve_directory, "refused", "holds", "reserve"},
        {Guard::reserve_file, "holds", "refused", "reserve"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(row.guard, "file"), row.file) << static_cast<int>(row.guard);
        EXPECT_EQ(outcome(row.guard, "directory"), row.folder) << static_cast<int>(row.guard);
        EXPECT_EQ(outcome(row.guard, "gone"), row.gone) << static_cast<int>(row.guard);
    }
}

TEST(HostPath, AHiddenFileWithASecondNameIsRefused) {
    const TemporaryDirectory directory;
    directory.write("secret", "x");
    fs::create_hard_link(directory / "secret", directory / "alias");
    const std::string path = directory / "secret";
    for (const Guard guard : {Guard::if_file, Guard::reserve_file}) {
        EXPECT_THAT(refused([&] { static_cast<void>(decide_guard(guard, look_up(path, ""), path, "")); }),
                    HasSubstr("has more than one hard link"));
    }
}

TEST(Reservations, WhatIsStillEmptyIsRemovedAndWhatIsNotStays) {
    const TemporaryDirectory directory;
    {
        Reservations reservations{Identity{}};
        reservations.reserve(directory / "hooks", true, "p.sbx:1");
        reservations.reserve(directory / "hooks/inner", false, "p.sbx:1");
        reservations.reserve(directory / "file", false, "p.sbx:1");
        reservations.reserve(directory / "filled", true, "p.sbx:1");
        reservations.reserve(directory / "written", false, "p.sbx:1");
        reservations.reserve(directory / "replaced", false, "p.sbx:1");
        EXPECT_EQ(fs::status(directory / "hooks").permissions(), fs::perms{0700});
        EXPECT_EQ(fs::status(directory / "file").permissions(), fs::perms{0400});
        directory.write("filled/x", "x");
        fs::permissions(directory / "written", fs::perms{0600});
        directory.write("written", "x");
        directory.write("other", "");
        fs::rename(directory / "other", directory / "replaced");
    }
    EXPECT_FALSE(fs::exists(directory / "hooks"));
    EXPECT_FALSE(fs::exists(directory / "file"));
    EXPECT_TRUE(fs::exists(directory / "filled/x"));
    EXPECT_TRUE(fs::exists(directory / "written"));
    EXPECT_TRUE(fs::exists(directory / "replaced")) << "another file that only has the name";
}

TEST(Reservations, ANameThatIsTakenOrALinkIsRefused) {
    const TemporaryDirectory directory;
    directory.write("taken", "x");
    fs::create_symlink(directory / "target", directory / "link");
    fs::create_directory(directory / "real");
    fs::create_directory_symlink("real", directory / "by");
    Reservations reservations{Identity{}};
    const auto reserving = [&](const std::string& name, bool folder) {
        return refused([&] { reservations.reserve(directory / name, folder, "p.sbx:1"); });
    };
    EXPECT_THAT(reserving("taken", false), HasSubstr("its name cannot be reserved"));
    EXPECT_THAT(reserving("link", false), HasSubstr("its name cannot be reserved"));
    EXPECT_THAT(reserving("link", true), HasSubstr("its name cannot be reserved"));
    EXPECT_THAT(reserving("by/x", true), HasSubstr("is a symbolic link"));
    EXPECT_THAT(reserving("gone/x", true), HasSubstr("the directory that would hold it does not exist"));
    EXPECT_FALSE(fs::exists(directory / "target"));
    EXPECT_TRUE(fs::is_empty(directory / "real"));
}

TEST(Locks, ATreeIsLockedOnce) {
    const TemporaryDirectory directory;
    {
        const Descriptor first = lock_tree(directory.path());
        EXPECT_THAT(refused([&] { static_cast<void>(lock_tree(directory.path())); }), HasSubstr("another sandbox is running on"));
    }
    EXPECT_EQ(refused([&] { static_cast<void>(lock_tree(directory.path())); }), "nothing");
    fs::create_directory(directory / "real");
    fs::create_directory_symlink("real", directory / "link");
    EXPECT_THAT(refused([&] { static_cast<void>(lock_tree(directory / "link")); }), HasSubstr("is a symbolic link"));
    EXPECT_FALSE(lock_tree(directory / "gone").open()) << "whether it must be there is decided when it is bound";
}

}  // namespace
}  // namespace sbx::runtime
