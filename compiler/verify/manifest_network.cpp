// Keys of "network" in the order of runtime/artifact_format.hpp; see the header.
#include "compiler/verify/manifest_network.hpp"

#include "compiler/policy/network_parts.hpp"
#include "compiler/verify/launch_sets.hpp"
#include "compiler/verify/manifest_rows.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

bool has_ipv6(const policy::AddressSet& addresses) {
    const auto& ranges = addresses.ranges();
    return std::any_of(ranges.begin(), ranges.end(), [](const auto& range) { return range.first.family == policy::Family::ipv6; });
}

std::string parameter_of(const Json& value, const char* what) {
    const Text content = read_template(text(value, what));
    if (content.pieces().size() != 1 || !content.pieces().front().is_parameter) {
        malformed(named(what) + " has " + content.quoted() + ", which is no parameter");
    }
    return content.pieces().front().value;
}

std::string shown(const std::set<std::string>& words) {
    std::string result;
    for (const std::string& word : words) {
        result += (result.empty() ? "" : ", ") + named(word);
    }
    return result.empty() ? "none" : result;
}

class NetworkComparison {
public:
    NetworkComparison(const policy::Policy& policy, const BundleFiles& files, Findings& findings)
        : policy_(policy), network_(policy.network), files_(files), findings_(findings) {}

    void run(const Json& found) {
        const std::string mode = text(member(found, "mode"), "mode");
        const std::string meant(to_text(network_.mode.value));
        if (mode != meant) {
            object("the network is " + named(mode) + "; the policy means " + named(meant), "network");
            return;
        }
        if (network_.mode.value != policy::NetworkMode::filtered) {
            require_keys(found, {"mode"}, false, "network");
            return;
        }
        require_keys(found, {"mode", "helper", "ipv6", "filter", "fill", "resolver", "names", "upstream", "publish"}, false,
                     "network");
        compare_helper(found);
        compare_filter(list(found, "filter"));
        compare_fill(list(found, "fill"));
        compare_resolver(found);
        compare_publish(list(found, "publish"));
    }

private:
    void object(const std::string& message, const std::string& witness) {
        findings_.push_back({std::string(format::manifest_file), "", message, witness});
    }

    void compare_helper(const Json& found) {
        const bool ipv6 = reaches_ipv6(policy_);
        if (flag(found, "ipv6") != ipv6) {
            object(std::string("`ipv6` is ") +
                       (ipv6 ? "false, and an IPv6 address may be reached" : "true, and no IPv6 address may be reached"),
                   "ipv6");
        }
        const std::string meant = ipv6 || !network_.published.empty() ? "pasta" : "slirp4netns";
        const std::string helper = text(found["helper"], "helper");
        if (helper != meant) {
            object("the user-mode network is " + named(helper) + "; this network needs " + named(meant), "helper");
        }
    }

    void compare_filter(const Json& names) {
        std::vector<std::string> found;
        for (const Json& name : names) {
            found.push_back(text(name, "filter"));
        }
        const std::vector<std::string> meant = filter_files(files_);
        for (const std::string& name : meant) {
            if (std::find(found.begin(), found.end(), name) == found.end()) {
                object("the launcher does not load " + named(name), name);
            }
        }
        if (found != meant) {
            object("the files of the filter are not loaded in their order, each once", "filter");
        }
    }

    void compare_fill(const Json& rows) {
        std::set<std::string> found;
        for (const Json& row : rows) {
            require_keys(row, {"set", "parameter", "family"}, false, "fill");
            found.insert(text(row["set"], "set") + " $" + text(row["parameter"], "parameter") + " " +
                         text(row["family"], "family"));
        }
        std::set<std::string> meant;
        for (const auto& [name, set] : launch_sets(network_)) {
            if (!set.parameter.empty()) {
                const char* const family = set.type == NftType::ipv4 ? "ipv4" : set.type == NftType::ipv6 ? "ipv6" : "port";
                meant.insert(name + " $" + set.parameter + " " + family);
            }
        }
        if (found != meant || found.size() != rows.size()) {
            object("the launcher fills " + shown(found) + "; the filter needs " + shown(meant), "fill");
        }
    }

    void compare_resolver(const Json& found) {
        const bool has_names = !network_.names.empty();
        const bool has_file = found["resolver"].is_string() && found["resolver"] == format::resolver_file;
        if (has_names != has_file || (!has_names && !found["resolver"].is_null())) {
            object(has_names ? "there are names, and nothing resolves them" : "a resolver is started, and the policy has no names",
                   "resolver");
        }
        std::set<std::string> names;
        for (const Json& name : list(found, "names")) {
            names.insert(text(name, "names"));
        }
        std::set<std::string> meant;
        for (const auto& [name, reach] : network_.names) {
            const bool is_wildcard = name.starts_with("*.");
            if (!is_wildcard || !network_.names.contains(name.substr(2))) {
                meant.insert(name);
            }
        }
        if (names != meant) {
            object("the resolver's names are " + shown(names) + "; the policy lists " + shown(meant), "names");
        }
        std::set<std::string> upstream;
        for (const Json& server : list(found, "upstream")) {
            upstream.insert(parameter_of(server, "upstream"));
        }
        std::set<std::string> meant_upstream;
        for (const policy::ResolverAddress& resolver : network_.resolvers) {
            const auto* const parameter = std::get_if<policy::ParameterName>(&resolver);
            if (parameter != nullptr && has_names) {
                meant_upstream.insert(parameter->name);
            }
        }
        if (upstream != meant_upstream) {
            object("the resolver asks the parameters " + shown(upstream) + "; the policy has " + shown(meant_upstream), "upstream");
        }
    }

    void compare_publish(const Json& rows) {
        std::set<std::string> found;
        for (const Json& row : rows) {
            require_keys(row, {"protocol", "port", "on"}, false, "publish");
            found.insert(text(row["protocol"], "protocol") + " " + read_template(text(row["port"], "port")).quoted() + " on " +
                         text(row["on"], "on"));
        }
        std::set<std::string> meant;
        for (const policy::Publication& publication : network_.published) {
            Text port;
            if (const auto* const parameter = std::get_if<policy::ParameterName>(&publication.port)) {
                port.append_parameter(parameter->name);
            } else {
                port.append_literal(std::to_string(std::get<std::uint16_t>(publication.port)));
            }
            meant.insert(std::string(to_text(publication.protocol)) + " " + port.quoted() + " on " + to_text(publication.on));
        }
        if (found != meant || found.size() != rows.size()) {
            object("the host reaches " + shown(found) + "; the policy publishes " + shown(meant), "publish");
        }
    }

    const policy::Policy& policy_;
    const policy::Network& network_;
    const BundleFiles& files_;
    Findings& findings_;
};

}  // namespace

bool reaches_ipv6(const policy::Policy& policy) {
    const policy::Network& network = policy.network;
    const auto parameter_can = [&](const policy::ParameterName& parameter) {
        return has_ipv6(policy::values_of_address(policy.parameters, parameter.name));
    };
    const auto is_ipv6 = [](const policy::Address& address) { return address.family == policy::Family::ipv6; };
    for (const auto& [protocol, reaches] : network.allowed.reaches()) {
        if (std::any_of(reaches.begin(), reaches.end(), [&](const auto& reach) { return is_ipv6(reach.addresses.first); })) {
            return true;
        }
    }
    for (const policy::SymbolicRule& rule : network.symbolic_allowed) {
        const auto* const parameter = std::get_if<policy::ParameterName>(&rule.to);
        if (parameter != nullptr ? parameter_can(*parameter) : has_ipv6(std::get<policy::AddressSet>(rule.to))) {
            return true;
        }
    }
    for (const policy::ResolverAddress& resolver : network.resolvers) {
        const auto* const parameter = std::get_if<policy::ParameterName>(&resolver);
        if (parameter != nullptr ? parameter_can(*parameter) : is_ipv6(std::get<policy::Address>(resolver))) {
            return true;
        }
    }
    return std::any_of(network.published.begin(), network.published.end(), [&](const auto& each) { return is_ipv6(each.on); });
}

std::vector<std::string> filter_files(const BundleFiles& files) {
    std::vector<std::string> names = {std::string(format::filter_first)};
    for (const auto& [name, file] : files) {
        const bool is_chunk = name.starts_with(format::filter_chunk_prefix) && name.ends_with(".nft");
        if (is_chunk && name != format::filter_first && name != format::filter_last) {
            names.push_back(name);
        }
    }
    // Numbers of three digits, and more of them beyond 999.
    std::stable_sort(names.begin() + 1, names.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    names.emplace_back(format::filter_last);
    return names;
}

AddedServers read_added_servers(std::string_view manifest) {
    AddedServers added;
    const Json root = Json::parse(cut_manifest(manifest).rest, nullptr, false);
    if (!root.is_object() || !root.contains("network") || !root["network"].is_object()) {
        return added;
    }
    const Json& network = root["network"];
    if (network.contains("names") && network.contains("upstream")) {
        for (const Json& name : list(network, "names")) {
            added.names.push_back(text(name, "names"));
        }
        for (const Json& server : list(network, "upstream")) {
            added.parameters.push_back(parameter_of(server, "upstream"));
        }
    }
    return added;
}

void compare_manifest_network(const Json& network, const policy::Policy& policy, const BundleFiles& files, Findings& findings) {
    NetworkComparison(policy, files, findings).run(network);
}

}  // namespace sbx::verify
