// The normal form as JSON. Every field is written, in a fixed order, with a type that tells it apart from its neighbours, so that
// two documents are equal exactly when the policies are. Assumes strings in UTF-8, which sources are.
#include "compiler/policy/canonical_json.hpp"

#include <nlohmann/json.hpp>

namespace sbx::policy {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Text& text) {
    Json pieces = Json::array();
    for (const TextPiece& piece : text.pieces()) {
        pieces.push_back({{piece.is_parameter ? "parameter" : "literal", piece.value}});
    }
    return pieces;
}

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json to_json(const Parameter& parameter) {
    Json json{{"type", to_text(parameter.type)}};
    json["under"] = parameter.under ? Json(parameter.under->text()) : Json(nullptr);
    json["one-of"] = parameter.one_of;
    json["range"] = parameter.range ? Json{parameter.range->first, parameter.range->second} : Json(nullptr);
    json["characters"] = nullptr;
    if (parameter.characters) {
        const CharacterConstraint& constraint = *parameter.characters;
        json["characters"] = {
            {"allowed", constraint.characters}, {"min-length", constraint.min_length}, {"max-length", constraint.max_length}};
    }
    json["default"] = or_null(parameter.default_value);
    return json;
}

/// Paths stay apart from each other by their first byte: `/` or `$`.
struct ContentToJson {
    Json& json;

    void operator()(const HostTree& tree) const {
        json["kind"] = "host-tree";
        json["source"] = tree.source.text();
        json["writable"] = tree.writable;
        json["noexec"] = tree.noexec;
    }
    void operator()(const Tmpfs& tmpfs) const {
        json["kind"] = "tmpfs";
        json["size"] = tmpfs.size.bytes;
        json["mode"] = tmpfs.mode;
    }
    void operator()(const EmptyDirectory& directory) const {
        json["kind"] = "directory";
        json["mode"] = directory.mode;
    }
    void operator()(const DataFile& file) const {
        json["kind"] = "file";
        json["contents"] = to_json(file.contents);
        json["mode"] = file.mode;
    }
    void operator()(const Link& link) const {
        json["kind"] = "link";
        json["target"] = link.target;
    }
    void operator()(const Mask& mask) const {
        json["kind"] = "mask";
        json["directory"] = mask.directory;
    }
    void operator()(const Procfs& /*node*/) const { json["kind"] = "procfs"; }
    void operator()(const DeviceDirectory& /*node*/) const { json["kind"] = "device-directory"; }
    void operator()(const HostDevice& /*node*/) const { json["kind"] = "host-device"; }
    void operator()(const HostSocket& /*node*/) const { json["kind"] = "host-socket"; }
};

Json to_json(const SandboxPath& path, const Node& node) {
    Json json{{"path", path.text()}};
    std::visit(ContentToJson{json}, node.content);
    json["optional"] = node.optional;
    json["must-be-directory"] = node.must_be_directory;
    return json;
}

Json to_json(const Filesystem& filesystem) {
    Json nodes = Json::array();
    for (const auto& [path, node] : filesystem.nodes) {
        nodes.push_back(to_json(path, node));
    }
    Json required = Json::array();
    for (const auto& [path, directory] : filesystem.required) {
        required.push_back({{"path", path.text()}, {"must-be-directory", directory.value}});
    }
    Json json{{"nodes", std::move(nodes)}, {"required", std::move(required)}};
    json["workdir"] = filesystem.workdir ? Json(filesystem.workdir->value.text()) : Json(nullptr);
    return json;
}

std::string_view mode_word(NetworkMode mode) {
    switch (mode) {
        case NetworkMode::off:
            return "off";
        case NetworkMode::filtered:
            return "filtered";
        case NetworkMode::host:
            return "host";
    }
    return {};
}

Json to_json(const LimitValue& value) {
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        return *number;
    }
    const auto* parameter = std::get_if<ParameterValue>(&value);
    return parameter == nullptr ? Json("unlimited") : Json{{"parameter", parameter->parameter}};
}

Json to_json(const Limits& limits) {
    Json json = Json::object();
    for (const auto& [limit, value] : limits) {
        json[std::string(to_text(limit))] = to_json(value.value);
    }
    return json;
}

template <class Key>
Json keys(const std::map<Key, Origin>& entries) {
    Json json = Json::array();
    for (const auto& [key, origin] : entries) {
        json.push_back(key);
    }
    return json;
}

Json to_json(const Environment& environment) {
    Json fixed = Json::object();
    for (const auto& [name, value] : environment.fixed) {
        fixed[name] = to_json(value.value);
    }
    return {{"fixed", std::move(fixed)}, {"kept", keys(environment.kept)}, {"accepted", keys(environment.accepted)}};
}

Json to_json(const Command& command) {
    Json arguments = Json::array();
    for (const Text& argument : command.arguments) {
        arguments.push_back(to_json(argument));
    }
    return {{"program", command.program.text()}, {"arguments", std::move(arguments)}, {"only", command.only}};
}

Json to_json(const Process& process) {
    Json json;
    json["run-as"] = nullptr;
    if (process.run_as) {
        json["run-as"] = {{"uid", process.run_as->value.uid}, {"gid", process.run_as->value.gid}};
    }
    json["hostname"] = to_json(process.hostname.value);
    json["command"] = process.command ? to_json(process.command->value) : Json(nullptr);
    json["pass-descriptors"] = keys(process.pass_descriptors);
    json["keep-terminal"] = process.keep_terminal.value;
    json["nested-namespaces"] = process.nested_namespaces.value;
    json["survive-parent"] = process.survive_parent.value;
    json["share-ipc"] = process.share_ipc.value;
    json["share-uts"] = process.share_uts.value;
    json["groups-none"] = process.groups_none.value;
    return json;
}

}  // namespace

std::string canonical_json(const Policy& policy) {
    Json parameters = Json::object();
    for (const auto& [name, parameter] : policy.parameters) {
        parameters[name] = to_json(parameter.value);
    }
    Json json;
    json["sbx-policy"] = 1;
    json["parameters"] = std::move(parameters);
    json["filesystem"] = to_json(policy.filesystem);
    json["network"] = {{"mode", mode_word(policy.network.mode.value)}};
    json["limits"] = to_json(policy.limits);
    json["environment"] = to_json(policy.environment);
    json["process"] = to_json(policy.process);
    json["target-features"] = policy.target_features;
    return json.dump(2) + "\n";
}

}  // namespace sbx::policy
