// What packet filter the kernel has for the calling process's network namespace, as far as a launch asks (nfnetlink).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx::runtime {

struct FilterTable {
    std::uint8_t family = 0;  ///< NFPROTO_INET …
    std::string name;
    friend bool operator==(const FilterTable&, const FilterTable&) = default;
};
struct FilterChain {
    std::uint8_t family = 0;
    std::string table, name;
    std::optional<std::uint32_t> hook;    ///< NF_INET_LOCAL_IN …, NF_NETDEV_EGRESS …; absent: no base chain
    std::string device;                   ///< of a base chain that stands at one interface
    std::optional<std::uint32_t> policy;  ///< NF_DROP or NF_ACCEPT
    unsigned rules = 0;
};
struct FilterDump {
    std::vector<FilterTable> tables;
    std::vector<FilterChain> chains;
};

/// Needs CAP_NET_ADMIN over the namespace. Refuses if the kernel does not answer, or not whole.
[[nodiscard]] FilterDump dump_filter();

}  // namespace sbx::runtime
