// What sbx-run is: one static program, small enough to lie in every image.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <cstring>
#include <elf.h>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

std::vector<Elf64_Phdr> segments_of(const std::string& program) {
    Elf64_Ehdr header{};
    if (program.size() < sizeof header || std::memcmp(program.data(), ELFMAG, SELFMAG) != 0) {
        return {};
    }
    std::memcpy(&header, program.data(), sizeof header);
    std::vector<Elf64_Phdr> segments(header.e_phnum);
    std::memcpy(segments.data(), program.data() + header.e_phoff, segments.size() * sizeof(Elf64_Phdr));
    return segments;
}

bool is_static(const std::vector<Elf64_Phdr>& segments) {
    for (const Elf64_Phdr& segment : segments) {
        if (segment.p_type == PT_INTERP || segment.p_type == PT_DYNAMIC) {
            return false;
        }
    }
    return !segments.empty();
}

TEST(RuntimeBinary, IsStaticAndSmallerThanAMegabyteAndAHalf) {
    const std::vector<Elf64_Phdr> segments = segments_of(read_file(SBX_RUN));
    EXPECT_TRUE(is_static(segments));
    EXPECT_FALSE(is_static(segments_of(read_file("/proc/self/exe")))) << "this program is linked dynamically";
    std::size_t size = 0;  // of what is loaded, without what a debugger reads
    for (const Elf64_Phdr& segment : segments) {
        size += segment.p_type == PT_LOAD ? segment.p_filesz : 0;
    }
    RecordProperty("bytes", std::to_string(size));
    EXPECT_GT(size, 100'000U);
    EXPECT_LT(size, 1'500'000U);
    mark_as_run();
}

/// The C libraries block all signals around some calls, for threads that sbx-run does not have, and look not whether they could put
/// back what was: where that fails, the supervisor would wait for ever for the end of its child.
TEST(RuntimeBinary, LeavesNoSignalMaskToTheCLibrary) {
    Scene scene;
    ASSERT_EQ(scene.compile("limits { wall-time 10s; output 1M }").status, 0);
    scene.directory("trace");
    const std::string trace = scene.path("trace/calls");
    for (const Mode mode : modes_of_sbx_run()) {
        Command command = probing({mode, ""}, scene, {"tag:masks"});
        const std::vector<std::string> strace = {
            "/usr/bin/strace", "-f", "-qq", "-e", "trace=rt_sigprocmask,clone,setresuid", "-o", trace};
        command.words.insert(command.words.begin(), strace.begin(), strace.end());
        const Outcome outcome = run(command);
        if (outcome.status != 0) {
            GTEST_SKIP() << "no strace, or no process may be traced here: " << outcome.err;
        }
        const std::string calls = read_file(trace);
        EXPECT_NE(calls.find("clone("), std::string::npos);
        EXPECT_EQ(calls.find("setresuid(") != std::string::npos, mode.as_root);
        EXPECT_NE(calls.find("rt_sigprocmask(SIG_SETMASK, [HUP"), std::string::npos) << calls;
        EXPECT_EQ(calls.find("rt_sigprocmask(SIG_BLOCK, ~["), std::string::npos) << calls;
        unlink(trace.c_str());
    }
    mark_as_run();
}

}  // namespace
}  // namespace sbx::kernel
