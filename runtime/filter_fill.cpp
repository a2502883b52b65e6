// Composes the elements of sets. See the header.
#include "runtime/filter_fill.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>

namespace sbx::runtime {

std::string add_elements(const std::string& set, std::vector<std::string> elements) {
    elements.erase(std::remove(elements.begin(), elements.end(), std::string()), elements.end());
    if (elements.empty()) {
        return {};
    }
    std::string line = "add element inet " + std::string(format::filter_table) + " " + set + " { ";
    for (std::size_t i = 0; i < elements.size(); ++i) {
        line += (i == 0 ? "" : ", ") + elements[i];
    }
    return line + " }\n";
}

CanonicalAddress canonical_address(const std::string& text) {
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    in6_addr six{};
    in_addr four{};
    if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
        return {false, inet_ntop(AF_INET, &four, canonical.data(), canonical.size())};
    }
    if (inet_pton(AF_INET6, text.c_str(), &six) != 1) {
        refuse(step::bind, quoted(text) + " is no address", "give one like 10.20.0.53 or 2001:db8::53");
    }
    if (IN6_IS_ADDR_V4MAPPED(&six) != 0) {
        std::copy_n(six.s6_addr + 12, 4, reinterpret_cast<unsigned char*>(&four));
        return {false, inet_ntop(AF_INET, &four, canonical.data(), canonical.size())};
    }
    return {true, inet_ntop(AF_INET6, &six, canonical.data(), canonical.size())};
}

std::string fill_sets(const NetworkDeclaration& network, const Values& values, const HostAddresses& host,
                      const VirtualNetwork& inside) {
    std::string text = add_elements("host_4", host.ipv4) + add_elements("host_6", host.ipv6);
    text += add_elements("gateway_4", {inside.gateway, inside.resolver, inside.broadcast, "255.255.255.255"});
    text += add_elements("gateway_6", {inside.gateway_6});
    for (const SetFill& fill : network.fill) {
        const std::string& value = values.at(fill.parameter);
        if (fill.family == FillFamily::port) {
            text += add_elements(fill.set, {value});
        } else if (const CanonicalAddress address = canonical_address(value); address.ipv6 == (fill.family == FillFamily::ipv6)) {
            text += add_elements(fill.set, {address.text});
        }
    }
    return text;
}

}  // namespace sbx::runtime
