// The system calls of the machines that filters are made for, and the groups that policies name them by: facts about kernels, and
// no meaning. From system_calls.def.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::policy {

/// What a program is told where a call is refused (errno(3)).
enum class CallAnswer : std::uint8_t { eperm, enosys };

inline constexpr std::uint32_t absent_call = 0xffffffffU;
/// One row of system_calls.def.
struct SystemCallRow {
    std::string_view name;
    std::uint32_t x86_64;   ///< absent_call where the machine has no such call
    std::uint32_t aarch64;  ///< likewise
    CallAnswer answer;
    unsigned major;              ///< of the Linux that brought it
    unsigned minor;              ///< likewise
    std::string_view arguments;  ///< a letter each: `i` a 32-bit number, `w` the whole register
    std::string_view groups;     ///< without `@`, separated by blanks
};
/// Sorted by name.
[[nodiscard]] const std::vector<SystemCallRow>& system_call_table();
/// Its place in the table.
[[nodiscard]] std::optional<std::size_t> find_system_call(std::string_view name);
/// Names of calls, for "did you mean".
[[nodiscard]] std::vector<std::string_view> system_call_names();

/// Calls by their place in the table; more places than it has.
using CallSet = std::bitset<448>;
/// The place of the first one; that of none if there is none.
[[nodiscard]] std::size_t first_of(const CallSet& calls);

struct CallGroup {
    std::string_view name;  ///< `@mount`
    std::string_view summary;
    CallSet calls;
};
/// Sorted by name.
[[nodiscard]] const std::vector<CallGroup>& call_groups();
[[nodiscard]] const CallGroup* find_call_group(std::string_view name);
/// The calls of a group that is known to exist: `@default`.
[[nodiscard]] const CallSet& calls_of(std::string_view group);
/// Every call of the table.
[[nodiscard]] const CallSet& all_system_calls();
/// What every sandbox refuses unless its policy says otherwise. Where further namespaces may be made, what it takes to make and to
/// furnish them is not among it.
[[nodiscard]] CallSet refused_by_default(bool nested_namespaces);

/// The calls that a policy may allow in part, by their places in the table.
[[nodiscard]] std::size_t ioctl_call();
[[nodiscard]] std::size_t clone_call();
[[nodiscard]] std::size_t socket_call();

/// `bpf keyctl`, in the order of the table.
[[nodiscard]] std::string call_names(const CallSet& calls, std::string_view separator = " ");

/// A request of ioctl(2) that policies can name.
struct IoctlRequest {
    std::string_view name;
    std::uint32_t number;
};
/// Sorted by name; asm-generic/ioctls.h, which both machines have, and linux/fs.h.
[[nodiscard]] const std::vector<IoctlRequest>& ioctl_requests();
/// A name of ioctl_requests(), or a number: `0x5412`.
[[nodiscard]] std::optional<std::uint32_t> find_ioctl_request(std::string_view word);
[[nodiscard]] std::string ioctl_request_name(std::uint32_t number);
/// `TIOCSTI` and `TIOCLINUX`, with which a program types into its terminal (R-FD-04).
inline constexpr std::uint32_t tiocsti_request = 0x5412U;
inline constexpr std::uint32_t tioclinux_request = 0x541cU;
/// `FIOASYNC`, which no policy opens while there is a filter, and with it O_ASYNC of fcntl: with that on a terminal the kernel
/// signals its foreground group when something is typed, which is the caller's, with a signal that F_SETSIG chooses.
inline constexpr std::uint32_t fioasync_request = 0x5452U;

}  // namespace sbx::policy
