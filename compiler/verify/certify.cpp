// Which reader is for which file, and what a bundle consists of; see the header.
#include "compiler/verify/certify.hpp"

#include "compiler/policy/read_canonical_json.hpp"
#include "compiler/verify/compare_filesystem.hpp"
#include "compiler/verify/compare_launcher.hpp"
#include "compiler/verify/compare_packet_filter.hpp"
#include "compiler/verify/filter.hpp"
#include "compiler/verify/landlock.hpp"
#include "compiler/verify/manifest.hpp"
#include "compiler/verify/manifest_network.hpp"
#include "compiler/verify/nft_text.hpp"
#include "compiler/verify/resolver_table.hpp"
#include "compiler/verify/tables.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace sbx::verify {
namespace {

class Reading {
public:
    Reading(const BundleFiles& files, const policy::Policy& policy, const PolicyView& view)
        : files_(files), policy_(policy), view_(view) {}

    Findings artifacts() {
        read(format::policy_file, [&](std::string_view bytes) {
            const policy::ReadPolicy there = policy::read_back(bytes);
            if (!there.policy) {
                throw Malformed{"line " + std::to_string(there.line), there.error};
            }
            if (!(*there.policy == policy_)) {
                findings_.push_back(
                    {std::string(format::policy_file), "", "it is another policy than the one that was compiled", ""});
            }
        });
        read(format::arguments_file, [&](std::string_view bytes) {
            const std::string file(format::arguments_file);
            Findings objections;
            MountTable table(policy_.parameters, file, objections);
            table.replay(read_arguments(bytes, files_, used_));
            compare_filesystem(view_, table, file, findings_);
            compare_switches(policy_, table.switches(), file, findings_);
            // What would go wrong at the launch comes after what is wrong: it often follows from that.
            std::move(objections.begin(), objections.end(), std::back_inserter(findings_));
        });
        read(format::limits_file, [&](std::string_view bytes) {
            compare_limits(policy_.limits, read_limits_table(bytes), std::string(format::limits_file), findings_);
        });
        read(format::environment_file, [&](std::string_view bytes) {
            compare_environment(policy_.environment, read_environment_table(bytes), std::string(format::environment_file),
                                findings_);
        });
        read(format::landlock_file, [&](std::string_view bytes) {
            compare_landlock(policy_, read_landlock_table(bytes), std::string(format::landlock_file), findings_);
        });
        for (const std::string& architecture : filtered_architectures()) {
            const std::string file = std::string(format::seccomp_prefix) + architecture + std::string(format::seccomp_suffix);
            read(file, [&](std::string_view bytes) { compare_filter(bytes, architecture, policy_, file, findings_); });
        }
        NftRuleset ruleset;
        const bool filtered = policy_.network.mode.value == policy::NetworkMode::filtered;
        const bool readable = filtered && read_packet_filter(ruleset);
        read(format::launch_file, [&](std::string_view bytes) {
            compare_launcher(bytes, policy_, view_, files_, readable ? &ruleset : nullptr, findings_);
        });
        if (filtered) {
            if (!policy_.network.names.empty()) {
                read(format::resolver_file, [](std::string_view bytes) { static_cast<void>(read_resolver_table(bytes)); });
            }
        }
        check_names();
        return std::move(findings_);
    }

    Findings manifest() {
        read(format::manifest_file, [&](std::string_view bytes) {
            compare_manifest(bytes, policy_, view_, files_, findings_);
            compare_resolver_with(bytes);
        });
        return std::move(findings_);
    }

private:
    template <class Read>
    void read(std::string_view name, Read read_bytes) {
        const std::string file(name);
        const auto found = files_.find(file);
        if (found == files_.end()) {
            findings_.push_back({file, "", "the file is missing", file});
            return;
        }
        used_.insert(file);
        const bool program = name == format::launch_file;
        check_mode(file, found->second.mode, program ? 0755 : 0644);
        try {
            read_bytes(found->second.bytes);
        } catch (const Malformed& mistake) {
            findings_.push_back({file, mistake.place, mistake.message, ""});
        }
    }

    /// False, and findings, where the files cannot be read: what a ruleset means of which a part is missing, nobody can tell.
    bool read_packet_filter(NftRuleset& ruleset) {
        const std::vector<std::string> names = filter_files(files_);
        const std::size_t before = findings_.size();
        for (std::size_t i = 0; i < names.size(); ++i) {
            read(names[i], [&](std::string_view bytes) { read_nft_text(bytes, i, ruleset); });
        }
        if (findings_.size() != before) {
            return false;
        }
        const std::string file(format::filter_first);
        read(file, [&](std::string_view) { compare_packet_filter(ruleset, names.size(), policy_.network, file, findings_); });
        return true;
    }

    /// resolver.conf with the servers that are parameters, which the manifest has the launcher add.
    void compare_resolver_with(std::string_view manifest_bytes) {
        const auto file = files_.find(std::string(format::resolver_file));
        if (policy_.network.names.empty() || file == files_.end()) {
            return;
        }
        const AddedServers added = read_added_servers(manifest_bytes);
        ResolverTable table;
        try {
            table = read_resolver_table(file->second.bytes);
        } catch (const Malformed&) {
            return;  // artifacts() says so
        }
        compare_resolver(std::move(table), policy_.network, added.names, added.parameters, reaches_ipv6(policy_), file->first,
                         findings_);
    }

    void check_mode(const std::string& file, std::uint32_t mode, std::uint32_t meant) {
        if (mode != meant) {
            findings_.push_back({file, "", std::string("its mode is not ") + (meant == 0755 ? "0755" : "0644"), file});
        }
    }

    void check_names() {
        const std::string data = std::string(format::data_directory) + "/";
        for (const auto& [name, file] : files_) {
            if (name == format::manifest_file || used_.contains(name)) {
                if (name.starts_with(data)) {
                    check_mode(name, file.mode, 0644);
                }
                continue;
            }
            if (name == format::runtime_file) {
                check_mode(name, file.mode, 0755);
            } else {
                findings_.push_back(
                    {name, "", name.starts_with(data) ? "nothing uses this file" : "a bundle has no such file", name});
            }
        }
    }

    const BundleFiles& files_;
    const policy::Policy& policy_;
    const PolicyView& view_;
    std::set<std::string> used_;
    Findings findings_;
};

}  // namespace

Findings Certifier::artifacts(const BundleFiles& files) const {
    return Reading(files, policy_, view_).artifacts();
}

Findings Certifier::manifest(const BundleFiles& files) const {
    return Reading(files, policy_, view_).manifest();
}

Findings certify_bundle(const BundleFiles& files) {
    const std::string manifest(format::manifest_file);
    const std::string policy_file(format::policy_file);
    const auto listed = files.find(manifest);
    const auto stored = files.find(policy_file);
    if (listed == files.end() || stored == files.end()) {
        const std::string& missing = listed == files.end() ? manifest : policy_file;
        return {{missing, "", "the file is missing", missing}};
    }
    if (const auto format = manifest_format(listed->second.bytes); format && *format != format::format_version) {
        return {{manifest, "",
                 "the bundle is of format " + std::to_string(*format) + ", and this policyc reads format " +
                     std::to_string(format::format_version),
                 "format"}};
    }
    const policy::ReadPolicy read = policy::read_canonical_json(stored->second.bytes);
    if (!read.policy) {
        return {{policy_file, "line " + std::to_string(read.line), read.error, ""}};
    }
    const Certifier certifier(*read.policy);
    Findings findings = certifier.artifacts(files);
    for (Finding& finding : certifier.manifest(files)) {
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<std::string> read_files(const BundleFiles& files) {
    std::vector<std::string> names;
    for (const auto& [name, file] : files) {
        if (name != format::manifest_file && name != format::runtime_file) {
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace sbx::verify
