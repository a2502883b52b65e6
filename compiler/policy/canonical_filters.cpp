// See the header. Calls stand by name: numbers differ between machines.
#include "compiler/policy/canonical_filters.hpp"

#include "compiler/policy/filter_lines.hpp"
#include "compiler/policy/socket_families.hpp"

namespace sbx::policy {
namespace {

void write_names(JsonWriter& json, const CallSet& calls) {
    json.array([&] {
        for (std::size_t i = 0; i < system_call_table().size(); ++i) {
            if (calls[i]) {
                json.string(system_call_table()[i].name);
            }
        }
    });
}

CallSet read_names(CanonicalValues& values, std::string_view key) {
    values.json.key(key);
    CallSet calls;
    for (const std::string& name : values.sorted_strings()) {
        const auto call = find_system_call(name);
        if (!call) {
            values.json.refuse("there is no system call `" + name + "`");
        }
        calls.set(*call);
    }
    return calls;
}

/// Rules that make a filter of these sets.
std::vector<SystemCallRule> rules_of(const CallSet& allowed, const CallSet& refused, const std::set<std::uint32_t>& requests,
                                     bool clone_namespaces) {
    SystemCalls wanted = default_system_calls(false);
    wanted.refused = (wanted.refused & ~allowed) | refused;
    std::vector<SystemCallRule> rules;
    SystemCallRule rule;
    rule.allows = true;
    rule.calls = allowed;
    rule.calls.set(ioctl_call());
    rule.except = requests;
    if (clone_namespaces) {
        rule.calls.set(clone_call());
        rule.clone_namespaces = true;
    }
    rules.push_back(rule);
    rules.push_back({false, refused, std::nullopt, std::nullopt, "", "", {}});
    return rules;
}

}  // namespace

void write_system_calls(JsonWriter& json, const Policy& policy) {
    const SystemCalls& calls = policy.system_calls;
    const SystemCalls usual = default_system_calls(policy.process.nested_namespaces.value);
    const bool filtered = !calls.unrestricted.value;
    json.object([&] {
        json.key("unrestricted").boolean(calls.unrestricted.value);
        json.key("allowed");
        write_names(json, filtered ? usual.refused & ~calls.refused : CallSet());
        json.key("refused");
        write_names(json, filtered ? calls.refused & ~usual.refused : CallSet());
        json.key("refused-requests").row_array([&] {
            for (const std::uint32_t request : calls.refused_requests) {
                json.number(request);
            }
        });
        json.key("clone-namespaces").boolean(calls.clone_namespaces);
    });
}

void write_sockets(JsonWriter& json, const SocketFamilies& sockets) {
    json.row_array([&] {
        for (const auto& [family, origin] : sockets.allowed) {
            json.string(family);
        }
    });
}

void read_system_calls(CanonicalValues& values, Policy& policy) {
    CanonicalReader& json = values.json;
    const bool nested = policy.process.nested_namespaces.value;
    json.object([&] {
        const bool unrestricted = values.flag("unrestricted");
        const CallSet allowed = read_names(values, "allowed");
        const CallSet refused = read_names(values, "refused");
        std::set<std::uint32_t> requests;
        json.key("refused-requests");
        json.row_array([&] {
            const auto request = values.narrow<std::uint32_t>(0xffffffffU);
            if (!requests.empty() && request <= *requests.rbegin()) {
                json.refuse(std::to_string(request) + " stands here a second time, or out of order");
            }
            requests.insert(request);
        });
        const bool clone_namespaces = values.flag("clone-namespaces");
        if (unrestricted) {
            policy.system_calls = system_calls_of({FilterMode::unrestricted, {}}, {}, nested);
        } else {
            policy.system_calls = system_calls_of({}, rules_of(allowed, refused, requests, clone_namespaces), nested);
            policy.system_calls.rules = rules_from_default(policy.system_calls, nested);
        }
        const SystemCalls usual = default_system_calls(nested);
        const SystemCalls& calls = policy.system_calls;
        const bool is_change = unrestricted
                                   ? (allowed | refused).none()
                                   : (usual.refused & ~calls.refused) == allowed && (calls.refused & ~usual.refused) == refused;
        if (!is_change || calls.refused_requests != requests || calls.clone_namespaces != clone_namespaces) {
            json.refuse("this is no change of the calls that every sandbox refuses");
        }
        if ((calls.refused & calls_of("@start")).any()) {
            json.refuse("`" + call_names(calls.refused & calls_of("@start")) + "` cannot be refused");
        }
    });
}

void read_sockets(CanonicalValues& values, Policy& policy) {
    CanonicalReader& json = values.json;
    FamilyOrigins listed;
    json.row_array([&] {
        const std::string family = json.string();
        if (find_socket_family(family) == nullptr) {
            json.refuse("there is no socket family `" + family + "`");
        }
        values.append(listed, family, Origin{}, family);
    });
    const std::set<std::string> implied = implied_families(policy);
    for (const auto& [family, origin] : listed) {
        if (implied.count(family) == 0 && !policy.system_calls.unrestricted.value) {
            policy.sockets.named.emplace(family, origin);
        }
    }
    settle_sockets(policy);
    SocketFamilies there;
    there.allowed = std::move(listed);
    if (!(there == policy.sockets)) {
        json.refuse("these are not the socket families that the rest of the policy brings with it");
    }
}

}  // namespace sbx::policy
