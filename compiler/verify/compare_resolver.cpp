// The resolver asked about every name that could be told apart: those that its lines and the policy mention, one below each, and
// one that nobody mentions. More specific patterns come before less specific ones, as dnsmasq(8) says of `--server`.
#include "compiler/verify/artifact_text.hpp"
#include "compiler/verify/resolver_table.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

bool is_below(std::string_view name, std::string_view domain) {
    return name.size() > domain.size() && name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.';
}

/// `*.example.org` is what is below it, in policies and in patterns alike; `bare` says whether a plain one covers what is below
/// too.
bool covers(std::string_view pattern, std::string_view name, bool bare_covers_below) {
    if (pattern.starts_with("*.")) {
        return is_below(name, pattern.substr(2));
    }
    return name == pattern || (bare_covers_below && is_below(name, pattern));
}

template <class Value>
const Value* most_specific(const std::map<std::string, Value>& by_pattern, std::string_view name) {
    const Value* found = nullptr;
    std::size_t longest = 0;
    for (const auto& [pattern, value] : by_pattern) {
        if (pattern.size() >= longest && covers(pattern, name, true)) {
            longest = pattern.size();
            found = &value;
        }
    }
    return found;
}

std::string listed(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + named(word);
    }
    return text.empty() ? "nothing" : text;
}

class ResolverComparison {
public:
    ResolverComparison(const ResolverTable& table, const policy::Network& network, const std::string& file, Findings& findings)
        : table_(table), network_(network), file_(file), findings_(findings) {
        for (const policy::ResolverAddress& resolver : network.resolvers) {
            const auto* const parameter = std::get_if<policy::ParameterName>(&resolver);
            resolvers_.insert(parameter != nullptr ? "$" + parameter->name : to_text(std::get<policy::Address>(resolver)));
        }
    }

    void compare_names() {
        std::set<std::string> names = {"elsewhere.invalid"};
        const auto add = [&](const std::string& pattern) {
            const std::string domain = pattern.starts_with("*.") ? pattern.substr(2) : pattern;
            names.insert(domain);
            names.insert("sbx-probe." + domain);
            names.insert("x.sbx-probe." + domain);
            names.insert("sbx-probe" + domain);
        };
        for (const auto& [name, reach] : network_.names) {
            add(name);
        }
        for (const auto& [pattern, servers] : table_.servers) {
            add(pattern);
        }
        for (const auto& [domain, sets] : table_.sets) {
            add(domain);
        }
        for (const std::string& name : names) {
            compare_name(name);
        }
    }

    void compare_options() {
        expect("port", "53", "the sandbox asks another port than it listens on");
        expect("listen-address", "127.0.0.1", "it is to be had at the sandbox's own loopback alone");
        expect("query-port", std::to_string(format::resolver_query_port), "the filter lets its questions out from that port alone");
        expect("no-resolv", "", "it asks the host's servers too");
        expect("no-hosts", "", "it answers from the host's `/etc/hosts` too");
        expect("bind-interfaces", "", "it listens on every address");
    }

    void object(const std::string& message, const std::string& witness) { findings_.push_back({file_, "", message, witness}); }

private:
    void expect(const std::string& option, const std::string& value, const std::string& otherwise) {
        const auto found = table_.options.find(option);
        if (found == table_.options.end() || found->second != value) {
            object(named(option + (value.empty() ? "" : "=" + value)) + " is missing: " + otherwise, option);
        }
    }

    using Entry = std::map<std::string, policy::NamedPorts>::value_type;

    /// The longest entry that covers the name has all that it may reach.
    [[nodiscard]] const Entry* entry_for(const std::string& name) const {
        const Entry* found = nullptr;
        for (const Entry& entry : network_.names) {
            if (covers(entry.first, name, false) && (found == nullptr || entry.first.size() > found->first.size())) {
                found = &entry;
            }
        }
        return found;
    }

    void compare_name(const std::string& name) {
        const Entry* const meant = entry_for(name);
        const auto* const servers = most_specific(table_.servers, name);
        const bool is_asked = servers != nullptr && !servers->empty();
        if (is_asked != (meant != nullptr)) {
            object(named(name) +
                       (is_asked ? " is answered, and the policy does not list it" : " is not answered, and the policy lists it"),
                   name);
        } else if (is_asked && *servers != resolvers_) {
            object(named(name) + " is asked for at " + listed(*servers) + "; the policy's resolvers are " + listed(resolvers_),
                   name);
        }
        if (meant != nullptr) {
            compare_sets(name, *meant);
        }
    }

    /// Sets of wider entries may be filled too: they open nothing more.
    void compare_sets(const std::string& name, const Entry& meant) {
        const auto* const found = most_specific(table_.sets, name);
        const std::set<std::string> filled = found == nullptr ? std::set<std::string>() : *found;
        std::size_t known = 0;
        bool is_whole = false;
        std::size_t index = 0;
        for (const Entry& entry : network_.names) {
            const std::string stem = "name_" + std::to_string(index++);
            const std::size_t both = filled.count(stem + "_4") + filled.count(stem + "_6");
            known += is_within(entry.second, meant.second) ? both : 0;
            is_whole = is_whole || (both == 2 && entry.second == meant.second);
        }
        if (known != filled.size() || !is_whole) {
            object("the addresses of " + named(name) + " go to " + listed(filled) + ", which is not what the filter has for " +
                       named(meant.first),
                   name);
        }
    }

    static bool is_within(const policy::NamedPorts& inner, const policy::NamedPorts& outer) {
        return std::all_of(inner.begin(), inner.end(), [&](const auto& entry) {
            const auto there = outer.find(entry.first);
            return there != outer.end() && entry.second.literal.without(there->second.literal).empty() &&
                   std::includes(there->second.parameters.begin(), there->second.parameters.end(), entry.second.parameters.begin(),
                                 entry.second.parameters.end());
        });
    }

    const ResolverTable& table_;
    const policy::Network& network_;
    const std::string& file_;
    Findings& findings_;
    std::set<std::string> resolvers_;
};

}  // namespace

void compare_resolver(ResolverTable table, const policy::Network& network, const std::vector<std::string>& added_names,
                      const std::vector<std::string>& upstream, bool reaches_ipv6, const std::string& file, Findings& findings) {
    for (const std::string& name : added_names) {
        for (const std::string& parameter : upstream) {
            table.servers[name].insert("$" + parameter);
        }
    }
    ResolverComparison comparison(table, network, file, findings);
    comparison.compare_options();
    comparison.compare_names();
    if (reaches_ipv6 && table.options.contains("filter-AAAA")) {
        comparison.object("IPv6 addresses are not answered, and the network has IPv6", "filter-AAAA");
    }
}

}  // namespace sbx::verify
