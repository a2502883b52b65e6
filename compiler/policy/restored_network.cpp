// The words are read by resolve(), as a file of one block, and what it makes of them is held against what is known.
#include "compiler/policy/restored_network.hpp"

#include "compiler/policy/restored_text.hpp"
#include "compiler/policy/statement_text.hpp"

namespace sbx::policy {

std::optional<Network> restored_network(const ParameterTable& parameters, const Network& network,
                                        const std::vector<std::string>& statements, const std::vector<Origin>& origins) {
    RestoredText text;
    for (const auto& [name, parameter] : parameters) {
        text.line(to_statement(name, parameter.value));
    }
    text.line("network {");
    for (const std::string& statement : statements) {
        if (!text.statement(statement)) {
            return std::nullopt;
        }
    }
    text.line("}");
    Network restored = text.read().network;
    if (!(restored == network)) {
        return std::nullopt;
    }
    restored.mode.origin = network.mode.origin;
    for (NetworkRule& rule : restored.rules) {
        const auto number = text.number_of(rule.origin);
        if (!number || *number >= origins.size()) {
            return std::nullopt;
        }
        rule.origin = origins[*number];
    }
    return restored;
}

}  // namespace sbx::policy
