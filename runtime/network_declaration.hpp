// The "network" of manifest.json as values: runtime/artifact_format.hpp says what each member means. Assumes JSON; guarantees that
// names, numbers and their combinations are ones that a launch can act on, and refuses everything else.
#pragma once

#include "runtime/json_reader.hpp"
#include "runtime/parameter_declaration.hpp"
#include "runtime/templates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx::runtime {

enum class NetworkMode : std::uint8_t { off, host, filtered };
enum class UserNetwork : std::uint8_t { slirp4netns, pasta };
enum class FillFamily : std::uint8_t { ipv4, ipv6, port };

/// A set of the packet filter that gets the value of a parameter.
struct SetFill {
    std::string set, parameter;
    FillFamily family = FillFamily::ipv4;
};

struct Publication {
    bool udp = false;  ///< else TCP
    Template port;
    std::string on;  ///< an address of the host
};

struct NetworkDeclaration {
    NetworkMode mode = NetworkMode::off;
    UserNetwork helper = UserNetwork::slirp4netns;
    bool ipv6 = false;
    std::vector<std::string> filter;  ///< artifacts in the order of loading; two at least
    std::vector<SetFill> fill;
    std::optional<std::string> resolver;
    std::vector<std::string> names;
    std::vector<Template> upstream;
    std::vector<Publication> publish;
};

/// `parameters` are those of the same manifest.
[[nodiscard]] NetworkDeclaration read_network(const JsonValue& network, const std::vector<ParameterDeclaration>& parameters);

}  // namespace sbx::runtime
