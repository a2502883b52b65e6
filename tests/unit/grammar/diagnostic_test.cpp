// The registry, the sink, and the search for similar names.
#include "grammar/diagnostic.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace sbx {
namespace {

TEST(Registry, CodesAndNamesAreUnique) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < diagnostic_count(); ++i) {
        const DiagnosticInfo& row = info(static_cast<DiagnosticKind>(i));
        EXPECT_TRUE(seen.insert(row.code).second) << row.code;
        EXPECT_TRUE(seen.insert(row.name).second) << row.name;
        EXPECT_EQ(row.code.size(), 8U) << row.code;
        EXPECT_EQ(row.code.substr(0, 4), "SBX-");
    }
}

TEST(Registry, FindsByCodeShortCodeAndName) {
    for (const char* word : {"SBX-F003", "sbx-f003", "F003", "f003", "hide-without-effect"}) {
        EXPECT_EQ(find_diagnostic(word), DiagnosticKind::hide_without_effect) << word;
    }
    for (const char* word : {"", "F", "F999", "SBX-", "Hide-Without-Effect", "003"}) {
        EXPECT_EQ(find_diagnostic(word), std::nullopt) << word;
    }
}

TEST(Sink, KeepsFiveHundredOfEachSeverityAndCountsAllErrors) {
    const SourceFile file("f.sbx", std::string(2000, 'a'));
    DiagnosticSink sink;
    for (std::uint32_t i = 0; i < 700; ++i) {
        sink.report(DiagnosticKind::unknown_word, {&file, {i, i + 1}}, "an error");
        sink.report(DiagnosticKind::unused_name, {&file, {i, i + 1}}, "a finding");
    }
    const auto all = sink.sorted();
    ASSERT_EQ(all.size(), 1002U);
    const auto is_last = [](const Diagnostic& d) { return d.kind == DiagnosticKind::too_many_errors; };
    EXPECT_EQ(std::count_if(all.begin(), all.end(), is_last), 2);
    EXPECT_EQ(all.back().origin.span.begin, 500U);
    EXPECT_EQ(sink.error_count(), 700U);
}

TEST(Sink, SeverityComesFromTheRegistryUnlessGiven) {
    DiagnosticSink sink;
    sink.report(DiagnosticKind::unused_name, {}, "a warning");
    EXPECT_FALSE(sink.has_errors());
    sink.report(DiagnosticKind::unused_name, Severity::error, {}, "an error");
    EXPECT_EQ(sink.error_count(), 1U);
}

TEST(Sink, BuilderFillsAllParts) {
    const SourceFile file("a", "text");
    DiagnosticSink sink;
    sink.report(DiagnosticKind::duplicate, {&file, {0, 1}}, "m")
        .caret("c")
        .label({&file, {1, 2}}, "l")
        .note("n")
        .help("h")
        .fix({&file, {2, 3}}, "r", true);
    const Diagnostic diagnostic = sink.sorted().at(0);
    EXPECT_EQ(diagnostic.label, "c");
    EXPECT_EQ(diagnostic.labels.at(0).text, "l");
    EXPECT_EQ(diagnostic.notes, std::vector<std::string>{"n"});
    EXPECT_EQ(diagnostic.help, std::vector<std::string>{"h"});
    EXPECT_EQ(diagnostic.fixes.at(0).replacement, "r");
    EXPECT_TRUE(diagnostic.fixes.at(0).safe);
}

TEST(Sink, SortsByFirstMentionOfTheFileThenPlaceThenCode) {
    const SourceFile first("z", "0123456789");
    const SourceFile second("a", "0123456789");
    DiagnosticSink sink;
    sink.report(DiagnosticKind::unknown_word, {&first, {5, 6}}, "4");
    sink.report(DiagnosticKind::unknown_word, {&second, {1, 2}}, "5");
    sink.report(DiagnosticKind::unexpected_character, {&first, {2, 3}}, "3");
    sink.report(DiagnosticKind::duplicate, {&first, {2, 3}}, "2");
    sink.report(DiagnosticKind::duplicate, {&first, {1, 9}}, "1");
    std::string order;
    for (const Diagnostic& diagnostic : sink.sorted()) {
        order += diagnostic.message;
    }
    EXPECT_EQ(order, "12345");
}

TEST(Sink, RemovesDuplicatesAndNothingElse) {
    const SourceFile file("a", "0123");
    DiagnosticSink sink;
    for (int i = 0; i < 2; ++i) {
        sink.report(DiagnosticKind::duplicate, {&file, {0, 1}}, "same");
        sink.report(DiagnosticKind::duplicate, {&file, {0, 1}}, "other");
        sink.report(DiagnosticKind::duplicate, {&file, {0, 2}}, "same");
    }
    EXPECT_EQ(sink.sorted().size(), 3U);
}

TEST(Nearest, FindsTypingMistakes) {
    const std::vector<std::string_view> words{"read", "write", "hide", "symlink", "open-files"};
    EXPECT_EQ(nearest("raed", words), "read");
    EXPECT_EQ(nearest("wirte", words), "write");
    EXPECT_EQ(nearest("READ", words), "read");
    EXPECT_EQ(nearest("simlinks", words), "symlink");
    EXPECT_EQ(nearest("open_files", words), "open-files");
}

TEST(Nearest, OffersNothingThatIsFarAway) {
    const std::vector<std::string_view> words{"read", "write"};
    EXPECT_EQ(nearest("rx", words), std::nullopt);
    EXPECT_EQ(nearest("road-map", words), std::nullopt);
    EXPECT_EQ(nearest("", words), std::nullopt);
    EXPECT_EQ(nearest("ab", {}), std::nullopt);
}

}  // namespace
}  // namespace sbx
