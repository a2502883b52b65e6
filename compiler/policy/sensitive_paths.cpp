// Paths against the patterns of sensitive_paths.def, component by component. The table is split up once, by first component, so
// that a path of which nothing is known costs one look-up.
#include "compiler/policy/sensitive_paths.hpp"

#include "compiler/policy/concrete_view.hpp"

#include <algorithm>
#include <map>

namespace sbx::policy {
namespace {

struct KnownPath {
    PathKind kind{};
    std::vector<std::string> pattern;
    std::string_view what;
    std::string_view source;
    bool directory = false;
};
using KnownPaths = std::map<std::string, std::vector<KnownPath>, std::less<>>;

void add_known(KnownPaths& table, PathKind kind, const std::string& path, std::string_view what, std::string_view source) {
    auto pattern = components(path);
    auto& rows = table[pattern.front()];
    rows.push_back({kind, std::move(pattern), what, source, path.back() == '/'});
}

KnownPaths known_paths() {
    KnownPaths table;
    const auto add = [&table](PathKind kind, std::string_view path, std::string_view what, std::string_view source) {
        if (path.front() != '~') {
            return add_known(table, kind, std::string(path), what, source);
        }
        for (const char* home : {"/root", "/home/*"}) {
            add_known(table, kind, home + std::string(path.substr(1)), what, source);
        }
    };
#define SBX_SENSITIVE_PATH(kind, path, what, source) add(PathKind::kind, path, what, source);
#include "compiler/policy/sensitive_paths.def"
#undef SBX_SENSITIVE_PATH
    return table;
}

bool component_matches(std::string_view pattern, std::string_view component) {
    return pattern.back() == '*' ? component.starts_with(pattern.substr(0, pattern.size() - 1)) : pattern == component;
}

std::string joined_path(const std::vector<std::string>& known, const std::vector<std::string>& pattern) {
    std::string path;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        path += "/" + (i < known.size() ? known[i] : pattern[i]);
    }
    return path;
}

}  // namespace

std::vector<PathFact> facts_about(const SandboxPath& path) {
    static const KnownPaths table = known_paths();
    std::vector<PathFact> facts;
    const auto parts = path.is_literal() ? components(path.tail()) : std::vector<std::string>{};
    const auto rows = parts.empty() ? table.end() : table.find(parts.front());
    if (rows == table.end()) {
        return facts;
    }
    for (const KnownPath& row : rows->second) {
        const std::size_t common = std::min(parts.size(), row.pattern.size());
        if (!std::equal(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(common), row.pattern.begin(),
                        [](const std::string& part, const std::string& pattern) { return component_matches(pattern, part); })) {
            continue;
        }
        const Relation relation = parts.size() < row.pattern.size()    ? Relation::above
                                  : parts.size() == row.pattern.size() ? Relation::same
                                                                       : Relation::below;
        facts.push_back({row.kind, relation, joined_path(parts, row.pattern), row.what, row.source, row.directory});
    }
    return facts;
}

}  // namespace sbx::policy
