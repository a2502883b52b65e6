// `policyc config [FILE]`: the house rules that hold for a policy, and the file that they come from.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/house_rules.hpp"
#include "compiler/cli/render_text.hpp"
#include "compiler/cli/streams.hpp"

#include <nlohmann/json.hpp>

namespace sbx::cli {

ExitCode config_command(const Options& options) {
    using nlohmann::ordered_json;
    HouseRuleBook book;
    const HouseRules& rules = book.of(options.words.empty() ? "-" : options.words.front());
    ordered_json severities = ordered_json::object();
    for (const auto& [kind, severity] : rules.severities) {
        severities[std::string(info(kind).code)] = severity ? to_text(*severity) : std::string_view("off");
    }
    ordered_json limits = ordered_json::array();
    for (const auto& [limit, required] : rules.required_limits) {
        limits.push_back(policy::to_text(limit));
    }
    const ordered_json document = {{"file", rules.path.empty() ? ordered_json(nullptr) : ordered_json(rules.path)},
                                   {"severities", std::move(severities)},
                                   {"pedantic", rules.pedantic},
                                   {"ceiling", rules.ceiling.empty() ? ordered_json(nullptr) : ordered_json(rules.ceiling)},
                                   {"required-limits", std::move(limits)}};
    print_out(document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n");
    return ExitCode::done;
}

}  // namespace sbx::cli
