// The manifest's parts in the order of runtime/artifact_format.hpp. Strict about keys: one that is not known could be one that a
// later runtime believes.
#include "compiler/verify/manifest.hpp"

#include "compiler/verify/cgroup.hpp"
#include "compiler/verify/digest.hpp"
#include "compiler/verify/enforcement.hpp"
#include "compiler/verify/manifest_json.hpp"
#include "compiler/verify/manifest_network.hpp"
#include "compiler/verify/manifest_rows.hpp"
#include "compiler/verify/supervision.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

class ManifestComparison {
public:
    ManifestComparison(const policy::Policy& policy, const PolicyView& view, const BundleFiles& files, Findings& findings)
        : policy_(policy), view_(view), files_(files), findings_(findings) {}

    void run(const Json& root) {
        std::vector<const char*> keys = {"format",      "compiler",   "profile",  "description", "semantic_hash", "sources",
                                         "artifacts",   "parameters", "process",  "network",     "supervision",   "cgroup",
                                         "may_degrade", "exclusive",  "requires", "enforcement", "verification"};
        for (const std::string_view optional : {"supervision", "cgroup", "may_degrade"}) {
            if (!root.contains(optional)) {
                keys.erase(std::find(keys.begin(), keys.end(), optional));
            }
        }
        require_keys(root, keys, false, "manifest.json");
        const std::uint64_t format = number(member(root, "format"), "format");
        if (format != format::format_version) {
            object("the bundle is of format " + std::to_string(format) + "; this policyc knows format " +
                       std::to_string(format::format_version),
                   "format");
        }
        for (const char* key : {"compiler", "profile", "description"}) {
            static_cast<void>(text(member(root, key), key));
        }
        compare_hash(root);
        check_sources(list(root, "sources"));
        compare_artifacts(list(root, "artifacts"));
        compare_parameters(list(root, "parameters"));
        compare_process(member(root, "process"));
        compare_manifest_network(member(root, "network"), policy_, files_, findings_);
        compare_supervision(root, policy_, findings_);
        compare_cgroup(root, policy_, findings_);
        compare_exclusive(list(root, "exclusive"));
        compare_requirements(list(root, "requires"));
        check_emptied(list(root, "enforcement"));
        check_verification(member(root, "verification"));
    }

private:
    void object(std::string message, std::string witness) {
        findings_.push_back({std::string(format::manifest_file), "", std::move(message), std::move(witness)});
    }

    void compare_hash(const Json& root) {
        const auto policy = files_.find(std::string(format::policy_file));
        const std::string hash = policy == files_.end() ? std::string() : "sha256:" + digest_of(policy->second);
        if (text(member(root, "semantic_hash"), "semantic_hash") != hash) {
            object("the semantic hash is not that of policy.json", "semantic_hash");
        }
    }

    static void check_sources(const Json& sources) {
        for (const Json& source : sources) {
            require_keys(source, {"name", "sha256"}, false, "sources");
            static_cast<void>(text(source["name"], "name"));
            if (text(source["sha256"], "sha256").size() != 64) {
                malformed("the digest of a source is no SHA-256");
            }
        }
    }

    void compare_artifacts(const Json& artifacts) {
        std::string last;
        std::set<std::string> listed;
        for (const Json& row : artifacts) {
            require_keys(row, {"name", "sha256", "mode"}, false, "artifacts");
            const std::string name = text(row["name"], "name");
            if (!(last < name)) {
                malformed(named(name) + " is listed a second time, or out of order");
            }
            last = name;
            listed.insert(name);
            const auto file = files_.find(name);
            if (file == files_.end()) {
                findings_.push_back({name, "", "the file is missing; the manifest lists it", name});
                continue;
            }
            if (digest_of(file->second) != text(row["sha256"], "sha256")) {
                findings_.push_back({name, "", "its contents are not those whose digest the manifest has", name});
            }
            const auto mode = read_mode(text(row["mode"], "mode"));
            if (mode != file->second.mode) {
                findings_.push_back(
                    {name, "", "its mode is not the one that the manifest has, " + text(row["mode"], "mode"), name});
            }
        }
        for (const auto& [name, file] : files_) {
            if (name != format::manifest_file && !listed.contains(name)) {
                findings_.push_back({name, "", "the manifest does not list this file", name});
            }
        }
    }

    void compare_parameters(const Json& rows) {
        std::map<std::string, policy::Parameter> found;
        for (const Json& row : rows) {
            const std::string name = text(member(row, "name"), "name");
            check_origin(row, name);
            if (!found.emplace(name, read_manifest_parameter(row)).second) {
                malformed("the parameter " + named(name) + " is declared a second time");
            }
        }
        for (const auto& [name, parameter] : policy_.parameters) {
            const auto there = found.extract(name);
            if (there.empty()) {
                object("the parameter " + named(name) + " is missing", "$" + name);
            } else if (!(there.mapped() == parameter.value)) {
                object("the parameter " + named(name) + " takes other values than the policy says", "$" + name);
            }
        }
        for (const auto& [name, parameter] : found) {
            object("the parameter " + named(name) + " is declared, and the policy has none of that name", "$" + name);
        }
    }

    void check_origin(const Json& row, const std::string& name) {
        const auto meant = policy_.parameters.find(name);
        const std::string origin = text(member(row, "origin"), "origin");
        if (meant != policy_.parameters.end() && meant->second.origin.known() && origin != meant->second.origin.describe_stable()) {
            object("the parameter " + named(name) + " is said to stand at " + named(origin), "$" + name);
        }
    }

    void compare_process(const Json& process) {
        require_keys(process, {"run_as", "command", "pass_descriptors", "keep_terminal", "survive_parent", "groups_none"}, false,
                     "process");
        const policy::Process& meant = policy_.process;
        compare_run_as(process["run_as"]);
        compare_command(process["command"]);
        std::set<std::uint64_t> passed;
        for (const Json& descriptor : list(process, "pass_descriptors")) {
            passed.insert(number(descriptor, "pass_descriptors"));
        }
        std::set<std::uint64_t> meant_passed;
        for (const auto& [descriptor, origin] : meant.pass_descriptors) {
            meant_passed.insert(descriptor);
        }
        if (passed != meant_passed) {
            object("other descriptors are handed in than the policy says", "pass_descriptors");
        }
        const auto compare_flag = [&](const char* name, bool value) {
            if (flag(process, name) != value) {
                object(named(name) + " is " + (value ? "false" : "true") + "; the policy means the opposite", name);
            }
        };
        compare_flag("keep_terminal", meant.keep_terminal.value);
        compare_flag("survive_parent", meant.survive_parent.value);
        compare_flag("groups_none", meant.groups_none.value);
    }

    void compare_run_as(const Json& ids) {
        std::optional<policy::IdPair> found;
        if (!ids.is_null()) {
            require_keys(ids, {"uid", "gid"}, false, "run_as");
            constexpr std::uint64_t largest = 0xfffffffeU;
            found = policy::IdPair{static_cast<std::uint32_t>(std::min(number(ids["uid"], "uid"), largest)),
                                   static_cast<std::uint32_t>(std::min(number(ids["gid"], "gid"), largest))};
        }
        const auto& meant = policy_.process.run_as;
        if (found != (meant ? std::optional(meant->value) : std::nullopt)) {
            object("`run_as` is " + (found ? std::to_string(found->uid) + ":" + std::to_string(found->gid) : "null") +
                       "; the policy means " +
                       (meant ? std::to_string(meant->value.uid) + ":" + std::to_string(meant->value.gid) : "none"),
                   "run_as");
        }
    }

    void compare_command(const Json& command) {
        std::optional<policy::Command> found;
        if (!command.is_null()) {
            require_keys(command, {"program", "arguments", "only"}, false, "command");
            found.emplace();
            found->program = as_path(read_template(text(command["program"], "program")));
            for (const Json& argument : list(command, "arguments")) {
                found->arguments.push_back(read_template(text(argument, "arguments")));
            }
            found->only = flag(command, "only");
        }
        const auto& meant = policy_.process.command;
        if (found != (meant ? std::optional(meant->value) : std::nullopt)) {
            object("the command is another one than the policy says, or who may replace it is", "command");
        }
    }

    void compare_exclusive(const Json& trees) {
        std::set<SandboxPath> found;
        for (const Json& tree : trees) {
            found.insert(as_path(read_template(text(tree, "exclusive"))));
        }
        for (const SandboxPath& tree : view_.exclusive) {
            if (!found.contains(tree)) {
                object(named(tree.text()) + " is writable and holds other nodes, and is not locked while a sandbox runs",
                       tree.text());
            }
        }
        for (const SandboxPath& tree : found) {
            if (!view_.exclusive.contains(tree)) {
                object(named(tree.text()) + " is locked, and nothing calls for it", tree.text());
            }
        }
    }

    void compare_requirements(const Json& features) {
        std::set<std::string> meant = {"bwrap:add-seccomp-fd", "bwrap:bind-fd", "bwrap:perms", "bwrap:size", "user-namespace"};
        if (!policy_.process.nested_namespaces.value) {
            meant.insert("bwrap:disable-userns");
        }
        if (const policy::Network& network = policy_.network; network.mode.value == policy::NetworkMode::filtered) {
            const bool is_simple = network.published.empty() && !reaches_ipv6(policy_);
            meant.insert({"nft", "tun", is_simple ? "slirp4netns" : "pasta"});
            if (!network.names.empty()) {
                meant.insert("dnsmasq");
            }
        }
        meant.merge(limits_of_sbx_run(policy_));
        if (policy_.landlock.least || policy::has_noexec(policy_)) {
            meant.insert("landlock");
        }
        std::set<std::string> found;
        for (const Json& feature : features) {
            found.insert(text(feature, "requires"));
        }
        if (found != meant || found.size() != features.size()) {
            object("`requires` is not what the launch needs of the host", "requires");
        }
    }

    /// The rows were cut out of what policyc has written.
    static void check_emptied(const Json& rows) {
        if (!rows.empty()) {
            malformed("it is no JSON as policyc writes it");
        }
    }

    /// What an earlier run found. It is not believed: this is another run.
    void check_verification(const Json& verification) {
        if (verification.is_string() && verification == format::not_verified) {
            return;
        }
        require_keys(verification, {"result", "read"}, false, "verification");
        if (text(verification["result"], "result") != format::verified) {
            malformed("`verification` has a result that there is not");
        }
        for (const Json& name : list(verification, "read")) {
            if (!files_.contains(text(name, "read"))) {
                object("`verification` names a file that the bundle does not have", text(name, "read"));
            }
        }
    }

    const policy::Policy& policy_;
    const PolicyView& view_;
    const BundleFiles& files_;
    Findings& findings_;
};

}  // namespace

void compare_manifest(std::string_view bytes, const policy::Policy& policy, const PolicyView& view, const BundleFiles& files,
                      Findings& findings) {
    const ManifestParts parts = cut_manifest(bytes);
    const Json root = Json::parse(parts.rest, nullptr, false);
    if (root.is_discarded() || root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n" != parts.rest) {
        malformed("it is no JSON as policyc writes it");
    }
    ManifestComparison(policy, view, files, findings).run(root);
    compare_enforcement(read_rows(parts), policy, findings);
}

std::optional<std::uint64_t> manifest_format(std::string_view bytes) {
    const Json root = Json::parse(cut_manifest(bytes).rest, nullptr, false);
    const bool stated = root.is_object() && root.contains("format") && root["format"].is_number_unsigned();
    return stated ? std::optional(root["format"].get<std::uint64_t>()) : std::nullopt;
}

}  // namespace sbx::verify
