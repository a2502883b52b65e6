// What the compiler says about policies, to the letter. `fail_*.sbx` are rejected, `warn_*.sbx` are accepted with findings, and
// `pass_*.sbx`, the near misses, are accepted in silence. With SBX_UPDATE=1 in the environment the expected output of each case is
// written anew: read the difference before it is kept.
#include "compiler/cli/render_text.hpp"
#include "tests/diagnostics/case_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace sbx {
namespace {

using test::case_paths;
using test::CaseFile;
using test::compile_case;
using test::read_case;

std::string printed(const cli::Compilation& compilation) {
    return cli::render_text({compilation.diagnostics, compilation.profile.included_from}, false);
}

class Policies : public testing::TestWithParam<std::string> {};

TEST_P(Policies, AreAnsweredToTheLetter) {
    const CaseFile file = read_case(GetParam());
    const cli::Compilation compilation = compile_case(file, file.policy);
    const std::string output = printed(compilation);
    if (const char* update = std::getenv("SBX_UPDATE"); update != nullptr && std::string_view(update) == "1") {
        write_case(GetParam(), file, output);
    } else {
        EXPECT_EQ(output, file.expected);
    }
    EXPECT_EQ(compilation.rejected, file.name.starts_with("fail_"));
    EXPECT_EQ(output.empty(), file.name.starts_with("pass_"));
}

INSTANTIATE_TEST_SUITE_P(, Policies, testing::ValuesIn(case_paths("")), [](const auto& test) {
    std::string name = std::filesystem::path(test.param).stem().string();
    std::replace_if(
        name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
    return name;
});

/// All cases, compiled once. Diagnostics point into the compilation.
struct Answer {
    CaseFile file;
    cli::Compilation compilation;
};
const std::deque<Answer>& answers() {
    static const std::deque<Answer> all = [] {
        std::deque<Answer> made;
        for (const std::string& path : case_paths("")) {
            CaseFile file = read_case(path);
            cli::Compilation compilation = compile_case(file, file.policy);
            made.push_back({std::move(file), std::move(compilation)});
        }
        return made;
    }();
    return all;
}

template <class Visit>
void for_each_diagnostic(Visit visit) {
    for (const Answer& answer : answers()) {
        for (const Diagnostic& diagnostic : answer.compilation.diagnostics) {
            SCOPED_TRACE(answer.file.name + ": " + diagnostic.message);
            visit(answer, diagnostic);
        }
    }
}

TEST(Cases, AreNamedForWhatHappensToThem) {
    const std::size_t named = case_paths("fail_").size() + case_paths("warn_").size() + case_paths("pass_").size();
    EXPECT_EQ(named, case_paths("").size());
    EXPECT_GE(case_paths("fail_").size(), 140U);
}

TEST(Cases, EveryKindOfDiagnosticOccurs) {
    std::set<DiagnosticKind> seen;
    for_each_diagnostic([&](const Answer&, const Diagnostic& diagnostic) { seen.insert(diagnostic.kind); });
    for (std::size_t i = 0; i < diagnostic_count(); ++i) {
        const auto kind = static_cast<DiagnosticKind>(i);
        EXPECT_TRUE(seen.contains(kind)) << info(kind).code << " " << info(kind).name;
    }
}

TEST(Messages, ShowPlaceLineCaretCodeAndWhatToWriteInstead) {
    for_each_diagnostic([](const Answer& answer, const Diagnostic& diagnostic) {
        const std::string text = cli::render_text(diagnostic, answer.compilation.profile.included_from, false);
        ASSERT_TRUE(diagnostic.origin.known());
        const LineColumn at = diagnostic.origin.file->position(diagnostic.origin.span.begin);
        const std::string place = diagnostic.origin.file->name() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
        EXPECT_NE(text.find("--> " + place + "\n"), std::string::npos);
        EXPECT_NE(text.find(std::to_string(at.line) + " |"), std::string::npos) << "source line";
        EXPECT_NE(text.find('^'), std::string::npos) << "caret";
        EXPECT_EQ(text.find("[" + std::string(info(diagnostic.kind).code) + "]: "), cli::to_text(diagnostic.severity).size());
        EXPECT_NE(text.find(" help: "), std::string::npos) << text;
    });
}

TEST(Messages, AreLowerCaseWithoutFullStopAndWithPairedQuotes) {
    for_each_diagnostic([](const Answer&, const Diagnostic& diagnostic) {
        std::vector<std::string> sentences = {diagnostic.message, diagnostic.label};
        sentences.insert(sentences.end(), diagnostic.notes.begin(), diagnostic.notes.end());
        sentences.insert(sentences.end(), diagnostic.help.begin(), diagnostic.help.end());
        for (const Label& label : diagnostic.labels) {
            sentences.push_back(label.text);
        }
        for (const std::string& sentence : sentences) {
            if (!sentence.empty()) {
                EXPECT_NE(sentence.back(), '.') << sentence;
                const std::string first_word = sentence.substr(0, sentence.find(' '));
                const bool is_name = first_word.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
                EXPECT_TRUE(is_name || std::isupper(static_cast<unsigned char>(sentence.front())) == 0) << sentence;
            }
        }
    });
}

TEST(Messages, AreSaidOnceEach) {
    for (const Answer& answer : answers()) {
        std::map<std::pair<const SourceFile*, std::uint32_t>, int> places;
        for (const Diagnostic& diagnostic : answer.compilation.diagnostics) {
            EXPECT_EQ(++places[std::pair(diagnostic.origin.file, diagnostic.origin.span.begin)], 1)
                << answer.file.name << ": a second message at the place of " << diagnostic.message;
        }
    }
}

TEST(Fixes, ChangeTheTextAndSafeOnesMendIt) {
    std::size_t tried = 0;
    for_each_diagnostic([&](const Answer& answer, const Diagnostic& diagnostic) {
        const SourceFile* root = &answer.compilation.sources.files.front();
        for (const Fix& fix : diagnostic.fixes) {
            ASSERT_TRUE(fix.origin.known());
            EXPECT_NE(fix.origin.file->text(fix.origin.span), fix.replacement);
            if (!fix.safe || diagnostic.fixes.size() != 1 || fix.origin.file != root) {
                continue;
            }
            std::string text(root->text());
            text.replace(fix.origin.span.begin, fix.origin.span.end - fix.origin.span.begin, fix.replacement);
            ++tried;
            const cli::Compilation mended = compile_case(answer.file, text);
            const auto same = [&](const Diagnostic& d) { return d.kind == diagnostic.kind && d.message == diagnostic.message; };
            const auto count = [&](const std::vector<Diagnostic>& all) { return std::count_if(all.begin(), all.end(), same); };
            EXPECT_LT(count(mended.diagnostics), count(answer.compilation.diagnostics)) << text;
        }
    });
    EXPECT_GT(tried, 0U);
}

}  // namespace
}  // namespace sbx
