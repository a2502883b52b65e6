// What sbx-run is: one static program, small enough to lie in every image.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <cstring>
#include <elf.h>
#include <gtest/gtest.h>
#include <string>
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

}  // namespace
}  // namespace sbx::kernel
