// The addresses that the host answers at: those that a filtered sandbox may not reach (R-NET-06).
#pragma once

#include <string>
#include <vector>

namespace sbx::runtime {

struct HostAddresses {
    std::vector<std::string> ipv4, ipv6;  ///< sorted, each once; loopback left out
};

/// As the network namespace of the calling process has them now (getifaddrs(3)).
[[nodiscard]] HostAddresses read_host_addresses();

}  // namespace sbx::runtime
