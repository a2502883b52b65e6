// Their command lines. See the header; nft(8), slirp4netns(1), pasta(1), dnsmasq(8).
#include "runtime/network_programs.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/descriptor_path.hpp"
#include "runtime/filter_fill.hpp"
#include "runtime/number.hpp"
#include "runtime/refusal.hpp"
#include "runtime/tools.hpp"
#include "runtime/user_network.hpp"

#include <cerrno>
#include <fcntl.h>

namespace sbx::runtime {

namespace {

const std::string interface(format::filter_interface);

/// The ports of one protocol as pasta takes them: `none`, or an option for each.
void add_ports(std::vector<std::string>& words, const std::string& option, const NetworkDeclaration& network, bool udp,
               const Values& values) {
    bool any = false;
    for (const Publication& publication : network.publish) {
        if (publication.udp != udp) {
            continue;
        }
        const std::string port = expand(publication.port, values);
        const std::optional<std::uint64_t> number = read_number(port);
        if (!number || *number < 1 || *number > 65535) {
            refuse(step::bind, quoted(port) + " is no port to publish", "give a number from 1 to 65535");
        }
        words.insert(words.end(), {option, publication.on + "/" + port});
        any = true;
    }
    if (!any) {
        words.insert(words.end(), {option, "none"});
    }
}

}  // namespace

void check_tun(const Identity& identity) {
    static constexpr const char* device = "/dev/net/tun";
    const BorrowedIdentity borrowed(identity);
    const Descriptor tun(open(device, O_RDWR | O_CLOEXEC));
    if (tun.open()) {
        return;
    }
    const int error = errno;
    if (error == EACCES || error == EPERM) {
        refuse_errno(
            step::network, quoted(device) + " cannot be opened by uid " + std::to_string(identity.uid), error,
            "run `chmod 666 /dev/net/tun`, which lasts until the host restarts; a line `KERNEL==\"tun\", MODE=\"0666\"` in "
            "/etc/udev/rules.d/60-tun.rules stays; and allow it to the container if this is one");
    }
    refuse_errno(step::network, quoted(device) + " cannot be opened", error,
                 "load the module with `modprobe tun`, or give the container that device");
}

Program nft_program() {
    return {find_tool(tools::nft), {"nft", "-f", link_to(0)}};
}

Program slirp4netns_program(const VirtualNetwork& inside) {
    return {find_tool(tools::slirp4netns),
            {"slirp4netns", "--configure", "--mtu=65520", "--cidr=" + inside.cidr, "--disable-host-loopback", "--disable-dns",
             "--enable-sandbox", "--enable-seccomp", "--ready-fd=" + std::to_string(helper_ready), "--netns-type=path",
             link_to(helper_namespace), interface}};
}

Program pasta_program(const NetworkDeclaration& network, const VirtualNetwork& inside, const Values& values) {
    Program program{find_tool(tools::pasta),
                    {"pasta", "--foreground", "--quiet", "--config-net", "--no-map-gw", "--ns-ifname", interface, "--mtu", "65520",
                     "--address", inside.address, "--netmask", "255.255.255.0", "--gateway", inside.gateway}};
    if (network.ipv6) {
        program.words.insert(program.words.end(), {"--address", inside.address_6, "--gateway", inside.gateway_6});
    } else {
        program.words.emplace_back("--ipv4-only");
    }
    add_ports(program.words, "--tcp-ports", network, false, values);
    add_ports(program.words, "--udp-ports", network, true, values);
    program.words.insert(program.words.end(), {"--tcp-ns", "none", "--udp-ns", "none", "--pid", link_to(helper_output),
                                               "--netns-only", "--netns", link_to(helper_namespace)});
    return program;
}

Program dnsmasq_program(const NetworkDeclaration& network, const Values& values) {
    Program program{find_tool(tools::dnsmasq),
                    {"dnsmasq", "--keep-in-foreground", "--user=", "--group=", "--pid-file", "--log-facility=/dev/null",
                     "--conf-file=" + link_to(0)}};
    for (const Template& upstream : network.upstream) {
        const std::string address = canonical_address(expand(upstream, values)).text;
        for (const std::string& name : network.names) {
            program.words.push_back("--server=/" + name + "/" + address);
        }
    }
    return program;
}

}  // namespace sbx::runtime
