// The run as a whole: the root file and all it names, then the merged layer as a Policy with its defaults.
#include "compiler/policy/resolve.hpp"

#include "compiler/policy/resolve_session.hpp"
#include "grammar/parser.hpp"

#include <iterator>

namespace sbx::policy {

namespace {

void take_switch(const Layer& layer, std::string_view name, Located<bool>& value) {
    const auto found = layer.switches.find(name);
    if (found != layer.switches.end()) {
        value = {found->second.value, found->second.origin};
    }
}

/// Takes out each name and pattern that another pattern of the same table covers.
void drop_covered(std::map<std::string, Origin>& entries) {
    const auto covered = [&entries](const std::string& entry) {
        for (std::size_t length = 0; length < entry.size(); ++length) {
            const std::string wider = entry.substr(0, length) + "*";
            if (wider != entry && entries.count(wider) != 0) {
                return true;
            }
        }
        return false;
    };
    for (auto at = entries.begin(); at != entries.end();) {
        at = covered(at->first) ? entries.erase(at) : std::next(at);
    }
}

Environment to_environment(const Layer& layer) {
    Environment environment;
    for (const auto& [name, variable] : layer.variables) {
        switch (variable.value.passage) {
            case Passage::fixed:
                environment.fixed[name] = {variable.value.value, variable.origin};
                break;
            case Passage::kept:
                environment.kept[name] = variable.origin;
                break;
            case Passage::accepted:
                environment.accepted[name] = variable.origin;
                break;
        }
    }
    drop_covered(environment.kept);
    drop_covered(environment.accepted);
    return environment;
}

template <class T>
std::optional<Located<T>> to_located(Slot<T>& slot) {
    return slot ? std::optional(Located<T>{std::move(slot->value), slot->origin}) : std::nullopt;
}

Process to_process(Layer& layer) {
    Process process;
    process.run_as = to_located(layer.run_as);
    process.command = to_located(layer.command);
    if (auto hostname = to_located(layer.hostname)) {
        process.hostname = std::move(*hostname);
    }
    for (const auto& [number, setting] : layer.descriptors) {
        process.pass_descriptors[number] = setting.origin;
    }
    take_switch(layer, "controlling-terminal", process.keep_terminal);
    take_switch(layer, "nested-namespaces", process.nested_namespaces);
    take_switch(layer, "survive-parent", process.survive_parent);
    take_switch(layer, "share ipc", process.share_ipc);
    take_switch(layer, "share uts", process.share_uts);
    take_switch(layer, "groups", process.groups_none);
    return process;
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (path.empty() || path == "-" || slash == std::string::npos) {
        return {};
    }
    return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Policy to_policy(Layer layer, Session& session) {
    Policy policy;
    for (const auto& [name, parameter] : layer.parameters) {
        policy.parameters[name] = {parameter.value, parameter.origin};
    }
    policy.network = normalize_network(layer, session);
    find_dead_nodes(layer, session);
    add_resolver_file(layer, policy.network, session);
    policy.filesystem = normalize_filesystem(std::move(layer.nodes), session);
    policy.filesystem.workdir = to_located(layer.workdir);
    if (policy.filesystem.workdir && policy.filesystem.workdir->value.is_root()) {
        policy.filesystem.workdir.reset();  // `/` is where it would be anyway
    }
    policy.limits = normalize_limits(layer, session);
    policy.may_degrade = normalize_degradations(layer, policy.limits, session);
    policy.environment = to_environment(layer);
    policy.process = to_process(layer);
    normalize_filters(layer, policy, session);
    normalize_landlock(layer, policy, session);
    if (layer.target_features) {
        policy.target_features = layer.target_features->value;
    }
    return policy;
}

Profile resolve(const std::string& root_path, std::string root_text, const FileReader& reader, const ResolveOptions& options,
                SourceSet& sources, DiagnosticSink& sink) {
    Session session(reader, options, sources, sink);
    const bool is_stream = root_path.empty() || root_path == "-";
    const std::string directory = directory_of(root_path);
    session.root_directory = directory.empty() ? "." : directory;
    const std::string name = is_stream ? "<stdin>" : root_path;
    const std::string stable = is_stream ? name : root_path.substr(root_path.rfind('/') + 1);
    sources.files.emplace_back(name, stable, std::move(root_text));
    const SourceFile& root = sources.files.back();
    session.chain.push_back(is_stream ? name : reader.canonical(root_path));
    ResolvedFile& result = session.resolved[session.chain.back()];
    result.file = &root;
    session.sources.trees.push_back(parse(root, sink));
    session.profile.incomplete = sink.has_errors();
    read_definitions(session);  // after the root, which is the first of the set
    resolve_file(session, sources.trees.front(), directory, result);
    session.profile.name = result.name;
    session.profile.origin = result.name_origin.known() ? result.name_origin : Origin{&root, {0, 0}};
    session.profile.description = result.description;
    session.profile.is_fragment = result.is_fragment;
    session.profile.policy = to_policy(std::move(result.layer), session);
    report_unused(session);
    return std::move(session.profile);
}

}  // namespace sbx::policy
