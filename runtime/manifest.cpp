// Reads manifest.json. Every member is looked for by name and type; what a launch does not use (sources, verification) is only
// required to be JSON.
#include "runtime/manifest.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/manifest_cgroup.hpp"
#include "runtime/manifest_members.hpp"
#include "runtime/number.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace sbx::runtime {

namespace {

constexpr std::array<std::string_view, 5> type_names = {"path", "port", "address", "count", "string"};

ArtifactDigest read_artifact(const JsonValue& value) {
    ArtifactDigest result{text_member(value, "name"), text_member(value, "sha256")};
    const bool hex = std::all_of(result.sha256.begin(), result.sha256.end(),
                                 [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (result.sha256.size() != 64 || !hex) {
        malformed("the digest of " + quoted(result.name) + " is no SHA-256");
    }
    return result;
}

std::string default_of(const JsonValue& value) {
    switch (value.kind) {
        case JsonValue::Kind::string:
            return std::string(value.text);
        case JsonValue::Kind::integer:
            return std::to_string(value.integer);
        case JsonValue::Kind::null:
        case JsonValue::Kind::boolean:
        case JsonValue::Kind::array:
        case JsonValue::Kind::object:
            break;
    }
    malformed("a default is neither a string nor a number");
}

ParameterDeclaration read_parameter(const JsonValue& value) {
    ParameterDeclaration result;
    result.name = text_member(value, "name");
    if (!is_name(result.name, true) || result.name == "uid" || result.name == "gid") {
        malformed(quoted(result.name) + " is no name for a parameter");
    }
    const auto* const type = std::find(type_names.begin(), type_names.end(), text_member(value, "type"));
    if (type == type_names.end()) {
        malformed("the parameter " + quoted(result.name) + " has an unknown type");
    }
    result.type = static_cast<ParameterType>(type - type_names.begin());
    result.under = optional_text(value, "under");
    if (!result.under.empty() && result.under.front() != '/') {
        malformed("`under` of " + quoted(result.name) + " is not absolute");
    }
    if (const JsonValue* default_value = value.find("default"); default_value != nullptr) {
        result.default_value = default_of(*default_value);
    }
    if (value.find("one_of") != nullptr) {
        for (const JsonValue& item : list_member(value, "one_of")) {
            result.one_of.push_back(default_of(item));
        }
        if (result.one_of.empty()) {
            malformed("`one_of` of " + quoted(result.name) + " is empty");
        }
    }
    result.minimum = optional_count(value, "minimum");
    result.maximum = optional_count(value, "maximum");
    result.characters = optional_text(value, "characters");
    result.min_length = optional_count(value, "min_length");
    result.max_length = optional_count(value, "max_length");
    return result;
}

std::uint32_t read_id(const JsonValue& object, std::string_view name) {
    const std::int64_t id = member(object, name, JsonValue::Kind::integer).integer;
    // 0 is what run-as exists to avoid; -1 means "unchanged" to setresuid(2).
    if (id <= 0 || id >= std::numeric_limits<std::uint32_t>::max()) {
        malformed("`run_as` holds an id that cannot be used");
    }
    return static_cast<std::uint32_t>(id);
}

void read_process(const JsonValue& process, Manifest& result) {
    const JsonValue* const run_as = process.find("run_as");
    if (run_as == nullptr || (run_as->kind != JsonValue::Kind::null && run_as->kind != JsonValue::Kind::object)) {
        malformed("`process` has no `run_as`");
    }
    if (run_as->kind == JsonValue::Kind::object) {
        result.run_as = RunAs{read_id(*run_as, "uid"), read_id(*run_as, "gid")};
    }
    const JsonValue* const command = process.find("command");
    if (command == nullptr || (command->kind != JsonValue::Kind::null && command->kind != JsonValue::Kind::object)) {
        malformed("`process` has no `command`");
    }
    if (command->kind == JsonValue::Kind::object) {
        result.command.emplace();
        result.command->program = read_template(text_member(*command, "program"));
        for (const JsonValue& argument : list_member(*command, "arguments")) {
            result.command->arguments.push_back(read_template(text_of(argument, "arguments")));
        }
        result.command->only = flag_member(*command, "only");
    }
    for (const JsonValue& number : list_member(process, "pass_descriptors")) {
        if (number.kind != JsonValue::Kind::integer || number.integer < 0 || number.integer > 65535) {
            malformed("`pass_descriptors` holds something that is no descriptor");
        }
        if (number.integer > 2) {
            result.pass_descriptors.push_back(static_cast<int>(number.integer));
        }
    }
    std::sort(result.pass_descriptors.begin(), result.pass_descriptors.end());
    result.keep_terminal = flag_member(process, "keep_terminal");
    result.survive_parent = flag_member(process, "survive_parent");
    result.groups_none = flag_member(process, "groups_none");
}

// Features are tried, not asked for: bubblewrap refuses an option that it lacks, and namespaces are created before anything runs.
// Here it is only known that this runtime has heard of them.
void read_requirements(const JsonValue& root, Manifest& result) {
    static constexpr std::array<std::string_view, 26> known = {"bwrap:add-seccomp-fd",
                                                               "bwrap:bind-fd",
                                                               "bwrap:disable-userns",
                                                               "bwrap:perms",
                                                               "bwrap:size",
                                                               "user-namespace",
                                                               "mount-namespace",
                                                               "network-namespace",
                                                               "pid-namespace",
                                                               "rlimits",
                                                               "seccomp",
                                                               "openat2",
                                                               "supervisor",
                                                               "reservations",
                                                               "run-as",
                                                               "lock",
                                                               "nft",
                                                               "tun",
                                                               "slirp4netns",
                                                               "pasta",
                                                               "dnsmasq",
                                                               "wall-time",
                                                               "output",
                                                               "memory",
                                                               "cpus",
                                                               "landlock"};
    for (const JsonValue& item : list_member(root, "requires")) {
        std::string feature = text_of(item, "requires");
        if (std::find(known.begin(), known.end(), feature) == known.end()) {
            refuse(step::verify, "the bundle requires " + quoted(feature) + ", which this sbx-run does not know",
                   "use the sbx-run that came with the policyc that made the bundle");
        }
        result.requirements.push_back(std::move(feature));
    }
}

std::uint64_t read_supervised(const JsonValue& supervision, const char* name, std::uint64_t least, std::uint64_t most) {
    const std::optional<std::uint64_t> value = optional_count(supervision, name);
    if (!value || *value < least || *value > most) {
        malformed(quoted(name) + " is missing, or no such limit");
    }
    return *value;
}

/// A limit that is required and not stated would be none.
void read_supervision(const JsonValue& root, Manifest& result) {
    const auto required = [&result](std::string_view feature) {
        return std::find(result.requirements.begin(), result.requirements.end(), feature) != result.requirements.end();
    };
    const bool is_there = root.find("supervision") != nullptr;
    const JsonValue none;
    const JsonValue& supervision = is_there ? member(root, "supervision", JsonValue::Kind::object) : none;
    if ((supervision.find("wall_time_ms") != nullptr) != required("wall-time") ||
        (supervision.find("output_bytes") != nullptr) != required("output") ||
        is_there != (required("wall-time") || required("output"))) {
        malformed("`supervision` and `requires` do not name the same limits");
    }
    constexpr std::uint64_t most_time = 36500ULL * 24 * 60 * 60 * 1000;  // what a clock can count to; a policy cannot say more
    constexpr std::uint64_t most_output = 1ULL << 60U;
    SupervisedLimits& limits = result.supervised;
    if (required("wall-time")) {
        limits.wall_time = std::chrono::milliseconds(read_supervised(supervision, "wall_time_ms", 1, most_time));
    }
    if (required("output")) {
        limits.output = read_supervised(supervision, "output_bytes", 0, most_output);
    }
    if (is_there) {
        limits.grace = std::chrono::milliseconds(read_supervised(supervision, "grace_ms", 0, most_time));
    }
    if (limits.any() && (result.survive_parent || result.keep_terminal)) {
        malformed("its sandbox could survive or stop the one who keeps its limits");
    }
}

}  // namespace

std::string_view type_name(ParameterType type) {
    return type_names[static_cast<std::size_t>(type)];
}

Manifest read_manifest(std::string_view text) {
    const JsonResult json = read_json(text);
    if (!json.value) {
        malformed(json.error);
    }
    const JsonValue& root = *json.value;
    const JsonValue* const version = root.find("format");
    if (version == nullptr || version->kind != JsonValue::Kind::integer) {
        malformed("it has no `format`");
    }
    if (version->integer != format::format_version) {
        refuse(step::verify,
               "the bundle has format " + std::to_string(version->integer) + ", this sbx-run reads " +
                   std::to_string(format::format_version),
               "compile the policy again, or use the sbx-run that came with its policyc");
    }
    Manifest result;
    result.compiler = text_member(root, "compiler");
    result.profile = text_member(root, "profile");
    result.description = optional_text(root, "description");
    result.semantic_hash = text_member(root, "semantic_hash");
    for (const JsonValue& artifact : list_member(root, "artifacts")) {
        result.artifacts.push_back(read_artifact(artifact));
    }
    for (const JsonValue& parameter : list_member(root, "parameters")) {
        ParameterDeclaration declared = read_parameter(parameter);
        const bool twice = std::any_of(result.parameters.begin(), result.parameters.end(),
                                       [&declared](const ParameterDeclaration& other) { return other.name == declared.name; });
        if (twice) {
            malformed("the parameter " + quoted(declared.name) + " is declared twice");
        }
        result.parameters.push_back(std::move(declared));
    }
    read_process(member(root, "process", JsonValue::Kind::object), result);
    result.network = read_network(member(root, "network", JsonValue::Kind::object), result.parameters);
    for (const JsonValue& tree : list_member(root, "exclusive")) {
        result.exclusive.push_back(read_template(text_of(tree, "exclusive")));
    }
    read_requirements(root, result);
    read_supervision(root, result);
    read_cgroup(root, result);
    for (const JsonValue& row : list_member(root, "enforcement")) {
        result.enforcement.push_back({text_member(row, "statement"), optional_text(row, "origin"), text_member(row, "protection"),
                                      text_member(row, "status")});
    }
    return result;
}

}  // namespace sbx::runtime
