// A classic BPF program as seccomp(2) runs it, restricted to what a filter of ours consists of: loads of words of struct
// seccomp_data, comparisons with a number, tests of bits, and returns. From Documentation/networking/filter.rst and
// linux/seccomp.h.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sbx::verify {

struct SystemCall {
    std::uint32_t number = 0;
    std::uint32_t architecture = 0;
    std::array<std::uint64_t, 6> arguments{};
};

class FilterProgram {
public:
    /// Malformed where the kernel would refuse the program, or where it holds another kind of instruction. Jumps go forward, so a
    /// program that was read always ends.
    explicit FilterProgram(std::string_view bytes);

    /// The SECCOMP_RET_ value.
    [[nodiscard]] std::uint32_t run(const SystemCall& call) const;
    /// Every number that a word is compared with, and the bits that are tested, as masks; each sorted, once.
    [[nodiscard]] const std::vector<std::uint32_t>& numbers() const { return numbers_; }
    [[nodiscard]] const std::vector<std::uint32_t>& masks() const { return masks_; }

private:
    struct Instruction {
        std::uint16_t code = 0;
        std::uint8_t if_true = 0;
        std::uint8_t if_false = 0;
        std::uint32_t operand = 0;
    };
    void check() const;

    std::vector<Instruction> instructions_;
    std::vector<std::uint32_t> numbers_;
    std::vector<std::uint32_t> masks_;
};

}  // namespace sbx::verify
