// Every mistake of brackets and of encoding, with exactly what is said about it: code, place, message, labels, help.
#include "tests/unit/grammar/parse_support.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace sbx {
namespace {

using testing::Parsed;
using namespace std::string_view_literals;

struct Mistaken {
    const char* claim;
    std::string_view text;
    const char* report;
};

std::string claim(const ::testing::TestParamInfo<Mistaken>& test) {
    return test.param.claim;
}

class FileErrors : public ::testing::TestWithParam<Mistaken> {};

TEST_P(FileErrors, AreSaidAsTheyAre) {
    const Parsed parsed{std::string(GetParam().text)};
    EXPECT_EQ(parsed.report(), GetParam().report);
    EXPECT_EQ(testing::broken_law(parsed.tree(), true), "");
}

const Mistaken brackets[] = {
    {"UnclosedBlockAtTheEndOfTheFile", "filesystem { read /usr"sv,
     "SBX-S006 1:12 `{` is never closed\n"
     "  label 1:23 `}` was expected here: the file ends\n"
     "  help add `}`\n"},
    {"UnclosedBlockBeforeATopLevelWord",
     "filesystem {\n"
     "    read /usr\n"
     "network {\n"
     "    x\n"
     "}\n"
     "limits { }\n"sv,
     "SBX-S006 1:12 `{` is never closed\n"
     "  label 3:1 `}` was expected before `network`, which begins a line\n"
     "  help add `}`\n"},
    {"UnclosedInnerBlockIsFoundByIndentation",
     "filesystem {\n"
     "    tmpfs /a {\n"
     "        size 5M\n"
     "    read /b\n"
     "}\n"
     "limits { }\n"sv,
     "SBX-S006 2:14 `{` is never closed\n"
     "  label 5:1 this closes it, though it is indented like the block around it\n"
     "  help add `}`\n"},
    {"SeveralUnclosedBlocksAreOneDiagnostic",
     "a {\n"
     " b {\n"
     "  c {\n"sv,
     "SBX-S006 3:5 `{` is never closed\n"
     "  label 3:6 `}` was expected here: the file ends\n"
     "  help add `}`\n"},
    {"UnclosedListBeforeATopLevelWord",
     "let a = [1, 2\n"
     "filesystem { read /usr }\n"sv,
     "SBX-S006 1:9 `[` is never closed\n"
     "  label 2:1 `]` was expected before `filesystem`, which begins a line\n"
     "  help add `]`\n"},
    {"UnclosedListInABlock",
     "x { y [1 }\n"
     "z\n"sv,
     "SBX-S006 1:7 `[` is never closed\n"
     "  label 1:9 `]` was expected here\n"
     "  help add `]`\n"},
    {"UnclosedListBeforeASemicolon", "x [1; y\n"sv,
     "SBX-S006 1:3 `[` is never closed\n"
     "  label 1:5 `]` was expected here\n"
     "  help add `]`\n"},
    {"StrayClosingBrace",
     "a }\n"
     "b\n"sv,
     "SBX-S006 1:3 `}` closes nothing\n"
     "  help remove it, or add the `{` that it should close\n"},
    {"StrayClosingBracket", "a ] b\n"sv,
     "SBX-S006 1:3 `]` closes nothing\n"
     "  help remove it, or add the `[` that it should close\n"},
    {"BlockWithoutKeyword",
     "{ a }\n"
     "b\n"sv,
     "SBX-S003 1:1 a block without a statement before it\n"
     "  help write the keyword in front of `{`, on the same line\n"},
};
INSTANTIATE_TEST_SUITE_P(Brackets, FileErrors, ::testing::ValuesIn(brackets), claim);

const Mistaken encoding[] = {
    {"Nul",
     "a\000b\n"
     "\"\n"sv,
     "SBX-S002 1:2 the file holds NUL\n"
     "  help is this a policy? they are UTF-8 text\n"},
    {"ByteOrderMark", "\357\273\277sbx 1\n"sv,
     "SBX-S002 1:1 the file begins with a byte-order mark\n"
     "  help save it as UTF-8 without one\n"},
    {"NotUtf8IsSaidOnce",
     "a \351t\351\n"
     "# \377\n"sv,
     "SBX-S002 1:3 the file is not UTF-8\n"
     "  help convert it to UTF-8, for example with `iconv -f LATIN1 -t UTF-8`\n"},
    {"Utf16", "\377\376a\000"sv,
     "SBX-S002 1:1 the file is not UTF-8\n"
     "  help it begins like UTF-16: convert it with `iconv -f UTF-16 -t UTF-8`\n"},
    {"BidirectionalControlInAComment", "a # b\342\200\256c\n"sv,
     "SBX-L008 1:6 bidirectional control character U+202E\n"
     "  help remove it; where it is meant, write `\\u{202E}` in a string\n"},
    {"BidirectionalControlInAString", "a \"b\342\201\246c\"\n"sv,
     "SBX-L008 1:5 bidirectional control character U+2066\n"
     "  help remove it; where it is meant, write `\\u{2066}` in a string\n"},
    {"InvisibleCharacter", "re\342\200\213ad /x\n"sv,
     "SBX-L008 1:3 invisible or line-breaking character U+200B\n"
     "  help remove it; where it is meant, write `\\u{200B}` in a string\n"},
    {"LineSeparator", "# a\342\200\250write /\n"sv,
     "SBX-L008 1:4 invisible or line-breaking character U+2028\n"
     "  help remove it; where it is meant, write `\\u{2028}` in a string\n"},
    {"ControlCharactersAreSaidOnce", "a # \033[2J \033\n"sv,
     "SBX-S003 1:5 control character U+001B\n"
     "  help remove it; where it is meant, write `\\x1B` in a string\n"},
    {"LoneCarriageReturnsAreSaidOnce", "a\015b\015c\n"sv,
     "SBX-S003 1:2 a carriage return without a line feed\n"
     "  help end lines with LF or CR LF\n"},
};
INSTANTIATE_TEST_SUITE_P(Encoding, FileErrors, ::testing::ValuesIn(encoding), claim);

}  // namespace
}  // namespace sbx
