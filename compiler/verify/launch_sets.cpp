// Names of sets and what they ask; see the header.
#include "compiler/verify/launch_sets.hpp"

namespace sbx::verify {

std::string question_address(const std::string& parameter) {
    return "the address is the value of " + named("$" + parameter);
}
std::string question_port(const std::string& parameter) {
    return "the port is the value of " + named("$" + parameter);
}
std::string question_name(const std::string& name) {
    return "the address was answered for " + named(name);
}

NetworkParameters network_parameters(const policy::Network& network) {
    NetworkParameters result;
    for (const auto* rules : {&network.symbolic_allowed, &network.symbolic_denied}) {
        for (const policy::SymbolicRule& rule : *rules) {
            if (const auto* const parameter = std::get_if<policy::ParameterName>(&rule.to)) {
                result.addresses.insert(parameter->name);
            }
            result.ports.insert(rule.ports.parameters.begin(), rule.ports.parameters.end());
        }
    }
    for (const auto& [name, reach] : network.names) {
        for (const auto& [protocol, ports] : reach) {
            result.ports.insert(ports.parameters.begin(), ports.parameters.end());
        }
    }
    for (const policy::ResolverAddress& resolver : network.resolvers) {
        if (const auto* const parameter = std::get_if<policy::ParameterName>(&resolver)) {
            result.addresses.insert(parameter->name);
        }
    }
    result.ports.insert(network.unblocked.host.parameters.begin(), network.unblocked.host.parameters.end());
    for (const policy::Publication& publication : network.published) {
        if (const auto* const parameter = std::get_if<policy::ParameterName>(&publication.port)) {
            result.ports.insert(parameter->name);
        }
    }
    return result;
}

std::map<std::string, LaunchSet, std::less<>> launch_sets(const policy::Network& network) {
    std::map<std::string, LaunchSet, std::less<>> sets;
    const auto add_pair = [&](const std::string& stem, const std::string& question, const std::string& parameter) {
        sets[stem + "_4"] = {NftType::ipv4, question, parameter};
        sets[stem + "_6"] = {NftType::ipv6, question, parameter};
    };
    add_pair("host", std::string(question_host), "");
    add_pair("gateway", std::string(question_gateway), "");
    const NetworkParameters parameters = network_parameters(network);
    for (const std::string& parameter : parameters.addresses) {
        add_pair("param_" + parameter, question_address(parameter), parameter);
    }
    for (const std::string& parameter : parameters.ports) {
        sets["param_" + parameter + "_port"] = {NftType::port, question_port(parameter), parameter};
    }
    std::size_t index = 0;
    for (const auto& [name, reach] : network.names) {
        add_pair("name_" + std::to_string(index++), question_name(name), "");
    }
    return sets;
}

}  // namespace sbx::verify
