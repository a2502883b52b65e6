// `noexec` is delivered by Landlock, whose rights only add up along a path (landlock(7)): below what can be executed, or in a tree
// that can be executed under another name, nothing can be kept from being executed.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/statement_text.hpp"

#include <vector>

namespace sbx::policy {
namespace {

struct PlacedTree {
    const SandboxPath* path = nullptr;
    const HostTree* tree = nullptr;
    Origin origin;
};

bool gives_execution(const NodeContent& content) {
    const auto* tree = std::get_if<HostTree>(&content);
    return std::holds_alternative<Tmpfs>(content) || (tree != nullptr && !tree->noexec);
}

class NoexecCheck {
public:
    NoexecCheck(const Policy& policy, Findings& findings) : policy_(policy), findings_(findings) {
        for (const auto& [path, node] : policy.filesystem.nodes) {
            if (const auto* tree = std::get_if<HostTree>(&node.content)) {
                (tree->noexec ? kept_ : executed_).push_back({&path, tree, node.origin});
            }
        }
    }

    void run() {
        for (const PlacedTree& tree : kept_) {
            if (policy_.process.nested_namespaces.value) {
                report_namespaces(tree);
            } else if (!report_above(tree)) {
                report_other_name(tree);
            }
        }
    }

private:
    const Policy& policy_;
    Findings& findings_;
    std::vector<PlacedTree> kept_;
    std::vector<PlacedTree> executed_;

    static Diagnostic finding(const PlacedTree& tree, std::string why) {
        return make_finding(DiagnosticKind::noexec_undeliverable, tree.origin,
                            "`noexec` cannot be kept for " + in_backquotes(tree.path->text()) + ": " + std::move(why));
    }

    void report_namespaces(const PlacedTree& tree) {
        Diagnostic error = finding(tree, "programs may make namespaces of their own here");
        error.labels.push_back({policy_.process.nested_namespaces.origin, "this lets them mount, which Landlock would forbid"});
        error.help.emplace_back("remove one of the two");
        findings_.add(std::move(error));
    }

    /// For every value of a parameter: what stands at or above the directory that it lies under.
    bool report_above(const PlacedTree& tree) {
        const auto& nodes = policy_.filesystem.nodes;
        std::optional<SandboxPath> at = tree.path->parent();
        bool jumped = tree.path->is_literal();
        for (;;) {
            if (!at && !jumped) {
                jumped = true;
                const auto parameter = policy_.parameters.find(tree.path->parameter());
                at = parameter != policy_.parameters.end() ? parameter->second.value.under : std::nullopt;
            }
            if (!at) {
                return false;
            }
            const auto node = nodes.find(*at);
            if (node != nodes.end() && gives_execution(node->second.content)) {
                Diagnostic error = finding(tree, "what surrounds it can be executed");
                error.labels.push_back({node->second.origin, in_backquotes(at->text()) + " gives that to all that lies below"});
                error.notes.emplace_back("to Landlock, which delivers `noexec`, rights only add up along a path");
                error.help.emplace_back(std::holds_alternative<Tmpfs>(node->second.content)
                                            ? "place it outside that `tmpfs`"
                                            : "place this one elsewhere, or say `noexec` there too");
                findings_.add(std::move(error));
                return true;
            }
            at = at->parent();
        }
    }

    /// A tree of which a part, or all, is seen elsewhere too: to Landlock that is the same directory.
    void report_other_name(const PlacedTree& tree) {
        for (const PlacedTree& other : executed_) {
            const SandboxPath& source = tree.tree->source;
            if (!source.contains(other.tree->source)) {
                continue;
            }
            const std::string below = other.tree->source.tail().substr(source.is_root() ? 0 : source.tail().size());
            const bool nested =
                (below.empty() || below == "/") ? *other.path == *tree.path : *other.path == tree.path->joined(below);
            if (nested) {
                continue;  // an executable part of a tree that is not
            }
            Diagnostic error = finding(tree, "a part of the same tree can be executed under another name");
            error.labels.push_back({other.origin, in_backquotes(other.tree->source.text()) + " lies in it"});
            error.notes.emplace_back("to Landlock, which delivers `noexec`, a directory is the same under every name");
            error.help.emplace_back("say `noexec` there too");
            findings_.add(std::move(error));
            return;
        }
    }
};

}  // namespace

void check_noexec(const Profile& profile, Findings& findings) {
    NoexecCheck(profile.policy, findings).run();
}

}  // namespace sbx::policy
