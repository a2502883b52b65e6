// A classic BPF machine for system-call filters: what seccomp(2) would do with a program. Written from the kernel's documentation
// (Documentation/networking/filter.rst) alone; knows nothing of the assembler under test.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::test {

struct BpfInstruction {
    std::uint16_t code = 0;
    std::uint8_t jt = 0;
    std::uint8_t jf = 0;
    std::uint32_t k = 0;
};
struct SystemCallData {
    std::uint32_t number = 0;
    std::uint32_t architecture = 0;
    std::uint64_t instruction_pointer = 0;
    std::array<std::uint64_t, 6> arguments{};
};

class BpfProgram {
public:
    explicit BpfProgram(std::string_view bytes) {
        if (bytes.empty() || bytes.size() % 8 != 0) {
            throw std::runtime_error("a program is a whole number of instructions");
        }
        for (std::size_t at = 0; at < bytes.size(); at += 8) {
            const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(bytes[at + i])}; };
            instructions_.push_back({static_cast<std::uint16_t>(byte(0) | byte(1) << 8U), static_cast<std::uint8_t>(byte(2)),
                                     static_cast<std::uint8_t>(byte(3)),
                                     byte(4) | byte(5) << 8U | byte(6) << 16U | byte(7) << 24U});
        }
    }

    [[nodiscard]] const std::vector<BpfInstruction>& instructions() const { return instructions_; }

    /// What the kernel checks when a program is attached, and that no instruction is beyond reach. Empty when sound.
    [[nodiscard]] std::string defect() const {
        std::set<std::size_t> reached = {0};
        for (std::size_t at = 0; at < instructions_.size(); ++at) {
            if (!reached.contains(at)) {
                return "instruction " + std::to_string(at) + " is never reached";
            }
            const BpfInstruction& instruction = instructions_[at];
            switch (instruction.code) {
                case 0x06:
                    continue;
                case 0x20:
                    if (instruction.k % 4 != 0 || instruction.k >= 64) {
                        return "instruction " + std::to_string(at) + " loads beyond struct seccomp_data";
                    }
                    reached.insert(at + 1);
                    break;
                case 0x54:
                    reached.insert(at + 1);
                    break;
                case 0x05:
                    reached.insert(at + 1 + instruction.k);
                    break;
                case 0x15:
                case 0x35:
                case 0x45:
                    reached.insert(at + 1 + instruction.jt);
                    reached.insert(at + 1 + instruction.jf);
                    break;
                default:
                    return "instruction " + std::to_string(at) + " has an unknown code";
            }
            if (*reached.rbegin() >= instructions_.size()) {
                return "instruction " + std::to_string(at) + " leads beyond the end";
            }
        }
        return {};
    }

    /// The SECCOMP_RET_ value; `jumps`, where given, becomes how many jumps led to it.
    [[nodiscard]] std::uint32_t run(const SystemCallData& data, std::size_t* jumps = nullptr) const {
        std::uint32_t accumulator = 0;
        std::size_t counted = 0;
        std::size_t& count = jumps == nullptr ? counted : *jumps;
        count = 0;
        for (std::size_t at = 0;; ++at) {
            const BpfInstruction& instruction = instructions_.at(at);
            count += (instruction.code & 7U) == 5 ? 1 : 0;
            switch (instruction.code) {
                case 0x06:
                    return instruction.k;
                case 0x20:
                    accumulator = word(data, instruction.k);
                    break;
                case 0x54:
                    accumulator &= instruction.k;
                    break;
                case 0x05:
                    at += instruction.k;
                    break;
                case 0x35:
                    at += accumulator >= instruction.k ? instruction.jt : instruction.jf;
                    break;
                case 0x15:
                    at += accumulator == instruction.k ? instruction.jt : instruction.jf;
                    break;
                case 0x45:
                    at += (accumulator & instruction.k) != 0 ? instruction.jt : instruction.jf;
                    break;
                default:
                    throw std::runtime_error("unknown code");
            }
        }
    }

private:
    /// Little endian, as both machines that we compile for.
    static std::uint32_t word(const SystemCallData& data, std::uint32_t offset) {
        const auto half = [](std::uint64_t value, std::uint32_t at) {
            return static_cast<std::uint32_t>(at % 8 == 0 ? value : value >> 32U);
        };
        if (offset == 0) {
            return data.number;
        }
        if (offset == 4) {
            return data.architecture;
        }
        return offset < 16 ? half(data.instruction_pointer, offset) : half(data.arguments.at((offset - 16) / 8), offset);
    }

    std::vector<BpfInstruction> instructions_;
};

}  // namespace sbx::test
