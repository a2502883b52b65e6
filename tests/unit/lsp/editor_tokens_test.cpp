// The tokens that the TextMate grammar finds, held against those of the compiler's parser in every policy of the repository that
// the parser has nothing against.
#include "grammar/parser.hpp"
#include "tests/unit/lsp/lsp_client.hpp"
#include "tests/unit/lsp/textmate.hpp"

#include <filesystem>
#include <gtest/gtest.h>

namespace {

using namespace sbx;
namespace fs = std::filesystem;

/// The scopes that say of a run what the leaf says; the first that fits decides, so that a path may have a variable in it.
std::string_view class_of(const test::TextMateToken& token) {
    static constexpr std::pair<std::string_view, std::string_view> rows[] = {
        {"comment.", "comment"},
        {"string.quoted.", "string"},
        {"string.unquoted.path", "path"},
        {"string.unquoted.word", "word"},
        {"variable.other.pattern", "pattern"},
        {"variable.other", "variable"},
        {"support.constant.set", "address_set"},
        {"constant.other.set", "address_set"},
        {"constant.numeric", "literal"},
        {"keyword.operator.arrow", "arrow"},
        {"keyword.operator.assignment", "equals"},
        {"keyword.operator.optional", "question"},
        {"punctuation.separator.comma", "comma"},
        {"punctuation.separator.colon", "colon"},
        {"punctuation.terminator", "semicolon"},
        {"punctuation.section.block.begin", "brace_open"},
        {"punctuation.section.block.end", "brace_close"},
        {"punctuation.section.list.begin", "bracket_open"},
        {"punctuation.section.list.end", "bracket_close"},
        {"keyword.", "name"},
        {"storage.type", "name"},
        {"entity.name", "name"},
    };
    for (const auto& [prefix, name] : rows) {
        if (token.is(prefix)) {
            return name;
        }
    }
    return "white_space";
}

std::vector<fs::path> policies() {
    std::vector<fs::path> files;
    for (const char* const folder : {"examples", "compiler/standard", "tests"}) {
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(SBX_SOURCE_DIR) / folder)) {
            if (entry.path().extension() == ".sbx") {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

test::TextMateGrammar& grammar() {
    static test::TextMateGrammar read(
        test::Json::parse(test::read_text(fs::path(SBX_SOURCE_DIR) / "grammar/editors/vscode/syntaxes/sbx.tmLanguage.json")));
    return read;
}

/// The token at a byte of the text.
const test::TextMateToken* token_at(const std::vector<std::vector<test::TextMateToken>>& lines, std::string_view text,
                                    std::size_t offset) {
    const auto line = static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    const std::size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
    for (const test::TextMateToken& token : lines.at(line)) {
        if (token.begin <= offset - begin && offset - begin < token.end) {
            return &token;
        }
    }
    return nullptr;
}

/// What differs first; empty if nothing does.
std::string difference(const SyntaxTree& tree, std::string_view text) {
    const auto lines = grammar().tokens(text);
    for (const SyntaxElement& element : tree.elements) {
        if (!is_leaf(element.kind) || element.kind == SyntaxKind::line_end) {
            continue;
        }
        for (std::size_t at = element.begin; at < element.end; ++at) {
            if (text[at] == '\n' || text[at] == '\r') {
                continue;
            }
            const test::TextMateToken* const token = token_at(lines, text, at);
            const std::string_view found = token == nullptr ? "white_space" : class_of(*token);
            if (found != identifier(element.kind)) {
                return tree.file->name() + ":" + std::to_string(tree.file->position(static_cast<std::uint32_t>(at)).line) + ": `" +
                       std::string(text.substr(element.begin, element.end - element.begin)) + "` is " +
                       std::string(identifier(element.kind)) + " to the parser and " + std::string(found) + " to the grammar";
            }
        }
    }
    return {};
}

TEST(EditorTokens, AreThoseOfTheParserInEveryPolicyOfTheRepository) {
    std::size_t compared = 0;
    for (const fs::path& path : policies()) {
        const std::string text = test::read_text(path);
        // What a case of tests/diagnostics expects stands below its policy.
        const SourceFile file(fs::relative(path, SBX_SOURCE_DIR).string(), text.substr(0, text.find("==== ")));
        DiagnosticSink sink;
        const SyntaxTree tree = parse(file, sink);
        if (!sink.has_errors()) {
            ++compared;
            EXPECT_EQ(difference(tree, file.text()), "");
        }
    }
    EXPECT_GT(compared, 200U);
}

TEST(EditorTokens, AreThoseOfTheParserInEveryForm) {
    const SourceFile file("forms.sbx",
                          "sbx 1; profile forms\n"
                          "use \"a b.sbx\"; use std/system # comment { \" [\n"
                          "let mirror = [10.0.0.0/8, fd00::/8, # inside\n    ::1 2001:db8::1-2001:db8::9, @private]\n"
                          "param scratch: path under /var/tmp = \"/var/tmp/a\"\n"
                          "param n: count 1-10 = 3\n"
                          "final filesystem { read /usr /opt?, $scratch/in \"/a b\"?; tmpfs /tmp { size 1G; mode 1777 } }\n"
                          "filesystem {\n    write $scratch,\n        /srv/données # after a comma\n    symlink /bin -> usr/bin\n"
                          "    file /etc/motd \"a \\\"quote\\\" ${scratch} \\u{1F642}\" { mode 444 }\n}\n"
                          "network { allow tcp to @public $mirror port 443 8000-8999; deny any to @metadata }\n"
                          "environment { keep LC_* *; set A=\"b\" }\n"
                          "unknown-word { nested { deeper 1 } } \n"
                          "test \"t\" { allowed connect tcp [2001:db8::1]:443 10.0.0.1:80; limit cpus 1.5 }\n");
    DiagnosticSink sink;
    const SyntaxTree tree = parse(file, sink);
    ASSERT_FALSE(sink.has_errors()) << sink.sorted().front().message;
    EXPECT_EQ(difference(tree, file.text()), "");
}

/// Statements are found in the block that they mean something in.
TEST(EditorTokens, KnowAKeywordFromAName) {
    const std::string text = "filesystem {\n    read /usr\n    cpu-time /usr\n}\nlet read = 5\n";
    const auto lines = grammar().tokens(text);
    const auto is_keyword = [&](std::size_t offset) { return token_at(lines, text, offset)->is("keyword.control"); };
    EXPECT_TRUE(is_keyword(text.find("filesystem")));
    EXPECT_TRUE(is_keyword(text.find("read /usr")));
    EXPECT_FALSE(is_keyword(text.find("cpu-time")));
    EXPECT_FALSE(is_keyword(text.find("read = 5")));
    EXPECT_TRUE(is_keyword(text.find("let")));
}

}  // namespace
