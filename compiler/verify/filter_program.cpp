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
constexpr std::uint16_t at_least = 0x35;         // BPF_JMP | BPF_JGE | BPF_K
constexpr std::uint16_t always = 0x05;           // BPF_JMP | BPF_JA
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
    }
    check();
    find_numbers();
}

/// Which words an instruction may find loaded follows from all ways that lead to it; jumps go forward.
void FilterProgram::find_numbers() {
    constexpr std::uint32_t call_word = 1U;
    constexpr std::uint32_t argument_words = 0xfff0U;  // by offset / 4
    std::vector<std::uint32_t> loaded(instructions_.size() + 1, 0);
    for (std::size_t at = 0; at < instructions_.size(); ++at) {
        const Instruction& instruction = instructions_[at];
        if (instruction.code == finish) {
            continue;
        }
        if (instruction.code == load) {
            loaded[at + 1] |= 1U << (instruction.operand / 4);
            continue;
        }
        if (instruction.code == always) {
            loaded[at + 1 + instruction.operand] |= loaded[at];
            continue;
        }
        loaded[at + 1 + instruction.if_true] |= loaded[at];
        loaded[at + 1 + instruction.if_false] |= loaded[at];
        if ((loaded[at] & call_word) != 0) {
            (instruction.code == any_bit ? call_masks_ : call_numbers_).insert(instruction.operand);
        }
        if ((loaded[at] & argument_words) != 0) {
            argument_numbers_.insert(instruction.operand);
        }
        if (instruction.code == at_least && instruction.operand > 0) {  // the last of the numbers below
            ((loaded[at] & call_word) != 0 ? call_numbers_ : argument_numbers_).insert(instruction.operand - 1);
        }
    }
}

bool FilterProgram::admits_only(std::uint32_t architecture) const {
    constexpr std::uint32_t kill_process = 0x80000000U;
    if (instructions_.size() < 3) {
        return false;
    }
    const Instruction& comparison = instructions_[1];
    const std::size_t otherwise = std::size_t{2} + comparison.if_false;
    return instructions_[0].code == load && instructions_[0].operand == 4 && comparison.code == equal &&
           comparison.operand == architecture && comparison.if_true != comparison.if_false &&
           instructions_[otherwise].code == finish && instructions_[otherwise].operand == kill_process;
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
            case always:
                furthest += instruction.operand;
                break;
            case equal:
            case at_least:
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

std::size_t FilterProgram::step(std::size_t at, std::uint32_t& accumulator, const SystemCall& call) const {
    const Instruction& instruction = instructions_[at];
    if (instruction.code == load) {
        accumulator = word_of(call, instruction.operand);
        return at + 1;
    }
    if (instruction.code == always) {
        return at + 1 + instruction.operand;
    }
    const bool holds = instruction.code == equal      ? accumulator == instruction.operand
                       : instruction.code == at_least ? accumulator >= instruction.operand
                                                      : (accumulator & instruction.operand) != 0;
    return at + 1 + (holds ? instruction.if_true : instruction.if_false);
}

std::size_t FilterProgram::examination(const SystemCall& call) const {
    constexpr std::uint32_t first_argument = 16;
    std::uint32_t accumulator = 0;
    std::size_t at = 0;
    while (instructions_[at].code != finish && (instructions_[at].code != load || instructions_[at].operand < first_argument)) {
        at = step(at, accumulator, call);
    }
    return at;
}

std::uint32_t FilterProgram::run_from(std::size_t instruction, const SystemCall& call) const {
    std::uint32_t accumulator = 0;
    std::size_t at = instruction;
    while (instructions_[at].code != finish) {
        at = step(at, accumulator, call);
    }
    return instructions_[at].operand;
}

}  // namespace sbx::verify
