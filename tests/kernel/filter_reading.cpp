// Evaluates a filter at a point: every question that a launch would answer is answered. See the header.
#include "tests/kernel/filter_reading.hpp"

#include "compiler/verify/launch_sets.hpp"
#include "compiler/verify/nft_text.hpp"
#include "compiler/verify/packet_kinds.hpp"
#include "tests/kernel/harness.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sbx::kernel {
namespace {

bool answer_to(const verify::LaunchSet& set, const std::string& question, const policy::Endpoint& endpoint,
               const LaunchFacts& facts) {
    if (question == verify::question_host) {
        return facts.host.contains(endpoint.address);
    }
    if (question == verify::question_gateway) {
        return facts.gateway.contains(endpoint.address);
    }
    if (!set.parameter.empty()) {
        const std::string& value = facts.values.at(set.parameter);
        return set.type == verify::NftType::port ? value == std::to_string(endpoint.port)
                                                 : policy::parse_address(value) == endpoint.address;
    }
    return std::any_of(facts.answers_to.begin(), facts.answers_to.end(), [&](const auto& entry) {
        return question == verify::question_name(entry.first) && entry.second.contains(endpoint.address);
    });
}

}  // namespace

FilterReading::FilterReading(const std::string& bundle, const policy::Network& network) : network_(network) {
    const nlohmann::json manifest = nlohmann::json::parse(read_file(bundle + "/manifest.json"));
    std::size_t file = 0;
    for (const nlohmann::json& name : manifest["network"]["filter"]) {
        verify::read_nft_text(read_file(bundle + "/" + name.get<std::string>()), file++, ruleset_);
    }
}

verify::Condition FilterReading::known(const policy::Endpoint& endpoint, const LaunchFacts& facts) {
    verify::Condition all = verify::holds_always;
    for (const auto& [name, set] : verify::launch_sets(network_)) {
        const verify::Condition question = conditions_.question(set.question);
        const bool yes = answer_to(set, set.question, endpoint, facts);
        all = conditions_.both(all, yes ? question : conditions_.opposite(question));
    }
    return all;
}

Fate FilterReading::of(policy::Protocol protocol, const policy::Endpoint& endpoint, const LaunchFacts& facts) {
    verify::PacketKind packets;
    packets.family = endpoint.address.family;
    packets.protocol = protocol == policy::Protocol::tcp ? verify::protocol_tcp : verify::protocol_udp;
    const policy::AddressSet loopback =
        policy::AddressSet::of({policy::parse_range("127.0.0.0/8").range, policy::parse_range("::1/128").range});
    packets.out = loopback.contains(endpoint.address) ? verify::interface_loopback : verify::interface_outside;
    verify::NftSource source(ruleset_, network_, ports_, conditions_);
    const verify::NftProgram program(source, packets);
    std::vector<verify::Condition> holds;
    for (const verify::AddressLine* const line : program.lines()) {
        const auto next = std::find_if(line->begin(), line->end(), [&](const verify::AddressStep& step) {
            return step.from > verify::number_of(endpoint.address);
        });
        holds.push_back(ports_.contains(std::prev(next)->ports, endpoint.port) ? verify::holds_always : verify::holds_never);
    }
    const verify::Outcome outcome = program.run(conditions_, holds);
    const verify::Condition here = known(endpoint, facts);
    if (conditions_.both(outcome.accepted, here) != verify::holds_never) {
        return Fate::accepted;
    }
    return conditions_.both(outcome.rejected, here) != verify::holds_never ? Fate::rejected : Fate::dropped;
}

}  // namespace sbx::kernel
