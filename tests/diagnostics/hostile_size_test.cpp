// Files of the largest size that hold nothing sensible, through the whole compiler and its messages: refused, and within a second.
// Each runs in a child, whose memory is measured when it has ended.
#include "compiler/cli/compile.hpp"
#include "compiler/cli/render_text.hpp"
#include "grammar/parser.hpp"
#include "tests/support/memory_files.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <random>
#include <string>
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
    std::string_view piece;
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
    while (text.size() + hostile.piece.size() + hostile.end.size() <= max_source_bytes) {
        text += hostile.piece;
    }
    return text.append(hostile.end);
}

/// The processor time used so far: what the clock says depends on what else the machine does.
double seconds_used() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// What a child says about the claims with its exit status.
enum Claim : int { all_hold = 0, not_refused = 1, nothing_helpful_said = 2, too_slow = 3 };

Claim failing_claim(const std::string& text, double most_seconds) {
    const double before = seconds_used();
    const test::MemoryFiles files;
    const cli::Compilation compilation = cli::compile({"hostile.sbx", text, {}, {}, {}, cli::Until::checked}, files);
    const std::string output = cli::render_text({compilation.diagnostics, compilation.profile.included_from}, false);
    const double used = seconds_used() - before;
    if (!compilation.rejected) {
        return not_refused;
    }
    constexpr std::size_t most_output = 1U << 20U;
    if (output.find(" help: ") == std::string::npos || output.size() > most_output) {
        return nothing_helpful_said;
    }
    return used < most_seconds ? all_hold : too_slow;
}

struct Ending {
    int status = 0;
    long kilobytes = 0;
};
Ending run_in_child(const std::string& text, double most_seconds) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(failing_claim(text, most_seconds));
    }
    Ending ending;
    rusage usage{};
    while (child > 0 && wait4(child, &ending.status, 0, &usage) < 0 && errno == EINTR) {
    }
    ending.kilobytes = usage.ru_maxrss;
    return ending;
}

class HostileFile : public testing::TestWithParam<Hostile> {};

TEST_P(HostileFile, IsRefusedWithinASecondAndInLittleMemory) {
    const std::string text = text_of(GetParam());
    const double most_seconds = GetParam().seconds * slowness;
    Ending ending = run_in_child(text, most_seconds);
    for (int again = 0; again < 2 && WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == too_slow; ++again) {
        ending = run_in_child(text, most_seconds);  // one run on a busy machine says little about time
    }
    ASSERT_TRUE(WIFEXITED(ending.status)) << "signal " << WTERMSIG(ending.status);
    EXPECT_EQ(WEXITSTATUS(ending.status), all_hold)
        << "1: it was accepted; 2: nothing helpful, or too much, was said; 3: it took more than " << most_seconds << " s";
    EXPECT_LT(ending.kilobytes, most_kilobytes);
}

constexpr std::string_view header = "sbx 1\nprofile p\n";
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
                    Hostile{"ManyMounts", "sbx 1\nprofile p\nfilesystem {\n", "dev /a\n", "}\n", 3}),
    [](const auto& test) { return std::string(test.param.file); });

}  // namespace
}  // namespace sbx
