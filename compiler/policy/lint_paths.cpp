// Granted paths that mean more than they say, on a usual host: trees with sockets, secrets, start-up files, links. What they mean
// is data (sensitive_paths.def); here is when it matters for a node. What another node covers is not in the view, and is no
// finding.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/sensitive_paths.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <array>

namespace sbx::policy {

bool is_own(const Origin& origin) {
    return origin.known() && !is_standard(origin);
}

namespace {

/// A node that shows something of the host, with what is known about its source.
struct GrantedNode {
    const Filesystem& filesystem;
    const SandboxPath& path;
    const Node& node;
    const SandboxPath& source;
    const HostTree* tree = nullptr;  ///< nullptr for a device or a socket
    std::vector<PathFact> facts;

    [[nodiscard]] std::string head() const { return "`" + statement_head(path, node) + "`"; }
};

/// Whether the sandbox sees `fact`'s path through this node, and not some other node that covers it.
bool is_seen(const GrantedNode& granted, const PathFact& fact) {
    if (fact.relation != Relation::above) {
        return true;
    }
    if (fact.path.find('*') != std::string::npos || granted.tree == nullptr) {
        return false;
    }
    const std::string_view rest = std::string_view(fact.path).substr(granted.source.is_root() ? 0 : granted.source.tail().size());
    for (std::optional<SandboxPath> at = granted.path.joined(rest); at && *at != granted.path; at = at->parent()) {
        if (granted.filesystem.nodes.count(*at) != 0) {
            return false;
        }
    }
    return true;
}

/// The first fact of the kind that the sandbox sees; nullptr if there is none.
const PathFact* seen_fact(const GrantedNode& granted, PathKind kind) {
    const auto found = std::find_if(granted.facts.begin(), granted.facts.end(),
                                    [&](const PathFact& fact) { return fact.kind == kind && is_seen(granted, fact); });
    return found == granted.facts.end() ? nullptr : &*found;
}

std::string fact_note(const PathFact& fact) {
    return "`" + fact.path + "`: " + std::string(fact.what) + " (" + std::string(fact.source) + ")";
}

/// Of a path that holds several facts of the kind: each that is seen, up to as many as anybody reads.
void add_facts(Diagnostic& finding, const GrantedNode& granted, PathKind kind) {
    constexpr std::size_t most_notes = 5;
    std::size_t left_out = 0;
    for (const PathFact& fact : granted.facts) {
        if (fact.kind == kind && is_seen(granted, fact)) {
            if (finding.notes.size() < most_notes) {
                finding.notes.push_back(fact_note(fact));
            } else {
                ++left_out;
            }
        }
    }
    if (left_out != 0) {
        finding.notes.push_back("and " + std::to_string(left_out) + " more");
    }
}

Diagnostic path_finding(DiagnosticKind kind, const GrantedNode& granted, std::string message, std::string label) {
    Diagnostic finding = make_finding(kind, granted.node.origin, std::move(message));
    finding.label = std::move(label);
    return finding;
}

using PathLint = std::optional<Diagnostic> (*)(const GrantedNode&);

/// FHS 3.0, chapter 3: what each of them holds belongs to others.
struct WideTree {
    std::string_view path;
    std::string_view holds;
    std::string_view instead;
};
constexpr WideTree wide_trees[] = {
    {"/", "everything on the host", "`use std/system`, and the directories that the program works on"},
    {"/home", "the files of every user, keys included", "the directory that the program works on"},
    {"/root", "the administrator's files, keys included", "the directory that the program works on"},
    {"/etc", "the host's configuration, its accounts and keys included", "`use std/system`, and the files that the program reads"},
    {"/var", "the state, the mail and the logs of every service", "the directory that the program works on"},
};

std::optional<Diagnostic> find_too_wide(const GrantedNode& granted) {
    for (const WideTree& wide : wide_trees) {
        if (granted.tree != nullptr && granted.source.is_literal() && granted.source.tail() == wide.path) {
            Diagnostic finding =
                path_finding(DiagnosticKind::too_wide, granted, granted.head() + " grants " + std::string(wide.holds), "all of it");
            finding.help.push_back("grant what is needed: " + std::string(wide.instead));
            return finding;
        }
    }
    return std::nullopt;
}

std::optional<Diagnostic> find_socket_tree(const GrantedNode& granted) {
    const PathFact* fact = granted.tree != nullptr ? seen_fact(granted, PathKind::socket_tree) : nullptr;
    if (fact == nullptr || fact->relation == Relation::below) {
        return std::nullopt;
    }
    Diagnostic finding = path_finding(DiagnosticKind::socket_reachable, granted,
                                      granted.head() + " lets the sandbox connect to the host's sockets in `" + fact->path + "`",
                                      granted.tree->writable ? "" : "read-only does not stop connect()");
    finding.notes.push_back(fact_note(*fact));
    finding.help.emplace_back("grant the files that are needed one by one, and a socket with `socket PATH`");
    return finding;
}

std::optional<Diagnostic> find_control_socket(const GrantedNode& granted) {
    const PathFact* fact = seen_fact(granted, PathKind::control_socket);
    if (fact == nullptr) {
        return std::nullopt;
    }
    Diagnostic finding =
        path_finding(DiagnosticKind::control_socket_visible, granted, granted.head() + " gives the sandbox a way out", "");
    add_facts(finding, granted, PathKind::control_socket);
    finding.help.push_back(fact->relation == Relation::above
                               ? "keep it out, as in `hide " + fact->path + (fact->directory ? "/" : "") +
                                     "`, or grant what is needed beside it"
                               : "remove it, and let a program outside do what is asked for there");
    return finding;
}

std::optional<Diagnostic> find_run_by_host(const GrantedNode& granted) {
    if (granted.tree == nullptr || !granted.tree->writable) {
        return std::nullopt;
    }
    const std::string message = granted.head() + " lets the sandbox change what runs outside of it";
    if (const std::vector<std::string_view> git = {"/.git", "/.git/hooks", "/.git/config"};
        std::any_of(git.begin(), git.end(), [&](std::string_view end) { return granted.source.tail().ends_with(end); })) {
        Diagnostic finding = path_finding(DiagnosticKind::run_by_host, granted, message, "git runs what it names");
        finding.notes.emplace_back("hooks and settings of a repository name programs: githooks(5), git-config(1)");
        finding.help.emplace_back("grant the working tree, and `hide` or `read` its `.git`");
        return finding;
    }
    const PathFact* fact = seen_fact(granted, PathKind::run_by_host);
    if (fact == nullptr) {
        return std::nullopt;
    }
    Diagnostic finding = path_finding(DiagnosticKind::run_by_host, granted, message, "");
    add_facts(finding, granted, PathKind::run_by_host);
    finding.help.emplace_back("grant a directory that nothing on the host runs from, or the tree with `read`");
    return finding;
}

std::optional<Diagnostic> find_secret(const GrantedNode& granted) {
    const PathFact* fact = granted.tree != nullptr ? seen_fact(granted, PathKind::secret) : nullptr;
    PathKind kind = PathKind::secret;
    if (const PathFact* kept = granted.tree != nullptr ? seen_fact(granted, PathKind::kept_secret) : nullptr;
        fact == nullptr && kept != nullptr && kept->relation != Relation::above) {
        fact = kept;  // whoever names it means it
        kind = PathKind::kept_secret;
    }
    const bool is_public = granted.source.tail().ends_with(".pub") ||
                           std::any_of(granted.facts.begin(), granted.facts.end(), [](const PathFact& other) {
                               return other.kind == PathKind::no_secret && other.relation != Relation::above;
                           });
    if (fact == nullptr || is_public) {
        return std::nullopt;
    }
    Diagnostic finding =
        path_finding(DiagnosticKind::secrets_readable, granted, granted.head() + " hands secrets to the sandbox", "");
    add_facts(finding, granted, kind);
    finding.help.push_back(
        fact->relation == Relation::above
            ? "grant the directories that are needed and not the whole, or hide what is named here"
            : "hand in the one secret that is needed, under an identity of its own, as a file made for this launch");
    return finding;
}

/// A tree in which a secret lies that its mode keeps from nearly everybody: seldom a loss, and never needed.
std::optional<Diagnostic> find_kept_secret(const GrantedNode& granted) {
    const PathFact* fact = granted.tree != nullptr ? seen_fact(granted, PathKind::kept_secret) : nullptr;
    if (fact == nullptr) {
        return std::nullopt;
    }
    Diagnostic finding = path_finding(DiagnosticKind::secrets_readable, granted,
                                      granted.head() + " includes what root and one group alone may read", "");
    finding.severity = Severity::pedantic;
    add_facts(finding, granted, PathKind::kept_secret);
    finding.help.emplace_back("keep it out with a `hide`, or grant the directories that are needed and not the whole");
    return finding;
}

std::optional<Diagnostic> find_raw_device(const GrantedNode& granted) {
    const PathFact* fact =
        std::holds_alternative<HostDevice>(granted.node.content) ? seen_fact(granted, PathKind::raw_device) : nullptr;
    if (fact == nullptr) {
        return std::nullopt;
    }
    Diagnostic finding =
        path_finding(DiagnosticKind::broad_device, granted, granted.head() + " gives more than one program's data", "");
    add_facts(finding, granted, PathKind::raw_device);
    finding.help.emplace_back("grant the files that are needed, or the one device that holds nothing else");
    return finding;
}

std::optional<Diagnostic> find_usual_link(const GrantedNode& granted) {
    const PathFact* fact = granted.tree != nullptr ? seen_fact(granted, PathKind::link) : nullptr;
    if (fact == nullptr || fact->relation == Relation::above) {
        return std::nullopt;
    }
    Diagnostic finding = path_finding(DiagnosticKind::link_in_path, granted,
                                      "`" + fact->path + "` is a symbolic link on usual hosts, where the launch would be refused",
                                      std::string(fact->what));
    finding.help.emplace_back("name what it leads to; `use std/system` has the links of /bin, /sbin, /lib and /lib64");
    return finding;
}

std::optional<Diagnostic> find_varying(const GrantedNode& granted) {
    const PathFact* fact = granted.tree != nullptr && !granted.node.optional ? seen_fact(granted, PathKind::varies) : nullptr;
    if (fact == nullptr || fact->relation == Relation::above) {
        return std::nullopt;
    }
    Diagnostic finding =
        path_finding(DiagnosticKind::missing_path_fatal, granted,
                     "`" + granted.source.text() + "` is not on every host, and the launch is refused without it", "");
    finding.notes.push_back(fact_note(*fact));
    finding.help.push_back("write `?` after the path if the program can do without it: `" + granted.source.text() + "?`");
    return finding;
}

/// The gravest first: of several that are true of one node, one is enough to look at it again.
constexpr std::array<PathLint, 9> path_lints = {find_too_wide,    find_socket_tree, find_control_socket,
                                                find_run_by_host, find_secret,      find_raw_device,
                                                find_usual_link,  find_varying,     find_kept_secret};

}  // namespace

void lint_paths(const Profile& profile, Findings& findings) {
    const Filesystem& filesystem = profile.policy.filesystem;
    for (const auto& [path, node] : filesystem.nodes) {
        const auto* tree = std::get_if<HostTree>(&node.content);
        const bool is_host =
            tree != nullptr || std::holds_alternative<HostDevice>(node.content) || std::holds_alternative<HostSocket>(node.content);
        const SandboxPath& source = tree != nullptr ? tree->source : path;
        if (!is_host || !source.is_literal() || !is_own(node.origin)) {
            continue;
        }
        const GrantedNode granted{filesystem, path, node, source, tree, facts_about(source)};
        for (const PathLint lint : path_lints) {
            auto finding = lint(granted);
            if (finding && findings.add(*std::move(finding))) {
                break;
            }
        }
    }
}

}  // namespace sbx::policy
