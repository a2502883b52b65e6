// What Vim makes of every policy that is shipped, held against the parser's tokens. Needs vim; is skipped by name where there is
// none.
#include "grammar/parser.hpp"
#include "tests/unit/lsp/lsp_client.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace {

using namespace sbx;
namespace fs = std::filesystem;

struct VimPlace {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;  ///< bytes, from 1
    SyntaxKind kind{};
    std::string text;
};

/// The first byte of every leaf of the files that are shipped.
std::vector<VimPlace> vim_places() {
    std::vector<VimPlace> places;
    for (const char* const folder : {"examples", "compiler/standard"}) {
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(SBX_SOURCE_DIR) / folder)) {
            if (entry.path().extension() != ".sbx") {
                continue;
            }
            const SourceFile file(entry.path().string(), test::read_text(entry.path()));
            DiagnosticSink sink;
            const SyntaxTree tree = parse(file, sink);
            for (const SyntaxElement& element : tree.elements) {
                if (is_leaf(element.kind) && (!is_trivia(element.kind) || element.kind == SyntaxKind::comment)) {
                    places.push_back({file.name(), file.position(element.begin).line,
                                      element.begin - file.line_around(element.begin).begin + 1, element.kind,
                                      std::string(file.text({element.begin, element.end}))});
                }
            }
        }
    }
    return places;
}

bool is_group_of(const std::string& group, SyntaxKind kind) {
    static const std::multimap<std::string, SyntaxKind> rows = {{"sbxComment", SyntaxKind::comment},
                                                                {"sbxString", SyntaxKind::string},
                                                                {"sbxPath", SyntaxKind::path},
                                                                {"sbxVariable", SyntaxKind::variable},
                                                                {"sbxVariable", SyntaxKind::path},
                                                                {"sbxSet", SyntaxKind::address_set},
                                                                {"sbxKnownSet", SyntaxKind::address_set},
                                                                {"sbxNumber", SyntaxKind::literal},
                                                                {"sbxPattern", SyntaxKind::pattern},
                                                                {"sbxStatement", SyntaxKind::name},
                                                                {"sbxInner", SyntaxKind::name},
                                                                {"sbxType", SyntaxKind::name},
                                                                {"sbxName", SyntaxKind::name},
                                                                {"sbxWord", SyntaxKind::word},
                                                                {"sbxOperator", SyntaxKind::arrow},
                                                                {"sbxOperator", SyntaxKind::equals},
                                                                {"sbxOperator", SyntaxKind::question},
                                                                {"", SyntaxKind::comma},
                                                                {"", SyntaxKind::semicolon},
                                                                {"", SyntaxKind::colon},
                                                                {"", SyntaxKind::brace_open},
                                                                {"", SyntaxKind::brace_close},
                                                                {"", SyntaxKind::bracket_open},
                                                                {"", SyntaxKind::bracket_close}};
    const auto [begin, end] = rows.equal_range(group);
    return std::any_of(begin, end, [kind](const auto& row) { return row.second == kind; });
}

TEST(EditorVim, FindsTheTokensOfTheParserInEveryPolicyThatIsShipped) {
    if (std::system("command -v vim >/dev/null 2>&1 && vim --version | grep -q '+syntax'") != 0) {
        GTEST_SKIP() << "there is no vim with +syntax";
    }
    const std::vector<VimPlace> places = vim_places();
    ASSERT_GT(places.size(), 1000U);
    test::PolicyDirectory directory;
    std::string asked;
    for (const VimPlace& place : places) {
        asked += place.file + "\t" + std::to_string(place.line) + "\t" + std::to_string(place.column) + "\n";
    }
    directory.write("asked", asked);
    const std::string here = directory.path().string();
    directory.write("ask.vim", "let &runtimepath = '" SBX_SOURCE_DIR
                               "/grammar/editors/vim,' . &runtimepath\n"
                               "filetype on\nsyntax on\nset modelines=0\n"
                               "let groups = []\nlet shown = ''\n"
                               "for row in readfile('" +
                                   here +
                                   "/asked')\n"
                                   "  let [name, line, column] = split(row, '\\t')\n"
                                   "  if name !=# shown\n    execute 'view ' . fnameescape(name)\n    let shown = name\n  endif\n"
                                   "  call add(groups, &filetype . ' ' . synIDattr(synID(line, column, 1), 'name'))\n"
                                   "endfor\n"
                                   "call writefile(groups, '" +
                                   here + "/groups')\nqall!\n");
    const std::string command = "vim -u NONE -i NONE -n -N -X -es -S '" + here + "/ask.vim' </dev/null >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream groups(directory.path() / "groups");
    std::size_t keywords = 0;
    for (const VimPlace& place : places) {
        std::string answer;
        ASSERT_TRUE(std::getline(groups, answer)) << "vim has not answered";
        ASSERT_EQ(answer.substr(0, 4), "sbx ") << "the file type of " << place.file;
        keywords += answer == "sbx sbxStatement" ? 1U : 0U;
        EXPECT_TRUE(is_group_of(answer.substr(4), place.kind))
            << place.file << ":" << place.line << ":" << place.column << ": `" << place.text << "` is " << identifier(place.kind)
            << " to the parser and `" << answer.substr(4) << "` to vim";
    }
    EXPECT_GT(keywords, 200U);
}

}  // namespace
