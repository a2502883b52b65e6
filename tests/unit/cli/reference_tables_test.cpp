// The tables of the language reference, held against those that the compiler works from. A failure means that one of the two has
// to change.
#include "compiler/cli/exit_codes.hpp"
#include "compiler/policy/address_set.hpp"
#include "compiler/policy/loader_variables.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/statement_table.hpp"
#include "compiler/policy/system_calls.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/parser.hpp"
#include "tests/unit/cli/reference_text.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <set>

namespace sbx {
namespace {

using test::quoted;
using test::reference;
using test::section;
using test::table_rows;
using ::testing::Contains;
using ::testing::HasSubstr;

std::vector<std::string> forms(std::string_view signature) {
    std::vector<std::string> found;
    constexpr std::string_view separator = "  or  ";
    while (true) {
        const std::size_t end = signature.find(separator);
        found.emplace_back(signature.substr(0, end));
        if (end == std::string_view::npos) {
            return found;
        }
        signature.remove_prefix(end + separator.size());
    }
}

std::string section_of(policy::Context context) {
    switch (context) {
        case policy::Context::file:
            return "Files";
        case policy::Context::filesystem:
        case policy::Context::tmpfs_options:
        case policy::Context::dir_options:
        case policy::Context::file_options:
            return "Filesystem";
        case policy::Context::network:
            return "Network";
        case policy::Context::limits:
            return "Limits";
        case policy::Context::environment:
            return "Environment";
        case policy::Context::process:
            return "Process";
        case policy::Context::syscalls:
        case policy::Context::sockets:
            return "System calls and sockets";
        case policy::Context::test:
            return "Tests";
    }
    return {};
}

TEST(ReferenceTables, EveryStatementStandsInItsSectionWithItsSignature) {
    for (const policy::StatementInfo& row : policy::statement_table()) {
        std::string text = section(section_of(row.context));
        // What fills a block is described where the block is.
        text += row.context == policy::Context::file ? section("Process") + section("System calls and sockets") : "";
        const bool is_option = row.context == policy::Context::tmpfs_options || row.context == policy::Context::dir_options ||
                               row.context == policy::Context::file_options;
        std::vector<std::string> first_cells;
        for (const auto& cells : table_rows(text)) {
            const auto in_cell = quoted(cells.front());
            first_cells.insert(first_cells.end(), in_cell.begin(), in_cell.end());
        }
        for (const std::string& form : forms(row.signature)) {
            if (is_option) {
                EXPECT_THAT(text, HasSubstr(form));
            } else {
                EXPECT_THAT(first_cells, Contains(form)) << "in section " << section_of(row.context);
            }
        }
    }
}

TEST(ReferenceTables, EveryStatementOfItsTablesIsOneOfTheLanguage) {
    std::set<std::string> known;
    for (const policy::StatementInfo& row : policy::statement_table()) {
        known.emplace(row.keyword);
    }
    for (const std::string title : {"Files", "Filesystem", "Network", "Limits", "Environment", "Process", "Tests"}) {
        for (const auto& cells : table_rows(section(title))) {
            for (const std::string& form : quoted(cells.front())) {
                EXPECT_THAT(known, Contains(form.substr(0, form.find_first_of(" |")))) << title << ": " << form;
            }
        }
    }
}

TEST(ReferenceTables, NamesTheAddressSetsAndTheStandardFragmentsAndNoOthers) {
    std::vector<std::string> sets;
    for (const auto& cells : table_rows(section("Lexical structure"))) {
        if (cells.front() == "address set") {
            sets = quoted(cells[1]);
        }
    }
    std::vector<std::string> known_sets;
    for (const policy::NamedSet& set : policy::named_address_sets()) {
        known_sets.emplace_back(set.name);
    }
    EXPECT_THAT(sets, ::testing::UnorderedElementsAreArray(known_sets));

    std::vector<std::string> fragments;
    for (const auto& cells : table_rows(section("Standard fragments"))) {
        const auto names = quoted(cells.front());
        fragments.insert(fragments.end(), names.begin(), names.end());
    }
    std::vector<std::string> known_fragments;
    for (const policy::StandardFragment& fragment : policy::standard_fragments()) {
        known_fragments.emplace_back(fragment.name);
    }
    EXPECT_THAT(fragments, ::testing::UnorderedElementsAreArray(known_fragments));
}

TEST(ReferenceTables, ListsEveryGroupOfSystemCallsWithItsCalls) {
    std::map<std::string, std::vector<std::string>> listed;
    for (const auto& cells : table_rows(section("System calls and sockets"))) {
        if (cells.size() == 2 && cells.front().starts_with("`@")) {
            listed[quoted(cells.front()).at(0)] = quoted(cells[1].substr(cells[1].rfind(": ")));
            const policy::CallGroup* const group = policy::find_call_group(quoted(cells.front()).at(0));
            ASSERT_NE(group, nullptr) << cells.front();
            EXPECT_THAT(cells[1], ::testing::StartsWith(std::string(group->summary)));
        }
    }
    for (const policy::CallGroup& group : policy::call_groups()) {
        std::string names;
        for (const std::string& name : listed[std::string(group.name)]) {
            names += (names.empty() ? "" : " ") + name;
        }
        EXPECT_EQ(names, policy::call_names(group.calls)) << group.name;
    }
    EXPECT_EQ(listed.size(), policy::call_groups().size());
}

TEST(ReferenceTables, ListsEveryDiagnosticAsTheRegistryHasIt) {
    std::vector<std::vector<std::string>> listed;
    std::set<std::string> letters;
    for (const auto& cells : table_rows(section("Diagnostics"))) {
        if (cells.size() == 4 && cells.front() != "code") {
            listed.push_back(cells);
        } else if (cells.size() == 2 && cells.front() != "letter") {
            letters.insert(quoted(cells.front()).at(0));
        }
    }
    std::vector<std::vector<std::string>> registered;
    std::set<std::string> used;
    for (std::size_t i = 0; i < diagnostic_count(); ++i) {
        const DiagnosticInfo& row = info(static_cast<DiagnosticKind>(i));
        const std::string severity = row.severity == Severity::error     ? "error"
                                     : row.severity == Severity::warning ? "warning"
                                                                         : "pedantic";
        registered.push_back(
            {"`" + std::string(row.code) + "`", "`" + std::string(row.name) + "`", severity, std::string(row.summary)});
        used.insert(std::string(row.code.substr(4, 1)));
    }
    EXPECT_EQ(listed, registered);
    EXPECT_EQ(letters, used);
}

TEST(ReferenceTables, EveryCodeThatItMentionsExists) {
    static const std::regex code("SBX-[A-Z][0-9]{3}");
    for (auto at = std::sregex_iterator(reference().begin(), reference().end(), code); at != std::sregex_iterator(); ++at) {
        EXPECT_TRUE(find_diagnostic(at->str()).has_value()) << at->str();
    }
}

TEST(ReferenceTables, ListsTheVariablesThatCallersMayNotChoose) {
    std::set<std::string> listed;
    const std::string text = section("Environment");
    for (std::size_t at = text.find("\n> "); at != std::string::npos; at = text.find("\n> ", at + 1)) {
        const auto names = quoted(text.substr(at, text.find('\n', at + 1) - at));
        listed.insert(names.begin(), names.end());
    }
    std::set<std::string> known;
    for (const policy::LoaderVariable& variable : policy::loader_variables()) {
        known.emplace(variable.pattern);
    }
    EXPECT_EQ(listed, known);
}

TEST(ReferenceTables, HasTheLimitsOfTheParser) {
    std::map<std::string, std::string> most;
    for (const auto& cells : table_rows(section("Limits of the language"))) {
        most[cells.front()] = cells.at(1);
    }
    EXPECT_EQ(most["a source file"], std::to_string(max_source_bytes >> 20U) + " MiB");
    EXPECT_EQ(most["blocks and lists inside each other"], std::to_string(max_nesting));
    EXPECT_EQ(most["syntax errors of a file"], std::to_string(max_syntax_errors));
}

TEST(ReferenceTables, HasTheExitCodes) {
    std::vector<std::string> listed;
    for (const auto& cells : table_rows(section("Exit codes"))) {
        listed.push_back(cells.front() + " " + cells.at(1));
    }
    std::vector<std::string> known = {"code of `policyc`"};
    for (const cli::ExitCodeRow& row : cli::exit_codes) {
        known.push_back(std::to_string(static_cast<int>(row.code)) + " " + std::string(row.meaning));
    }
    EXPECT_EQ(listed, known);
}

}  // namespace
}  // namespace sbx
