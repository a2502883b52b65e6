// The layout that compiler/README.md describes: the fixed top level, small files, each with an opening paragraph. Assumes a
// checkout.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_file = 300;

std::vector<fs::path> product_sources() {
    std::vector<fs::path> files;
    const fs::path root = SBX_SOURCE_DIR;
    for (const char* folder : {"grammar", "compiler", "emitters", "runtime"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const auto extension = entry.path().extension();
            if (entry.is_regular_file() && (extension == ".cpp" || extension == ".hpp")) {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

TEST(Layout, TopLevelIsFixed) {
    const std::set<std::string> allowed = {"CMakeLists.txt", "CMakePresets.json", "LICENSE",  "README.md", "grammar", "compiler",
                                           "emitters",       "runtime",           "examples", "tests",     "build"};
    for (const auto& entry : fs::directory_iterator(SBX_SOURCE_DIR)) {
        const std::string name = entry.path().filename().string();
        EXPECT_TRUE(name.starts_with(".") || allowed.contains(name)) << name;
    }
}

TEST(Layout, FilesStaySmallAndSayWhatTheyAre) {
    const auto files = product_sources();
    ASSERT_GT(files.size(), 50U);
    for (const fs::path& file : files) {
        std::ifstream in(file);
        std::string first;
        std::getline(in, first);
        std::size_t lines = 1;
        for (std::string line; std::getline(in, line);) {
            ++lines;
        }
        EXPECT_LE(lines, longest_file) << file << " is more than one idea";
        EXPECT_TRUE(first.starts_with("// ")) << file << " does not open with what it is";
    }
}

TEST(Layout, NoPromiseIsLeftInTheCode) {
    for (const fs::path& file : product_sources()) {
        std::ifstream in(file);
        for (std::string line; std::getline(in, line);) {
            for (const char* word : {"TODO", "FIXME", "XXX:", "HACK"}) {
                EXPECT_EQ(line.find(word), std::string::npos) << file << ": " << line;
            }
        }
    }
}

}  // namespace
