// Advice about paths: a node at the path where the walk ends, or a change of the one that decides there. A node that would open
// what the host itself lives on is never advised: something of one's own, seen at that path, is.
#include "compiler/policy/advise_parts.hpp"
#include "compiler/policy/concrete_view.hpp"
#include "compiler/policy/flat_nodes.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <array>

namespace sbx::policy {
namespace {

/// What every program of the host relies on, hier(7): no advice is worth a hole in there.
bool is_the_hosts_own(const SandboxPath& path) {
    static constexpr std::array<std::string_view, 9> trees = {"/bin",  "/boot", "/dev", "/etc", "/proc",
                                                              "/sbin", "/sys",  "/usr", "/run"};
    const auto at_or_below = [&](std::string_view tree) {
        const std::string_view tail = path.tail();
        return tail.substr(0, tree.size()) == tree && (tail.size() == tree.size() || tail[tree.size()] == '/');
    };
    return path.is_literal() &&
           (path.is_root() || path.tail().starts_with("/lib") || std::any_of(trees.begin(), trees.end(), at_or_below));
}

class PathAdvice {
public:
    PathAdvice(const Policy& policy, const Request& request, Candidates& candidates)
        : policy_(policy), kind_(request.kind), candidates_(candidates), flat_(to_flat(policy.filesystem)) {
        const Decision decision = decide(policy, request);
        verdict_ = decision.verdict;
        path_ = arrival_of(request.path);
        const auto found = policy.filesystem.nodes.find(decision.node);
        if (found != policy.filesystem.nodes.end() && decision.origin.file == found->second.origin.file) {
            decides_ = &*found;
        }
    }

    void give() {
        if (verdict_ == Verdict::allowed) {
            deny();
        } else if (verdict_ == Verdict::denied) {
            allow();
        } else {
            settle();
        }
    }

private:
    using Entry = std::pair<const SandboxPath, Node>;

    /// Where links of the policy lead; a path below a parameter is taken as it is.
    [[nodiscard]] SandboxPath arrival_of(const SandboxPath& path) const {
        const ParameterValues no_values;
        return path.is_literal() ? ConcreteView(policy_.filesystem, no_values).walk(path).path : path;
    }
    [[nodiscard]] bool is_exact() const { return decides_ != nullptr && decides_->first == path_; }
    [[nodiscard]] bool is_users() const { return decides_ != nullptr && !is_standard(decides_->second.origin); }
    [[nodiscard]] bool has_nodes_below() const {
        const auto next = flat_.upper_bound(path_);
        return next != flat_.end() && path_.contains(next->first);
    }

    void try_nodes(std::string text, const FlatNodes& changed) {
        if (auto filesystem = from_flat(changed, policy_.filesystem)) {
            Policy policy = policy_;
            policy.filesystem = *std::move(filesystem);
            candidates_.add(std::move(text), std::move(policy));
        }
    }
    /// From the user's own file a node takes the place of what another file has there.
    void place(const SandboxPath& path, const Node& node) {
        FlatNodes changed = flat_;
        const auto there = flat_.find(path);
        const bool replaces = there != flat_.end() && !is_standard(there->second.origin);
        changed[path] = node;
        const std::string statement = "`" + to_statement(path, node) + "`";
        const auto* mask = std::get_if<Mask>(&node.content);
        const std::string kind = mask != nullptr && !mask->directory ? ", with a `/` behind it if that is a directory" : "";
        const std::string old = replaces ? "replace `" + statement_head(path, there->second) + "` with " : "add ";
        try_nodes(old + statement + kind, changed);
    }
    void remove() {
        if (is_users()) {
            FlatNodes changed = flat_;
            changed.erase(decides_->first);
            try_nodes("remove `" + statement_head(decides_->first, decides_->second) + "`", changed);
        }
    }

    /// The part of the deciding tree that lies here; the host's own tree where none decides.
    [[nodiscard]] Node tree_here(bool writable) const {
        SandboxPath source = path_;
        if (const auto* tree = decides_ == nullptr ? nullptr : std::get_if<HostTree>(&decides_->second.content);
            tree != nullptr && decides_->first.contains(path_)) {
            source = tree->source.joined(below(decides_->first, path_));
        }
        return Node{HostTree{std::move(source), writable, false}, false, false, {}};
    }

    void deny() {
        if (kind_ == RequestKind::write && decides_ != nullptr && std::holds_alternative<HostTree>(decides_->second.content)) {
            place(path_, tree_here(false));
        }
        if (is_exact() && !has_nodes_below()) {
            remove();
        }
        if (!path_.is_root()) {
            place(path_, Node{Mask{has_nodes_below()}, false, has_nodes_below(), {}});
        }
        remove();
    }

    void allow() {
        const Node wanted = tree_here(kind_ == RequestKind::write);
        const bool of_the_host = is_the_hosts_own(std::get<HostTree>(wanted.content).source);
        const bool below_dev = decides_ != nullptr && std::holds_alternative<DeviceDirectory>(decides_->second.content);
        if (below_dev) {
            return place(path_, Node{HostDevice{}, false, false, {}});
        }
        if (is_exact() && std::holds_alternative<Mask>(decides_->second.content)) {
            remove();
        }
        if (decides_ != nullptr && is_exact() && std::holds_alternative<EmptyDirectory>(decides_->second.content) &&
            kind_ == RequestKind::write) {
            place(path_, Node{Tmpfs{}, false, false, {}});
        }
        give_mode();
        if (!of_the_host || kind_ != RequestKind::write) {
            place(path_, wanted);
        }
        if (kind_ == RequestKind::write) {
            place_something_of_ones_own();
        }
        remove();
    }
    /// What is denied only by the mode of what the policy makes.
    void give_mode() {
        Node other = decides_ == nullptr ? Node{} : decides_->second;
        if (auto* file = std::get_if<DataFile>(&other.content); file != nullptr && kind_ != RequestKind::write) {
            file->mode = kind_ == RequestKind::exec ? 0555 : 0444;
        } else if (auto* directory = std::get_if<EmptyDirectory>(&other.content)) {
            directory->mode = 0755;
        } else {
            return;
        }
        if (is_users()) {
            FlatNodes changed = flat_;
            changed[decides_->first] = other;
            try_nodes("give `" + statement_head(decides_->first, decides_->second) + "` `{ mode " +
                          (std::holds_alternative<EmptyDirectory>(other.content) ? "755"
                           : kind_ == RequestKind::exec                          ? "555"
                                                                                 : "444") +
                          " }`",
                      changed);
        }
    }
    /// A file or directory that was made for it, seen here; the name is the user's to choose.
    void place_something_of_ones_own() {
        const auto source = SandboxPath::literal("/var/tmp/made-for-this");
        FlatNodes changed = flat_;
        changed[path_] = Node{HostTree{*source, true, false}, false, false, {}};
        try_nodes("add `write SOURCE as " + quote_path(path_) + "`, with a SOURCE of the host that is made for this", changed);
    }

    /// It depends: on the host where `?` says so; else on a parameter, and only what decides at this very path settles that.
    void settle() {
        if (decides_ != nullptr && decides_->second.optional) {
            Node other = decides_->second;
            other.optional = false;
            FlatNodes changed = flat_;
            changed[decides_->first] = other;
            const std::string head = statement_head(decides_->first, decides_->second);
            try_nodes(is_users() ? "remove the `?` from `" + head + "`" : "add `" + to_statement(decides_->first, other) + "`",
                      changed);
        }
        if (path_.is_literal() && !path_.is_root()) {
            place(path_, Node{Mask{has_nodes_below()}, false, has_nodes_below(), {}});
        }
    }

    const Policy& policy_;
    RequestKind kind_;
    Candidates& candidates_;
    FlatNodes flat_;
    Verdict verdict_ = Verdict::denied;
    SandboxPath path_;
    const Entry* decides_ = nullptr;
};

}  // namespace

void advise_path(const Policy& policy, const Request& request, Candidates& candidates) {
    PathAdvice(policy, request, candidates).give();
}

}  // namespace sbx::policy
