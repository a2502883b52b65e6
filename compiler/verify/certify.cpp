// Which reader is for which file, and what a bundle consists of; see the header.
#include "compiler/verify/certify.hpp"

#include "compiler/policy/read_canonical_json.hpp"
#include "compiler/verify/compare_filesystem.hpp"
#include "compiler/verify/compare_launcher.hpp"
#include "compiler/verify/filter.hpp"
#include "compiler/verify/manifest.hpp"
#include "compiler/verify/tables.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace sbx::verify {
namespace {

class Certifier {
public:
    Certifier(const BundleFiles& files, const policy::Policy& policy) : files_(files), policy_(policy), view_(policy) {}

    Findings artifacts() {
        read(format::policy_file, [&](std::string_view bytes) {
            const policy::ReadPolicy there = policy::read_canonical_json(bytes);
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
        for (const std::string& architecture : filtered_architectures()) {
            const std::string file = std::string(format::seccomp_prefix) + architecture + std::string(format::seccomp_suffix);
            read(file, [&](std::string_view bytes) {
                compare_filter(bytes, architecture, policy_.process.nested_namespaces.value, file, findings_);
            });
        }
        read(format::launch_file, [&](std::string_view bytes) { compare_launcher(bytes, policy_, view_, files_, findings_); });
        check_names();
        return std::move(findings_);
    }

    Findings manifest() {
        read(format::manifest_file, [&](std::string_view bytes) { compare_manifest(bytes, policy_, view_, files_, findings_); });
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
    PolicyView view_;
    std::set<std::string> used_;
    Findings findings_;
};

}  // namespace

Findings certify_artifacts(const BundleFiles& files, const policy::Policy& policy) {
    return Certifier(files, policy).artifacts();
}

Findings certify_manifest(const BundleFiles& files, const policy::Policy& policy) {
    return Certifier(files, policy).manifest();
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
    Findings findings = certify_artifacts(files, *read.policy);
    for (Finding& finding : certify_manifest(files, *read.policy)) {
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
