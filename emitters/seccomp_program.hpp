// The default system-call filter as programs for the kernel's classic BPF machine, one for each architecture that the runtime
// knows. Assumes nothing of the machine it runs on; guarantees the same bytes everywhere (R-KRN-01 to -07).
#pragma once

#include <string>
#include <vector>

namespace sbx::emit {

struct SeccompProgram {
    std::string architecture;  ///< as uname(2) says `machine`: `x86_64`, `aarch64`
    std::string bytes;         ///< an array of struct sock_filter (linux/filter.h), little endian as both machines are
    friend bool operator==(const SeccompProgram&, const SeccompProgram&) = default;
};

/// Sorted by architecture. With `nested_namespaces` the calls that build namespaces and mounts in them are let through.
[[nodiscard]] std::vector<SeccompProgram> default_seccomp_programs(bool nested_namespaces);

/// The same filter for people: a line for each rule, each ending in a newline.
[[nodiscard]] std::string describe_default_filter(bool nested_namespaces);

}  // namespace sbx::emit
