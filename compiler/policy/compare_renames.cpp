// Parameters that only changed their name. What a parameter does is read off the statements that it stands in, with its name taken
// out; names are matched where most of that is the same, and each at most once.
#include "compiler/policy/compare_parts.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace sbx::policy {
namespace {

bool continues_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// Whether `text` has `word` at `at`, which may lie beyond its end.
bool has_at(std::string_view text, std::size_t at, std::string_view word) {
    return at <= text.size() && text.substr(at).starts_with(word);
}

/// Gives every `$name` and `${name}` of `statement` another name; how many there were.
std::size_t replace_name(std::string& statement, const std::string& name, const std::string& other) {
    std::size_t replaced = 0;
    for (std::size_t at = statement.find('$'); at != std::string::npos; at = statement.find('$', at + 1)) {
        const bool braced = has_at(statement, at + 1, "{");
        const std::size_t begin = at + (braced ? 2 : 1);
        const std::size_t end = begin + name.size();
        const bool ends = braced ? has_at(statement, end, "}") : end >= statement.size() || !continues_name(statement[end]);
        if (has_at(statement, begin, name) && ends) {
            statement.replace(begin, name.size(), other);
            ++replaced;
        }
    }
    return replaced;
}

/// The statements that a parameter stands in, without its name.
std::set<std::string> roles_of(const std::vector<StatementLine>& lines, const std::string& name) {
    std::set<std::string> roles;
    for (const StatementLine& line : lines) {
        std::string role = line.text;
        if (replace_name(role, name, "") != 0) {
            roles.insert(std::move(role));
        }
    }
    return roles;
}

std::vector<std::string> only_in(const Policy& policy, const Policy& other) {
    std::vector<std::string> names;
    for (const auto& [name, parameter] : policy.parameters) {
        if (other.parameters.count(name) == 0) {
            names.push_back(name);
        }
    }
    return names;
}

/// Twice what the two have in common, and one more for the same declaration; 0 where there is no resemblance.
std::size_t likeness(const std::set<std::string>& a, const std::set<std::string>& b, bool same_declaration) {
    std::vector<std::string> common;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
    if (common.empty() && !(a.empty() && b.empty() && same_declaration)) {
        return 0;
    }
    return 2 * common.size() + (same_declaration ? 1 : 0);
}

// ---- the policy with other names --------------------------------------------------------------------------------------------

class Renamer {
public:
    explicit Renamer(const Renames& renames) : names_(renames.begin(), renames.end()) {}

    [[nodiscard]] std::string name(const std::string& old) const {
        const auto found = names_.find(old);
        return found == names_.end() ? old : found->second;
    }
    [[nodiscard]] SandboxPath path(const SandboxPath& old) const {
        return old.is_literal() ? old : SandboxPath::below_parameter(name(old.parameter()), old.tail()).value_or(old);
    }
    [[nodiscard]] Text text(const Text& old) const {
        Text renamed;
        for (const TextPiece& piece : old.pieces()) {
            if (piece.is_parameter) {
                renamed.append_parameter(name(piece.value));
            } else {
                renamed.append_literal(piece.value);
            }
        }
        return renamed;
    }
    [[nodiscard]] Node node(Node old) const {
        if (auto* tree = std::get_if<HostTree>(&old.content)) {
            tree->source = path(tree->source);
        } else if (auto* file = std::get_if<DataFile>(&old.content)) {
            file->contents = text(file->contents);
        }
        return old;
    }

private:
    std::map<std::string, std::string> names_;
};

void rename_filesystem(Filesystem& filesystem, const Renamer& renamer) {
    std::map<SandboxPath, Node> nodes;
    for (auto& [path, node] : filesystem.nodes) {
        nodes.emplace(renamer.path(path), renamer.node(std::move(node)));
    }
    filesystem.nodes = std::move(nodes);
    std::map<SandboxPath, Located<bool>> required;
    for (const auto& [path, directory] : filesystem.required) {
        required.emplace(renamer.path(path), directory);
    }
    filesystem.required = std::move(required);
    if (filesystem.workdir) {
        filesystem.workdir->value = renamer.path(filesystem.workdir->value);
    }
}

std::set<std::string> renamed(const std::set<std::string>& names, const Renamer& renamer) {
    std::set<std::string> others;
    for (const std::string& name : names) {
        others.insert(renamer.name(name));
    }
    return others;
}

void rename_rules(std::vector<SymbolicRule>& rules, const Renamer& renamer) {
    for (SymbolicRule& rule : rules) {
        if (auto* const parameter = std::get_if<ParameterName>(&rule.to)) {
            parameter->name = renamer.name(parameter->name);
        }
        rule.ports.parameters = renamed(rule.ports.parameters, renamer);
    }
    std::sort(rules.begin(), rules.end());
}

void rename_network(Network& network, const Renamer& renamer) {
    rename_rules(network.symbolic_allowed, renamer);
    rename_rules(network.symbolic_denied, renamer);
    for (auto& [name, named] : network.names) {
        for (auto& [protocol, ports] : named) {
            ports.parameters = renamed(ports.parameters, renamer);
        }
    }
    for (ResolverAddress& resolver : network.resolvers) {
        if (auto* const parameter = std::get_if<ParameterName>(&resolver)) {
            parameter->name = renamer.name(parameter->name);
        }
    }
    network.unblocked.host.parameters = renamed(network.unblocked.host.parameters, renamer);
    std::set<Publication> published;
    for (Publication publication : network.published) {
        if (auto* const parameter = std::get_if<ParameterName>(&publication.port)) {
            parameter->name = renamer.name(parameter->name);
        }
        published.insert(std::move(publication));
    }
    network.published = std::move(published);
    for (NetworkRule& rule : network.rules) {
        rule.address_parameters = renamed(rule.address_parameters, renamer);
        rule.ports.parameters = renamed(rule.ports.parameters, renamer);
    }
}

void rename_process(Process& process, const Renamer& renamer) {
    process.hostname.value = renamer.text(process.hostname.value);
    if (process.command) {
        process.command->value.program = renamer.path(process.command->value.program);
        for (Text& argument : process.command->value.arguments) {
            argument = renamer.text(argument);
        }
    }
}

}  // namespace

Renames find_renames(const Policy& before, const Policy& after) {
    const std::vector<std::string> gone = only_in(before, after);
    const std::vector<std::string> added = only_in(after, before);
    if (gone.empty() || added.empty()) {
        return {};
    }
    const std::vector<StatementLine> old_lines = statement_lines(before);
    const std::vector<StatementLine> new_lines = statement_lines(after);
    std::vector<std::tuple<std::size_t, std::string, std::string>> candidates;
    for (const std::string& old_name : gone) {
        const std::set<std::string> old_roles = roles_of(old_lines, old_name);
        for (const std::string& new_name : added) {
            const Parameter& a = before.parameters.at(old_name).value;
            const Parameter& b = after.parameters.at(new_name).value;
            const std::size_t score = a.type == b.type ? likeness(old_roles, roles_of(new_lines, new_name), a == b) : 0;
            if (score != 0) {
                candidates.emplace_back(score, old_name, new_name);
            }
        }
    }
    std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return std::tuple(std::get<0>(b), std::get<1>(a), std::get<2>(a)) <
               std::tuple(std::get<0>(a), std::get<1>(b), std::get<2>(b));
    });
    Renames renames;
    for (const auto& [score, old_name, new_name] : candidates) {
        const bool taken = std::any_of(renames.begin(), renames.end(), [&, old = old_name, now = new_name](const auto& pair) {
            return pair.first == old || pair.second == now;
        });
        if (!taken) {
            renames.emplace_back(old_name, new_name);
        }
    }
    std::sort(renames.begin(), renames.end());
    return renames;
}

Policy with_renamed_parameters(const Policy& policy, const Renames& renames) {
    Policy renamed = policy;
    if (renames.empty()) {
        return renamed;
    }
    const Renamer renamer(renames);
    renamed.parameters.clear();
    for (const auto& [name, parameter] : policy.parameters) {
        renamed.parameters.emplace(renamer.name(name), parameter);
    }
    rename_filesystem(renamed.filesystem, renamer);
    rename_network(renamed.network, renamer);
    for (auto& [limit, value] : renamed.limits) {
        if (auto* parameter = std::get_if<ParameterValue>(&value.value)) {
            parameter->parameter = renamer.name(parameter->parameter);
        }
    }
    for (auto& [name, value] : renamed.environment.fixed) {
        value.value = renamer.text(value.value);
    }
    rename_process(renamed.process, renamer);
    return renamed;
}

std::string with_old_names(std::string statement, const Renames& renames) {
    for (const auto& [old_name, new_name] : renames) {
        const std::string declaration = "param " + new_name + ":";
        if (statement.starts_with(declaration)) {
            statement.replace(6, new_name.size(), old_name);
        }
        replace_name(statement, new_name, old_name);
    }
    return statement;
}

}  // namespace sbx::policy
