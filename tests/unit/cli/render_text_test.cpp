// The exact text of diagnostics: alignment whatever the line holds, and nothing that a terminal would obey.
#include "compiler/cli/render_text.hpp"

#include "compiler/cli/display_text.hpp"
#include "compiler/cli/source_line.hpp"

#include <gtest/gtest.h>

namespace sbx::cli {
namespace {

using namespace std::string_literals;

Origin find(const SourceFile& file, std::string_view what, std::size_t from = 0) {
    const std::size_t at = file.text().find(what, from);
    EXPECT_NE(at, std::string_view::npos) << what;
    return {&file, {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + what.size())}};
}

Diagnostic finding(const Origin& origin, std::string message, std::string label = "") {
    Diagnostic diagnostic;
    diagnostic.kind = DiagnosticKind::hide_without_effect;
    diagnostic.severity = Severity::error;
    diagnostic.origin = origin;
    diagnostic.message = std::move(message);
    diagnostic.label = std::move(label);
    return diagnostic;
}

TEST(RenderText, LooksAsTheReferenceShowsIt) {
    const SourceFile worker("worker.sbx", std::string(13, '\n') + "    hide  /home/me/.ssh/\n");
    const SourceFile base("base.sbx", std::string(8, '\n') + "    read  /home/me/.ssh\n");
    Diagnostic d = finding(find(worker, "/home/me/.ssh/"), "`hide /home/me/.ssh/` has no effect", "every path here stays readable");
    d.labels.push_back({find(base, "/home/me/.ssh"), "granted here, for the same path"});
    d.notes.push_back("for example, `/home/me/.ssh/id_ed25519` can be read");
    d.help.push_back("remove one of the two");
    EXPECT_EQ(render_text(d, {}, false),
              "error[SBX-F003]: `hide /home/me/.ssh/` has no effect\n"
              "  --> worker.sbx:14:11\n"
              "   |\n"
              "14 |     hide  /home/me/.ssh/\n"
              "   |           ^^^^^^^^^^^^^^ every path here stays readable\n"
              "   |\n"
              "  ::: base.sbx:9:11\n"
              "   |\n"
              " 9 |     read  /home/me/.ssh\n"
              "   |           ------------- granted here, for the same path\n"
              "   = for example, `/home/me/.ssh/id_ed25519` can be read\n"
              "   help: remove one of the two\n");
}

TEST(RenderText, LabelsOfOneFileShareASnippetInTheOrderOfLines) {
    const SourceFile file("a.sbx", "read /a\nread /b\nx\nread /c\n");
    Diagnostic d = finding(find(file, "/b"), "m", "here");
    d.labels.push_back({find(file, "/c"), "later"});
    d.labels.push_back({find(file, "/a"), "earlier"});
    d.labels.push_back({find(file, "read", 8), "same line"});
    EXPECT_EQ(render_text(d, {}, false),
              "error[SBX-F003]: m\n"
              " --> a.sbx:2:6\n"
              "  |\n"
              "1 | read /a\n"
              "  |      -- earlier\n"
              "2 | read /b\n"
              "  |      ^^ here\n"
              "  | ---- same line\n"
              "...\n"
              "4 | read /c\n"
              "  |      -- later\n");
}

TEST(RenderText, TabsAndWideAndCombiningCharactersKeepTheCaretInPlace) {
    const SourceFile file("a.sbx", "\tread \"/日本/e\u0301\" /b\n");
    EXPECT_EQ(render_text(finding(find(file, "/b"), "m"), {}, false),
              "error[SBX-F003]: m\n"
              " --> a.sbx:1:16\n"
              "  |\n"
              "1 |     read \"/日本/e\u0301\" /b\n"
              "  |                    ^^\n");
    EXPECT_EQ(render_text(finding(find(file, "日本"), "m"), {}, false),
              "error[SBX-F003]: m\n"
              " --> a.sbx:1:9\n"
              "  |\n"
              "1 |     read \"/日本/e\u0301\" /b\n"
              "  |            ^^^^\n");
}

TEST(RenderText, NothingThatATerminalObeysGetsThrough) {
    const SourceFile file("evil\x1b[2J.sbx", "read \x1b[31m/a\u202e\xff\r/b\x7f\xc2\x9b\n");
    Diagnostic d = finding(find(file, "/b"), "say \x1b]0;x\a\n", "\u2066label");
    d.labels.push_back({{}, "\b"});
    d.notes.push_back("\r");
    d.help.push_back("a\x1b\nb");
    EXPECT_EQ(render_text(d, {}, false),
              "error[SBX-F003]: say \\x1b]0;x\\x07\\n\n"
              " --> evil\\x1b[2J.sbx:1:16\n"
              "  |\n"
              "1 | read \\x1b[31m/a\\u{202e}\\xff\\x0d/b\\x7f\\u{9b}\n"
              "  |                                ^^ \\u{2066}label\n"
              "  = built in: \\x08\n"
              "  = \\x0d\n"
              "  help: a\\x1b\n"
              "        b\n");
}

TEST(RenderText, LongLinesAreCutAroundThePlace) {
    const SourceFile file("a.sbx", std::string(5000, 'x') + " /here " + std::string(5000, 'y') + "\n");
    const std::string shown = render_text(finding(find(file, "/here"), "m"), {}, false);
    EXPECT_EQ(shown, "error[SBX-F003]: m\n --> a.sbx:1:5002\n  |\n1 | …" + std::string(39, 'x') + " /here " + std::string(74, 'y') +
                         "…\n  | " + std::string(41, ' ') + "^^^^^\n");
}

TEST(RenderText, APlaceOutsideTheWindowGetsOneOfItsOwn) {
    const SourceFile file("a.sbx", "/first " + std::string(1000, 'x') + " /second\n");
    Diagnostic d = finding(find(file, "/first"), "m");
    d.labels.push_back({find(file, "/second"), "and here"});
    EXPECT_EQ(render_text(d, {}, false), "error[SBX-F003]: m\n --> a.sbx:1:1\n  |\n1 | /first " + std::string(113, 'x') +
                                             "…\n  | ^^^^^^\n1 | …" + std::string(39, 'x') + " /second\n  | " +
                                             std::string(41, ' ') + "------- and here\n");
}

TEST(RenderText, APlaceAfterBytesThatTakeMuchRoomIsInTheWindow) {
    for (const char wide : {'\xFF', '\x01', '\t'}) {
        const SourceFile file("a.sbx", std::string(5000, wide) + "/here" + std::string(5000, wide) + "\n");
        const std::string shown = render_text(finding(find(file, "/here"), "m"), {}, false);
        EXPECT_NE(shown.find("/here"), std::string::npos);
        EXPECT_NE(shown.find(" ^^^^^\n"), std::string::npos);
    }
}

TEST(RenderText, ACutNeverSplitsACharacter) {
    std::string text;
    for (int i = 0; i < 400; ++i) {
        text += "日";
    }
    for (std::uint32_t shift = 0; shift < 4; ++shift) {
        const SourceFile file("a.sbx", std::string(shift, 'a') + text + "/b" + text);
        const std::string shown = render_text(finding(find(file, "/b"), "m"), {}, false);
        EXPECT_EQ(shown.find("\\x"), std::string::npos) << shown;
    }
}

TEST(RenderText, EmptySpansAndEndsOfFilesHaveACaret) {
    const SourceFile empty("a.sbx", "");
    EXPECT_EQ(render_text(finding({&empty, {0, 0}}, "m"), {}, false), "error[SBX-F003]: m\n --> a.sbx:1:1\n  |\n1 |\n  | ^\n");
    const SourceFile file("a.sbx", "read\n");
    EXPECT_EQ(render_text(finding({&file, {4, 4}}, "m", "path"), {}, false),
              "error[SBX-F003]: m\n --> a.sbx:1:5\n  |\n1 | read\n  |     ^ path\n");
}

TEST(RenderText, SpansOverSeveralLinesAreMarkedOnTheirFirst) {
    const SourceFile file("a.sbx", "a {\nb\n}\n");
    EXPECT_EQ(render_text(finding({&file, {2, 7}}, "m"), {}, false), "error[SBX-F003]: m\n --> a.sbx:1:3\n  |\n1 | a {\n  |   ^\n");
}

TEST(RenderText, ADiagnosticWithoutAPlaceHasNoSnippet) {
    Diagnostic d = finding({}, "m");
    d.help.push_back("h");
    EXPECT_EQ(render_text(d, {}, false), "error[SBX-F003]: m\n  help: h\n");
}

TEST(RenderText, AFixIsTheHelpWhereThereIsNoOther) {
    const SourceFile file("a.sbx", "network 10.0.0.1/8\n");
    Diagnostic d = finding(find(file, "10.0.0.1/8"), "m");
    d.fixes.push_back({d.origin, "10.0.0.0/8", true});
    EXPECT_NE(render_text(d, {}, false).find("  help: write `10.0.0.0/8`\n"), std::string::npos);
}

TEST(RenderText, SaysHowAFileWasReached) {
    const SourceFile root("root.sbx", "use \"b.sbx\"\n");
    const SourceFile middle("b.sbx", "\nuse \"c.sbx\"\n");
    const SourceFile inner("c.sbx", "x\n");
    const InclusionMap from = {{&middle, find(root, "\"b.sbx\"")}, {&inner, find(middle, "\"c.sbx\"")}};
    EXPECT_EQ(
        render_text(finding({&inner, {0, 1}}, "m"), from, false),
        "error[SBX-F003]: m\n --> c.sbx:1:1\n  |\n1 | x\n  | ^\n  = this file is taken in at b.sbx:2:5\n  = which is taken in at "
        "root.sbx:1:5\n");
}

TEST(RenderText, ColorsAreLeftOutUnlessAskedFor) {
    const SourceFile file("a.sbx", "x\n");
    const Diagnostic d = finding({&file, {0, 1}}, "m", "l");
    EXPECT_EQ(render_text(d, {}, false).find('\x1b'), std::string::npos);
    std::string colored = render_text(d, {}, true);
    EXPECT_NE(colored.find("\x1b[1;31merror[SBX-F003]\x1b[0m"), std::string::npos);
    while (colored.find('\x1b') != std::string::npos) {
        const std::size_t at = colored.find('\x1b');
        colored.erase(at, colored.find('m', at) - at + 1);
    }
    EXPECT_EQ(colored, render_text(d, {}, false)) << "colours change nothing but colours";
}

TEST(RenderText, TheSummaryCountsAndIsLast) {
    const SourceFile file("a.sbx", "x\n");
    Diagnostic error = finding({&file, {0, 1}}, "m");
    Diagnostic warning = error;
    warning.severity = Severity::warning;
    const auto last_line = [](const std::vector<Diagnostic>& all) {
        const std::string text = render_text({all, {}}, false);
        return text.substr(text.rfind('\n', text.size() - 2) + 1);
    };
    EXPECT_EQ(last_line({error, error, warning}), "2 errors, 1 warning\n");
    EXPECT_EQ(last_line({error}), "1 error\n");
    EXPECT_EQ(last_line({warning, warning}), "2 warnings\n");
    EXPECT_EQ(render_text({{}, {}}, false), "");
}

TEST(SourceLine, AnEndlessLineCostsNoMoreThanItsWindow) {
    const SourceFile file("a.sbx", std::string(4U << 20U, 'x'));
    for (std::uint32_t i = 0; i < 20000; ++i) {
        ASSERT_LT(SourceLine(file, {i * 200, i * 200 + 1}).text().size(), 200U);
    }
}

TEST(DisplayText, InvalidSequencesAreShownByteByByte) {
    EXPECT_EQ(displayed("\xc0\x80"), "\\xc0\\x80") << "overlong";
    EXPECT_EQ(displayed("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
    EXPECT_EQ(displayed("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "above U+10FFFF";
    EXPECT_EQ(displayed("a\xe6\x97"), "a\\xe6\\x97") << "cut short";
    EXPECT_EQ(displayed("\0"s), "\\x00");
    EXPECT_EQ(displayed("\u200b\ufeff\u2028"), "\\u{200b}\\u{feff}\\u{2028}");
    EXPECT_EQ(displayed("ünïcødé 日本 😀"), "ünïcødé 日本 😀");
}

}  // namespace
}  // namespace sbx::cli
