// Defects of a filtered network: its packet filter, its resolver, and what the manifest and bubblewrap are told about it.
#include "compiler/plan/lower.hpp"
#include "tests/property/seeded_defects.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

namespace sbx::test {

using emit::Artifact;
using emit::Bundle;

namespace {

constexpr const char* first = "egress.nft";
constexpr const char* last = "egress.allow.nft";
constexpr const char* resolver = "resolver.conf";

constexpr const char* filtered_text = R"(sbx 1
profile victim
param server: address = 10.30.0.1
param dns: address one of [10.20.0.54 10.20.0.55] = 10.20.0.54
param bad: address = 10.30.0.2
param p: port = 8444
filesystem { read /usr }
network {
    allow tcp to 10.20.0.0/16 port 443
    allow tcp to 10.24.0.10-10.24.0.20 port [80 8000-8080]
    allow udp to 10.21.0.0/24 port 123
    allow icmp to 10.20.0.0/16
    allow any to 10.22.0.0/24
    allow tcp to 2001:db8:1::/48 port 443
    deny any to 10.20.3.0/24
    deny tcp to $bad
    allow tcp to $server port 8443
    allow tcp to 10.23.0.0/16 port $p
    allow tcp to host "registry.example.org" port 443
    allow tcp to host "*.cdn.example.org" port 8443
    resolver 10.20.0.53 $dns
    unblock host port 5432 because "the database"
    publish tcp 8080
}
)";

/// Once more, at the end of a file.
Change appended(const std::string& file, const std::string& text) {
    return [=](Bundle& bundle) { bytes_of(bundle, file) += text; };
}
/// Both ends of a line are part of `line`.
Change moved_behind(const std::string& file, const std::string& line, const std::string& there) {
    return [=](Bundle& bundle) {
        std::string& bytes = bytes_of(bundle, file);
        const std::size_t at = bytes.find(line);
        ASSERT_NE(at, std::string::npos) << line;
        bytes.erase(at, line.size());
        const std::size_t behind = bytes.find(there);
        ASSERT_NE(behind, std::string::npos) << there;
        bytes.insert(behind + there.size(), line);
    };
}
/// All of them.
Change replaced_throughout(const std::string& file, const std::string& from, const std::string& to) {
    return [=](Bundle& bundle) {
        std::string& bytes = bytes_of(bundle, file);
        ASSERT_NE(bytes.find(from), std::string::npos) << from;
        for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + to.size())) {
            bytes.replace(at, from.size(), to);
        }
    };
}
Change allowed(const std::string& rule) {
    return appended(last, "add rule inet sbx allowed " + rule + "\n");
}

}  // namespace

const Victim& network_victim() {
    static const Victim made = victim_of(filtered_text);
    return made;
}

const std::vector<Defect>& filter_defects() {
    static const std::vector<Defect> defects = {
        {"the port of an allowance is dropped",
         replaced(last, "ip daddr . tcp dport @tcp_4 accept", "ip daddr 10.20.0.0/16 accept"), first, "tcp to 10.20.0.0"},
        {"protocol and port are dropped", allowed("ip daddr 10.20.0.0/16 accept"), first, "udp to 10.20."},
        {"every address is allowed a port", allowed("tcp dport 443 accept"), first,
         "tcp to 0.0.0.0-10.19.255.255 port 443 gets out"},
        {"a rule accepts everything", allowed("accept"), first, "gets out, and the policy does not allow it"},
        {"IPv4 only", replaced(last, "@tcp_6 accept", "@tcp_6 drop"), first, "tcp to 2001:db8:1::"},
        {"IPv6 follows IPv4", allowed("meta l4proto tcp meta nfproto ipv6 tcp dport 443 accept"), first, "port 443 gets out"},
        {"one network is lost", replaced(first, "10.24.0.10-10.24.0.20 . 80", "10.24.0.9 . 80"), first,
         "tcp to 10.24.0.10-10.24.0.20 port 80 does not get out"},
        {"an interval is one too long", replaced(first, "10.24.0.10-10.24.0.20 . 8000", "10.24.0.10-10.24.0.21 . 8000"), first,
         "tcp to 10.24.0.21 port 8000-8080 gets out"},
        {"an interval is one too short", replaced(first, "10.24.0.10-10.24.0.20 . 8000", "10.24.0.10-10.24.0.19 . 8000"), first,
         "tcp to 10.24.0.20 port 8000-8080 does not get out"},
        {"an interval of ports is one too long", replaced(first, "8000-8080", "8000-8081"), first, "port 8081 gets out"},
        {"a network is widened", replaced(first, "10.22.0.0/24", "10.22.0.0/23"), first, "10.22.1.0-10.22.1.255"},
        {"a denial is lost", replaced(first, "10.20.3.0/24", "10.20.2.0/24"), first, "10.20.3.0-10.20.3.255"},
        {"udp is forgotten", replaced(last, "udp dport @udp_4 accept", "udp dport @udp_4 drop"), first, "udp to 10.21.0.0"},
        {"udp is added", allowed("meta nfproto ipv4 udp dport 443 ip daddr 10.20.0.0/24 accept"), first, "udp to 10.20.0.0"},
        {"tcp and udp are swapped", replaced(last, "udp dport @udp_4", "udp dport @tcp_4"), first, "udp to 10.20.0.0"},
        {"echo is every ICMP", replaced(last, "icmp type 8 ip daddr", "ip daddr"), first, "ICMP type"},
        {"no ICMP", replaced(last, "icmp type 8", "icmp type 13"), first, "icmp to 10.20.0.0"},
        {"other protocols are forgotten", replaced(last, "@other_4 accept", "@other_4 drop"), first,
         "to 10.22.0.0-10.22.0.255 does not get out"},
        {"other protocols are added", allowed("meta l4proto 132 accept"), first, "protocol 132 to "},
        {"an allowance stands in the first file",
         replaced(first, "jump allowed", "ip daddr 10.20.0.0/24 tcp dport 443 accept\n        jump allowed"), first,
         "can leave before `egress.allow.nft` is loaded"},
        {"the rules behind the final refusal",
         replaced(first, "jump allowed\n        goto refuse", "goto refuse\n        jump allowed"), first,
         "tcp to 10.20.0.0-10.20.2.255 port 443 does not get out"},
        {"policy accept on output", replaced(first, "hook output priority 0; policy drop", "hook output priority 0; policy accept"),
         first, "on the hook `output` is without `policy drop`"},
        {"policy accept on input", replaced(first, "hook input priority 0; policy drop", "hook input priority 0; policy accept"),
         first, "on the hook `input` is without `policy drop`"},
        {"policy accept on forward",
         replaced(first, "hook forward priority 0; policy drop", "hook forward priority 0; policy accept"), first,
         "on the hook `forward` is without `policy drop`"},
        {"no policy", replaced(first, "hook output priority 0; policy drop;", "hook output priority 0;"), first,
         "on the hook `output`"},
        {"something is forwarded", appended(last, "add rule inet sbx forward ct state established accept\n"), first,
         "only forwarded"},
        {"replies and what is related",
         replaced_throughout(first, "ct state established accept", "ct state established,related accept"), first,
         "in state `related` gets out"},
        {"new connections pass as replies", replaced_throughout(first, "ct state established accept", "ct state != invalid accept"),
         first, "gets out, and the policy does not allow it"},
        {"loopback is every interface", replaced_throughout(first, "oifname \"lo\"", "oifname != \"tap0\""), first,
         "over an interface other than `tap0`"},
        {"loopback is any interface at all", replaced_throughout(first, "oifname \"lo\" accept", "accept"), first, "gets out"},
        {"loopback is shut", replaced_throughout(first, "oifname \"lo\" accept", "oifname \"lo\" drop"), first,
         "over loopback does not"},
        {"everything comes in", replaced_throughout(first, "iifname \"lo\" accept", "accept"), first, "gets in"},
        {"another port is published", replaced(first, "tcp dport 8080 ct state new", "tcp dport 8081 ct state new"), first,
         "to port 8080 does not get in"},
        {"every port is published", replaced(first, "tcp dport 8080 ct state new", "ct state new"), first, "gets in"},
        {"ping comes in", appended(last, "add rule inet sbx input icmp type echo-request accept\n"), first, "icmp from"},
        {"the floor is lost", replaced(first, "ip daddr @floor_4 goto refuse", "ip daddr @floor_4 counter"), first,
         "100.100.100.200"},
        {"metadata is lost from the floor", replaced(first, "100.100.100.200", "100.100.100.201"), first, "100.100.100.200"},
        {"the host's addresses are reached", replaced(first, "ip daddr @host_4 jump host", "ip daddr @host_4 counter"), first,
         "where the address is one of the host's own"},
        {"IPv6 addresses of the host are reached", replaced(first, "ip6 daddr @host_6 jump host", "ip6 daddr @host_6 counter"),
         first, "where the address is one of the host's own"},
        {"another port of the host is open", replaced(first, "th dport 5432 return", "th dport 443 return"), first,
         "where the address is one of the host's own"},
        {"the host's port is open whatever is allowed", replaced(first, "th dport 5432 return", "th dport 5432 accept"), first,
         "5432 gets out"},
        {"the gateway is reached", replaced(first, "ip daddr @gateway_4 goto refuse", "ip daddr @gateway_4 counter"), first,
         "the user-mode network itself answers at the address"},
        {"a denied parameter is reached", replaced_throughout(first, "daddr @param_bad_4", "daddr @param_server_4"), first,
         "the address is the value of `$bad`"},
        {"denials come behind allowances",
         moved_behind(first, "        meta nfproto ipv4 ip daddr @host_4 jump host\n", "jump allowed\n"), first,
         "where the address is one of the host's own"},
        {"another parameter is allowed", replaced(last, "@param_server_4", "@param_bad_4"), first,
         "the address is the value of `$server`"},
        {"another port parameter", replaced(last, "dport @param_p_port", "dport 8444"), first, "the port is the value of `$p`"},
        {"names are swapped", replaced(last, "@name_0_4", "@name_1_4"), first, "the address was answered for"},
        {"AND for OR", replaced(last, "@param_server_4 tcp", "@param_server_4 ip daddr @host_4 tcp"), first, "`$server`"},
        {"OR for AND", allowed("ip daddr @param_server_4 meta l4proto tcp accept"), first, "the address is the value of `$server`"},
        {"the resolver is reached from any port", replaced_throughout(last, "udp sport 853 ", ""), first,
         "udp to 10.20.0.53 port 53 gets out"},
        {"the resolver is reached from another port", replaced_throughout(last, "udp sport 853 ", "udp sport 854 "), first,
         "from source port 854"},
        {"the resolver is reached over tcp", allowed("tcp dport 53 ip daddr 10.20.0.53 accept"), first,
         "tcp to 10.20.0.53 port 53"},
        {"source routes leave", replaced(first, "ip option lsrr exists drop", "ip option lsrr exists counter"), first,
         "with a loose source route"},
        {"strict source routes leave", replaced(first, "ip option ssrr exists drop", "ip option ssrr missing drop"), first,
         "strict source route"},
        {"routing headers leave", replaced(first, "exthdr rt exists drop", "rt type 2 drop"), first, "routing header of type 0"},
        {"what is left over is dropped", replaced(first, "jump allowed\n        goto refuse", "jump allowed"), first,
         "dropped without an answer"},
        {"neighbours are not found", replaced_throughout(first, "icmpv6 type { 135, 136 } accept", "icmpv6 type 135 accept"), first,
         "ICMPv6 type 136"},
        {"routers are believed", appended(last, "add rule inet sbx input icmpv6 type nd-redirect accept\n"), first,
         "ICMPv6 type 137"},
        {"a host name stands in a rule", allowed("ip daddr registry.example.org accept"), last,
         "no address of that family in digits"},
        {"a service stands in a rule", allowed("tcp dport https accept"), last, "no number"},
        {"a file is included", appended(last, "include \"/etc/nftables.conf\"\n"), last, "`include` begins a statement"},
        {"everything is flushed", appended(last, "flush ruleset\n"), last, "`flush` begins a statement"},
        {"a comment ends early", allowed("counter comment \"x\"\naccept"), last, "`accept` begins a statement"},
        {"a word nobody knows", allowed("meta mark 1 accept"), last, "`meta mark` cannot be read"},
        {"a set may change", replaced(first, "flags interval", "flags dynamic"), first, "`interval`"},
        {"another table", appended(last, "add table ip nat\n"), last, "one `table inet sbx`"},
        {"the file is cut short", [](Bundle& bundle) { bytes_of(bundle, last).resize(bytes_of(bundle, last).size() - 1); }, last,
         "cut short"},
        {"the host's set is filled already", appended(last, "add element inet sbx host_4 { 192.0.2.1 }\n"), first, "is not empty"},
        {"a set that a launch fills is missing", replaced_throughout(first, "gateway_6", "gateway_7"), first,
         "the set `gateway_6`"},
    };
    return defects;
}

const std::vector<Defect>& network_defects() {
    static const std::vector<Defect> defects = {
        {"the network is unshared once more", replaced(args, words({"=--unshare-uts"}), words({"=--unshare-net"})), args,
         "the policy turns it off"},
        {"a name more is answered", appended(resolver, "server=/evil.example/10.20.0.53\n"), resolver,
         "`evil.example` is answered, and the policy does not list it"},
        {"names below an exact one are answered", replaced(resolver, "address=/*.registry.example.org/\n", ""), resolver,
         "registry.example.org` is answered"},
        {"a wildcard for an exact name", replaced(resolver, "server=/registry.example.org/", "server=/*.registry.example.org/"),
         resolver, "`registry.example.org` is asked for at"},
        {"an exact name for a wildcard", replaced(resolver, "server=/*.cdn.example.org/", "server=/cdn.example.org/"), resolver,
         "`cdn.example.org` is answered"},
        {"a label more or less", replaced(resolver, "server=/*.cdn.example.org/", "server=/*.example.org/"), resolver,
         "is answered"},
        {"another server is asked", replaced(resolver, "/10.20.0.53", "/10.20.0.59"), resolver, "is asked for at"},
        {"a server for every name", appended(resolver, "server=10.20.0.53\n"), resolver, "is for every name"},
        {"answers go to another set", replaced(resolver, "sbx#name_0_4", "sbx#name_1_4"), resolver, "the addresses of"},
        {"answers go to a set of the host", replaced(resolver, "#inet#sbx#name_0_4", "#inet#nat#name_0_4"), resolver,
         "no set of the filter"},
        {"answers go nowhere", replaced(resolver, "nftset=/registry.example.org", "nftset=/registry.example.com"), resolver,
         "to nothing"},
        {"it answers with an address of its own", appended(resolver, "address=/registry.example.org/192.0.2.1\n"), resolver,
         "an address of its own"},
        {"it asks from any port", replaced(resolver, "query-port=853\n", ""), resolver, "`query-port=853` is missing"},
        {"it asks the host's servers", replaced(resolver, "no-resolv\n", ""), resolver, "`no-resolv` is missing"},
        {"it reads another file", appended(resolver, "conf-file=/etc/dnsmasq.conf\n"), resolver, "its meaning is not known"},
        {"it listens everywhere", replaced(resolver, "listen-address=127.0.0.1", "listen-address=0.0.0.0"), resolver,
         "`listen-address=127.0.0.1` is missing"},
        {"another helper", replaced(manifest, "\"pasta\"", "\"slirp4netns\""), manifest, "this network needs `pasta`"},
        {"IPv6 is forgotten", replaced(manifest, "\"ipv6\": true", "\"ipv6\": false"), manifest, "an IPv6 address may be reached"},
        {"the last file comes first",
         replaced(manifest, "\"egress.nft\",\n      \"egress.allow.nft\"", "\"egress.allow.nft\",\n      \"egress.nft\""), manifest,
         "not loaded in their order"},
        {"a file is not loaded", replaced(manifest, "\"egress.nft\",\n      \"egress.allow.nft\"", "\"egress.nft\""), manifest,
         "does not load `egress.allow.nft`"},
        {"a set gets another parameter", replaced(manifest, "\"parameter\": \"server\"", "\"parameter\": \"bad\""), manifest,
         "the launcher fills"},
        {"the manifest resolves another name", replaced(manifest, "\"registry.example.org\"", "\"registry.example.net\""), manifest,
         "the resolver's names are"},
        {"the manifest asks another server", replaced(manifest, "\"\\\"${dns}\\\"\"", "\"\\\"${server}\\\"\""), manifest,
         "the resolver asks the parameters"},
        {"the manifest publishes another port", replaced(manifest, "\"\\\"8080\\\"\"", "\"\\\"8081\\\"\""), manifest,
         "the host reaches"},
        {"the manifest publishes to the world", replaced(manifest, "\"on\": \"127.0.0.1\"", "\"on\": \"0.0.0.0\""), manifest,
         "the host reaches"},
        {"the manifest says that nothing is filtered", replaced(manifest, "\"mode\": \"filtered\"", "\"mode\": \"host\""), manifest,
         "the network is `host`"},
        {"the launcher sets up a part of the network",
         [](Bundle& bundle) {
             std::string& bytes = bytes_of(bundle, launch);
             const std::size_t from = bytes.find("    refuse network '");
             bytes.replace(from, bytes.find('\n', from) - from, "    choose_network '10.0.2'");
             bytes.insert(bytes.find("policy_network() {"), "policy_egress() {\n    egress_fill\n}\n\n");
         },
         launch, "of which a shell can make a part only"},
        {"the launcher is not told of the filter", replaced(launch, "sbx_filtered=yes", "sbx_filtered="), launch, "`sbx_filtered`"},
    };
    return defects;
}

}  // namespace sbx::test
