// The normal form: what a policy means, and nothing of how it was spelled. Equal meaning is equal values; origins ride along
// and are never compared. Made by resolve(), read by everything after it.
#pragma once

#include "compiler/policy/address_set.hpp"
#include "compiler/policy/landlock_demand.hpp"
#include "compiler/policy/limits.hpp"
#include "compiler/policy/quantity.hpp"
#include "compiler/policy/sandbox_path.hpp"
#include "compiler/policy/system_call_filter.hpp"
#include "compiler/policy/text.hpp"
#include "compiler/policy/traffic.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/source_file.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace sbx::policy {

// ---- launch parameters ------------------------------------------------------------------------------------------------------

enum class ParameterType : std::uint8_t { path, port, address, count, string };
[[nodiscard]] std::string_view to_text(ParameterType type);

/// `of "a-z0-9._-" 1-64`: which bytes, and how many of them.
struct CharacterConstraint {
    std::string characters;  ///< sorted, expanded: every allowed byte once
    std::uint64_t min_length = 0;
    std::uint64_t max_length = 0;
    friend auto operator<=>(const CharacterConstraint&, const CharacterConstraint&) = default;
};
/// At most one of the constraints is set, `under` only with path, `range` only with count and port.
struct Parameter {
    ParameterType type = ParameterType::string;
    std::optional<SandboxPath> under;                              ///< literal
    std::vector<std::string> one_of;                               ///< sorted
    std::optional<std::pair<std::uint64_t, std::uint64_t>> range;  ///< inclusive
    std::optional<CharacterConstraint> characters;
    std::optional<std::string> default_value;  ///< satisfies the constraint
    friend bool operator==(const Parameter&, const Parameter&) = default;
};

// ---- filesystem -------------------------------------------------------------------------------------------------------------

/// The host's tree at `source`, seen here. `noexec`: nothing in it is executed.
struct HostTree {
    SandboxPath source;
    bool writable = false;
    bool noexec = false;
    friend bool operator==(const HostTree&, const HostTree&) = default;
};
struct Tmpfs {
    ByteSize size{64U << 20U};
    std::uint32_t mode = 0755;
    friend bool operator==(const Tmpfs&, const Tmpfs&) = default;
};
struct EmptyDirectory {
    std::uint32_t mode = 0755;
    friend bool operator==(const EmptyDirectory&, const EmptyDirectory&) = default;
};
struct DataFile {
    Text contents;
    std::uint32_t mode = 0444;
    friend bool operator==(const DataFile&, const DataFile&) = default;
};
struct Link {
    std::string target;  ///< verbatim, not empty
    friend bool operator==(const Link&, const Link&) = default;
};
/// `hide`: `directory` when written with a trailing slash.
struct Mask {
    bool directory = false;
    friend bool operator==(const Mask&, const Mask&) = default;
};
struct Procfs {
    friend bool operator==(const Procfs&, const Procfs&) = default;
};
struct DeviceDirectory {
    friend bool operator==(const DeviceDirectory&, const DeviceDirectory&) = default;
};
/// A device node of the host, seen at its own place below /dev.
struct HostDevice {
    friend bool operator==(const HostDevice&, const HostDevice&) = default;
};
/// A Unix socket of the host, seen at its own place.
struct HostSocket {
    friend bool operator==(const HostSocket&, const HostSocket&) = default;
};
using NodeContent =
    std::variant<HostTree, Tmpfs, EmptyDirectory, DataFile, Link, Mask, Procfs, DeviceDirectory, HostDevice, HostSocket>;

struct Node {
    NodeContent content;
    bool optional = false;           ///< `?`: left out where the host lacks its source
    bool must_be_directory = false;  ///< written with a trailing slash
    Origin origin;                   ///< the path in the statement
    friend bool operator==(const Node& a, const Node& b) {
        return a.content == b.content && a.optional == b.optional && a.must_be_directory == b.must_be_directory;
    }
};

/// What stands where. `nodes` holds only nodes that decide something: one that says what the nearest node above it already says is
/// dropped; if its source was required, it goes to `required` (an optional one just vanishes).
struct Filesystem {
    std::map<SandboxPath, Node> nodes;
    std::map<SandboxPath, Located<bool>>
        required;  ///< host paths that must exist though an enclosing node gives them; true: a directory
    std::optional<Located<SandboxPath>> workdir;  ///< nullopt is `/`
    friend bool operator==(const Filesystem&, const Filesystem&) = default;
};

// ---- network ----------------------------------------------------------------------------------------------------------------

enum class NetworkMode : std::uint8_t { off, filtered, host };
/// As in policy.json: `filtered`.
[[nodiscard]] std::string_view to_text(NetworkMode mode);
/// What `resolver ADDRESS…` names: an address, or a parameter of type address.
using ResolverAddress = std::variant<Address, ParameterName>;
/// `publish tcp 8080 on 127.0.0.1`: the host reaches this port of the sandbox at `on`.
struct Publication {
    Protocol protocol = Protocol::tcp;  ///< tcp or udp
    std::variant<std::uint16_t, ParameterName> port;
    Address on;
    friend auto operator<=>(const Publication&, const Publication&) = default;
};
/// The floor that a policy has opened, with reasons. What is not opened here stays denied whatever is allowed.
struct Unblocked {
    bool link_local = false;
    bool metadata = false;
    Ports host;  ///< tcp and udp ports of the host's own addresses; all of them is 1-65535
    friend bool operator==(const Unblocked&, const Unblocked&) = default;
};
struct Network {
    Located<NetworkMode> mode{NetworkMode::off, {}};
    /// Only with `filtered`: allowed minus denied, minus the floor as far as its addresses are known to the compiler, minus
    /// loopback, which is the sandbox's own. `resolver` is in it (tcp and udp, port 53) unless there are `names`.
    Traffic allowed;
    /// Literal denials. Empty unless `symbolic_allowed` or `names` need them; `allowed` has them taken out already.
    Traffic denied;
    /// Sorted. A rule whose addresses are a parameter's has all ports of that protocol and parameter; one whose addresses are
    /// literal has one parameter as its ports.
    std::vector<SymbolicRule> symbolic_allowed;
    std::vector<SymbolicRule> symbolic_denied;  ///< likewise
    /// `registry.example.org`, `*.example.org`: lower case. The longest entry that covers a name decides: it has the ports of all
    /// wider ones too, and one that adds nothing to the next wider one is left out.
    std::map<std::string, NamedPorts> names;
    std::vector<ResolverAddress> resolvers;  ///< in the order of the policy
    Unblocked unblocked;
    std::set<Publication> published;
    std::vector<NetworkRule> rules;                              ///< as written, for origins: never compared
    friend bool operator==(const Network& a, const Network& b);  ///< origins and `rules` left out
};

// ---- environment ------------------------------------------------------------------------------------------------------------

struct Environment {
    std::map<std::string, Located<Text>> fixed;
    std::map<std::string, Origin> kept;                                  ///< names, or patterns with a trailing `*`
    std::map<std::string, Origin> accepted;                              ///< likewise
    friend bool operator==(const Environment& a, const Environment& b);  ///< origins left out
};

// ---- process ----------------------------------------------------------------------------------------------------------------

struct Command {
    SandboxPath program;
    std::vector<Text> arguments;  ///< without argv[0]
    bool only = false;
    friend bool operator==(const Command&, const Command&) = default;
};
struct Process {
    std::optional<Located<IdPair>> run_as;
    Located<Text> hostname{Text("sandbox"), {}};
    std::optional<Located<Command>> command;
    std::map<std::uint32_t, Origin> pass_descriptors;  ///< beyond 0, 1, 2
    Located<bool> keep_terminal{};
    Located<bool> nested_namespaces{};
    Located<bool> survive_parent{};
    Located<bool> share_ipc{};
    Located<bool> share_uts{};
    Located<bool> groups_none{};
    friend bool operator==(const Process& a, const Process& b);  ///< origins left out
};

// ---- the whole --------------------------------------------------------------------------------------------------------------

struct Policy {
    std::map<std::string, Located<Parameter>> parameters;
    Filesystem filesystem;
    Network network;
    Limits limits;
    Degradations may_degrade;
    Environment environment;
    Process process;
    SystemCalls system_calls = default_system_calls(false);
    SocketFamilies sockets;
    LandlockDemand landlock;
    std::set<std::string> target_features{"bind-fd", "disable-userns"};
    friend bool operator==(const Policy&, const Policy&) = default;
};

// ---- tests, which are about the meaning and no part of it -------------------------------------------------------------------

enum class RequestKind : std::uint8_t { read, write, exec, connect_tcp, connect_udp, resolve, syscall, environment, limit };
struct Request {
    RequestKind kind{};
    SandboxPath path;                  ///< read, write, exec
    std::optional<Endpoint> endpoint;  ///< connect
    std::string name;                  ///< environment, resolve, syscall
    std::optional<Limit> limit;
    LimitValue limit_value;
    friend bool operator==(const Request&, const Request&) = default;
};
struct Expectation {
    Request request;
    bool allowed = false;
    bool never = false;  ///< `never write PATH`: no path at or below it; `never connect`: no address in `addresses`
    AddressSet addresses;
    Origin origin;
};
struct Test {
    std::string claim;
    Origin origin;
    std::vector<Expectation> expectations;
};

/// `waive CODE "reason"`: a finding that is accepted, at one statement or (no `statement`) in the whole of its file.
struct Waiver {
    DiagnosticKind finding{};
    Origin origin;                    ///< of the code, for messages
    std::optional<Origin> statement;  ///< the statement that it stands in
    std::string reason;               ///< as written
    Origin clause;                    ///< all of it, `waive` to reason
    bool used = false;                ///< it has accepted something
};

/// What stands behind `use`, `extends` or `within`, and the file that it names.
struct Inclusion {
    Origin name;
    const SourceFile* file = nullptr;
};

/// `within "ceiling.sbx"`: a profile that this one may not go beyond.
struct Ceiling {
    std::string name;  ///< of the profile
    Origin origin;     ///< of the statement
    Policy policy;
};

/// What resolve() makes of a profile.
struct Profile {
    std::string name;
    Origin origin;  ///< of the name, or of the start of the root file
    std::string description;
    bool is_fragment = false;
    Policy policy;
    std::vector<Test> tests;
    /// How each file beyond the root was reached: the `use` or `extends` that names it.
    std::map<const SourceFile*, Origin> included_from;
    /// Every statement that names a file which was found, in the order in which they were read.
    std::vector<Inclusion> inclusions;
    std::vector<Waiver> waivers;
    /// F001: of statements that the normal form no longer shows only resolve() knows; check() says it.
    std::vector<Diagnostic> dead_statements;
    /// Of this file and of all that it takes in.
    std::vector<Ceiling> ceilings;
    /// `may-degrade all`, of this file or of one that it takes in.
    std::optional<Origin> degrades_all;
    /// Something was left out because it could not be understood: what is missing from `policy` is no finding.
    bool incomplete = false;
};

}  // namespace sbx::policy
