// From the manifest's table to origins; see the header.
#include "compiler/cli/bundle_origins.hpp"

#include "compiler/policy/quantity.hpp"
#include "compiler/policy/restored_filters.hpp"
#include "compiler/policy/restored_network.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace sbx::cli {
namespace {

using Places = std::map<std::string, std::string>;

/// What begins the row of a policy without a filter; the reason follows.
constexpr const char* unfiltered_row = "syscalls.unrestricted";
constexpr std::uint64_t most_lines = 4U << 20U;  // a source file has at most as many bytes

/// `std/system` and 12.
std::pair<std::string, std::uint32_t> split(const std::string& place) {
    const std::size_t colon = place.rfind(':');
    const auto line = colon == std::string::npos ? std::nullopt : policy::parse_count(place.substr(colon + 1));
    if (!line || *line == 0 || *line > most_lines || colon == 0) {
        return {"", 0};
    }
    return {place.substr(0, colon), static_cast<std::uint32_t>(*line)};
}

/// The files that places name, each as long as its last place needs.
class Files {
public:
    Files(const BundleDescription& described, policy::SourceSet& sources) : places_(described.places) {
        std::map<std::string, std::uint32_t> lines;
        const auto add = [&lines](const auto& row) {
            const auto [name, line] = split(row.second);
            lines[name] = std::max(lines[name], line);
        };
        std::for_each(described.places.begin(), described.places.end(), add);
        std::for_each(described.network.begin(), described.network.end(), add);
        std::for_each(described.calls.begin(), described.calls.end(), add);
        std::for_each(described.sockets.begin(), described.sockets.end(), add);
        for (const auto& [name, count] : lines) {
            if (count != 0) {
                sources.files.emplace_back(name, std::string(count, '\n'));
                files_[name] = &sources.files.back();
            }
        }
    }
    [[nodiscard]] Origin of(const std::string& element) const {
        const auto place = places_.find(element);
        return place == places_.end() ? Origin{} : at(place->second);
    }
    [[nodiscard]] Origin at(const std::string& place) const {
        const auto [name, line] = split(place);
        const auto file = files_.find(name);
        return file == files_.end() ? Origin{} : Origin{file->second, {line - 1, line - 1}};
    }

private:
    const Places& places_;
    std::map<std::string, const SourceFile*> files_;
};

void add_to_environment(policy::Environment& environment, const Files& files) {
    for (auto& [name, value] : environment.fixed) {
        value.origin = files.of("environment.set " + name);
    }
    for (auto& [name, origin] : environment.kept) {
        origin = files.of("environment.keep " + name);
    }
    for (auto& [name, origin] : environment.accepted) {
        origin = files.of("environment.accept " + name);
    }
}

void add_to_process(policy::Process& process, const Files& files) {
    if (process.run_as) {
        const policy::IdPair& ids = process.run_as->value;
        process.run_as->origin = files.of("process.run-as " + std::to_string(ids.uid) + ":" + std::to_string(ids.gid));
    }
    process.hostname.origin = files.of("process.hostname");
    if (process.command) {
        process.command->origin = files.of(process.command->value.only ? "process.command only" : "process.command");
    }
    for (auto& [number, origin] : process.pass_descriptors) {
        origin = files.of("process.pass-descriptor " + std::to_string(number));
    }
    const auto place = [&files](Located<bool>& value, const std::string& on, const std::string& off) {
        value.origin = files.of("process." + (value.value ? on : off));
    };
    place(process.keep_terminal, "controlling-terminal keep", "controlling-terminal new");
    place(process.nested_namespaces, "nested-namespaces allow", "nested-namespaces disabled");
    place(process.survive_parent, "survive-parent", "die-with-parent");
    place(process.share_ipc, "share ipc", "private ipc");
    place(process.share_uts, "share uts", "private uts");
    place(process.groups_none, "groups none", "");
}

void add_to_network(policy::Policy& policy, const BundleDescription& described, const Files& files) {
    if (policy.network.mode.value != policy::NetworkMode::filtered) {
        return;
    }
    std::vector<std::string> statements;
    std::vector<Origin> origins;
    for (const auto& [statement, place] : described.network) {
        statements.push_back(statement);
        origins.push_back(files.at(place));
    }
    if (auto restored = policy::restored_network(policy.parameters, policy.network, statements, origins)) {
        policy.network = std::move(*restored);
    }
}

void add_to_filters(policy::Policy& policy, const BundleDescription& described, const Files& files) {
    policy.system_calls.unrestricted.origin = files.of(unfiltered_row);
    if (policy.system_calls.unrestricted.value) {
        policy.system_calls.unfiltered_reason = policy::restored_reason(described.unfiltered).value_or("");
    }
    policy::FilterStatements statements;
    const bool only = described.places.count("syscalls.only") != 0;
    statements.mode = {only ? policy::FilterMode::only : policy::FilterMode::changed, files.of("syscalls.only")};
    for (const auto& [words, place] : described.calls) {
        statements.calls.push_back({words, files.at(place)});
    }
    for (const auto& [words, place] : described.sockets) {
        statements.sockets.push_back({words, files.at(place)});
    }
    if (auto restored = policy::restored_filters(policy, statements)) {
        policy.system_calls = std::move(restored->calls);
        policy.sockets = std::move(restored->sockets);
    } else if (policy.system_calls.unrestricted.value) {
        policy.system_calls.mode.origin = policy.system_calls.unrestricted.origin;
    }
}

/// `syscalls.deny ptrace`, and not `syscalls.default`.
bool is_filter_statement(std::string_view row, std::string_view block) {
    const std::string_view rest = row.substr(std::min(row.size(), block.size()));
    return row.substr(0, block.size()) == block && (rest.substr(0, 6) == "allow " || rest.substr(0, 5) == "deny ");
}

/// `network.allow tcp to …`, and not `network.host denied`, which nobody wrote.
bool is_network_statement(std::string_view row) {
    constexpr std::array<std::string_view, 5> words = {"network.allow ", "network.deny ", "network.resolver ", "network.unblock ",
                                                       "network.publish "};
    return std::any_of(words.begin(), words.end(), [row](std::string_view word) { return row.substr(0, word.size()) == word; });
}

std::string network_element(policy::NetworkMode mode) {
    switch (mode) {
        case policy::NetworkMode::off:
            return "network.off";
        case policy::NetworkMode::filtered:
            return "network.filtered";
        case policy::NetworkMode::host:
            return "network.host";
    }
    return {};
}

std::string text_of(const nlohmann::json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

BundleDescription describe_bundle_manifest(const std::string& text) {
    BundleDescription described;
    const nlohmann::json root = nlohmann::json::parse(text, nullptr, false);
    if (!root.is_object() || !root.contains("format") || !root["format"].is_number_integer()) {
        described.error = "manifest.json is not the manifest of a bundle";
        return described;
    }
    if (root["format"] != format::format_version) {
        described.error =
            "it has format " + root["format"].dump() + ", and this policyc reads " + std::to_string(format::format_version);
        return described;
    }
    described.profile = text_of(root, "profile");
    described.semantic_hash = text_of(root, "semantic_hash");
    if (const auto rows = root.find("enforcement"); rows != root.end() && rows->is_array()) {
        for (const nlohmann::json& row : *rows) {
            const std::string statement = text_of(row, "statement");
            const std::string place = text_of(row, "origin");
            if (is_network_statement(statement)) {
                described.network.emplace_back(statement.substr(statement.find('.') + 1), place);
            } else if (is_filter_statement(statement, "syscalls.")) {
                described.calls.emplace_back(statement.substr(statement.find('.') + 1), place);
            } else if (is_filter_statement(statement, "sockets.")) {
                described.sockets.emplace_back(statement.substr(statement.find('.') + 1), place);
            } else if (statement.rfind(unfiltered_row, 0) == 0) {
                described.unfiltered = statement.substr(statement.find('.') + 1);
                described.places.emplace(unfiltered_row, place);
            } else if (!place.empty()) {
                described.places.emplace(statement, place);
            }
        }
    }
    if (const auto rows = root.find("parameters"); rows != root.end() && rows->is_array()) {
        for (const nlohmann::json& row : *rows) {
            if (const std::string place = text_of(row, "origin"); !place.empty()) {
                described.places.emplace("param " + text_of(row, "name"), place);
            }
        }
    }
    return described;
}

void add_origins(policy::Policy& policy, const BundleDescription& described, policy::SourceSet& sources) {
    const Files files(described, sources);
    for (auto& [name, parameter] : policy.parameters) {
        parameter.origin = files.of("param " + name);
    }
    for (auto& [path, node] : policy.filesystem.nodes) {
        node.origin = files.of("filesystem." + path.text());
    }
    if (policy.filesystem.workdir) {
        policy.filesystem.workdir->origin = files.of("filesystem.workdir");
    }
    policy.network.mode.origin = files.of(network_element(policy.network.mode.value));
    add_to_network(policy, described, files);
    for (auto& [limit, value] : policy.limits) {
        value.origin = files.of("limits." + std::string(policy::to_text(limit)));
    }
    add_to_environment(policy.environment, files);
    add_to_process(policy.process, files);
    add_to_filters(policy, described, files);
}

}  // namespace sbx::cli
