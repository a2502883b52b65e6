// What one file, or a merge of several, says: each key at most once, with its origin and whether it is `final`. Internal to
// resolve(). Layers are merged key by key; only the last one becomes a Policy.
#pragma once

#include "compiler/policy/network_parts.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sbx::policy {

/// One key's value.
template <class T>
struct Setting {
    T value{};
    Origin origin;
    bool is_final = false;
};
template <class T>
using Slot = std::optional<Setting<T>>;

enum class Passage : std::uint8_t { fixed, kept, accepted };
/// What happens to one variable of the environment, or to those that match a pattern.
struct Variable {
    Passage passage{};
    Text value;  ///< for fixed
    friend bool operator==(const Variable&, const Variable&) = default;
};

struct PlacedNode {
    SandboxPath path;
    Node node;
    bool is_final = false;
};

struct Layer {
    std::map<std::string, Setting<Parameter>> parameters;
    std::vector<PlacedNode> nodes;  ///< sorted by path and unique once sealed
    Slot<SandboxPath> workdir;
    Slot<NetworkMode> network;
    Slot<std::vector<ResolverAddress>> resolver;
    std::vector<NetworkRule> network_rules;  ///< but for `resolver`: they add up
    std::map<Limit, Setting<LimitValue>> limits;
    std::map<Limit, Setting<Degradation>> may_degrade;
    std::map<std::string, Setting<Variable>> variables;
    Slot<IdPair> run_as;
    Slot<Text> hostname;
    Slot<Command> command;
    std::map<std::uint32_t, Setting<bool>> descriptors;
    std::map<std::string, Setting<bool>, std::less<>> switches;  ///< by keyword: `survive-parent`, `share ipc`
    Slot<std::set<std::string>> target_features;
    Slot<std::uint64_t> landlock;
    Slot<Degradation> landlock_may_degrade;
    Slot<FilterMode> filter_mode;
    std::string unfiltered_reason;           ///< of `syscalls unrestricted`
    std::vector<SystemCallRule> call_rules;  ///< they add up
    std::vector<SocketRule> socket_rules;    ///< likewise
};

class Session;

/// Sorts the nodes of one file and reports two at one path (F002, or L004 when they are the same).
void seal_nodes(std::vector<PlacedNode>& nodes, Session& session);
/// Takes `sibling` into `merged`: a key in both with different values is L012 unless `settling` has the key.
void merge_sibling(Layer& merged, Layer sibling, const Layer& settling, Session& session);
/// Lays `upper` over `lower`: its keys replace the lower ones, and `final` ones may not be replaced (L007).
[[nodiscard]] Layer lay_over(Layer lower, Layer upper, Session& session);
/// The normal form of a merged layer: defaults filled in, filesystem normalised.
[[nodiscard]] Policy to_policy(Layer layer, Session& session);
/// With defaults; reports a `grace` of the root file that nothing waits for (F001), and a limit whose keeper the sandbox may
/// survive or stop.
[[nodiscard]] Limits normalize_limits(const Layer& layer, Session& session);
/// Those whose limit is in `limits`; reports one of the root file whose limit is not (F001).
[[nodiscard]] Degradations normalize_degradations(const Layer& layer, const Limits& limits, Session& session);
/// What a filtering network comes to, with what is wrong about the whole of it: statements that say nothing, names without a
/// resolver. Takes the layer's rules. Anything else than a filtering one is returned as it is.
[[nodiscard]] Network normalize_network(Layer& layer, Session& session);
/// The /etc/resolv.conf that `resolver` gives the sandbox, unless the policy places a `file` there.
void add_resolver_file(Layer& layer, const Network& network, Session& session);
/// Takes the rules of `from` in, each once.
void merge_network_rules(std::vector<NetworkRule>& into, std::vector<NetworkRule> from);
/// Takes the rules of system calls and sockets of a sibling in, each once.
void add_filter_rules(Layer& merged, Layer& sibling);
/// Lays the rules of system calls and sockets of `upper` over those of `lower`: they add up, but a filter that is replaced keeps
/// its denials alone.
void lay_over_filters(Layer& lower, Layer& upper);
/// Fills in what the policy says of system calls and sockets; the rest of it is there. Reports statements of the root file that say
/// nothing (P016).
void normalize_filters(Layer& layer, Policy& policy, Session& session);
/// Fills in what the policy demands of Landlock; the rest of it is there.
void normalize_landlock(const Layer& layer, Policy& policy, Session& session);
/// Drops nodes that the nearest node above already says, and reports nodes that cannot stand where they are (F013, F030).
[[nodiscard]] Filesystem normalize_filesystem(std::vector<PlacedNode> nodes, Session& session);

/// Whether a tree inside another one shows what that shows there anyway. `above` contains `node`.
[[nodiscard]] bool gives_same(const PlacedNode& above, const PlacedNode& node);
/// F001, in the profile's dead_statements, for each node of the root file that the others decide: a warning where they decide the
/// same, an error where they decide otherwise.
void find_dead_nodes(const Layer& layer, Session& session);
/// N001, likewise, for each `allow` and `deny` of the root file that others of it decide. `network` before off_if_closed().
void find_dead_rules(const ParameterTable& parameters, const Network& network, Session& session);

}  // namespace sbx::policy
