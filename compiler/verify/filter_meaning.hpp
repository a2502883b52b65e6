// What a filter must answer, from the normal form and the language reference: "foreign architectures and x32 are killed; a refused
// call is told EPERM or ENOSYS, a family that is not given EAFNOSUPPORT; what Linux got later is told ENOSYS". Of the table of
// calls only facts about kernels are used: names, numbers, and what refused calls are told.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/filter_program.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sbx::verify {

/// linux/seccomp.h, asm-generic/errno.h
namespace action {
inline constexpr std::uint32_t kill = 0x80000000U;
inline constexpr std::uint32_t allow = 0x7fff0000U;
inline constexpr std::uint32_t eperm = 0x00050001U;
inline constexpr std::uint32_t enosys = 0x00050026U;
inline constexpr std::uint32_t eafnosupport = 0x00050061U;
}  // namespace action
inline constexpr std::uint32_t x32_call_bit = 0x40000000U;

struct FilteredMachine {
    std::string name;
    std::uint32_t audit = 0;  ///< linux/audit.h
    bool has_x32 = false;
    std::vector<std::optional<std::size_t>> calls;  ///< by number, up to the highest: the place in the table

    [[nodiscard]] std::optional<std::size_t> place(std::uint32_t number) const {
        return number < calls.size() ? calls[number] : std::nullopt;
    }
};
/// nullptr where no filters are made for it.
[[nodiscard]] const FilteredMachine* find_machine(const std::string& name);

class FilterMeaning {
public:
    /// Both outlive it.
    FilterMeaning(const policy::Policy& policy, const FilteredMachine& machine);

    [[nodiscard]] std::uint32_t of(const SystemCall& call) const;
    /// The number of a call by name; nullopt where the machine has none.
    [[nodiscard]] std::optional<std::uint32_t> number(std::string_view name) const;
    [[nodiscard]] std::string name(std::uint32_t number) const;
    /// Numbers of arguments that the policy tells apart.
    [[nodiscard]] std::set<std::uint32_t> argument_numbers() const;

private:
    [[nodiscard]] std::uint32_t of_arguments(std::string_view name, const SystemCall& call) const;
    [[nodiscard]] bool has_family(std::uint32_t family) const { return families_.count(family) != 0; }

    const policy::Policy& policy_;
    const FilteredMachine& machine_;
    std::set<std::uint32_t> families_;
};

}  // namespace sbx::verify
