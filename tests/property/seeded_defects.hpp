// Mistakes that policy compilers have really made, each put into emitted artifacts by hand.
#pragma once

#include "tests/property/random_policy.hpp"
#include "tests/support/bundle_in_memory.hpp"

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace sbx::test {

inline constexpr const char* args = "bwrap.args";
inline constexpr const char* launch = "launch";
inline constexpr const char* manifest = "manifest.json";

/// A policy with something of everything, and its bundle as it should be.
struct Victim {
    Compiled compiled;
    emit::Bundle bundle;
};
/// Throws where the policy is refused.
[[nodiscard]] Victim victim_of(const std::string& text);
[[nodiscard]] const Victim& victim();
/// One with a filtered network.
[[nodiscard]] const Victim& network_victim();
/// One whose network `launch` sets up too.
[[nodiscard]] const Victim& shell_network_victim();

using Change = std::function<void(emit::Bundle&)>;
struct Defect {
    const char* name;
    Change change;
    const char* file;  ///< that a finding must be about
    const char* said;  ///< and what it must say
};
[[nodiscard]] const std::vector<Defect>& filesystem_defects();
[[nodiscard]] const std::vector<Defect>& process_defects();
[[nodiscard]] const std::vector<Defect>& launcher_defects();
[[nodiscard]] const std::vector<Defect>& manifest_defects();
/// Of what a cgroup keeps, and what of it may be missing.
[[nodiscard]] const std::vector<Defect>& cgroup_defects();
/// Of the table of protections: those of the first victim, and those of the network's.
[[nodiscard]] const std::vector<Defect>& enforcement_defects();
[[nodiscard]] const std::vector<Defect>& network_enforcement_defects();
/// A policy that says much about system calls, and the defects of its rows.
[[nodiscard]] const Victim& calls_victim();
[[nodiscard]] const std::vector<Defect>& calls_enforcement_defects();
/// A policy without a filter of system calls, and what is wrong with its row.
[[nodiscard]] const Victim& unfiltered_victim();
[[nodiscard]] const std::vector<Defect>& unfiltered_enforcement_defects();
/// One that insists on Landlock, and the defects of its second wall.
[[nodiscard]] const Victim& landlock_victim();
[[nodiscard]] const std::vector<Defect>& landlock_defects();
/// Of the network's victim: its packet filter; and what else is about its network.
[[nodiscard]] const std::vector<Defect>& filter_defects();
[[nodiscard]] const std::vector<Defect>& network_defects();
/// Of the shell network's victim: its launcher.
[[nodiscard]] const std::vector<Defect>& shell_network_defects();

[[nodiscard]] std::string& bytes_of(emit::Bundle& bundle, const std::string& name);
/// The first `from` becomes `to`; with `behind`, the first one behind that.
[[nodiscard]] Change replaced(const std::string& file, const std::string& from, const std::string& to,
                              const std::string& behind = "");
/// Words for bwrap.args: each ends in NUL.
[[nodiscard]] std::string words(std::initializer_list<std::string> list);
/// The record that begins with `record` moves to the end of bwrap.args.
[[nodiscard]] Change moved_to_the_end(const std::string& record);
[[nodiscard]] Change filter_byte(const std::string& file, std::size_t instruction, std::size_t byte, char value);
/// The number of the instruction of x86_64 that compares with `number`, from the end; 0 if there is none.
[[nodiscard]] std::size_t comparison_with(const std::string& program, unsigned number);
/// The instruction of x86_64 that compares with `number`, counted from the end, compares with another.
[[nodiscard]] Change other_comparison(unsigned number);
/// The range of calls that begins at `number` begins `by` further on.
[[nodiscard]] Change other_bound(const std::string& file, unsigned number, int by);
/// The answer for the range of calls that begins at `number` becomes this instruction of eight bytes.
[[nodiscard]] Change answer_from(const std::string& file, unsigned number, std::string_view instruction);

}  // namespace sbx::test
