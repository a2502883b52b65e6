// Two functions of the script: `policy_network` decides, `policy_egress` prints what nft loads. See the header.
#include "compiler/verify/launcher_network.hpp"

#include "compiler/verify/launch_sets.hpp"
#include "compiler/verify/launcher.hpp"
#include "compiler/verify/manifest_network.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

using Step = LauncherNetwork::Step;

/// Of slirp4netns: networks of 256 addresses, in the order in which they are taken.
constexpr std::array<std::string_view, 4> choices = {"10.0.2", "192.168.237", "172.30.237", "198.18.237"};

std::string parameter_of(const ShellWord& word, const VariableNames& names) {
    const Text text = value_of(word, names);
    if (text.pieces().size() != 1 || !text.pieces().front().is_parameter) {
        throw Malformed{"", named(word.spelled()) + " is no parameter"};
    }
    return text.pieces().front().value;
}

void read_network_command(const ShellCommand& command, const VariableNames& names, LauncherNetwork& network) {
    const auto& words = command.words;
    constexpr std::string_view loaded = "sbx_loaded=";
    if (words.size() == 4 && command.is("refuse") && words[1].is("network")) {
        static_cast<void>(literal_of(words[2]));
        static_cast<void>(literal_of(words[3]));
        network.refuses = true;
    } else if (words.size() == 3 && command.is("fill_port")) {
        network.fills.insert(literal_of(words[1]) + " $" + parameter_of(words[2], names));
    } else if (words.size() == 3 && command.is("fill_address")) {
        for (const char* const family : {"_4", "_6"}) {
            network.fills.insert(literal_of(words[1]) + family + " $" + parameter_of(words[2], names));
        }
    } else if (words.size() > 1 && command.is("choose_network") && network.networks.empty()) {
        for (std::size_t i = 1; i < words.size(); ++i) {
            network.networks.push_back(literal_of(words[i]));
        }
    } else if (words.size() == 1 && words[0].bare_front() == loaded && network.loaded.empty()) {
        network.loaded = assigned_value(words[0], {}).literal();
    } else {
        refuse_command(command, "policy_network");
    }
}

void read_egress_command(const ShellCommand& command, LauncherNetwork& network) {
    const auto& words = command.words;
    if (words.size() == 2 && command.is("egress_text") && words[1].pieces.size() == 1 &&
        words[1].pieces[0].kind == ShellPiece::Kind::literal) {
        network.steps.emplace_back(Step::text, words[1].pieces[0].text);
    } else if (words.size() == 1 && command.is("egress_fill")) {
        network.steps.emplace_back(Step::fill, "");
    } else if (words.size() == 1 && command.is("next_transaction")) {
        network.steps.emplace_back(Step::next_transaction, "");
    } else {
        refuse_command(command, "policy_egress");
    }
}

std::set<std::string> words_of(std::string_view text) {
    std::set<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        words.emplace(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

class Comparison {
public:
    Comparison(const LauncherNetwork& found, const policy::Policy& policy, const BundleFiles& files, Findings& findings)
        : found_(found), policy_(policy), files_(files), findings_(findings) {}

    void run(const NftRuleset* ruleset) {
        compare_fills();
        compare_networks();
        compare_steps();
        if (ruleset != nullptr) {
            compare_loaded(*ruleset);
        }
    }

private:
    void object(std::string message, std::string witness) {
        findings_.push_back({std::string(format::launch_file), "", std::move(message), std::move(witness)});
    }

    void compare_fills() {
        std::set<std::string> meant;
        for (const auto& [name, set] : launch_sets(policy_.network)) {
            if (!set.parameter.empty()) {
                meant.insert(name + " $" + set.parameter);
            }
        }
        for (const std::string& fill : meant) {
            if (!found_.fills.contains(fill)) {
                object("the set of " + named(fill) + " is not filled", fill);
            }
        }
        for (const std::string& fill : found_.fills) {
            if (!meant.contains(fill)) {
                object(named(fill) + " is filled in, and the filter has no such set for that parameter", fill);
            }
        }
    }

    /// What lies in the network that slirp4netns takes cannot be reached outside.
    [[nodiscard]] bool is_allowed(std::string_view prefix) const {
        const policy::AddressRange network = policy::parse_range(std::string(prefix) + ".0/24").range;
        const auto meets = [&network](const policy::AddressRange& range) {
            return range.first <= network.last && network.first <= range.last;
        };
        for (const auto& [protocol, reaches] : policy_.network.allowed.reaches()) {
            if (std::any_of(reaches.begin(), reaches.end(), [&](const auto& reach) { return meets(reach.addresses); })) {
                return true;
            }
        }
        return std::any_of(policy_.network.symbolic_allowed.begin(), policy_.network.symbolic_allowed.end(), [&](const auto& rule) {
            const auto* const set = std::get_if<policy::AddressSet>(&rule.to);
            return set != nullptr && std::any_of(set->ranges().begin(), set->ranges().end(), meets);
        });
    }

    void compare_networks() {
        std::vector<std::string> meant;
        for (const std::string_view choice : choices) {
            if (!is_allowed(choice)) {
                meant.emplace_back(choice);
            }
        }
        if (meant.empty()) {
            meant.emplace_back(choices.back());
        }
        if (found_.networks != meant) {
            object("slirp4netns does not take the first of its networks that holds nothing of what the policy allows",
                   meant.front() + ".0/24");
        }
    }

    void compare_steps() {
        const std::vector<std::string> names = filter_files(files_);
        std::vector<std::pair<Step, std::string_view>> meant;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (i > 0 && names.size() > 2) {
                meant.emplace_back(Step::next_transaction, "");
            }
            if (i + 1 == names.size()) {
                meant.emplace_back(Step::fill, "");
            }
            const auto file = files_.find(names[i]);
            meant.emplace_back(Step::text, file == files_.end() ? std::string_view() : std::string_view(file->second.bytes));
        }
        if (found_.steps != meant) {
            object(
                "the packet filter that it loads is not that of the bundle's files, in their order, with its sets filled before " +
                    named(names.back()),
                "policy_egress");
        }
    }

    void compare_loaded(const NftRuleset& ruleset) {
        std::set<std::string> meant;
        for (const auto& [name, chain] : ruleset.chains()) {
            meant.insert((chain.hook.empty() ? "" : "!") + name + ":" + std::to_string(chain.rules.size()));
        }
        // The length too: with each of the words, that is all of them, each once.
        std::size_t length = 0;
        for (const std::string& word : meant) {
            length += word.size() + 1;
        }
        if (words_of(found_.loaded) != meant || found_.loaded.size() != length) {
            object("what has to be there once the filter is loaded is not what its files bring", "sbx_loaded");
        }
    }

    const LauncherNetwork& found_;
    const policy::Policy& policy_;
    const BundleFiles& files_;
    Findings& findings_;
};

}  // namespace

std::optional<LauncherNetwork> read_launcher_network(const ShellScript& script, const VariableNames& names) {
    if (!script.functions.contains("policy_network")) {
        if (script.functions.contains("policy_egress")) {
            throw Malformed{"", "`policy_egress` goes with `policy_network`, which is missing"};
        }
        return std::nullopt;
    }
    LauncherNetwork network;
    for_each_command(script, "policy_network", [&](const ShellCommand& command) { read_network_command(command, names, network); });
    if (network.refuses) {
        if (script.functions.contains("policy_egress") || function_of(script, "policy_network").size() != 1) {
            throw Malformed{"", "`policy_network` refuses the launch, and there is more of a network"};
        }
        return network;
    }
    for_each_command(script, "policy_egress", [&](const ShellCommand& command) { read_egress_command(command, network); });
    return network;
}

bool shell_can_filter(const policy::Policy& policy) {
    const policy::Network& network = policy.network;
    return network.mode.value == policy::NetworkMode::filtered && network.names.empty() && network.published.empty() &&
           !reaches_ipv6(policy);
}

void compare_launcher_network(const std::optional<LauncherNetwork>& found, const policy::Policy& policy, const BundleFiles& files,
                              const NftRuleset* ruleset, Findings& findings) {
    const std::string file(format::launch_file);
    const bool filtered = policy.network.mode.value == policy::NetworkMode::filtered;
    if (found.has_value() != filtered) {
        findings.push_back(
            {file, "", filtered ? "nothing sets up the filtered network" : "a filtered network is set up, and the policy has none",
             "policy_network"});
    } else if (found && found->refuses == shell_can_filter(policy)) {
        findings.push_back({file, "",
                            found->refuses ? "it refuses a network that a shell can set up"
                                           : "it sets up a network of which a shell can make a part only",
                            "policy_network"});
    } else if (found && !found->refuses) {
        Comparison(*found, policy, files, findings).run(ruleset);
    }
}

}  // namespace sbx::verify
