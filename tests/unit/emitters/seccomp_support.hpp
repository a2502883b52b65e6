// Filters of policies, decided by the interpreter of the tests.
#pragma once

#include "compiler/plan/stages.hpp"
#include "emitters/seccomp_program.hpp"
#include "tests/support/bpf_interpreter.hpp"
#include "tests/support/memory_files.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

namespace sbx::test {

inline constexpr std::uint32_t allow = 0x7fff0000U;
inline constexpr std::uint32_t kill_process = 0x80000000U;
inline constexpr std::uint32_t eperm = 0x00050001U;
inline constexpr std::uint32_t enosys = 0x00050026U;
inline constexpr std::uint32_t eafnosupport = 0x00050061U;
inline constexpr std::uint32_t x86_64 = 0xc000003eU;
inline constexpr std::uint32_t aarch64 = 0xc00000b7U;
inline constexpr std::uint64_t high_bits = 0xdeadbeef00000000U;

/// Statements that resolve without an error.
inline policy::Policy policy_of(const std::string& statements) {
    const Resolved resolved = resolve_profile(statements);
    if (resolved.sink.has_errors()) {
        throw std::runtime_error(testing::PrintToString(resolved.messages()));
    }
    return resolved.profile.policy;
}

inline std::vector<emit::SeccompProgram> programs_of(const std::string& statements) {
    return emit::seccomp_programs(plan::lower_system_calls(policy_of(statements)));
}

inline BpfProgram program_of(const std::string& statements, const std::string& architecture) {
    for (const emit::SeccompProgram& candidate : programs_of(statements)) {
        if (candidate.architecture == architecture) {
            return BpfProgram(candidate.bytes);
        }
    }
    throw std::runtime_error("no program for " + architecture);
}

}  // namespace sbx::test
