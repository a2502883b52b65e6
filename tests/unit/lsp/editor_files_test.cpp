// The words in the files for editors are the compiler's, no more and no fewer.
#include "compiler/lsp/signature.hpp"
#include "compiler/policy/address_set.hpp"
#include "compiler/policy/policy.hpp"
#include "compiler/policy/statement_table.hpp"
#include "compiler/policy/supervised_limits.hpp"
#include "compiler/policy/system_calls.hpp"
#include "compiler/policy/vocabulary.hpp"
#include "tests/unit/lsp/lsp_client.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <regex>
#include <set>

namespace {

using namespace sbx;
namespace fs = std::filesystem;
using policy::Context;
using Words = std::set<std::string>;

const fs::path editors = fs::path(SBX_SOURCE_DIR) / "grammar/editors";

const test::Json& textmate() {
    static const test::Json grammar = test::Json::parse(test::read_text(editors / "vscode/syntaxes/sbx.tmLanguage.json"));
    return grammar;
}

/// The alternatives of the first group of a regular expression.
Words alternatives(const std::string& expression, const std::string& separator = "|") {
    const std::size_t open = expression.find('(');
    std::size_t at = expression.compare(open, 3, "(?:") == 0 ? open + 3 : open + 1;
    const std::size_t close = expression.find(')', at);
    Words words;
    while (at < close) {
        const std::size_t end = std::min(expression.find(separator, at), close);
        words.insert(expression.substr(at, end - at));
        at = end + separator.size();
    }
    return words;
}

Words statements_of(std::optional<Context> context) {
    Words words;
    for (const policy::StatementInfo& row : policy::statement_table()) {
        if (!context || row.context == *context) {
            words.emplace(row.keyword);
        }
    }
    return words;
}

Words types() {
    Words words;
    for (const auto type : {policy::ParameterType::path, policy::ParameterType::port, policy::ParameterType::address,
                            policy::ParameterType::count, policy::ParameterType::string}) {
        words.emplace(policy::to_text(type));
    }
    return words;
}

/// Words inside statements, types apart.
Words inner_words() {
    Words words;
    for (const policy::StatementInfo& row : policy::statement_table()) {
        words.merge(lsp::words_in(row.signature));
    }
    for (const auto& list :
         {policy::bubblewrap_features(), policy::degradable_words(), policy::constraint_words(), policy::unsigned_words()}) {
        words.insert(list.begin(), list.end());
    }
    // Limits are statements of their own block, where they are coloured as such.
    for (const policy::Limit limit : policy::degradable_limits) {
        words.erase(std::string(policy::to_text(limit)));
    }
    for (const std::string& type : types()) {
        words.erase(type);
    }
    return words;
}

Words sets() {
    Words words;
    for (const policy::NamedSet& set : policy::named_address_sets()) {
        words.emplace(set.name.substr(1));
    }
    for (const policy::CallGroup& group : policy::call_groups()) {
        words.emplace(group.name.substr(1));
    }
    return words;
}

TEST(EditorFiles, TextMateHasTheStatementsOfEachBlock) {
    const std::map<Context, std::string> names = {{Context::file, "file"},
                                                  {Context::filesystem, "filesystem"},
                                                  {Context::network, "network"},
                                                  {Context::limits, "limits"},
                                                  {Context::environment, "environment"},
                                                  {Context::process, "process"},
                                                  {Context::syscalls, "syscalls"},
                                                  {Context::sockets, "sockets"},
                                                  {Context::test, "test"},
                                                  {Context::tmpfs_options, "tmpfs_options"},
                                                  {Context::dir_options, "dir_options"},
                                                  {Context::file_options, "file_options"}};
    for (const policy::StatementInfo& row : policy::statement_table()) {
        ASSERT_TRUE(names.contains(row.context)) << "a block that this test does not know: " << row.keyword;
    }
    for (const auto& [context, name] : names) {
        Words found;
        for (const test::Json& pattern : textmate().at("repository").at("in-" + name).at("patterns")) {
            const std::string rule = pattern.at("include").get<std::string>().substr(1);
            if (rule.starts_with("statement")) {
                found.merge(alternatives(textmate()["repository"][rule]["begin"].get<std::string>()));
            } else if (rule == "final") {
                found.insert(context == Context::file ? "final" : "");
            }
        }
        found.erase("");
        EXPECT_EQ(found, statements_of(context)) << name;
    }
}

TEST(EditorFiles, TextMateHasTheOtherWords) {
    const test::Json& rules = textmate().at("repository");
    EXPECT_EQ(alternatives(rules["type"]["match"].get<std::string>()), types());
    EXPECT_EQ(alternatives(rules["inner-word"]["match"].get<std::string>()), inner_words());
    EXPECT_EQ(alternatives(rules["known-set"]["match"].get<std::string>()), sets());
}

/// The alternatives of the last `\%(…\|…\)` of the line that defines a group.
Words vim_alternatives(const std::string& text, const std::string& group) {
    std::smatch found;
    const std::regex line("syntax match " + group + " [^\n]*\\\\%\\(((?:[a-z0-9-]+\\\\\\|)+[a-z0-9-]+)\\\\\\)");
    return std::regex_search(text, found, line) ? alternatives("(" + found[1].str() + ")", "\\|") : Words();
}

TEST(EditorFiles, VimHasTheSameWords) {
    const std::string text = test::read_text(editors / "vim/syntax/sbx.vim");
    EXPECT_EQ(vim_alternatives(text, "sbxStatement"), statements_of(std::nullopt));
    EXPECT_EQ(vim_alternatives(text, "sbxKnownSet"), sets());
    EXPECT_EQ(vim_alternatives(text, "sbxType"), types());
    EXPECT_EQ(vim_alternatives(text, "sbxInner"), inner_words());
}

TEST(EditorFiles, TheExtensionHasWhatItNames) {
    const test::Json package = test::Json::parse(test::read_text(editors / "vscode/package.json"));
    for (const test::Json& path : {package["main"], package["contributes"]["languages"][0]["configuration"],
                                   package["contributes"]["grammars"][0]["path"]}) {
        EXPECT_TRUE(fs::exists(editors / "vscode" / path.get<std::string>())) << path;
    }
    EXPECT_EQ(package["contributes"]["grammars"][0]["scopeName"], textmate()["scopeName"]);
    EXPECT_EQ(test::Json::parse(test::read_text(editors / "vscode/language-configuration.json"))["comments"]["lineComment"], "#");
    EXPECT_FALSE(fs::exists(editors / "vscode/node_modules"));
}

}  // namespace
