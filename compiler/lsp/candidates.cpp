// Candidates collected; see the header.
#include "compiler/lsp/candidates.hpp"

#include "compiler/lsp/describe_words.hpp"
#include "compiler/lsp/names.hpp"
#include "compiler/policy/address_set.hpp"
#include "compiler/policy/limits.hpp"
#include "compiler/policy/socket_families.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/system_calls.hpp"
#include "compiler/policy/vocabulary.hpp"
#include "grammar/parser.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::lsp {
namespace {

using policy::Context;

void add_fragments(Candidates& list) {
    for (const policy::StandardFragment& fragment : policy::standard_fragments()) {
        const SourceFile file(std::string(fragment.name), std::string(fragment.text));
        DiagnosticSink sink;
        list.push_back({file.name(), CandidateKind::module, description_of(parse(file, sink)), {}, {}});
    }
}

void add_addresses(Candidates& list) {
    for (const policy::NamedSet& set : policy::named_address_sets()) {
        list.push_back({std::string(set.name), CandidateKind::constant, std::string(set.summary), describe_set(set.name), {}});
    }
}

void add_system_calls(Candidates& list, bool with_groups) {
    for (const policy::CallGroup& group : policy::call_groups()) {
        if (with_groups) {
            list.push_back({std::string(group.name), CandidateKind::constant, std::string(group.summary), {}, {}});
        }
    }
    for (const policy::SystemCallRow& row : policy::system_call_table()) {
        list.push_back({std::string(row.name), CandidateKind::function, std::string(row.groups), {}, {}});
    }
}

void add_words(Candidates& list, const std::vector<std::string_view>& words) {
    for (const std::string_view word : words) {
        list.push_back({std::string(word), CandidateKind::value, {}, {}, {}});
    }
}

void add_limits(Candidates& list) {
    for (const policy::StatementInfo& row : policy::statement_table()) {
        if (row.context == Context::limits) {
            list.push_back({std::string(row.keyword), CandidateKind::value, std::string(row.summary), {}, {}});
        }
    }
}

/// Variables that the policy speaks of.
void add_variables(Candidates& list, const policy::Environment& environment) {
    std::vector<std::string> names;
    for (const auto& [name, value] : environment.fixed) {
        names.push_back(name);
    }
    for (const auto& [name, origin] : environment.kept) {
        names.push_back(name);
    }
    for (const auto& [name, origin] : environment.accepted) {
        names.push_back(name);
    }
    for (std::string& name : names) {
        if (!name.ends_with('*')) {
            list.push_back({std::move(name), CandidateKind::variable, {}, {}, {}});
        }
    }
}

/// What stands somewhere in the sandbox.
void add_paths(Candidates& list, const policy::Filesystem& filesystem) {
    constexpr std::size_t most_paths = 200;
    for (const auto& [path, node] : filesystem.nodes) {
        if (list.size() >= most_paths) {
            return;
        }
        if (path.is_literal()) {
            list.push_back({path.text(), CandidateKind::file, node.origin.describe_stable(), {}, {}});
        }
    }
}

/// Names that the sandbox's resolver is allowed to answer.
void add_host_names(Candidates& list, const policy::Network& network) {
    for (const auto& [name, ports] : network.names) {
        if (!name.starts_with('*')) {
            list.push_back({name, CandidateKind::value, {}, {}, {}});
        }
    }
}

Candidates names_of_place(const Spot& spot, const policy::Policy& policy) {
    Candidates list;
    if (!spot.context) {
        return list;
    }
    if (*spot.context == Context::syscalls || *spot.context == Context::test) {
        const std::string_view keyword = spot.keyword();
        if (keyword == "limit") {
            add_limits(list);
        } else if (keyword == "sees" || keyword == "hides") {
            add_variables(list, policy.environment);
        } else if (spot.before > 1 && spot.words[1].text() == "resolve") {
            add_host_names(list, policy.network);
        } else {
            add_system_calls(list, false);
        }
    }
    return list;
}

std::string directory_part(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

bool lies_inside(const std::string& path, const std::string& directory) {
    return path == directory || path.starts_with(directory == "/" ? directory : directory + "/");
}

}  // namespace

Candidates candidates_for(const std::string& place, const Spot& spot, Workspace& workspace, const Document& document) {
    const policy::Policy& policy = workspace.analysis(document).checked.profile.policy;
    Candidates list;
    if (place == "std/NAME") {
        add_fragments(list);
    } else if (place == "ADDRESSES" || place == "ADDRESS") {
        add_addresses(list);
    } else if (place == "@GROUP") {
        add_system_calls(list, true);
    } else if (place == "NAME") {
        list = names_of_place(spot, policy);
    } else if (place == "REQUEST") {
        for (const policy::IoctlRequest& request : policy::ioctl_requests()) {
            list.push_back({std::string(request.name), CandidateKind::constant, fmt::format("{:#x}", request.number), {}, {}});
        }
    } else if (place == "FAMILY") {
        for (const policy::SocketFamily& family : policy::socket_families()) {
            list.push_back({std::string(family.name), CandidateKind::value, std::string(family.summary), {}, {}});
        }
    } else if (place == "FEATURE") {
        add_words(list, policy::bubblewrap_features());
    } else if (place == "PROTECTION") {
        add_words(list, policy::degradable_words());
    } else if (place == "CONSTRAINT") {
        add_words(list, policy::constraint_words());
    } else if (place == "CODE") {
        list = code_candidates();
    } else if (place == "PATH" && spot.context == Context::test) {
        add_paths(list, policy.filesystem);
    }
    return list;
}

Candidates statement_candidates(Context context) {
    Candidates list;
    for (const policy::StatementInfo& row : policy::statement_table()) {
        if (row.context == context) {
            const bool has_block = policy::block_context(context, row.keyword).has_value() && context == Context::file;
            list.push_back({std::string(row.keyword), CandidateKind::keyword, std::string(row.signature), describe_statement(row),
                            has_block && row.keyword != "test" ? fmt::format("{} {{\n    $0\n}}", row.keyword) : std::string()});
        }
    }
    return list;
}

Candidates name_candidates(Workspace& workspace, const Document& document, const NameForm& form) {
    const Analysis& analysis = workspace.analysis(document);
    Candidates list;
    const Names names(analysis.checked);
    for (const auto& [name, declaration] : names.in_scope(analysis.file())) {
        const std::string_view statement = declaration->statement.file->text(declaration->statement.span);
        list.push_back({form.before + std::string(name) + form.after,
                        declaration->is_parameter ? CandidateKind::variable : CandidateKind::constant,
                        std::string(statement.substr(0, statement.find('\n'))),
                        {},
                        {}});
    }
    for (const char* const name : {"gid", "uid"}) {
        if (form.with_ids) {
            list.push_back({form.before + name + form.after, CandidateKind::variable, "the id inside the sandbox", {}, {}});
        }
    }
    return list;
}

Candidates file_candidates(Workspace& workspace, const Document& document, const std::string& typed) {
    const std::string below = directory_part(typed);
    if (typed.starts_with('/') || below.find("..") != std::string::npos) {
        return {};  // nothing outside of the policy's directory is taken in
    }
    std::vector<std::string> directories = workspace.front_end.settings().include_directories;
    directories.insert(directories.begin(), document.path == "-" ? std::string("./") : directory_part(document.path));
    Candidates list;
    for (const std::string& directory : directories) {
        const std::string from = (directory.ends_with('/') ? directory : directory + "/") + below;
        if (!lies_inside(workspace.documents.canonical(from), workspace.documents.canonical(directory))) {
            continue;  // a link leads elsewhere
        }
        for (const std::string& name : workspace.front_end.list(from)) {
            const bool is_itself = workspace.documents.canonical(from + name) == document.key;
            if (!is_itself) {
                list.push_back(
                    {below + name, name.ends_with('/') ? CandidateKind::folder : CandidateKind::file, directory, {}, {}});
            }
        }
    }
    return list;
}

Candidates code_candidates() {
    Candidates list;
    for (std::size_t i = 0; i < diagnostic_count(); ++i) {
        const DiagnosticInfo& row = info(static_cast<DiagnosticKind>(i));
        if (row.severity != Severity::error) {
            list.push_back({std::string(row.code), CandidateKind::constant, std::string(row.name), std::string(row.summary), {}});
        }
    }
    return list;
}

}  // namespace sbx::lsp
