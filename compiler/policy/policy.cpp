// Names of the normal form's enumerations, and the comparisons that leave origins out. The words are those of the language
// reference.
#include "compiler/policy/policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sbx::policy {
namespace {

constexpr std::array<std::pair<Limit, std::string_view>, 16> limit_words{{
    {Limit::cpu_time, "cpu-time"},
    {Limit::wall_time, "wall-time"},
    {Limit::grace, "grace"},
    {Limit::memory, "memory"},
    {Limit::address_space, "address-space"},
    {Limit::data, "data"},
    {Limit::stack, "stack"},
    {Limit::core, "core"},
    {Limit::locked_memory, "locked-memory"},
    {Limit::message_queues, "message-queues"},
    {Limit::file_size, "file-size"},
    {Limit::open_files, "open-files"},
    {Limit::processes, "processes"},
    {Limit::cpus, "cpus"},
    {Limit::output, "output"},
    {Limit::tmpfs_total, "tmpfs-total"},
}};

template <class Key>
bool same_keys(const std::map<Key, Origin>& a, const std::map<Key, Origin>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) { return x.first == y.first; });
}

}  // namespace

std::string_view to_text(ParameterType type) {
    switch (type) {
        case ParameterType::path:
            return "path";
        case ParameterType::port:
            return "port";
        case ParameterType::address:
            return "address";
        case ParameterType::count:
            return "count";
        case ParameterType::string:
            return "string";
    }
    return {};
}

std::string_view to_text(NetworkMode mode) {
    switch (mode) {
        case NetworkMode::off:
            return "off";
        case NetworkMode::filtered:
            return "filtered";
        case NetworkMode::host:
            return "host";
    }
    return {};
}

std::string_view to_text(Limit limit) {
    for (const auto& [value, word] : limit_words) {
        if (value == limit) {
            return word;
        }
    }
    return {};
}

std::optional<Limit> find_limit(std::string_view word) {
    for (const auto& [value, name] : limit_words) {
        if (name == word) {
            return value;
        }
    }
    return std::nullopt;
}

bool operator==(const Network& a, const Network& b) {
    return a.mode == b.mode && a.allowed == b.allowed && a.denied == b.denied && a.symbolic_allowed == b.symbolic_allowed &&
           a.symbolic_denied == b.symbolic_denied && a.names == b.names && a.resolvers == b.resolvers &&
           a.unblocked == b.unblocked && a.published == b.published;
}

bool operator==(const Environment& a, const Environment& b) {
    return a.fixed == b.fixed && same_keys(a.kept, b.kept) && same_keys(a.accepted, b.accepted);
}

bool operator==(const Process& a, const Process& b) {
    return a.run_as == b.run_as && a.hostname == b.hostname && a.command == b.command &&
           same_keys(a.pass_descriptors, b.pass_descriptors) && a.keep_terminal == b.keep_terminal &&
           a.nested_namespaces == b.nested_namespaces && a.survive_parent == b.survive_parent && a.share_ipc == b.share_ipc &&
           a.share_uts == b.share_uts && a.groups_none == b.groups_none;
}

}  // namespace sbx::policy
