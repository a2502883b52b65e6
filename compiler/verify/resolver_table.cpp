// Lines of resolver.conf; see the header.
#include "compiler/verify/resolver_table.hpp"

#include "compiler/verify/artifact_text.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

/// Those that say nothing about which names are answered, whom is asked, or into which sets answers go; and the few that do, whose
/// values are compared.
constexpr std::array<std::string_view, 14> known_options = {
    "no-resolv",       "no-hosts",   "no-poll",       "no-ident", "no-negcache",     "port",       "listen-address",
    "bind-interfaces", "cache-size", "max-cache-ttl", "max-ttl",  "edns-packet-max", "query-port", "filter-AAAA"};

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

class LineReader {
public:
    LineReader(std::string_view line, std::string place) : line_(line), place_(std::move(place)) {}

    void read(ResolverTable& table) {
        const std::size_t equals = line_.find('=');
        const std::string option(line_.substr(0, equals));
        const std::string_view value = equals == std::string_view::npos ? std::string_view() : line_.substr(equals + 1);
        if (option == "server" || option == "address") {
            const auto [pattern, rest] = split(value, true);
            std::set<std::string>& servers = table.servers[pattern];
            if (option == "server") {
                servers.insert(address(rest));
            } else if (!rest.empty()) {
                fail("answers with an address of its own");
            }
        } else if (option == "nftset") {
            const auto [domain, rest] = split(value, false);
            add_sets(rest, table.sets[domain]);
        } else if (std::find(known_options.begin(), known_options.end(), option) == known_options.end()) {
            fail("cannot be read: its meaning is not known");
        } else if (!table.options.emplace(option, value).second) {
            fail("is said a second time");
        }
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw Malformed{place_, named(line_) + " " + what}; }

    /// `/PATTERN/REST`; dnsmasq takes several patterns, and a filter of ours has one a line.
    [[nodiscard]] std::pair<std::string, std::string_view> split(std::string_view value, bool takes_star) const {
        const std::size_t end = value.find('/', 1);
        if (!value.starts_with('/') || end == std::string_view::npos) {
            fail("is for every name");
        }
        const std::string_view pattern = value.substr(1, end - 1);
        const std::string_view name = takes_star && pattern.starts_with("*.") ? pattern.substr(2) : pattern;
        if (name.empty() || name.front() == '.' || !std::all_of(name.begin(), name.end(), is_name_byte)) {
            fail("has a pattern that is neither a name nor `*.` and a name");
        }
        return {std::string(pattern), value.substr(end + 1)};
    }

    [[nodiscard]] std::string address(std::string_view text) const {
        const auto address = policy::parse_address(text);
        if (!address) {
            fail("does not end in one address of a server");
        }
        return to_text(*address);
    }

    void add_sets(std::string_view list, std::set<std::string>& sets) const {
        while (!list.empty()) {
            const std::size_t comma = std::min(list.find(','), list.size());
            const std::string_view one = list.substr(0, comma);
            const std::string table = std::string("#inet#") + std::string(format::filter_table) + "#";
            const std::string_view set = one.size() > table.size() + 1 ? one.substr(table.size() + 1) : std::string_view();
            const bool fits = !set.empty() && one.substr(1).starts_with(table) &&
                              ((one.front() == '4' && set.ends_with("_4")) || (one.front() == '6' && set.ends_with("_6")));
            if (!fits) {
                fail("has " + named(one) + ", which is no set of the filter for addresses of one family");
            }
            sets.emplace(set);
            list.remove_prefix(std::min(comma + 1, list.size()));
        }
    }

    std::string_view line_;
    std::string place_;
};

}  // namespace

ResolverTable read_resolver_table(std::string_view bytes) {
    ResolverTable table;
    Lines lines(bytes);
    while (const auto line = lines.next()) {
        if (!line->empty() && !line->starts_with('#')) {
            LineReader(*line, lines.place()).read(table);
        }
    }
    return table;
}

}  // namespace sbx::verify
