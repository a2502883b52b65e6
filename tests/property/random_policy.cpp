// The generator: uniform over verbs and paths, one statement a path, since two at one path are an error of their own.
#include "tests/property/random_policy.hpp"

#include "compiler/policy/check_parts.hpp"

#include <array>
#include <map>
#include <set>

namespace sbx::test {

namespace {

class NoFiles : public policy::FileReader {
public:
    [[nodiscard]] std::optional<std::string> read(const std::string&) const override { return std::nullopt; }
    [[nodiscard]] std::string canonical(const std::string& path) const override { return "/policies/" + path; }
};

std::string random_path(std::mt19937& random) {
    const std::size_t depth = 1 + random() % 3;
    std::string path;
    for (std::size_t i = 0; i < depth; ++i) {
        path += '/';
        path += static_cast<char>('a' + random() % 3);
    }
    return path;
}

void add_level(const std::string& parent, int depth, std::vector<std::string>& paths) {
    for (const char name : {'a', 'b', 'c', 'f'}) {
        const std::string path = parent + "/" + name;
        paths.push_back(path);
        if (depth > 1 && name != 'f') {
            add_level(path, depth - 1, paths);
        }
    }
}

}  // namespace

std::vector<RandomStatement> random_statements(std::mt19937& random) {
    static constexpr std::array<const char*, 5> verbs = {"read", "write", "tmpfs", "dir", "hide"};
    std::vector<RandomStatement> statements;
    std::set<std::string> taken;
    const std::size_t count = 1 + random() % 7;
    while (statements.size() < count) {
        const std::string path = random_path(random);
        if (!taken.insert(path).second) {
            continue;
        }
        const std::string verb = verbs.at(random() % verbs.size());
        statements.push_back({verb, path, verb + " " + path + (verb == "hide" ? "/" : "")});
    }
    return statements;
}

std::string policy_text(const std::vector<RandomStatement>& statements) {
    std::string text = "sbx 1\nprofile random\n";
    std::map<std::string, std::string> blocks;
    for (const RandomStatement& statement : statements) {
        if (statement.block.empty()) {
            text += statement.text + "; ";
        } else {
            blocks[statement.block] += statement.text + "; ";
        }
    }
    for (const auto& [name, body] : blocks) {
        text += name + " { " + body + "}; ";
    }
    return text + "\n";
}

std::string scattered_text(const std::vector<RandomStatement>& statements) {
    std::string text = "sbx 1\nprofile random\n";
    for (const RandomStatement& statement : statements) {
        text += statement.block.empty() ? statement.text + "; " : statement.block + " { " + statement.text + " }; ";
    }
    return text + "\n";
}

std::vector<std::string> universe() {
    std::vector<std::string> paths = {"/"};
    add_level("", 4, paths);
    return paths;
}

std::optional<Compiled> compile(const std::string& text) {
    Compiled compiled;
    compiled.sources = std::make_unique<policy::SourceSet>();
    DiagnosticSink sink;
    compiled.profile = policy::resolve("random.sbx", text, NoFiles{}, {}, *compiled.sources, sink);
    // What no backend delivers is refused before anything is lowered.
    policy::Findings findings(compiled.profile, sink);
    policy::check_noexec(compiled.profile, findings);
    if (sink.has_errors()) {
        return std::nullopt;
    }
    return compiled;
}

}  // namespace sbx::test
