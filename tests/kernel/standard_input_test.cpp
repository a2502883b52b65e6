// What the command can make of the files that it is handed: /proc/self/fd opens them again. A file that was given for reading must
// not be written, by its owner neither; nothing else of the host is in reach.
#include "tests/kernel/requirement.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

std::string file_mode_name(const testing::TestParamInfo<Mode>& mode) {
    return to_text(mode.param);
}

class StandardInput : public testing::TestWithParam<Mode> {
protected:
    void compile(const std::string& statements = "") {
        const Outcome outcome = scene.compile(
            "filesystem { proc /proc; read /usr; symlink /bin -> usr/bin; symlink /lib -> usr/lib; symlink /lib64 -> usr/lib64 }\n"
            "environment { set PATH = \"/usr/bin\" }\n" +
            statements);
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    [[nodiscard]] Command shell(const std::string& script) const {
        return launching({GetParam(), ""}, scene.bundle(), {"/usr/bin/sh", "-c", script});
    }
    /// A file of the id that runs, or one that everybody can write.
    [[nodiscard]] std::string file_of(bool own) {
        const std::string path = scene.file("input", "one\ntwo\nthree\n", own ? 0400 : 0666);
        if (own && running_as_root()) {
            EXPECT_EQ(chown(path.c_str(), payload_of(GetParam()), static_cast<gid_t>(-1)), 0);
        }
        return path;
    }

    Scene scene;
};
INSTANTIATE_TEST_SUITE_P(Handed, StandardInput, testing::ValuesIn(modes()), file_mode_name);

TEST_P(StandardInput, CannotBeWrittenThroughItsDescriptor) {
    compile();
    for (const bool own : {false, true}) {
        const std::string path = file_of(own);
        Command command = shell("chmod 0666 /proc/self/fd/0; cat; echo forged >>/proc/self/fd/0; echo forged 1<>/proc/self/fd/0");
        command.before_exec = [path] { dup2(open(path.c_str(), O_RDONLY), 0); };
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.out.substr(0, 14), "one\ntwo\nthree\n") << outcome.text();
        EXPECT_EQ(scene.contents("input"), "one\ntwo\nthree\n") << outcome.text();
        struct stat file {};
        EXPECT_EQ(stat(path.c_str(), &file), 0);
        EXPECT_EQ(file.st_mode & 07777U, own ? 0400U : 0666U) << outcome.text();
    }
}

TEST_P(StandardInput, IsReadFromWhereTheCallerStands) {
    compile();
    const std::string path = file_of(true);
    Command command = shell("cat");
    command.before_exec = [path] {
        dup2(open(path.c_str(), O_RDONLY), 0);
        lseek(0, 4, SEEK_SET);
    };
    EXPECT_EQ(run(command).out, "two\nthree\n");
}

TEST_P(StandardInput, ThatHasNoNameAnyMoreIsReadAllTheSame) {
    compile();
    const std::string path = file_of(false);
    Command command = shell("cat");
    command.before_exec = [path] {
        dup2(open(path.c_str(), O_RDONLY), 0);
        unlink(path.c_str());
    };
    EXPECT_EQ(run(command).out, "one\ntwo\nthree\n");
}

TEST_P(StandardInput, LargerThanAPipeArrivesWholeAndMayBeLeftUnread) {
    compile();
    std::string text;
    for (unsigned line = 0; line < 100000; ++line) {
        text += std::to_string(line) + "\n";
    }
    const std::string path = scene.file("large", text);
    Command command = shell("wc -c");
    command.before_exec = [path] { dup2(open(path.c_str(), O_RDONLY), 0); };
    EXPECT_EQ(run(command).out, std::to_string(text.size()) + "\n");
    command.words.back() = "exit 7";
    EXPECT_EQ(run(command).status, 7);
}

TEST_P(StandardInput, OrOutputThatIsADirectoryIsRefused) {
    compile();
    for (const int number : {0, 1, 2}) {
        Command command = shell("cat /proc/self/fd/" + std::to_string(number) + "/etc/passwd >&2");
        command.before_exec = [number] { dup2(open("/", O_RDONLY | O_DIRECTORY), number); };
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, 125) << outcome.text();
        EXPECT_EQ(outcome.out.find("root:") == std::string::npos && outcome.err.find("root:") == std::string::npos, true)
            << outcome.text();
        if (number != 2) {
            EXPECT_NE(outcome.err.find("is a directory, from which the command could reach every file of the host"),
                      std::string::npos)
                << outcome.text();
        }
    }
}

TEST_P(StandardInput, OrADirectoryThatThePolicyPassesIsRefused) {
    compile("process { pass-descriptor 5 }");
    Command command = shell("cat /proc/self/fd/5/etc/passwd");
    command.keep = {5};
    command.before_exec = [] { dup2(open("/", O_RDONLY | O_DIRECTORY), 5); };
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_NE(outcome.err.find("descriptor 5 is a directory"), std::string::npos) << outcome.text();
}

class PassedFile : public StandardInput {};
INSTANTIATE_TEST_SUITE_P(Handed, PassedFile, testing::ValuesIn(modes_of_sbx_run()), file_mode_name);

TEST_P(PassedFile, CannotBeWrittenIfItWasOpenedForReading) {
    compile("process { pass-descriptor 5 }");
    const std::string path = file_of(false);
    Command command = shell("cat <&5; echo forged >>/proc/self/fd/5");
    command.keep = {5};
    command.before_exec = [path] { dup2(open(path.c_str(), O_RDONLY), 5); };
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.out, "one\ntwo\nthree\n") << outcome.text();
    EXPECT_EQ(scene.contents("input"), "one\ntwo\nthree\n");
}

TEST_P(PassedFile, IsWhatTheCallerMadeOfItIfItWasOpenedForWriting) {
    compile("process { pass-descriptor 5 }");
    const std::string path = scene.file("log", "");
    Command command = shell("echo said >&5");
    command.keep = {5};
    command.before_exec = [path] { dup2(open(path.c_str(), O_WRONLY | O_APPEND), 5); };
    const Outcome outcome = run(command);
    EXPECT_EQ(scene.contents("log"), "said\n") << outcome.text();
}

TEST_P(PassedFile, OpenByPathAloneIsRefused) {
    compile();
    const std::string path = file_of(false);
    Command command = shell("cat /proc/self/fd/0");
    command.before_exec = [path] { dup2(open(path.c_str(), O_PATH), 0); };
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.status, 125) << outcome.text();
    EXPECT_NE(outcome.err.find("standard input is open by path alone (O_PATH)"), std::string::npos) << outcome.text();
}

}  // namespace
}  // namespace sbx::kernel
