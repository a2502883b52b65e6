// The include table of compiler/README.md, held against the #include lines of every source file. Assumes that our own headers are
// included in quotes from the root; guarantees that no layer sees more than its row allows.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// One row: the files below `folder` may include our headers below `allowed` only, and none of `forbidden` libraries.
struct Row {
    std::string folder;
    std::vector<std::string> allowed;
    std::vector<std::string> forbidden;
};

const std::vector<Row>& table() {
    static const std::vector<Row> rows = {
        {"grammar/", {"grammar/"}, {"nlohmann/", "CLI/", "sha2.h"}},
        {"compiler/policy/", {"compiler/policy/", "grammar/"}, {"tao/", "CLI/", "sha2.h"}},
        {"compiler/plan/",
         {"compiler/plan/", "compiler/policy/", "grammar/diagnostic.hpp", "grammar/source_file.hpp"},
         {"tao/", "CLI/", "nlohmann/", "sha2.h"}},
        {"emitters/",
         {"emitters/", "compiler/plan/", "runtime/artifact_format.hpp", "grammar/source_file.hpp"},
         {"tao/", "CLI/", "unistd.h", "fstream", "iostream", "ctime", "chrono", "locale"}},
        {"compiler/verify/",
         {"compiler/verify/", "compiler/policy/", "grammar/diagnostic.hpp", "grammar/source_file.hpp",
          "runtime/artifact_format.hpp"},
         {"tao/", "CLI/"}},
        {"compiler/doctor/", {"compiler/doctor/", "runtime/"}, {"tao/", "fmt/", "nlohmann/", "CLI/", "iostream"}},
        {"compiler/lsp/",
         {"compiler/lsp/", "compiler/policy/", "grammar/"},
         {"tao/", "CLI/", "sha2.h", "unistd.h", "filesystem", "fstream", "iostream", "ctime", "chrono", "thread", "locale"}},
        {"compiler/cli/", {"compiler/", "emitters/", "grammar/", "runtime/artifact_format.hpp", "runtime/options.def"}, {"tao/"}},
        {"runtime/", {"runtime/"}, {"tao/", "fmt/", "nlohmann/", "CLI/", "iostream"}},
    };
    return rows;
}

struct Include {
    std::string file;
    std::string name;
    bool quoted = false;
};

std::vector<Include> includes_of(const fs::path& root, const fs::path& file) {
    std::vector<Include> found;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("#include ") || line.size() < 12) {
            continue;
        }
        const bool quoted = line[9] == '"';
        const auto close = line.find(quoted ? '"' : '>', 10);
        found.push_back({fs::relative(file, root).string(), line.substr(10, close - 10), quoted});
    }
    return found;
}

std::vector<fs::path> sources_below(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        if (entry.is_regular_file() && (extension == ".cpp" || extension == ".hpp" || extension == ".def")) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

bool begins_with_any(const std::string& name, const std::vector<std::string>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) { return name.starts_with(prefix); });
}

/// What a row says about one include; empty when it is allowed.
std::string objection(const Row& row, const Include& include) {
    if (begins_with_any(include.name, row.forbidden)) {
        return include.file + " includes " + include.name + ", which " + row.folder + " must not use";
    }
    if (include.quoted && !begins_with_any(include.name, row.allowed)) {
        return include.file + " includes " + include.name + ", which is not in the row of " + row.folder;
    }
    if (include.name.starts_with("tao/pegtl") && row.folder == "grammar/" && include.file != "grammar/parser.cpp" &&
        include.file != "grammar/rules.hpp") {
        return include.file + " includes PEGTL, which grammar/parser.cpp and grammar/rules.hpp alone may see";
    }
    return {};
}

TEST(IncludeTable, HoldsForEverySourceFile) {
    const fs::path root = SBX_SOURCE_DIR;
    std::size_t checked = 0;
    for (const Row& row : table()) {
        if (!fs::exists(root / row.folder)) {
            continue;
        }
        for (const fs::path& file : sources_below(root / row.folder)) {
            for (const Include& include : includes_of(root, file)) {
                ++checked;
                EXPECT_EQ(objection(row, include), "");
            }
        }
    }
    EXPECT_GT(checked, 200U) << "the sources were not found";
}

TEST(IncludeTable, ObjectsToADoctorThatKnowsPolicies) {
    const Row& doctor = table().at(5);
    ASSERT_EQ(doctor.folder, "compiler/doctor/");
    EXPECT_NE(objection(doctor, {"compiler/doctor/trial_table.cpp", "compiler/plan/execution_plan.hpp", true}), "");
    EXPECT_NE(objection(doctor, {"compiler/doctor/trial_table.cpp", "compiler/cli/streams.hpp", true}), "");
    EXPECT_EQ(objection(doctor, {"compiler/doctor/trial_table.cpp", "runtime/namespaces.hpp", true}), "");
    const Row& cli = table().at(7);
    EXPECT_NE(objection(cli, {"compiler/cli/doctor_command.cpp", "runtime/namespaces.hpp", true}), "");
}

TEST(IncludeTable, ObjectsToAServerThatReadsOrCompilesByItself) {
    const Row& server = table().at(6);
    ASSERT_EQ(server.folder, "compiler/lsp/");
    EXPECT_NE(objection(server, {"compiler/lsp/server.cpp", "compiler/cli/compile.hpp", true}), "");
    EXPECT_NE(objection(server, {"compiler/lsp/server.cpp", "unistd.h", false}), "");
    EXPECT_EQ(objection(server, {"compiler/lsp/server.cpp", "compiler/policy/decide.hpp", true}), "");
}

TEST(IncludeTable, ObjectsToAnEmitterThatReadsThePolicyLayer) {
    const Row& emitters = table().at(3);
    EXPECT_NE(objection(emitters, {"emitters/emit.cpp", "compiler/policy/policy.hpp", true}), "");
    EXPECT_NE(objection(emitters, {"emitters/emit.cpp", "fstream", false}), "");
    EXPECT_EQ(objection(emitters, {"emitters/emit.cpp", "compiler/plan/execution_plan.hpp", true}), "");
}

}  // namespace
