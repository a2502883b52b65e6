// The long forms of the diagnostics: each has one, and what its examples claim is what the compiler does. Examples are compiled in
// memory, from the text that `policyc explain` prints to the artifacts.
#include "compiler/cli/pages.hpp"

#include "compiler/cli/compile.hpp"
#include "tests/support/memory_files.hpp"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace sbx::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<DiagnosticInfo> registry() {
    std::vector<DiagnosticInfo> rows;
    for (std::size_t i = 0; i < diagnostic_count(); ++i) {
        rows.push_back(info(static_cast<DiagnosticKind>(i)));
    }
    return rows;
}

/// The section whose name is `word`, or begins with it and a blank; nullptr if there is none.
const PageSection* find_section(const std::vector<PageSection>& all, const std::string& word) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const PageSection& section) {
        return section.name == word || section.name.rfind(word + " ", 0) == 0;
    });
    return found == all.end() ? nullptr : &*found;
}
bool is_compiled(const PageSection& example) {
    return example.name.find("(not compiled)") == std::string_view::npos;
}

/// Compiles `text` as /policies/example.sbx, down to artifacts.
Compilation compile_text(std::string text, const test::MemoryFiles& files, std::map<std::string, std::string> definitions = {},
                         FindingLevels levels = {}) {
    CompileRequest request;
    request.path = "example.sbx";
    request.text = std::move(text);
    request.options.definitions = std::move(definitions);
    request.until = Until::emitted;
    request.levels = std::move(levels);
    return compile(std::move(request), files);
}
std::set<std::string> codes(const Compilation& done) {
    std::set<std::string> found;
    for (const Diagnostic& diagnostic : done.diagnostics) {
        found.emplace(info(diagnostic.kind).code);
    }
    return found;
}

/// Of pedantic findings the one that a page is about, and of others none.
FindingLevels levels_of(std::string_view code) {
    FindingLevels levels;
    if (const DiagnosticKind kind = *find_diagnostic(code); info(kind).severity == Severity::pedantic) {
        levels.changed.emplace(kind, Severity::warning);
    }
    return levels;
}

/// What an example gives, its page's further files beside it.
Compilation compile_example(std::string_view code, const std::vector<PageSection>& page, const PageSection& example) {
    test::MemoryFiles files;
    for (const PageSection& section : page) {
        if (section.name.rfind("file ", 0) == 0) {
            files.add(std::string(section.name.substr(5)), std::string(section.text) + "\n");
        }
    }
    std::map<std::string, std::string> definitions;
    if (const std::size_t option = example.name.find("-D "); option != std::string_view::npos) {
        const std::string_view definition = example.name.substr(option + 3);
        const std::size_t equals = definition.find('=');
        definitions.emplace(definition.substr(0, equals), definition.substr(equals + 1));
    }
    const std::string text = std::string(example.text) + "\n";
    files.add("example.sbx", text);
    if (example.name.ends_with(" -o out")) {  // held against the bundle of the further files
        CompileRequest request;
        request.path = "example.sbx";
        request.text = text;
        request.out = "out";
        return compile(std::move(request), files);
    }
    return compile_text(text, files, std::move(definitions), levels_of(code));
}

TEST(Pages, EveryDiagnosticHasAPageAndEveryPageADiagnostic) {
    std::vector<std::string> written;
    for (const Page& page : pages()) {
        written.emplace_back(page.code);
    }
    std::vector<std::string> wanted;
    for (const DiagnosticInfo& row : registry()) {
        wanted.emplace_back(row.code);
    }
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(written, wanted);
}

TEST(Pages, EachHasItsSectionsInOrder) {
    for (const Page& page : pages()) {
        std::vector<std::string> names;
        for (const PageSection& section : sections(page.text)) {
            const std::string word(section.name.substr(0, section.name.find(' ')));
            EXPECT_FALSE(section.text.empty()) << page.code << ' ' << section.name;
            if (word != "file") {
                names.push_back(word);
            } else {
                EXPECT_EQ(names, (std::vector<std::string>{"problem", "wrong", "right"})) << page.code;
            }
        }
        EXPECT_THAT(names, ElementsAre("problem", "wrong", "right", "why", "exceptions")) << page.code;
    }
}

TEST(Pages, NoLineIsWiderThanATerminalAndNoneHoldsAControlCharacter) {
    for (const Page& page : pages()) {
        std::size_t columns = 0;
        for (const char byte : page.text) {
            EXPECT_FALSE((static_cast<unsigned char>(byte) < 0x20 && byte != '\n') || byte == 0x7F) << page.code;
            const bool begins_character = (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
            columns = byte == '\n' ? 0 : columns + (begins_character ? 1U : 0U);
            EXPECT_LE(columns, 80U) << page.code;
        }
    }
}

TEST(Pages, WrongExamplesGiveTheirCodeAndNoOther) {
    for (const Page& page : pages()) {
        const auto all = sections(page.text);
        const PageSection* wrong = find_section(all, "wrong");
        ASSERT_NE(wrong, nullptr) << page.code;
        if (!is_compiled(*wrong)) {
            continue;
        }
        const Compilation done = compile_example(page.code, all, *wrong);
        EXPECT_EQ(codes(done), std::set<std::string>{std::string(page.code)}) << page.code;
        const bool is_error = info(*find_diagnostic(page.code)).severity == Severity::error;
        EXPECT_EQ(done.rejected, is_error) << page.code;
    }
}

TEST(Pages, RightExamplesCompileToABundleWithoutAFinding) {
    for (const Page& page : pages()) {
        const auto all = sections(page.text);
        const PageSection* right = find_section(all, "right");
        ASSERT_NE(right, nullptr) << page.code;
        const Compilation done = compile_example(page.code, all, *right);
        EXPECT_TRUE(codes(done).empty()) << page.code << ": " << (done.diagnostics.empty() ? "" : done.diagnostics[0].message);
        EXPECT_TRUE(done.bundle.has_value()) << page.code;
    }
}

/// Files that a page can't show as they are.
std::map<std::string, std::function<std::string()>> unprintable_examples() {
    const std::string header = "sbx 1\nprofile example\n";
    const std::string block = header + "filesystem {\nread /srv\n";
    return {
        {"SBX-S001",
         [=] {
             std::string text = block;
             for (int i = 0; text.size() <= (4U << 20U); ++i) {
                 text += "read /srv/fixtures/" + std::to_string(i) + "\n";
             }
             return text + "}\n";
         }},
        {"SBX-S002", [=] { return header + "description \"M\xFCnchner Bericht\"\n"; }},
        {"SBX-S008",
         [=] {
             std::string text = "filesystem:\n";
             for (int i = 0; i < 120; ++i) {
                 text += "  - read: '/usr'\n";
             }
             return text;
         }},
        {"SBX-L008", [=] { return block + "read \"/srv/\u202Etxt.seton\"\n}\n"; }},
        {"SBX-F027",
         [=] {
             std::string text = block;
             for (int i = 0; i < 3100; ++i) {
                 text += "write /srv/fixtures/" + std::to_string(i) + "\n";
             }
             return text + "}\n";
         }},
    };
}

TEST(Pages, WhatNoPageCanShowAsAFileIsGivenByTheFileThatItDescribes) {
    const auto examples = unprintable_examples();
    std::set<std::string> shown;
    for (const auto& [code, text] : examples) {
        shown.insert(code);
        EXPECT_EQ(codes(compile_text(text(), test::MemoryFiles())).count(code), 1U) << code;
    }
    std::set<std::string> described;
    for (const Page& page : pages()) {
        const auto all = sections(page.text);
        if (!is_compiled(*find_section(all, "wrong"))) {
            described.emplace(page.code);
        }
        EXPECT_TRUE(is_compiled(*find_section(all, "right"))) << page.code;
    }
    EXPECT_EQ(shown, described);
}

TEST(Pages, SectionsAreTakenApartAtTheirOpenersAlone) {
    const auto found = sections("== problem\n\nwhat == is\n\n== wrong -D a=b\nx\n\n\ny\n== why\nz");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].text, "what == is");
    EXPECT_EQ(found[1].name, "wrong -D a=b");
    EXPECT_EQ(found[1].text, "x\n\n\ny");
    EXPECT_EQ(found[2].text, "z");
    EXPECT_THAT(sections("no opener"), IsEmpty());
    EXPECT_THAT(sections(""), IsEmpty());
}

}  // namespace
}  // namespace sbx::cli
