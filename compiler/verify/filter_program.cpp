// Decoding, checking and running; see the header. Both machines that filters are made for are little-endian.
#include "compiler/verify/filter_program.hpp"

#include "compiler/verify/finding.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

constexpr std::size_t instruction_bytes = 8;
constexpr std::size_t most_instructions = 4096;  // BPF_MAXINSNS
constexpr std::uint32_t data_bytes = 64;         // struct seccomp_data
constexpr std::uint16_t load = 0x20;             // BPF_LD | BPF_W | BPF_ABS
constexpr std::uint16_t equal = 0x15;            // BPF_JMP | BPF_JEQ | BPF_K
constexpr std::uint16_t any_bit = 0x45;          // BPF_JMP | BPF_JSET | BPF_K
constexpr std::uint16_t finish = 0x06;           // BPF_RET | BPF_K

std::uint32_t word_of(const SystemCall& call, std::uint32_t offset) {
    if (offset == 0) {
        return call.number;
    }
    if (offset == 4) {
        return call.architecture;
    }
    if (offset < 16) {
        return 0;  // the instruction pointer, which nothing may depend on
    }
    const std::uint64_t argument = call.arguments.at((offset - 16) / 8);
    return static_cast<std::uint32_t>(offset % 8 == 0 ? argument : argument >> 32U);
}

void sort_once(std::vector<std::uint32_t>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

FilterProgram::FilterProgram(std::string_view bytes) {
    if (bytes.empty() || bytes.size() % instruction_bytes != 0 || bytes.size() / instruction_bytes > most_instructions) {
        throw Malformed{"", "it is no whole number of instructions, or more than the kernel takes"};
    }
    instructions_.reserve(bytes.size() / instruction_bytes);
    for (std::size_t at = 0; at < bytes.size(); at += instruction_bytes) {
        const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(bytes[at + i])}; };
        Instruction instruction;
        instruction.code = static_cast<std::uint16_t>(byte(0) | byte(1) << 8U);
        instruction.if_true = static_cast<std::uint8_t>(byte(2));
        instruction.if_false = static_cast<std::uint8_t>(byte(3));
        instruction.operand = byte(4) | byte(5) << 8U | byte(6) << 16U | byte(7) << 24U;
        instructions_.push_back(instruction);
        if (instruction.code == equal) {
            numbers_.push_back(instruction.operand);
        } else if (instruction.code == any_bit) {
            masks_.push_back(instruction.operand);
        }
    }
    sort_once(numbers_);
    sort_once(masks_);
    check();
}

void FilterProgram::check() const {
    for (std::size_t at = 0; at < instructions_.size(); ++at) {
        const Instruction& instruction = instructions_[at];
        const std::string place = "instruction " + std::to_string(at);
        std::size_t furthest = at + 1;
        switch (instruction.code) {
            case finish:
                furthest = at;
                break;
            case load:
                if (instruction.operand % 4 != 0 || instruction.operand >= data_bytes) {
                    throw Malformed{place, "it loads beyond what a filter is given"};
                }
                break;
            case equal:
            case any_bit:
                furthest += std::max(instruction.if_true, instruction.if_false);
                break;
            default:
                throw Malformed{place, "it is of a kind that filters of policyc do not have"};
        }
        if (furthest >= instructions_.size()) {
            throw Malformed{place, "it leads beyond the end of the program"};
        }
    }
}

std::uint32_t FilterProgram::run(const SystemCall& call) const {
    std::uint32_t accumulator = 0;
    for (std::size_t at = 0;; ++at) {
        const Instruction& instruction = instructions_[at];
        if (instruction.code == finish) {
            return instruction.operand;
        }
        if (instruction.code == load) {
            accumulator = word_of(call, instruction.operand);
            continue;
        }
        const bool holds =
            instruction.code == equal ? accumulator == instruction.operand : (accumulator & instruction.operand) != 0;
        at += holds ? instruction.if_true : instruction.if_false;
    }
}

}  // namespace sbx::verify
