// A bundle of a filtered network whose packet filter is written here and not by the compiler, so that launches can be tried with
// filters that no compiler would write. See test_network.hpp; runtime/artifact_format.hpp.
#include "tests/kernel/test_network.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sha2.h>

namespace sbx::kernel {
namespace {

using Json = nlohmann::ordered_json;

std::string first_part(const std::string& sets) {
    return R"(# sbx egress 1
table inet sbx {
    set host_4 { type ipv4_addr; }
    set host_6 { type ipv6_addr; }
    set gateway_4 { type ipv4_addr; }
    set gateway_6 { type ipv6_addr; }
)" + sets + R"(
    chain refuse {
        meta l4proto tcp reject with tcp reset
        reject with icmpx admin-prohibited
    }
    chain input {
        type filter hook input priority 0; policy drop;
        iifname "lo" accept
        ct state established accept
        ct state related icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
        icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, packet-too-big } accept
    }
    chain forward {
        type filter hook forward priority 0; policy drop;
    }
    chain output {
        type filter hook output priority 0; policy drop;
        oifname "lo" accept
        icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept
        ip daddr @gateway_4 goto refuse
        ip6 daddr @gateway_6 goto refuse
        ip daddr 169.254.0.0/16 goto refuse
        ip6 daddr fe80::/10 goto refuse
        ip daddr @host_4 goto refuse
        ip6 daddr @host_6 goto refuse
        ct state established accept
        jump allowed
        goto refuse
    }
    chain allowed {
    }
}
)";
}

std::string last_part(const std::string& rules) {
    std::string text = "# sbx egress 1\n";
    for (std::size_t begin = 0; begin < rules.size();) {
        const std::size_t end = std::min(rules.find('\n', begin), rules.size());
        text += "add rule inet sbx allowed " + rules.substr(begin, end - begin) + "\n";
        begin = end + 1;
    }
    return text;
}

void add_artifact(const Scene& scene, Json& manifest, const std::string& name, const std::string& text) {
    write_file(scene.bundle() + "/" + name, text, 0644);
    manifest["artifacts"].push_back({{"name", name}, {"sha256", ""}, {"mode", "0644"}});
}

}  // namespace

void filter_by_hand(const Scene& scene, const Egress& egress) {
    Json manifest = Json::parse(read_file(scene.bundle() + "/manifest.json"));
    Json network = {{"mode", "filtered"},      {"helper", "slirp4netns"},
                    {"ipv6", false},           {"filter", {"egress.nft", "egress.allow.nft"}},
                    {"fill", Json::array()},   {"resolver", nullptr},
                    {"names", Json::array()},  {"upstream", Json::array()},
                    {"publish", Json::array()}};
    network.update(Json::parse(egress.network));
    manifest["network"] = network;
    add_artifact(scene, manifest, "egress.nft", first_part(egress.sets));
    add_artifact(scene, manifest, "egress.allow.nft", last_part(egress.allow));
    if (!egress.resolver.empty()) {
        add_artifact(scene, manifest, "resolver.conf", egress.resolver);
    }
    write_file(scene.bundle() + "/manifest.json", manifest.dump(2) + "\n", 0644);
    redigest(scene.bundle());
}

}  // namespace sbx::kernel
