// See bpf_assembler.hpp. Encoding: struct sock_filter of linux/filter.h; opcodes of linux/bpf_common.h, by value, so that the
// compiler builds where those headers are missing.
#include "emitters/bpf_assembler.hpp"

#include <limits>
#include <stdexcept>

namespace sbx::emit {

namespace {

constexpr std::uint16_t load_word_absolute = 0x20;  // BPF_LD | BPF_W | BPF_ABS
constexpr std::uint16_t and_constant = 0x54;        // BPF_ALU | BPF_AND | BPF_K
constexpr std::uint16_t jump_equal = 0x15;          // BPF_JMP | BPF_JEQ | BPF_K
constexpr std::uint16_t jump_at_least = 0x35;       // BPF_JMP | BPF_JGE | BPF_K
constexpr std::uint16_t jump_always = 0x05;         // BPF_JMP | BPF_JA
constexpr std::uint16_t jump_set = 0x45;            // BPF_JMP | BPF_JSET | BPF_K
constexpr std::uint16_t return_constant = 0x06;     // BPF_RET | BPF_K

void append_little_endian(std::string& out, std::uint32_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) {
        out.push_back(static_cast<char>((value >> (8U * i)) & 0xffU));
    }
}

}  // namespace

BpfAssembler::Label BpfAssembler::new_label() {
    labels_.emplace_back();
    return {labels_.size() - 1};
}

void BpfAssembler::bind(Label label) {
    if (labels_.at(label.index)) {
        throw std::logic_error("bug in policyc: a label of the system-call filter is bound twice");
    }
    labels_[label.index] = instructions_.size();
}

void BpfAssembler::load(std::uint32_t offset) {
    instructions_.push_back({load_word_absolute, std::nullopt, std::nullopt, offset});
}

void BpfAssembler::mask(std::uint32_t mask) {
    instructions_.push_back({and_constant, std::nullopt, std::nullopt, mask});
}

void BpfAssembler::jump_if_equal(std::uint32_t value, std::optional<Label> yes, std::optional<Label> no) {
    instructions_.push_back({jump_equal, yes, no, value});
}

void BpfAssembler::jump_if_at_least(std::uint32_t value, std::optional<Label> yes, std::optional<Label> no) {
    instructions_.push_back({jump_at_least, yes, no, value});
}

void BpfAssembler::jump(Label target) {
    instructions_.push_back({jump_always, target, std::nullopt, 0});
}

void BpfAssembler::jump_if_any_bit(std::uint32_t bits, std::optional<Label> yes, std::optional<Label> no) {
    instructions_.push_back({jump_set, yes, no, bits});
}

void BpfAssembler::finish_with(std::uint32_t action) {
    instructions_.push_back({return_constant, std::nullopt, std::nullopt, action});
}

std::size_t BpfAssembler::distance(std::size_t from, Label to) const {
    const std::optional<std::size_t> target = labels_.at(to.index);
    if (!target || *target <= from || *target >= instructions_.size()) {
        throw std::logic_error("bug in policyc: a jump of the system-call filter leads nowhere");
    }
    return *target - from - 1;
}

std::uint8_t BpfAssembler::short_distance(std::size_t from, std::optional<Label> to) const {
    const std::size_t instructions = to ? distance(from, *to) : 0;
    if (instructions > std::numeric_limits<std::uint8_t>::max()) {
        throw std::logic_error("bug in policyc: a jump of the system-call filter cannot be encoded");
    }
    return static_cast<std::uint8_t>(instructions);
}

std::string BpfAssembler::assemble() const {
    std::string out;
    for (std::size_t i = 0; i < instructions_.size(); ++i) {
        const Instruction& instruction = instructions_[i];
        append_little_endian(out, instruction.code, 2);
        const bool always = instruction.code == jump_always;
        append_little_endian(out, always ? 0 : short_distance(i, instruction.yes), 1);
        append_little_endian(out, always ? 0 : short_distance(i, instruction.no), 1);
        append_little_endian(out, always ? static_cast<std::uint32_t>(distance(i, *instruction.yes)) : instruction.operand, 4);
    }
    return out;
}

}  // namespace sbx::emit
