// A compiled sandbox for one run of the probe: a private directory with the bundle and a copy of the probe, and what the probe
// said.
#pragma once

#include "compiler/policy/policy.hpp"

#include <map>
#include <string>
#include <vector>

namespace sbx::cli {

/// One thing to try, as sbx-probe takes it.
struct ProbeRequest {
    std::string kind;      ///< read write exec env limit tcp udp
    std::string argument;  ///< a path, a name, an address with a port
};
struct ProbeSetup {
    std::string name;  ///< of the profile
    policy::Policy policy;
    std::vector<std::string> settings;               ///< NAME=VALUE of the launch
    std::map<std::string, std::string> passed;       ///< by `--env`
    std::map<std::string, std::string> environment;  ///< of the launcher
    std::vector<ProbeRequest> requests;
};
struct ProbeAnswers {
    std::string node;                            ///< the statement that brings the probe in
    std::string refusal;                         ///< why nothing was tried; empty if the probe ran to its end
    std::map<std::size_t, std::string> results;  ///< by the number of the request
};
/// std::system_error where the directory, the bundle or the process cannot be made.
[[nodiscard]] ProbeAnswers run_probe(const ProbeSetup& setup);

}  // namespace sbx::cli
