// What a policy grants at one place of the filesystem, as a set with an order. Internal to compare().
#pragma once

#include "compiler/policy/compare.hpp"
#include "compiler/policy/decide.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sbx::policy {

/// What can be had of a place. A tree of the host includes what a private one gives (compare.hpp), and its sockets (unix(7):
/// read-only does not stop connect(2)).
namespace granted {
inline constexpr std::uint32_t presence = 1U << 0U;  ///< something that the policy made
inline constexpr std::uint32_t reading = 1U << 1U;   ///< its mode lets the program read it
inline constexpr std::uint32_t private_write = 1U << 2U;
inline constexpr std::uint32_t connection = 1U << 3U;
inline constexpr std::uint32_t host_read = 1U << 4U;
inline constexpr std::uint32_t host_write = 1U << 5U;
inline constexpr std::uint32_t execution = 1U << 6U;
inline constexpr std::uint32_t device_use = 1U << 7U;
inline constexpr std::uint32_t device_directory = 1U << 8U;
inline constexpr std::uint32_t process_entries = 1U << 9U;
inline constexpr std::uint32_t link = 1U << 10U;
}  // namespace granted

struct Grant {
    std::uint32_t bits = 0;
    View view = View::absent;
    std::string source;      ///< of a host tree or socket: what the host has there, for this very place
    std::string made_of;     ///< of what the policy made: file contents, a link's target
    std::uint64_t size = 0;  ///< of a tmpfs, at its own place
    std::string words;       ///< `read-only`
};

/// At `rest` below a node's place (empty: the place itself); `place` is that of the whole, for `source`.
[[nodiscard]] Grant grant_at(const SandboxPath& node_path, const Node& node, std::string_view rest);
/// Where no node is at or above.
[[nodiscard]] Grant no_grant();

/// Whether `b` grants all that `a` does. A partial order.
[[nodiscard]] bool is_within(const Grant& a, const Grant& b);
/// What one host or another gives; what both give.
[[nodiscard]] Grant either(Grant a, const Grant& b);
[[nodiscard]] Grant both(Grant a, const Grant& b);

/// What the second grant means to the program, at `place` in words: `can write /etc/ssl, which was read-only`.
[[nodiscard]] std::string grant_claim(const std::string& place, const Grant& before, const Grant& after, Relation relation);
/// A request that tells the two apart, if decide() answers one differently.
[[nodiscard]] RequestKind telling_request(const Grant& before, const Grant& after);
[[nodiscard]] unsigned weight_of(const Grant& before, const Grant& after);

}  // namespace sbx::policy
