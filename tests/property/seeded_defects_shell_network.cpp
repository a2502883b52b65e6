// Defects of what `launch` does for a filtered network that a shell can set up.
#include "compiler/plan/lower.hpp"
#include "tests/property/seeded_defects.hpp"

#include <stdexcept>

namespace sbx::test {

using emit::Bundle;

namespace {

constexpr const char* shell_victim_text = R"(sbx 1
profile victim
param server: address one of [10.30.0.1 10.30.0.2] = 10.30.0.1
param bad: address = 10.20.0.2
param p: port = 8444
filesystem { read /usr }
network {
    allow tcp to 10.20.0.0/16 port 443
    allow udp to 10.0.2.0/28 port 123
    deny tcp to $bad
    allow tcp to $server port $p
    resolver 10.20.0.53
}
)";

constexpr const char* not_the_files = "is not that of the bundle's files";
constexpr const char* not_brought = "is not what its files bring";

}  // namespace

const Victim& shell_network_victim() {
    static const Victim made = victim_of(shell_victim_text);
    return made;
}

const std::vector<Defect>& shell_network_defects() {
    static const std::vector<Defect> defects = {
        {"the launcher is told of no filter", replaced(launch, "sbx_filtered=yes", "sbx_filtered="), launch, "`sbx_filtered`"},
        {"slirp4netns answers for the host", replaced(launch, " --disable-host-loopback", ""), launch, "fixed part"},
        {"the filter is not read back", replaced(launch, "    load_all\n    read_back 1\n", "    load_all\n"), launch,
         "fixed part"},
        {"the network comes before the filter",
         replaced(launch, "    load_all\n    read_back 1\n    attach\n", "    attach\n    load_all\n"), launch, "fixed part"},
        {"frames are not filtered", replaced(launch, "    filter_frames\n", ""), launch, "fixed part"},
        {"the filter of frames is not read back", replaced(launch, " && read_back 2", ""), launch, "fixed part"},
        {"a frame of a socket passes", replaced(launch, "        meta skuid >= 0 drop\n", ""), launch, "fixed part"},
        {"slirp4netns is waited for without end", replaced(launch, "timeout --foreground -s KILL 10 cat", "cat"), launch,
         "fixed part"},
        {"the shell has the host's network", replaced(launch, "--map-root-user --mount --net --", "--map-root-user --mount --"),
         launch, "fixed part"},
        {"the network's part is missing",
         [](Bundle& bundle) {
             std::string& bytes = bytes_of(bundle, launch);
             const std::size_t from = bytes.find("# ==== The filtered network");
             bytes.erase(from, bytes.find("# ==== The fixed part") - from);
         },
         launch, "fixed part"},
        {"nothing sets it up",
         [](Bundle& bundle) {
             std::string& bytes = bytes_of(bundle, launch);
             for (const char* function : {"policy_network() {", "policy_egress() {"}) {
                 const std::size_t from = bytes.find(function);
                 bytes.erase(from, bytes.find("'\n}\n", from) + 4 - from);
             }
         },
         launch, "nothing sets up the filtered network"},
        {"the filter lets everything through", replaced(launch, "policy drop;", "policy accept;", "policy_egress() {"), launch,
         not_the_files},
        {"a denial is lost in launch", replaced(launch, "        meta nfproto ipv4 ip daddr @floor_4 goto refuse\n", ""), launch,
         not_the_files},
        {"a network is widened in launch", replaced(launch, "10.0.2.0/28", "10.0.2.0/24"), launch, not_the_files},
        {"the last file is not loaded",
         replaced(launch, "    egress_fill\n    egress_text ", "    egress_fill\n    egress_text 'x' # "), launch,
         "is no command of `policy_egress`"},
        {"sets are not filled", replaced(launch, "    egress_fill\n", ""), launch, not_the_files},
        {"the files are parts of two transactions",
         replaced(launch, "    egress_fill\n", "    next_transaction\n    egress_fill\n"), launch, not_the_files},
        {"a command is run with the filter", replaced(launch, "    egress_fill\n", "    touch /tmp/x\n    egress_fill\n"), launch,
         "is no command of `policy_egress`"},
        {"a set gets another parameter in launch",
         replaced(launch, "fill_address 'param_bad' \"$sbx_p1\"", "fill_address 'param_bad' \"$sbx_p3\""), launch, "is filled in"},
        {"a denied address is forgotten", replaced(launch, "    fill_address 'param_bad' \"$sbx_p1\"\n", ""), launch,
         "`param_bad_4 $bad` is not filled"},
        {"a port is not quoted", replaced(launch, "fill_port 'param_p_port' \"$sbx_p2\"", "fill_port 'param_p_port' $sbx_p2"),
         launch, "not quoted throughout"},
        {"the host's set is filled by a parameter", replaced(launch, "fill_port 'param_p_port'", "fill_port 'host_4'"), launch,
         "is filled in"},
        {"slirp4netns takes an address that is allowed", replaced(launch, "choose_network '192", "choose_network '10.0.2' '192"),
         launch, "does not take the first of its networks"},
        {"slirp4netns takes a network of its own", replaced(launch, "'192.168.237'", "'10.20.0'"), launch,
         "does not take the first of its networks"},
        {"a chain may be missing", replaced(launch, "sbx_loaded='allowed:", "sbx_loaded='allowe:"), launch, not_brought},
        {"a rule may be missing", replaced(launch, "!output:", "!output:1"), launch, not_brought},
        {"a chain may let through", replaced(launch, "!input:", "input:"), launch, not_brought},
        {"nothing has to be there",
         [](Bundle& bundle) {
             std::string& bytes = bytes_of(bundle, launch);
             const std::size_t from = bytes.find("    sbx_loaded='") + 16;
             bytes.erase(from, bytes.find('\'', from) - from);
         },
         launch, not_brought},
        {"it refuses what it could do",
         [](Bundle& bundle) {
             std::string& bytes = bytes_of(bundle, launch);
             std::size_t from = bytes.find("policy_egress() {");
             bytes.erase(from, bytes.find("'\n}\n", from) + 4 - from);
             from = bytes.find("policy_network() {\n") + 19;
             bytes.replace(from, bytes.find("}\n", from) - from, "    refuse network 'no' 'no'\n");
         },
         launch, "refuses a network that a shell can set up"},
    };
    return defects;
}

}  // namespace sbx::test
