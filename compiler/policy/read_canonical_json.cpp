// Bytes to a policy: the frame and the settings; paths and texts are read by canonical_values.cpp, nodes by
// read_canonical_filesystem.cpp, the network by read_canonical_network.cpp. What the bytes alone do not show (that a path is
// normal, that entries are sorted, that a parameter exists) is checked where a value is made; at the end the whole is written again
// and compared, so that nothing rests on these functions being complete.
#include "compiler/policy/read_canonical_json.hpp"

#include "compiler/policy/canonical_filters.hpp"
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/canonical_network.hpp"
#include "compiler/policy/canonical_values.hpp"
#include "compiler/policy/supervised_limits.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace sbx::policy {
namespace {

class PolicyReader {
public:
    explicit PolicyReader(std::string_view text) : values_(text), json_(values_.json) {}

    Policy read() {
        json_.object([&] {
            json_.key("sbx-policy");
            if (const std::uint64_t version = json_.number(); version != 1) {
                json_.refuse("this is version " + std::to_string(version) + " of the form, and only version 1 can be read");
            }
            json_.key("parameters");
            values_.read_parameters();
            policy_.parameters = values_.parameters();
            json_.key("filesystem");
            policy_.filesystem = read_filesystem(values_);
            json_.key("network");
            policy_.network = read_network(values_);
            json_.key("limits");
            read_limits();
            std::string next = json_.any_key();
            if (next == "may-degrade") {
                read_degradations();
                next = json_.any_key();
            }
            if (next != "environment") {
                json_.refuse("`environment` stands here, not `" + next + "`");
            }
            read_environment();
            json_.key("process");
            read_process();
            json_.key("system-calls");
            read_system_calls(values_, policy_);
            json_.key("sockets");
            read_sockets(values_, policy_);
            std::string last = json_.any_key();
            if (last == "landlock") {
                read_landlock();
                last = json_.any_key();
            }
            if (last != "target-features") {
                json_.refuse("`target-features` stands here, not `" + last + "`");
            }
            policy_.target_features.clear();
            for (std::string& feature : values_.sorted_strings()) {
                policy_.target_features.insert(std::move(feature));
            }
        });
        json_.finish();
        return std::move(policy_);
    }

private:
    void read_limits() {
        json_.map([&](const std::string& word) {
            const auto limit = find_limit(word);
            if (!limit) {
                json_.refuse("there is no limit `" + word + "`");
            }
            values_.append(policy_.limits, *limit, Located<LimitValue>{limit_value(), {}}, word);
        });
        Limits settled = policy_.limits;
        settle_grace(settled);
        if (settled != policy_.limits) {
            json_.refuse("`grace` stands beside a limit that has the sandbox ended, and nowhere else");
        }
    }

    void read_degradations() {
        for (const std::string& word : values_.sorted_strings()) {
            const auto limit = find_limit(word);
            if (!limit || !may_degrade(*limit) || !number_of(policy_.limits, *limit)) {
                json_.refuse("`" + word + "` is no limit here that may degrade");
            }
            policy_.may_degrade.emplace(*limit, Degradation{});
        }
        if (policy_.may_degrade.empty()) {
            json_.refuse("where nothing may degrade there is no `may-degrade`");
        }
    }

    void read_landlock() {
        LandlockDemand& demand = policy_.landlock;
        json_.object([&] {
            std::string key = json_.any_key();
            if (key == "require") {
                demand.least = Located<std::uint64_t>{json_.number(), {}};
                key = json_.any_key();
            }
            if (key != "may-degrade") {
                json_.refuse("`may-degrade` stands here, not `" + key + "`");
            }
            if (json_.boolean()) {
                demand.may_degrade.emplace();
            }
        });
        const bool known = !demand.least || (demand.least->value >= 1 && demand.least->value <= newest_landlock);
        const bool called_for = demand.least || (demand.may_degrade && has_noexec(policy_));
        if (!known || !called_for) {
            json_.refuse("nothing is demanded of Landlock that it could be");
        }
    }

    LimitValue limit_value() {
        if (json_.peek() == '{') {
            ParameterValue value;
            json_.object([&] {
                json_.key("parameter");
                value.parameter = json_.string();
                values_.require_parameter(value.parameter, {ParameterType::count});
            });
            return value;
        }
        if (json_.peek() == '"') {
            if (const std::string word = json_.string(); word != "unlimited") {
                json_.refuse("a limit is a number, a parameter or `unlimited`, not `" + word + "`");
            }
            return Unlimited{};
        }
        return json_.number();
    }

    void read_names(std::string_view key, std::map<std::string, Origin>& names) {
        json_.key(key);
        for (std::string& name : values_.sorted_strings()) {
            names.emplace_hint(names.end(), std::move(name), Origin{});
        }
    }

    void read_environment() {
        Environment& environment = policy_.environment;
        json_.object([&] {
            json_.key("fixed");
            json_.map([&](const std::string& name) {
                values_.append(environment.fixed, name, Located<Text>{values_.text(), {}}, name);
            });
            read_names("kept", environment.kept);
            read_names("accepted", environment.accepted);
        });
    }

    void read_command() {
        Command command;
        json_.object([&] {
            json_.key("program");
            command.program = values_.path();
            json_.key("arguments");
            json_.array([&] { command.arguments.push_back(values_.text()); });
            command.only = values_.flag("only");
        });
        policy_.process.command = Located<Command>{std::move(command), {}};
    }

    void read_process() {
        Process& process = policy_.process;
        constexpr std::uint64_t largest_id = std::numeric_limits<std::uint32_t>::max() - 1;
        json_.object([&] {
            json_.key("run-as");
            if (!json_.null()) {
                IdPair ids;
                json_.object([&] {
                    json_.key("uid");
                    ids.uid = values_.narrow<std::uint32_t>(largest_id);
                    json_.key("gid");
                    ids.gid = values_.narrow<std::uint32_t>(largest_id);
                });
                process.run_as = Located<IdPair>{ids, {}};
            }
            json_.key("hostname");
            process.hostname.value = values_.text();
            json_.key("command");
            if (!json_.null()) {
                read_command();
            }
            json_.key("pass-descriptors");
            json_.array([&] {
                const auto descriptor = values_.narrow<std::uint32_t>(std::numeric_limits<std::uint32_t>::max());
                values_.append(process.pass_descriptors, descriptor, Origin{}, std::to_string(descriptor));
            });
            process.keep_terminal.value = values_.flag("keep-terminal");
            process.nested_namespaces.value = values_.flag("nested-namespaces");
            process.survive_parent.value = values_.flag("survive-parent");
            process.share_ipc.value = values_.flag("share-ipc");
            process.share_uts.value = values_.flag("share-uts");
            process.groups_none.value = values_.flag("groups-none");
        });
    }

    CanonicalValues values_;
    CanonicalReader& json_;
    Policy policy_;
};

ReadPolicy refused(std::size_t line, std::string error) {
    return ReadPolicy{std::nullopt, line, std::move(error)};
}

/// The line of the first byte in which two texts differ.
std::size_t first_difference(std::string_view a, std::string_view b) {
    const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return 1 + static_cast<std::size_t>(std::count(a.begin(), in_a, '\n'));
}

}  // namespace

ReadPolicy read_back(std::string_view text) {
    ReadPolicy result;
    try {
        result.policy = PolicyReader(text).read();
    } catch (const NotCanonical& mistake) {
        return refused(mistake.line, mistake.what);
    }
    return result;
}

ReadPolicy read_canonical_json(std::string_view text) {
    ReadPolicy result = read_back(text);
    if (!result.policy) {
        return result;
    }
    if (const std::string again = canonical_json(*result.policy); again != text) {
        return refused(first_difference(text, again), "a string is not spelled as policyc spells it");
    }
    return result;
}

}  // namespace sbx::policy
