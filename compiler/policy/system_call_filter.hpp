// What a policy says of system calls and socket families, as it is written and as it comes out. Deny beats allow, allow beats the
// default; the order of statements and files never matters.
#pragma once

#include "compiler/policy/system_calls.hpp"
#include "grammar/source_file.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sbx::policy {

/// `syscalls { … }`, `syscalls only { … }`, `syscalls unrestricted because "…"`.
enum class FilterMode : std::uint8_t { changed, only, unrestricted };

/// One `allow` or `deny`.
struct SystemCallRule {
    bool allows = false;
    CallSet calls;
    /// `allow ioctl except …`: the requests that stay refused. Only where the statement names `ioctl` itself; a group that holds it
    /// leaves the requests as they are.
    std::optional<std::set<std::uint32_t>> except;
    /// The statement names `clone` itself: without namespaces, or with them.
    std::optional<bool> clone_namespaces;
    std::string words;   ///< what it names, as written: `@mount ptrace`
    std::string reason;  ///< of `because`; may be empty
    Origin origin;
    friend bool operator==(const SystemCallRule& a, const SystemCallRule& b) {
        return a.allows == b.allows && a.calls == b.calls && a.except == b.except && a.clone_namespaces == b.clone_namespaces;
    }
};
/// `allow ptrace because "a debugger"`.
[[nodiscard]] std::string to_statement(const SystemCallRule& rule);

struct SystemCalls {
    Located<bool> unrestricted{};              ///< no filter: then `refused` is empty, and so is `refused_requests`
    CallSet refused;                           ///< whatever their arguments are
    std::set<std::uint32_t> refused_requests;  ///< of ioctl, where that is not refused altogether
    bool clone_namespaces = false;             ///< clone may make namespaces; false where it is refused altogether
    Located<FilterMode> mode{};                ///< as written: never compared
    std::vector<SystemCallRule> rules;         ///< likewise
    std::string unfiltered_reason;             ///< of `syscalls unrestricted`: likewise
    friend bool operator==(const SystemCalls& a, const SystemCalls& b) {
        return a.unrestricted == b.unrestricted && a.refused == b.refused && a.refused_requests == b.refused_requests &&
               a.clone_namespaces == b.clone_namespaces;
    }
};
/// What the statements come to. `nested_namespaces`: the policy has `nested-namespaces allow`.
[[nodiscard]] SystemCalls system_calls_of(Located<FilterMode> mode, std::vector<SystemCallRule> rules, bool nested_namespaces);
/// Of a policy that says nothing of system calls.
[[nodiscard]] SystemCalls default_system_calls(bool nested_namespaces);
/// The rule that has a call allowed or refused; null where no statement does.
[[nodiscard]] const SystemCallRule* deciding_rule(const SystemCalls& calls, std::size_t call);

/// `sockets { allow vsock because "…" }`.
struct SocketRule {
    std::set<std::string> families;
    std::string reason;  ///< may be empty
    Origin origin;
    friend bool operator==(const SocketRule& a, const SocketRule& b) { return a.families == b.families; }
};
using FamilyOrigins = std::map<std::string, Origin, std::less<>>;
/// settle_sockets() in socket_families.hpp keeps `allowed` right.
struct SocketFamilies {
    FamilyOrigins allowed;          ///< with what follows from the network and from sockets of the host
    FamilyOrigins named;            ///< by statements: never compared
    std::vector<SocketRule> rules;  ///< as written: never compared
    friend bool operator==(const SocketFamilies& a, const SocketFamilies& b);
};
/// `allow vsock because "…"`.
[[nodiscard]] std::string to_statement(const SocketRule& rule);

}  // namespace sbx::policy
