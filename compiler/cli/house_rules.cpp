// `.policyc.json` found, read and applied; see the header. A member that it does not have is refused with the nearest one: a rule
// that is misspelt would otherwise be kept by nobody.
#include "compiler/cli/house_rules.hpp"

#include "compiler/cli/dependency_file.hpp"
#include "compiler/cli/disk_files.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/policy/ceiling.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <system_error>

namespace sbx::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view file_name = ".policyc.json";

[[noreturn]] void refuse_rules(const std::string& path, const std::string& why) {
    throw std::system_error(EINVAL, std::generic_category(), fmt::format("cannot use `{}`: {}", path, why));
}

std::string with_nearest(std::string sentence, std::string_view word, const std::vector<std::string_view>& known) {
    const auto similar = nearest(word, known);
    return similar ? fmt::format("{}; did you mean `{}`?", sentence, *similar)
                   : fmt::format("{}; there are {}", sentence, fmt::join(known, ", "));
}

std::optional<Severity> severity_of(const std::string& path, const ordered_json& value) {
    static const std::vector<std::string_view> words = {"error", "warning", "pedantic", "off"};
    const std::string word = value.is_string() ? value.get<std::string>() : value.dump();
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) {
        refuse_rules(path, with_nearest(fmt::format("`{}` is no severity", word), word, words));
    }
    return *found == "off" ? std::nullopt : std::optional(static_cast<Severity>(found - words.begin()));
}

void read_severities(const ordered_json& value, HouseRules& rules) {
    for (const auto& [code, severity] : value.items()) {
        const auto kind = find_diagnostic(code);
        if (!kind) {
            std::vector<std::string_view> known;
            for (std::size_t i = 0; i < diagnostic_count(); ++i) {
                const DiagnosticInfo& row = info(static_cast<DiagnosticKind>(i));
                known.insert(known.end(), {row.code, row.name});
            }
            const auto similar = nearest(code, known);
            refuse_rules(rules.path, fmt::format("there is no finding `{}`{}", code,
                                                 similar ? fmt::format("; did you mean `{}`?", *similar) : ""));
        }
        if (info(*kind).severity == Severity::error) {
            refuse_rules(rules.path, fmt::format("`{}` is an error, and stays one", code));
        }
        rules.severities[*kind] = severity_of(rules.path, severity);
    }
}

/// Where the text of the rules first has `word`, in quotes, at or behind `from`.
Origin origin_of(const HouseRules& rules, std::string_view word, std::size_t from = 0) {
    const std::string_view text = rules.text->text();
    const std::string quoted = fmt::format("\"{}\"", word);
    const std::size_t at = std::min(text.find(quoted, from), text.size());
    return {rules.text.get(),
            {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(std::min(at + quoted.size(), text.size()))}};
}

void read_limits(const ordered_json& value, HouseRules& rules) {
    static const std::vector<std::string_view> known = {
        "cpu-time",       "wall-time", "memory",     "address-space", "data", "stack",  "locked-memory",
        "message-queues", "file-size", "open-files", "processes",     "cpus", "output", "tmpfs-total"};
    for (const ordered_json& each : value) {
        const std::string word = each.is_string() ? each.get<std::string>() : each.dump();
        const auto limit = policy::find_limit(word);
        if (!limit || std::find(known.begin(), known.end(), word) == known.end()) {
            refuse_rules(rules.path, with_nearest(fmt::format("`{}` is no limit that can be required", word), word, known));
        }
        rules.required_limits.emplace(*limit, origin_of(rules, word, origin_of(rules, "required-limits").span.end));
    }
}

void read_ceiling(const ordered_json& value, HouseRules& rules) {
    const std::string name = value.get<std::string>();
    const std::string directory = rules.path.substr(0, rules.path.rfind('/') + 1);
    rules.ceiling = name.starts_with('/') ? name : directory + name;
    CompileRequest request;
    request.path = rules.ceiling;
    request.text = read_root(rules.ceiling);
    RecordedFiles files;
    files.add(rules.ceiling);
    auto compiled = std::make_shared<Compilation>(compile(std::move(request), files));
    if (compiled->rejected) {
        refuse_rules(rules.path, fmt::format("its ceiling has mistakes; `policyc check {}` shows them", rules.ceiling));
    }
    rules.ceiling_policy = std::move(compiled);
    rules.ceiling_origin = origin_of(rules, "ceiling");
    rules.inputs.insert(rules.inputs.end(), files.names().begin(), files.names().end());
}

void require_kind(const HouseRules& rules, const std::string& member, bool holds, std::string_view kind) {
    if (!holds) {
        refuse_rules(rules.path, fmt::format("`{}` is no {}", member, kind));
    }
}

void read_member(const std::string& member, const ordered_json& value, HouseRules& rules) {
    static const std::vector<std::string_view> members = {"severities", "pedantic", "ceiling", "required-limits"};
    if (member == "severities") {
        require_kind(rules, member, value.is_object(), "object");
        read_severities(value, rules);
    } else if (member == "pedantic") {
        require_kind(rules, member, value.is_boolean(), "true or false");
        rules.pedantic = value.get<bool>();
    } else if (member == "ceiling") {
        require_kind(rules, member, value.is_string(), "text");
        read_ceiling(value, rules);
    } else if (member == "required-limits") {
        require_kind(rules, member, value.is_array(), "list");
        read_limits(value, rules);
    } else {
        refuse_rules(rules.path, with_nearest(fmt::format("it has no member `{}`", member), member, members));
    }
}

HouseRules read_rules(const std::string& path, std::string text) {
    HouseRules rules;
    rules.path = path;
    rules.inputs = {path};
    rules.text = std::make_shared<const SourceFile>(path, std::move(text));
    ordered_json document;
    try {
        document = ordered_json::parse(rules.text->text());
    } catch (const ordered_json::parse_error& error) {
        const auto at = static_cast<std::uint32_t>(std::min(error.byte == 0 ? 0 : error.byte - 1, rules.text->text().size()));
        const LineColumn place = rules.text->position(at);
        refuse_rules(path, fmt::format("line {}, column {}: it is no JSON", place.line, place.column));
    }
    if (!document.is_object()) {
        refuse_rules(path, "it holds no object");
    }
    for (const auto& [member, value] : document.items()) {
        read_member(member, value, rules);
    }
    return rules;
}

/// The nearest file of the name in `directory` or above it; empty if there is none.
std::pair<std::string, std::string> nearest_rules(std::string directory) {
    const DiskFiles disk;
    while (true) {
        const std::string path = (directory == "/" ? "" : directory) + "/" + std::string(file_name);
        if (auto text = disk.read(path)) {
            return {path, *std::move(text)};
        }
        if (directory == "/") {
            return {};
        }
        const std::size_t slash = directory.rfind('/');
        directory = slash == 0 ? "/" : directory.substr(0, slash);
    }
}

}  // namespace

const HouseRules& HouseRuleBook::of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string directory = path == "-" || slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    const std::string key = DiskFiles().canonical(directory);
    const auto known = by_file_.find(key);
    if (known != by_file_.end()) {
        return known->second;
    }
    auto [file, text] = nearest_rules(key);
    return by_file_[key] = file.empty() ? HouseRules{} : read_rules(file, std::move(text));
}

void apply_house_rules(Compilation& done, const HouseRules& rules) {
    const policy::Profile& profile = done.profile;
    if (profile.is_fragment || profile.incomplete) {
        return;
    }
    const auto refuse = [&done](DiagnosticKind kind, Origin origin, std::string message) -> Diagnostic& {
        Diagnostic diagnostic;
        diagnostic.kind = kind;
        diagnostic.severity = Severity::error;
        diagnostic.origin = origin;
        diagnostic.message = std::move(message);
        done.rejected = true;
        done.bundle.reset();
        return done.diagnostics.emplace_back(std::move(diagnostic));
    };
    for (const auto& [limit, required] : rules.required_limits) {
        const auto found = profile.policy.limits.find(limit);
        if (found == profile.policy.limits.end() || std::holds_alternative<policy::Unlimited>(found->second.value)) {
            Diagnostic& finding = refuse(DiagnosticKind::limit_left_open, profile.origin,
                                         fmt::format("the profile leaves open: `{}`", policy::to_text(limit)));
            finding.labels.push_back({required, "required of every profile here"});
            finding.help.push_back(fmt::format("set it in a `limits` block: `policyc explain {}`", policy::to_text(limit)));
        }
    }
    if (rules.ceiling_policy == nullptr) {
        return;
    }
    const policy::Profile& ceiling = rules.ceiling_policy->profile;
    for (const policy::Excess& excess : policy::excess_over(ceiling.policy, ceiling.name, profile.policy)) {
        const Origin& said = excess.region.after.origin;
        Diagnostic& finding = refuse(DiagnosticKind::exceeds_ceiling, said.known() ? said : rules.ceiling_origin, excess.message);
        if (excess.region.before.origin.known()) {
            finding.labels.push_back({excess.region.before.origin, "the ceiling says this"});
        }
        if (said.known()) {
            finding.labels.push_back({rules.ceiling_origin, "the ceiling is named here"});
        }
        if (!excess.example.empty()) {
            finding.notes.push_back(excess.example);
        }
        finding.help.emplace_back("grant no more than the ceiling does, or have it grant more");
    }
}

}  // namespace sbx::cli
