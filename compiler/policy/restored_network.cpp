// The words are read by resolve(), as a file of one block, and what it makes of them is held against what is known.
#include "compiler/policy/restored_network.hpp"

#include "compiler/policy/resolve.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

class NoFiles final : public FileReader {
public:
    [[nodiscard]] std::optional<std::string> read(const std::string& /*path*/) const override { return std::nullopt; }
    [[nodiscard]] std::string canonical(const std::string& path) const override { return path; }
};

bool is_one_line(const std::string& statement) {
    return std::none_of(statement.begin(), statement.end(), [](unsigned char c) { return c < ' '; });
}

}  // namespace

std::optional<Network> restored_network(const ParameterTable& parameters, const Network& network,
                                        const std::vector<std::string>& statements, const std::vector<Origin>& origins) {
    std::string text = "sbx 1\nprofile bundle\n";
    for (const auto& [name, parameter] : parameters) {
        text += to_statement(name, parameter.value) + "\n";
    }
    const std::size_t first_line = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 2;
    text += "network {\n";
    for (const std::string& statement : statements) {
        if (!is_one_line(statement)) {
            return std::nullopt;
        }
        text += statement + "\n";
    }
    text += "}\n";
    SourceSet sources;
    DiagnosticSink sink;  // what they mean is looked at, not whether they could have been written in one file
    Network restored = resolve("bundle", std::move(text), NoFiles(), {}, sources, sink).policy.network;
    if (!(restored == network)) {
        return std::nullopt;
    }
    restored.mode.origin = network.mode.origin;
    for (NetworkRule& rule : restored.rules) {
        const std::size_t line = rule.origin.known() ? rule.origin.file->position(rule.origin.span.begin).line : 0;
        if (line < first_line || line - first_line >= origins.size()) {
            return std::nullopt;
        }
        rule.origin = origins[line - first_line];
    }
    return restored;
}

}  // namespace sbx::policy
