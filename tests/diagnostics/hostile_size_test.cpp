// Files of the largest size that hold nothing sensible, given to the program itself: refused with something helpful, and within a
// second. Processor time and memory are the kernel's own figures of the process.
#include "grammar/parser.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// Sanitizers cost a factor of ten; gcc and clang say differently that they are on.
#if defined(__SANITIZE_ADDRESS__)
#define SBX_INSTRUMENTED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SBX_INSTRUMENTED true
#endif
#endif
#ifndef SBX_INSTRUMENTED
#define SBX_INSTRUMENTED false
#endif

namespace sbx {
namespace {

constexpr double slowness = SBX_INSTRUMENTED ? 20.0 : 1.0;
constexpr long most_kilobytes = SBX_INSTRUMENTED ? 4'000'000 : 400'000;

struct Hostile {
    const char* file;
    std::string_view start;
    std::string_view piece;  ///< `%` in it is the number of the piece
    std::string_view end{};
    double seconds = 1.0;
};

std::string text_of(const Hostile& hostile) {
    std::string text(hostile.start);
    if (hostile.piece.empty()) {
        std::mt19937 engine(7);
        while (text.size() < max_source_bytes) {
            text += static_cast<char>(engine());
        }
        return text;
    }
    const std::size_t mark = hostile.piece.find('%');
    constexpr std::size_t longest_number = 8;
    for (unsigned piece = 1; text.size() + hostile.piece.size() + longest_number + hostile.end.size() <= max_source_bytes;
         ++piece) {
        text += hostile.piece.substr(0, mark);
        if (mark != std::string_view::npos) {
            text.append(std::to_string(piece)).append(hostile.piece.substr(mark + 1));
        }
    }
    return text.append(hostile.end);
}

struct Ending {
    int status = 0;
    std::string output;
    double seconds = 0;  ///< of processor time: what the clock says depends on what else the machine does
    long kilobytes = 0;
};

int memory_file(const std::string& text) {
    const int file = memfd_create("hostile", MFD_CLOEXEC);
    for (std::size_t done = 0; file >= 0 && done < text.size();) {
        const ssize_t count = write(file, text.data() + done, text.size() - done);
        if (count <= 0) {
            break;
        }
        done += static_cast<std::size_t>(count);
    }
    lseek(file, 0, SEEK_SET);
    return file;
}

std::string contents(int file) {
    std::string text;
    char bytes[4096];
    ssize_t count = 0;
    while ((count = pread(file, bytes, sizeof bytes, static_cast<off_t>(text.size()))) > 0) {
        text.append(bytes, static_cast<std::size_t>(count));
    }
    return text;
}

/// `policyc VERB -` over the text.
Ending run(const char* verb, const std::string& text) {
    const int input = memory_file(text);
    const int output = memory_file("");
    const pid_t child = fork();
    if (child == 0) {
        if (dup2(input, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2) {
            execl(SBX_POLICYC, SBX_POLICYC, verb, "-", nullptr);
        }
        _exit(99);
    }
    Ending ending;
    rusage usage{};
    while (child > 0 && wait4(child, &ending.status, 0, &usage) < 0 && errno == EINTR) {
    }
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    ending.seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    ending.kilobytes = usage.ru_maxrss;
    ending.output = contents(output);
    close(input);
    close(output);
    return ending;
}

class HostileFile : public testing::TestWithParam<Hostile> {};

TEST_P(HostileFile, IsRefusedWithinASecondAndInLittleMemory) {
    const std::string text = text_of(GetParam());
    const double most_seconds = GetParam().seconds * slowness;
    Ending ending = run("check", text);
    for (int again = 0; again < 2 && ending.seconds > most_seconds; ++again) {
        ending = run("check", text);  // a run on a busy machine says little about time
    }
    ASSERT_TRUE(WIFEXITED(ending.status)) << "signal " << WTERMSIG(ending.status);
    EXPECT_EQ(WEXITSTATUS(ending.status), 1) << "it was not refused as a policy is: " << ending.output.substr(0, 1000);
    EXPECT_NE(ending.output.find(" help: "), std::string::npos) << ending.output.substr(0, 1000);
    EXPECT_LT(ending.output.size(), 1U << 20U);
    EXPECT_LT(ending.seconds, most_seconds);
    EXPECT_LT(ending.kilobytes, most_kilobytes);
}

constexpr std::string_view header = "sbx 1\nprofile p\n";
// Lines so long that there are no more of them than ports; said twice at the end, which is what is wrong.
constexpr std::string_view name_line = "allow tcp to host \"n%.a\" port 1\n";
constexpr std::string_view parameter_line = "allow tcp to $h port %  # the comment is here to fill the line up to its end\n";
constexpr std::string_view denied_line = "allow tcp to 10.0.0.1 port %  # the comment is here to fill the line up\n";
constexpr std::string_view twice = "deny udp to 192.0.2.1\ndeny udp to 192.0.2.1\n}\n";
INSTANTIATE_TEST_SUITE_P(
    , HostileFile,
    testing::Values(Hostile{"Braces", "", "{"}, Hostile{"Brackets", "", "["}, Hostile{"Nul", "", {"\0", 1}},
                    Hostile{"Quotes", "", "\""}, Hostile{"OneLine", "", "x"}, Hostile{"OneLineOfWords", "", "x "},
                    Hostile{"Newlines", "", "\n"}, Hostile{"RandomBytes", "", ""}, Hostile{"Spaces", "", " "},
                    Hostile{"HighBytes", "", "\xFF"}, Hostile{"BracesAfterAHeader", header, "{"},
                    Hostile{"BracketsAfterAHeader", header, "["}, Hostile{"QuotesAfterAHeader", header, "\""},
                    Hostile{"RandomBytesAfterAHeader", header, ""}, Hostile{"UnknownStatements", header, "frobnicate\n"},
                    Hostile{"Lets", header, "let a = 1\n", "", 3}, Hostile{"NestedBlocks", header, "filesystem {\n"},
                    Hostile{"OnePath", "sbx 1\nprofile p\nfilesystem { read ", "/a", " }\n"},
                    Hostile{"ManyConflictingPaths", "sbx 1\nprofile p\nfilesystem {\n", "read /a\nwrite /a\n", "}\n", 3},
                    Hostile{"ManyUndefinedNames", "sbx 1\nprofile p\nfilesystem {\n", "read $x\n", "}\n", 3},
                    Hostile{"ManyWrongValues", "sbx 1\nprofile p\nlimits {\n", "memory 5\n", "}\n", 3},
                    Hostile{"ManyTests", "sbx 1\nprofile p\n", "test \"x\" { allowed read /a }\n", "", 3},
                    Hostile{"ManyUses", header, "use \"a.sbx\"\n", "", 3},
                    Hostile{"ManyMounts", "sbx 1\nprofile p\nfilesystem {\n", "dev /a\n", "}\n", 3},
                    Hostile{"ManyNames", "sbx 1\nprofile p\nnetwork {\nresolver 10.0.0.5\n", name_line, "}\n", 3},
                    Hostile{"ManyRules", "sbx 1\nprofile p\nparam h: address\nnetwork {\n", parameter_line, twice, 3},
                    Hostile{"ManyDenied", "sbx 1\nprofile p\nnetwork {\ndeny any to 10.0.0.0/8\n", denied_line, twice, 3}),
    [](const auto& test) { return std::string(test.param.file); });

class HostileLayout : public testing::TestWithParam<Hostile> {};

TEST_P(HostileLayout, IsFormattedOrRefusedWithinSeconds) {
    const std::string text = text_of(GetParam());
    const double most_seconds = GetParam().seconds * slowness;
    Ending ending = run("fmt", text);
    for (int again = 0; again < 2 && ending.seconds > most_seconds; ++again) {
        ending = run("fmt", text);
    }
    ASSERT_TRUE(WIFEXITED(ending.status)) << "signal " << WTERMSIG(ending.status);
    EXPECT_LE(WEXITSTATUS(ending.status), 1) << ending.output.substr(0, 1000);
    EXPECT_FALSE(ending.output.empty());
    EXPECT_LE(ending.output.size(), max_source_bytes);
    EXPECT_LT(ending.seconds, most_seconds);
    EXPECT_LT(ending.kilobytes, 2 * most_kilobytes);
}

// What has many lines or many words, is nested as deep as it may be, or would be padded to one wide column. Two million statements,
// or comments, take a second where the machine is slow; what is quadratic takes minutes.
constexpr std::string_view deepest =
    "a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {a {\n";
constexpr std::string_view closers = "}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}\n";
constexpr std::string_view wide_cell = "e {\nset aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1\n";
INSTANTIATE_TEST_SUITE_P(
    , HostileLayout,
    testing::Values(Hostile{"Braces", "", "{"}, Hostile{"BlocksOnOneLine", "", "a {"}, Hostile{"Brackets", "let a = ", "["},
                    Hostile{"Statements", "", "a\n", "", 2}, Hostile{"Values", "read ", "/a "},
                    Hostile{"Continued", "read /a", ",\n/a"}, Hostile{"ContinuedWithComments", "read /a", ", #\n/a"},
                    Hostile{"List", "let a = [", "/a ", "]"}, Hostile{"ListsInAList", "let a = [", "[/a] ", "]"},
                    Hostile{"Comments", "", "#\n", "", 2}, Hostile{"CommentsBehindStatements", "", "a #\n"},
                    Hostile{"OneComment", "#", "x"}, Hostile{"EmptyBlocks", "", "a{}\n"},
                    Hostile{"SmallBlocks", "x {\n", "a { b }\n", "}"}, Hostile{"Deepest", deepest, "b\n", closers, 2},
                    Hostile{"DeepestOfNothing", deepest, "; ", closers}, Hostile{"OneWideCell", wide_cell, "set b =1\n", "}"},
                    Hostile{"LineEnds", "a", "\n"}, Hostile{"Blanks", "a", " "}, Hostile{"Tabs", "a", "\t", "# c"},
                    Hostile{"Runs", "a ", "/b /c d "},
                    Hostile{"Ordinary", "filesystem {\n", "read  /srv/tree-%/data /opt/other-%?   # why %\n", "}"}),
    [](const auto& test) { return std::string(test.param.file); });

}  // namespace
}  // namespace sbx
