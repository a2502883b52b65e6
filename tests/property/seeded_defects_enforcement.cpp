// Defects of the manifest's table of protections, which launch reports and reviews rest on.
#include "tests/property/seeded_defects.hpp"

#include <gtest/gtest.h>

namespace sbx::test {
namespace {

/// The member of the row about `statement`.
Change in_row(const std::string& statement, const std::string& from, const std::string& to) {
    return replaced(manifest, from, to, "\"statement\": \"" + statement);
}

}  // namespace

const std::vector<Defect>& enforcement_defects() {
    static const std::vector<Defect> defects = {
        {"a limit is said to be narrower", in_row("limits.file-size", "enforced", "narrower"), manifest,
         "`limits.file-size` is said to be `narrower`"},
        {"a protection has another name", in_row("process.die-with-parent", "supervisor", "pid-namespace"), manifest,
         "`process.die-with-parent` is said to be delivered by `pid-namespace`"},
        {"a grant is called a protection", in_row("process.pass-descriptor 7", "granted", "supervisor"), manifest,
         "`process.pass-descriptor 7` is said to be delivered by"},
        {"a limit that nobody asked for is claimed", in_row("limits.file-size", "file-size", "memory"), manifest,
         "`limits.memory`, which the policy does not say"},
        {"a tree is claimed twice", in_row("filesystem./tmp/a/b", "filesystem./tmp/a/b", "filesystem./usr"), manifest,
         "`filesystem./usr`, which the policy does not say, or has it twice"},
        {"a grant is kept quiet", in_row("process.pass-descriptor", "process.pass-descriptor 7", "process.hostname"), manifest,
         "`process.pass-descriptor 7` is missing"},
        {"a system-call filter is not listed", in_row("syscalls.default", "syscalls.default", "syscalls.none"), manifest,
         "`syscalls.default` is missing"},
        {"a status that there is not", in_row("limits.stack", "enforced", "perhaps"), manifest, "`perhaps`"},
    };
    return defects;
}

const std::vector<Defect>& network_enforcement_defects() {
    static const std::vector<Defect> defects = {
        {"the table allows another port", in_row("network.allow tcp to 10.20", "port 443", "port 444"), manifest, "of the network"},
        {"the table denies less", in_row("network.deny any", "10.20.3.0/24", "10.20.3.0/25"), manifest, "of the network"},
        {"the table denies another parameter", in_row("network.deny tcp", "$bad", "$server"), manifest, "of the network"},
        {"the table resolves another name", in_row("network.allow tcp to host", "registry", "registrar"), manifest,
         "of the network"},
        {"the table asks the servers in another order", in_row("network.resolver", "10.20.0.53 $dns", "$dns 10.20.0.53"), manifest,
         "of the network"},
        {"the table publishes to the world", in_row("network.publish", "127.0.0.1", "0.0.0.0"), manifest, "of the network"},
        {"the table has the mode twice", in_row("network.allow udp", "allow udp to 10.21.0.0/24 port 123", "filtered"), manifest,
         "`network.filtered`"},
        {"the table has no statement", in_row("network.allow udp", "allow udp to", "welcome udp to"), manifest,
         "no statement of a network"},
        {"a name needs no resolver", in_row("network.allow tcp to host", "packet-filter and resolver", "packet-filter"), manifest,
         "is said to be delivered by `packet-filter`"},
        {"metadata is said to be open", in_row("network.metadata denied", "packet-filter", "granted"), manifest,
         "`network.metadata denied` is said to be delivered by `granted`"},
    };
    return defects;
}

}  // namespace sbx::test
