// `within "ceiling.sbx"`: resolves the other profile by itself, with a scope, layers and findings of its own. Guarantees that a
// command line cannot raise a ceiling: `-D` does not reach it. What it means for this profile is checked when that is complete.
#include "compiler/policy/find_file.hpp"
#include "grammar/parser.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

/// The one string of the statement; nullopt after an error.
std::optional<std::string> named_file(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    if (statement.items.size() != 1 || statement.items[0].kind() != SyntaxKind::string) {
        if (!statement.view.has_error()) {
            report_shape(file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
                         "`within` takes one file in quotes");
        }
        return std::nullopt;
    }
    const SyntaxNode& item = statement.items[0];
    const Text name = string_text(file, item.text(), item.origin());
    if (!name.is_literal()) {
        report_include(file, item.origin(), "a file name can't hold a parameter", "write the name out");
        return std::nullopt;
    }
    return name.literal();
}

std::string parent_of_name(const std::string& name) {
    const std::size_t slash = name.rfind('/');
    return slash == std::string::npos ? std::string() : name.substr(0, slash);
}

/// Resolves the file as the root of a run of its own; errors go to the run at hand, findings are for who checks that file.
std::optional<Ceiling> resolve_ceiling(FileResolver& file, const FoundFile& found, Origin origin) {
    Session& session = file.session;
    const ResolveOptions options{{}, session.options.include_directories};
    DiagnosticSink sink;
    Session run(session.reader, options, session.sources, sink);
    run.is_ceiling = true;
    run.root_directory = session.root_directory;
    run.chain.push_back(found.canonical);
    session.sources.files.emplace_back(found.name, found.stable_name, found.text);
    const SourceFile& source = session.sources.files.back();
    session.sources.trees.push_back(parse(source, sink));
    const SyntaxTree& tree = session.sources.trees.back();
    ResolvedFile& result = run.resolved[found.canonical];
    resolve_file(run, tree, parent_of_name(found.name), result);
    Policy policy = to_policy(std::move(result.layer), run);
    session.profile.included_from.emplace(&source, origin);
    session.profile.included_from.insert(run.profile.included_from.begin(), run.profile.included_from.end());
    session.profile.inclusions.push_back({origin, &source});
    session.profile.inclusions.insert(session.profile.inclusions.end(), run.profile.inclusions.begin(),
                                      run.profile.inclusions.end());
    for (const Diagnostic& diagnostic : sink.sorted()) {
        if (diagnostic.severity == Severity::error) {
            session.sink.add(diagnostic);
        }
    }
    if (sink.has_errors()) {
        session.profile.incomplete = true;
        return std::nullopt;
    }
    if (result.is_fragment) {
        file.session.error(DiagnosticKind::include_problem, origin, "`within` a fragment")
            .help("name a profile: a ceiling is complete by itself; its second statement is then `profile NAME`");
        return std::nullopt;
    }
    return Ceiling{result.name, origin, std::move(policy)};
}

}  // namespace

void resolve_within(FileResolver& file, const Statement& statement) {
    Session& session = file.session;
    const auto name = named_file(file, statement);
    if (!name || session.is_ceiling) {
        return;
    }
    const Origin origin = statement.items[0].origin();
    const auto found = find_file(file, *name, origin);
    if (!found) {
        return;
    }
    if (std::find(session.chain.begin(), session.chain.end(), found->canonical) != session.chain.end()) {
        report_include(file, origin, quoted(found->name) + " would be its own ceiling",
                       "name another profile, or remove the statement: every profile lies within itself");
        return;
    }
    if (auto ceiling = resolve_ceiling(file, *found, origin)) {
        session.profile.ceilings.push_back(std::move(*ceiling));
    }
}

}  // namespace sbx::policy
