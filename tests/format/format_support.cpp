// See the header.
#include "tests/format/format_support.hpp"

#include "grammar/formatter.hpp"
#include "tests/diagnostics/case_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace sbx::test {

Source::Source(std::string text) : file("policy.sbx", std::move(text)), tree(parse(file, sink)), broken(sink.has_errors()) {}

std::string in_style(const Source& source) {
    EXPECT_FALSE(source.broken) << source.file.text();
    const auto text = formatted(source.tree);
    if (!text) {
        ADD_FAILURE() << "too large";
        return {};
    }
    const Source again(*text);
    EXPECT_FALSE(again.broken) << "it is a mistake that\n" << *text << "came of\n" << source.file.text();
    EXPECT_TRUE(same_but_for_layout(source.tree, again.tree)) << *text << "came of\n" << source.file.text();
    EXPECT_EQ(formatted(again.tree), text) << "formatting it again changed it; it came of\n" << source.file.text();
    return *text;
}

std::string in_style(const std::string& text) {
    return in_style(Source(text));
}

std::vector<std::string> comments_of(const Source& source) {
    std::vector<std::string> comments;
    for (const SyntaxElement& element : source.tree.elements) {
        if (element.kind == SyntaxKind::comment) {
            const std::string_view text = source.file.text({element.begin, element.end});
            comments.emplace_back(text.substr(0, text.find_last_not_of(" \t") + 1));
        }
    }
    return comments;
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> files_below(const std::string& folder, const std::string& ending) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(SBX_SOURCE_DIR) + "/" + folder)) {
        if (entry.is_regular_file() && entry.path().string().ends_with(ending)) {
            paths.push_back(entry.path().string());
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

const std::vector<NamedPolicy>& every_policy() {
    static const std::vector<NamedPolicy> policies = [] {
        std::vector<NamedPolicy> all;
        for (const std::string& path : case_paths("")) {
            all.push_back({path, read_case(path).policy});
        }
        for (const char* folder : {"tests/golden", "tests/fuzz/corpus", "examples", "compiler/standard"}) {
            for (const std::string& path : files_below(folder, ".sbx")) {
                all.push_back({path, read_file(path)});
            }
        }
        for (const std::string& path : files_below("tests/format/cases", ".sbx")) {
            const std::string text = read_file(path);
            all.push_back({path, text.substr(0, text.find("==== "))});
        }
        return all;
    }();
    return policies;
}

}  // namespace sbx::test
