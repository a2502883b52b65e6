// A classic BPF program as seccomp(2) runs it, restricted to what a filter of ours consists of: loads of words of struct
// seccomp_data, comparisons with a number, tests of bits, jumps forward, and returns. From Documentation/networking/filter.rst and
// linux/seccomp.h.
#pragma once

#include <array>
#include <cstdint>
#include <set>
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
    [[nodiscard]] std::uint32_t run(const SystemCall& call) const { return run_from(0, call); }
    /// The first instruction that loads a word of the arguments, on the way that the call takes by its number; the return, if none
    /// does. What comes before it is the same for all arguments.
    [[nodiscard]] std::size_t examination(const SystemCall& call) const;
    [[nodiscard]] std::uint32_t run_from(std::size_t instruction, const SystemCall& call) const;
    /// Looks at the architecture before anything else, and kills what is of another.
    [[nodiscard]] bool admits_only(std::uint32_t architecture) const;
    /// Every number that the system call's number, or a word of its arguments, is compared with; where it is compared with all from
    /// one on, the last one below as well.
    [[nodiscard]] const std::set<std::uint32_t>& call_numbers() const { return call_numbers_; }
    /// Every mask whose bits of the system call's number are tested.
    [[nodiscard]] const std::set<std::uint32_t>& call_masks() const { return call_masks_; }
    [[nodiscard]] const std::set<std::uint32_t>& argument_numbers() const { return argument_numbers_; }

private:
    struct Instruction {
        std::uint16_t code = 0;
        std::uint8_t if_true = 0;
        std::uint8_t if_false = 0;
        std::uint32_t operand = 0;
    };
    /// Where it goes on behind `at`, which is no return; `accumulator` is the word that is loaded.
    [[nodiscard]] std::size_t step(std::size_t at, std::uint32_t& accumulator, const SystemCall& call) const;
    void check() const;
    void find_numbers();

    std::vector<Instruction> instructions_;
    std::set<std::uint32_t> call_numbers_;
    std::set<std::uint32_t> call_masks_;
    std::set<std::uint32_t> argument_numbers_;
};

}  // namespace sbx::verify
