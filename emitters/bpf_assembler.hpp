// An assembler for the few instructions of classic BPF that a system-call filter needs. Jumps go forward to labels; what cannot
// be encoded is a bug of the caller and throws std::logic_error. Guarantees little-endian bytes whatever machine assembles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx::emit {

class BpfAssembler {
public:
    /// A place in the program, bound once, after every jump to it.
    struct Label {
        std::size_t index;
    };
    [[nodiscard]] Label new_label();
    void bind(Label label);

    /// A = the 32-bit word of struct seccomp_data at `offset`.
    void load(std::uint32_t offset);
    /// A &= mask.
    void mask(std::uint32_t mask);
    /// Falls through where no label is given.
    void jump_if_equal(std::uint32_t value, std::optional<Label> yes, std::optional<Label> no = std::nullopt);
    void jump_if_at_least(std::uint32_t value, std::optional<Label> yes, std::optional<Label> no = std::nullopt);
    void jump_if_any_bit(std::uint32_t bits, std::optional<Label> yes, std::optional<Label> no = std::nullopt);
    /// Always, and as far as need be; the jumps with a condition reach over 255 instructions.
    void jump(Label target);
    void finish_with(std::uint32_t action);
    /// Instructions so far.
    [[nodiscard]] std::size_t size() const { return instructions_.size(); }

    [[nodiscard]] std::string assemble() const;

private:
    struct Instruction {
        std::uint16_t code = 0;
        std::optional<Label> yes;
        std::optional<Label> no;
        std::uint32_t operand = 0;
    };
    [[nodiscard]] std::size_t distance(std::size_t from, Label to) const;
    [[nodiscard]] std::uint8_t short_distance(std::size_t from, std::optional<Label> to) const;

    std::vector<Instruction> instructions_;
    std::vector<std::optional<std::size_t>> labels_;
};

}  // namespace sbx::emit
