// The wide generator: whatever a policy can say about the filesystem and about everything else. Not all of it can stand together;
// what is refused is as good a test of the refusal.
#include "tests/property/random_policy.hpp"

#include <array>
#include <set>

namespace sbx::test {

namespace {

class ViewGenerator {
public:
    explicit ViewGenerator(std::mt19937& random) : random_(random) {}

    std::vector<RandomStatement> make() {
        const bool with_parameter = below(4) == 0;
        if (with_parameter) {
            add("param", "", "param p: path under " + directory(1), "");
        }
        for (std::size_t left = 1 + below(8); left > 0; --left) {
            const std::string prefix = with_parameter && below(3) == 0 ? "$p" : "";
            below(5) == 0 ? add_file(prefix) : add_directory(prefix);
        }
        return std::move(statements_);
    }

private:
    std::mt19937& random_;
    std::vector<RandomStatement> statements_;
    std::set<std::string> taken_;

    std::size_t below(std::size_t bound) { return random_() % bound; }

    std::string directory(std::size_t depth) {
        static constexpr std::array<const char*, 3> names = {"/a", "/b", "/c"};
        std::string path;
        for (std::size_t i = 0; i < depth; ++i) {
            path += names.at(below(names.size()));
        }
        return path;
    }
    std::string any_directory() { return below(40) == 0 ? "/" : directory(1 + below(3)); }
    std::string any_file() { return directory(below(3)) + "/f"; }

    void add(const std::string& verb, const std::string& path, std::string text, std::string block = "filesystem") {
        if (path.empty() || taken_.insert(path).second) {
            statements_.push_back({verb, path, std::move(text), std::move(block)});
        }
    }
    std::string optional() { return below(4) == 0 ? "?" : ""; }
    std::string noexec() { return below(12) == 0 ? "noexec " : ""; }

    void add_file(const std::string& prefix) {
        const std::string path = prefix + any_file();
        switch (below(5)) {
            case 0:
                return add("read", path, "read " + noexec() + path + optional());
            case 1:
                return add("write", path, "write " + noexec() + path + optional());
            case 2:
                return add("read", path, "read " + noexec() + any_file() + optional() + " as " + path);
            case 3:
                return add("file", path, "file " + path + " \"in " + std::to_string(below(3)) + "\"");
            default:
                return add("hide", path, "hide " + path);
        }
    }
    void add_directory(const std::string& prefix) {
        const std::string path = prefix.empty() ? any_directory() : prefix + directory(below(3));
        const std::string slash = path != "/" && below(3) == 0 ? "/" : "";
        switch (below(14)) {
            case 0:
            case 1:
            case 2:
                return add("read", path, "read " + noexec() + path + slash + optional());
            case 3:
            case 4:
            case 5:
                return add("write", path, "write " + noexec() + path + slash + optional());
            case 6:
                return add("read", path, "read " + noexec() + directory(1 + below(3)) + slash + optional() + " as " + path);
            case 7:
                return add("write", path, "write " + noexec() + directory(1 + below(3)) + optional() + " as " + path);
            case 8:
                return add("tmpfs", path, "tmpfs " + path + (below(2) == 0 ? " { size 1M; mode 1777 }" : ""));
            case 9:
                return add("dir", path, "dir " + path);
            case 10:
                return below(2) == 0 ? add("symlink", path, "symlink " + path + " -> " + directory(1 + below(3)))
                                     : add_special(path);
            default:
                return add("hide", path, "hide " + path + (path == "/" ? "" : "/"));
        }
    }
    void add_special(const std::string& path) { add("proc", path, (below(2) == 0 ? "proc " : "dev ") + path); }
};

std::string number(std::mt19937& random, std::size_t bound) {
    return std::to_string(1 + random() % bound);
}

/// Bytes that some artifact's format has a use for.
std::string odd_string(std::mt19937& random) {
    static constexpr std::array<const char*, 15> pieces = {"a",   " ",      "'",     "\\\"", "\\\\",    "\\n", "\\t", "# ",
                                                           "\\$", "${uid}", "\\x01", "`",    "\\u{e9}", "=",   "--"};
    std::string text = "\"";
    for (std::size_t left = random() % 6; left > 0; --left) {
        text += pieces.at(random() % pieces.size());
    }
    return text + "\"";
}

}  // namespace

std::vector<RandomStatement> random_view(std::mt19937& random) {
    return ViewGenerator(random).make();
}

std::vector<RandomStatement> random_settings(std::mt19937& random) {
    const std::vector<RandomStatement> all = {
        {"", "", "cpu-time " + number(random, 100) + "s", "limits"},
        {"", "", "file-size " + number(random, 9) + "M", "limits"},
        {"", "", "open-files " + number(random, 4096), "limits"},
        {"", "", "processes " + number(random, 4096), "limits"},
        {"", "", "stack unlimited", "limits"},
        {"", "", "core " + number(random, 9) + "K", "limits"},
        {"", "", "keep LANG LC_*", "environment"},
        {"", "", "accept JOB_* JOB", "environment"},
        {"", "", "set A = " + odd_string(random), "environment"},
        {"", "", "set B = " + odd_string(random), "environment"},
        {"", "", "run-as " + number(random, 65000) + ":" + number(random, 65000), "process"},
        {"", "", "hostname " + std::string(random() % 2 == 0 ? "box" : "\"a-b\""), "process"},
        {"", "", "command /usr/bin/env " + odd_string(random) + " " + odd_string(random), "process"},
        {"", "", "pass-descriptor 7", "process"},
        {"", "", "nested-namespaces allow", "process"},
        {"", "", "survive-parent", "process"},
        {"", "", "share ipc", "process"},
        {"", "", "groups none", "process"},
        {"", "", "network host", ""},
        {"", "", "param n: count 1-9 = 4", ""},
        {"", "", "param s: string of \"a-z.-\" 1-8 = \"x\"", ""},
    };
    std::vector<RandomStatement> chosen = random_filters(random);
    for (const RandomStatement& statement : all) {
        if (random() % 3 == 0) {
            chosen.push_back(statement);
        }
    }
    return chosen;
}

}  // namespace sbx::test
