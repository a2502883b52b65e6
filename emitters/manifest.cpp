// JSON with its keys in the order of runtime/artifact_format.hpp. Bytes that are no UTF-8 (in file names) become U+FFFD.
#include "emitters/manifest.hpp"

#include "emitters/manifest_network.hpp"
#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sbx::emit {
namespace {

using Json = nlohmann::ordered_json;

Json sources(const BundleInfo& info) {
    Json list = Json::array();
    for (const SourceDigest& source : info.sources) {
        list.push_back({{"name", source.name}, {"sha256", source.sha256}});
    }
    return list;
}

/// `policy_digest`: of `policy.json`, which may be large, and is not hashed twice.
Json artifact_list(const std::vector<Artifact>& artifacts, const std::string& policy_digest) {
    Json list = Json::array();
    for (const Artifact& artifact : artifacts) {
        std::string digest = artifact.name == format::policy_file ? policy_digest
                             : artifact.sha256.empty()            ? sha256_hex(artifact.bytes)
                                                                  : artifact.sha256;
        list.push_back({{"name", artifact.name}, {"sha256", std::move(digest)}, {"mode", fmt::format("{:04o}", artifact.mode)}});
    }
    return list;
}

/// A dash between two others would be read as a range; at the beginning it is itself.
std::string without_ranges(std::string characters) {
    const auto dash = characters.find('-');
    if (dash != std::string::npos) {
        characters.erase(dash, 1);
        characters.insert(0, 1, '-');
    }
    return characters;
}

std::string place_of(const Origin& origin) {
    return origin.known() ? origin.describe_stable() : std::string();
}

Json parameter(const std::string& name, const policy::Parameter& value, const Origin& origin) {
    Json row = {{"name", name}, {"origin", place_of(origin)}, {"type", std::string(policy::to_text(value.type))}};
    if (value.under) {
        row["under"] = value.under->text();
    }
    if (value.default_value) {
        row["default"] = *value.default_value;
    }
    if (!value.one_of.empty()) {
        row["one_of"] = value.one_of;
    }
    if (value.range) {
        row["minimum"] = value.range->first;
        row["maximum"] = value.range->second;
    }
    if (value.characters) {
        row["characters"] = without_ranges(value.characters->characters);
        row["min_length"] = value.characters->min_length;
        row["max_length"] = value.characters->max_length;
    }
    return row;
}

Json parameters(const plan::ExecutionPlan& plan) {
    Json list = Json::array();
    for (const auto& [name, value] : plan.parameters) {
        list.push_back(parameter(name, value.value, value.origin));
    }
    return list;
}

Json run_as(const policy::Process& process) {
    if (!process.run_as) {
        return nullptr;
    }
    return {{"uid", process.run_as->value.uid}, {"gid", process.run_as->value.gid}};
}

Json command(const policy::Process& process) {
    if (!process.command) {
        return nullptr;
    }
    const policy::Command& value = process.command->value;
    Json arguments = Json::array();
    for (const plan::Text& argument : value.arguments) {
        arguments.push_back(Template(argument).text());
    }
    return {{"program", Template(value.program).text()}, {"arguments", std::move(arguments)}, {"only", value.only}};
}

Json process(const policy::Process& value) {
    Json descriptors = Json::array();
    for (const auto& [descriptor, origin] : value.pass_descriptors) {
        descriptors.push_back(descriptor);
    }
    return {{"run_as", run_as(value)},
            {"command", command(value)},
            {"pass_descriptors", std::move(descriptors)},
            {"keep_terminal", value.keep_terminal.value},
            {"survive_parent", value.survive_parent.value},
            {"groups_none", value.groups_none.value}};
}

Json exclusive(const plan::MountPlan& plan) {
    Json list = Json::array();
    for (const plan::SandboxPath& path : plan.exclusive) {
        list.push_back(Template(path).text());
    }
    return list;
}

/// `wall_time_ms`, `output_bytes`.
Json supervision(const plan::LimitTable& limits) {
    Json object;
    for (const plan::SupervisedLimit& limit : limits.supervised) {
        std::string key = limit.name + (limit.name == "output" ? "_bytes" : "_ms");
        std::replace(key.begin(), key.end(), '-', '_');
        object[key] = limit.value;
    }
    return object;
}

/// `memory_bytes`, `cpu_thousandths`.
Json cgroup(const plan::LimitTable& limits) {
    Json object;
    for (const plan::CgroupLimit& limit : limits.cgroup) {
        object[limit.name == "memory" ? "memory_bytes" : "cpu_thousandths"] = limit.value;
    }
    return object;
}

Json may_degrade(const plan::ExecutionPlan& plan) {
    Json list = Json::array();
    const auto add = [&list](const std::string& name, const policy::Degradation& degradation) {
        list.push_back({{"limit", name}, {"origin", place_of(degradation.origin)}, {"reason", degradation.reason}});
    };
    for (const plan::CgroupLimit& limit : plan.limits.cgroup) {
        if (limit.degradation) {
            add(limit.name, *limit.degradation);
        }
    }
    if (plan.landlock.degradation) {
        add("landlock", *plan.landlock.degradation);
    }
    return list;
}

constexpr std::string_view no_rows = "\n  \"enforcement\": []";

void append_quoted(std::string& text, std::string_view value) {
    const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
    if (std::all_of(value.begin(), value.end(), is_plain)) {
        text.append(1, '"').append(value).append(1, '"');
    } else {
        text += Json(value).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
}

/// A line for each statement, of which there may be a hundred thousand: text at once. `limits cpu-time` is `limits.cpu-time` here:
/// the domain, a dot, and the rest.
std::string enforcement(const plan::ExecutionPlan& plan) {
    std::string text;
    for (const plan::Enforcement& row : plan.enforcement) {
        std::string statement = row.statement;
        if (const auto blank = statement.find(' '); blank != std::string::npos) {
            statement[blank] = '.';
        }
        text += text.empty() ? "[\n    {\"statement\": " : ",\n    {\"statement\": ";
        append_quoted(text, statement);
        text += ", \"origin\": ";
        append_quoted(text, place_of(row.origin));
        text += ", \"protection\": ";
        append_quoted(text, row.protection);
        text += ", \"status\": ";
        append_quoted(text, row.status);
        text += '}';
    }
    return text.empty() ? "[]" : text + "\n  ]";
}

/// Puts the rows where the text has none. That line is the one: no text in JSON holds the end of a line.
std::string with_rows(std::string text, const std::string& rows) {
    const std::size_t place = text.find(no_rows) + no_rows.size() - 2;
    return text.replace(place, 2, rows);
}

Json verification(const std::vector<std::string>& read) {
    if (read.empty()) {
        return format::not_verified;
    }
    return {{"result", format::verified}, {"read", read}};
}

std::string digest_of_policy(const BundleInfo& info, const std::vector<Artifact>& artifacts) {
    for (const Artifact& artifact : artifacts) {
        if (artifact.name == format::policy_file && !artifact.sha256.empty()) {
            return artifact.sha256;
        }
    }
    return sha256_hex(info.policy_json);
}

}  // namespace

std::string manifest(const plan::ExecutionPlan& plan, const BundleInfo& info, const std::vector<Artifact>& artifacts,
                     const std::vector<std::string>& read) {
    Json root;
    root["format"] = format::format_version;
    root["compiler"] = info.compiler;
    root["profile"] = info.profile;
    root["description"] = info.description;
    const std::string policy_digest = digest_of_policy(info, artifacts);
    root["semantic_hash"] = "sha256:" + policy_digest;
    root["sources"] = sources(info);
    root["artifacts"] = artifact_list(artifacts, policy_digest);
    root["parameters"] = parameters(plan);
    root["process"] = process(plan.process.process);
    root["network"] = manifest_network(plan, artifacts);
    if (!plan.limits.supervised.empty()) {
        root["supervision"] = supervision(plan.limits);
    }
    if (!plan.limits.cgroup.empty()) {
        root["cgroup"] = cgroup(plan.limits);
    }
    if (Json degradable = may_degrade(plan); !degradable.empty()) {
        root["may_degrade"] = std::move(degradable);
    }
    root["exclusive"] = exclusive(plan.mounts);
    root["requires"] = plan.required_features;
    root["enforcement"] = Json::array();
    root["verification"] = verification(read);
    return with_rows(root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", enforcement(plan));
}

}  // namespace sbx::emit
