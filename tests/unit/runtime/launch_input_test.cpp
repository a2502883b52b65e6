// The command line of sbx-run and the status that bubblewrap writes.
#include "refused.hpp"
#include "runtime/command_line.hpp"
#include "runtime/status_reader.hpp"

#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

using testing::ElementsAre;
using Words = std::vector<std::string_view>;

TEST(CommandLine, OptionsStandBeforeAndAfterTheBundle) {
    const CommandLine line =
        read_command_line({"--set", "a=1", "out", "--set=b=2=3", "--env", "A=--set", "--report=r", "-v", "--", "ls", "--set", "x"});
    EXPECT_EQ(line.bundle, "out");
    EXPECT_THAT(line.settings, ElementsAre("a=1", "b=2=3"));
    EXPECT_THAT(line.environment, ElementsAre("A=--set"));
    EXPECT_EQ(line.report, "r");
    EXPECT_TRUE(line.verbose);
    EXPECT_THAT(line.command, ElementsAre("ls", "--set", "x"));
}

TEST(CommandLine, TheCommandIsNotLookedAt) {
    EXPECT_THAT(read_command_line({"out", "--", "--", "--help", ""}).command, ElementsAre("--", "--help", ""));
    EXPECT_TRUE(read_command_line({"out"}).command.empty());
    EXPECT_FALSE(read_command_line({"out", "--", "--help"}).help);
}

TEST(CommandLine, HelpAndVersionNeedNoBundle) {
    EXPECT_TRUE(read_command_line({"--help"}).help);
    EXPECT_TRUE(read_command_line({"-h"}).help);
    EXPECT_TRUE(read_command_line({"--version"}).version);
    EXPECT_NE(help_text().find("usage: sbx-run OUT"), std::string_view::npos);
}

TEST(CommandLine, WhatItCannotMeanIsRefused) {
    const struct {
        Words words;
        const char* what;
    } rows[] = {
        {{}, "no bundle is named"},
        {{"--", "ls"}, "no bundle is named"},
        {{""}, "the word `` is one too many"},
        {{"out", "ls"}, "the word `ls` is one too many"},
        {{"out", "-"}, "the word `-` is one too many"},
        {{"out", "--"}, "no command follows `--`"},
        {{"out", "--", ""}, "no command follows `--`"},
        {{"out", "--set"}, "`--set` needs a value"},
        {{"out", "--set", "--", "ls"}, "`--set` needs a value"},
        {{"out", "--report="}, "`--report` needs a value, and has an empty one"},
        {{"out", "--macvlan=", "--address=", "--gateway="}, "`--macvlan` needs a value, and has an empty one"},
        {{"out", "--macvlan", "eth0", "--address", ""}, "`--address` needs a value, and has an empty one"},
        {{"out", "--macvlan", "eth0"}, "`--macvlan`, `--address` and `--gateway` belong together"},
        {{"out", "--gateway", "192.0.2.1"}, "`--macvlan`, `--address` and `--gateway` belong together"},
        {{"out", "--verbose=1"}, "`--verbose` takes no value"},
        {{"out", "--sets", "a=1"}, "`--sets` is no option of sbx-run"},
        {{"out", "-vq"}, "`-vq` is no option of sbx-run"},
        {{"out", "--=x"}, "`--=x` is no option of sbx-run"},
        {{"out", "--\x1b[2J"}, "`--\\x1b[2J` is no option of sbx-run"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(refused([&] { static_cast<void>(read_command_line(row.words)); }), std::string("usage: ") + row.what);
    }
}

StatusReader fed(std::string_view bytes, std::size_t step) {
    StatusReader reader;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        reader.feed(bytes.substr(at, step));
    }
    return reader;
}

TEST(StatusReader, PiecesOfAnySizeGiveTheSame) {
    const std::string_view bytes = "{ \"child-pid\": 31054, \"net-namespace\": 4026531840 }\n{ \"exit-code\": 137 }\n";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const StatusReader reader = fed(bytes, step);
        EXPECT_EQ(reader.child_pid(), 31054) << step;
        EXPECT_EQ(reader.exit_code(), 137) << step;
        EXPECT_FALSE(reader.broken()) << step;
    }
}

TEST(StatusReader, AnUnfinishedDocumentSaysNothingYet) {
    const std::string_view bytes = "{ \"child-pid\": 31054 }";
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const StatusReader reader = fed(bytes.substr(0, length), 1);
        EXPECT_EQ(reader.child_pid(), std::nullopt) << length;
        EXPECT_FALSE(reader.broken()) << length;
    }
}

TEST(StatusReader, BracesAndQuotesInStringsCountForNothing) {
    const StatusReader reader = fed("{\"a\": \"}{\\\"}\\\\\", \"exit-code\": 3}", 1);
    EXPECT_EQ(reader.exit_code(), 3);
    EXPECT_FALSE(reader.broken());
}

TEST(StatusReader, WhatIsNoStatusBreaksItForGood) {
    for (const std::string_view bytes :
         {"bwrap: no", "[1]", "{\"exit-code\": 1.5}", "{\"exit-code\": 256}", "{\"exit-code\": -1}", "{\"exit-code\": \"0\"}",
          "{\"child-pid\": 0}", "{\"child-pid\": -1}", "{\"child-pid\": 4194305}", "{\"child-pid\": 1, \"child-pid\": 2}",
          "{\"exit-code\": 0} x", "{}}", "{\"a\": }"}) {
        StatusReader reader = fed(bytes, 1);
        EXPECT_TRUE(reader.broken()) << bytes;
        const auto before = reader.exit_code();
        reader.feed("{\"exit-code\": 0}");
        EXPECT_EQ(reader.exit_code(), before) << bytes;
    }
}

TEST(StatusReader, ASecondPidOrExitCodeIsNotBelieved) {
    const StatusReader code = fed("{\"exit-code\": 1}{\"exit-code\": 0}", 1);
    EXPECT_TRUE(code.broken());
    EXPECT_EQ(code.exit_code(), 1);
    EXPECT_TRUE(fed("{\"child-pid\": 5}{\"child-pid\": 5}", 1).broken());
}

TEST(StatusReader, AnEndlessDocumentIsGivenUp) {
    StatusReader reader;
    reader.feed("{\"a\": \"");
    const std::string piece(1000, 'x');
    for (int i = 0; i < 100 && !reader.broken(); ++i) {
        reader.feed(piece);
    }
    EXPECT_TRUE(reader.broken());
}

}  // namespace
}  // namespace sbx::runtime
