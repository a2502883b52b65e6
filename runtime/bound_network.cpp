// Binds a filtered network. See the header; slirp4netns(1), pasta(1), dnsmasq(8).
#include "runtime/bound_network.hpp"

#include "runtime/artifact_format.hpp"
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

std::string file_name(int descriptor) {
    return "/proc/self/fd/" + std::to_string(descriptor);
}

/// Opening it makes no interface; who cannot do that cannot have a network.
void check_tun(const Identity& identity) {
    static constexpr const char* device = "/dev/net/tun";
    const BorrowedIdentity borrowed(identity);
    const Descriptor tun(open(device, O_RDWR | O_CLOEXEC));
    if (tun.open()) {
        return;
    }
    const int error = errno;
    if (error == EACCES || error == EPERM) {
        refuse_errno(step::network, quoted(device) + " cannot be opened by uid " + std::to_string(identity.uid), error,
                     "run `chmod 666 /dev/net/tun`, and allow it to the container if this is one");
    }
    refuse_errno(step::network, quoted(device) + " cannot be opened", error,
                 "load the module with `modprobe tun`, or give the container that device");
}

std::vector<std::string> transactions_of(const Bundle& bundle, const NetworkDeclaration& network, const std::string& fill,
                                         std::string& all) {
    std::vector<std::string> files;
    for (const std::string& name : network.filter) {
        files.push_back(bundle.read(name));
        if (files.back().substr(0, format::filter_magic.size() + 1) != std::string(format::filter_magic) + "\n") {
            refuse(step::verify, quoted(name) + " does not begin with " + quoted(format::filter_magic), "compile the policy again");
        }
        all += files.back();
    }
    std::string last = fill + files.back();
    files.pop_back();
    // Without an interface there is nothing to be let through between two transactions; but one start of nft is faster than two.
    if (files.size() == 1) {
        return {files.front() + last};
    }
    files.push_back(std::move(last));
    return files;
}

Program slirp4netns(const VirtualNetwork& inside) {
    return {find_tool(tools::slirp4netns),
            {"slirp4netns", "--configure", "--mtu=65520", "--cidr=" + inside.cidr, "--disable-host-loopback", "--disable-dns",
             "--enable-sandbox", "--enable-seccomp", "--ready-fd=" + std::to_string(helper_ready), "--netns-type=path",
             file_name(helper_namespace), interface}};
}

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

Program pasta(const NetworkDeclaration& network, const VirtualNetwork& inside, const Values& values) {
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
    program.words.insert(program.words.end(), {"--tcp-ns", "none", "--udp-ns", "none", "--pid", file_name(helper_output),
                                               "--netns-only", "--netns", file_name(helper_namespace)});
    return program;
}

/// It must not try to change its ids: here there are no others.
Program dnsmasq(const NetworkDeclaration& network, const Values& values) {
    Program program{find_tool(tools::dnsmasq),
                    {"dnsmasq", "--keep-in-foreground", "--user=", "--group=", "--pid-file", "--log-facility=/dev/null",
                     "--conf-file=" + file_name(0)}};
    for (const Template& upstream : network.upstream) {
        const std::string address = canonical_address(expand(upstream, values)).text;
        for (const std::string& name : network.names) {
            program.words.push_back("--server=/" + name + "/" + address);
        }
    }
    return program;
}

/// Addresses that the policy is about, those of parameters included.
std::vector<SpanV4> taken_addresses(const Bundle& bundle, const NetworkDeclaration& network, const Values& values) {
    std::vector<SpanV4> taken = addresses_in(bundle.read(std::string(format::policy_file)));
    for (const SetFill& fill : network.fill) {
        if (fill.family != FillFamily::port) {
            const std::vector<SpanV4> more = addresses_in('"' + canonical_address(values.at(fill.parameter)).text + '"');
            taken.insert(taken.end(), more.begin(), more.end());
        }
    }
    return taken;
}

}  // namespace

std::optional<BoundNetwork> bind_network(const CommandLine& line, const Bundle& bundle, const Values& values,
                                         const Identity& identity) {
    const NetworkDeclaration& network = bundle.manifest().network;
    const std::optional<Macvlan> macvlan = bind_macvlan(line, network, identity);
    if (network.mode != NetworkMode::filtered) {
        return std::nullopt;
    }
    BoundNetwork result;
    result.nft = {find_tool(tools::nft), {"nft", "-f", file_name(0)}};
    if (macvlan) {
        result.macvlan = macvlan;
        result.inside = network_of(*macvlan);
    } else {
        result.inside = choose_virtual_network(taken_addresses(bundle, network, values));
        result.kind = network.helper;
        result.helper = network.helper == UserNetwork::pasta ? pasta(network, result.inside, values) : slirp4netns(result.inside);
        check_tun(identity);
    }
    result.names = network.names;
    if (network.resolver) {
        result.resolver = dnsmasq(network, values);
        result.resolver_configuration = bundle.read(*network.resolver);
    }
    result.host = read_host_addresses();
    std::string all;
    result.transactions = transactions_of(bundle, network, fill_sets(network, values, result.host, result.inside), all);
    result.filter_digest = hex_digest(all);
    return result;
}

}  // namespace sbx::runtime
