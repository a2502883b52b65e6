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
         "`syscalls.none`, which the policy does not say"},
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

const Victim& calls_victim() {
    static const Victim made = victim_of(R"(sbx 1
profile calls
filesystem { read /usr }
syscalls only {
    allow @io @memory @process @signal @loader @network
    allow ptrace because "a debugger"
    allow ioctl except TIOCSTI TIOCLINUX TIOCSCTTY
    deny sendfile
}
sockets { allow unix; allow vsock because "the guest asks its host" }
process { run-as 5:6 }
)");
    return made;
}

const std::vector<Defect>& calls_enforcement_defects() {
    static const char* const another = "the statements about system calls and sockets in `enforcement` do not mean";
    static const std::vector<Defect> defects = {
        {"the table allows another call", in_row("syscalls.allow ptrace", "allow ptrace", "allow bpf"), manifest, another},
        {"the table denies another call", in_row("syscalls.deny sendfile", "deny sendfile", "deny splice"), manifest, another},
        {"the table keeps another request shut", in_row("syscalls.allow ioctl", "TIOCSCTTY", "TIOCNOTTY"), manifest, another},
        {"the table opens another family", in_row("sockets.allow vsock", "vsock", "packet"), manifest, another},
        {"the table has more than a statement",
         in_row("syscalls.deny sendfile", "deny sendfile", "deny sendfile }; process { share ipc"), manifest, another},
        {"the table keeps a reason quiet", in_row("syscalls.allow ptrace", " because \\\"a debugger\\\"", ""), manifest, another},
        {"a call that is allowed is called a protection", in_row("syscalls.allow ptrace", "granted", "system-calls"), manifest,
         "is said to be `enforced` by `system-calls`; it is `enforced` by `granted`"},
        {"a call that is denied is called a grant", in_row("syscalls.deny sendfile", "system-calls", "granted"), manifest,
         "is said to be `enforced` by `granted`"},
        {"the filter is said to change the default", in_row("syscalls.only", "syscalls.only", "syscalls.changed"), manifest,
         another},
        {"the filter is said twice", in_row("syscalls.deny sendfile", "syscalls.deny sendfile", "syscalls.default"), manifest,
         "has not one row"},
        {"the families are not listed", in_row("sockets.families", "sockets.families", "sockets.familiar"), manifest,
         "`sockets.families` is missing"},
    };
    return defects;
}

const Victim& unfiltered_victim() {
    static const Victim made = victim_of(R"(sbx 1
profile unfiltered
filesystem { read /usr }
syscalls unrestricted because "it debugs"
)");
    return made;
}

const std::vector<Defect>& unfiltered_enforcement_defects() {
    static const char* const row = "syscalls.unrestricted";
    static const char* const no_reason = "does not say why there is no filter of system calls";
    static const std::vector<Defect> defects = {
        {"the table keeps quiet why there is no filter", in_row(row, " because \\\"it debugs\\\"", ""), manifest, no_reason},
        {"the reason for no filter is no reason", in_row(row, "it debugs", ""), manifest, no_reason},
        {"the reason for no filter is more than one", in_row(row, "it debugs", "a\\\"; process { share ipc }; #"), manifest,
         no_reason},
        {"no filter is called a protection", in_row(row, "granted", "system-calls"), manifest,
         "is said to be `enforced` by `system-calls`; it is `enforced` by `granted`"},
        {"no filter is called the default", in_row(row, "unrestricted because", "default because"), manifest,
         "which the policy does not say, or has it twice"},
    };
    return defects;
}

}  // namespace sbx::test
