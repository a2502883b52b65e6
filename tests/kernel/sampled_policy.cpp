// Random statements of the small universe, moved to where the host's tree lies.
#include "tests/kernel/sampled_policy.hpp"

#include "tests/property/random_value.hpp"

#include <algorithm>

namespace sbx::kernel {
namespace {

using policy::SandboxPath;
using test::RandomStatement;
using Statements = std::vector<RandomStatement>;

constexpr unsigned one_in_missing = 3;  ///< hosts that lack something

/// Every path that the text names, below `base`.
std::string moved(const std::string& text, const std::string& base) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at] == '/' && at > 0 && text[at - 1] == ' ' ? base + "/" : std::string(1, text[at]);
    }
    return out;
}

/// With the value of the parameter, without the optional statements whose source the host lacks, and without the mark at the
/// others.
template <class Has>
Statements for_this_launch(const Statements& statements, const std::string& value, Has has) {
    Statements left;
    for (RandomStatement statement : statements) {
        if (statement.verb == "param") {
            continue;
        }
        statement.text = replaced(statement.text, "$p", value);
        const std::size_t mark = statement.text.find('?');
        if (mark != std::string::npos) {
            const std::size_t begin = statement.text.find('/');
            std::string source = statement.text.substr(begin, mark - begin);
            source.resize(source.ends_with('/') ? source.size() - 1 : source.size());
            if (!has(source)) {
                continue;
            }
            statement.text.erase(mark, 1);
        }
        left.push_back(std::move(statement));
    }
    return left;
}

bool lies_in(const std::set<std::string>& tops, const std::string& path) {
    return std::any_of(tops.begin(), tops.end(), [&](const std::string& top) { return test::at_or_below(path, top); });
}

/// Something that the policy names, what lies above it, or anything at all.
std::string random_missing(std::mt19937& random, const policy::Filesystem& filesystem, const SampledHost& host) {
    std::vector<std::string> candidates = {host.points()[1 + random() % (host.points().size() - 1)]};
    for (const auto& [path, node] : filesystem.nodes) {
        const auto* tree = std::get_if<policy::HostTree>(&node.content);
        const SandboxPath& named = tree != nullptr ? tree->source : path;
        for (const auto& each : {std::optional(named), named.parent()}) {
            if (each && each->is_literal() && each->text() != host.base() && host.has(each->text())) {
                candidates.push_back(each->text());
            }
        }
    }
    return candidates[random() % candidates.size()];
}

/// Where a path of the sandbox lies on the host, if a host tree surrounds it there.
std::optional<std::string> place_on_host(const policy::Filesystem& filesystem, const SandboxPath& path) {
    for (auto above = path.parent(); above; above = above->parent()) {
        const auto found = filesystem.nodes.find(*above);
        if (found == filesystem.nodes.end()) {
            continue;
        }
        const auto* tree = std::get_if<policy::HostTree>(&found->second.content);
        return tree == nullptr ? std::nullopt : std::optional(tree->source.joined(policy::below(*above, path)).text());
    }
    return std::nullopt;
}

}  // namespace

std::optional<SampledPolicy> sample(std::mt19937& random, const SampledHost& host) {
    Statements statements = test::random_view(random);
    for (RandomStatement& statement : statements) {
        statement.text = moved(statement.text, host.base());
    }
    const auto written = test::compile(test::policy_text(statements));
    const auto value = written ? test::random_value(random, written->profile.policy) : std::nullopt;
    if (!value) {
        return std::nullopt;
    }
    SampledPolicy sampled;
    if (random() % one_in_missing == 0) {
        for (unsigned left = 1 + random() % 2; left > 0; --left) {
            sampled.missing.insert(random_missing(random, written->profile.policy.filesystem, host));
        }
    }
    if (!value->empty()) {
        sampled.options = {"--set", "p=" + *value};
    }
    sampled.text = "sbx 1\nprofile random\nprocess { run-as 65532:65532 }\nfilesystem { read $ROOT/tools as /probe }\n";
    for (const RandomStatement& statement : statements) {
        sampled.text += statement.block.empty() ? statement.text + "\n" : statement.block + " { " + statement.text + " }\n";
    }
    const auto has = [&](const std::string& path) { return host.has(path) && !lies_in(sampled.missing, path); };
    const auto has_all = [](const std::string& /*path*/) { return true; };
    auto meant = test::compile(test::policy_text(for_this_launch(statements, *value, has)));
    auto complete = test::compile(test::policy_text(for_this_launch(statements, *value, has_all)));
    if (!meant || !complete) {
        return std::nullopt;
    }
    sampled.meant = std::move(*meant);
    sampled.complete = std::move(*complete);
    return sampled;
}

Launch launch_expected(const SampledPolicy& policy, const SampledHost& host) {
    const policy::Filesystem& filesystem = policy.meant.profile.policy.filesystem;
    for (const auto& [path, directory] : filesystem.required) {
        if (!host.has(path.text())) {
            return Launch::is_refused;
        }
    }
    for (const auto& [path, node] : filesystem.nodes) {
        const auto* tree = std::get_if<policy::HostTree>(&node.content);
        if (tree != nullptr && !host.has(tree->source.text())) {
            return Launch::is_refused;
        }
    }
    const policy::Filesystem& complete = policy.complete.profile.policy.filesystem;
    const bool no_place = std::any_of(complete.nodes.begin(), complete.nodes.end(), [&](const auto& entry) {
        const auto place = place_on_host(complete, entry.first);
        return place && !host.has(*place);
    });
    if (policy.options.empty() || host.has(policy.options[1].substr(2))) {
        return no_place ? Launch::either : Launch::runs;
    }
    return Launch::is_refused;  // a parameter's value must exist
}

}  // namespace sbx::kernel
