// What the line tables have in common, environment.tab, templates and numbers.
#include "refused.hpp"
#include "runtime/environment_table.hpp"
#include "runtime/number.hpp"
#include "runtime/table_lines.hpp"
#include "runtime/templates.hpp"

#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::string refused_lines(const std::string& text) {
    return refused([&] { static_cast<void>(table_lines(text, "# x 1", "x.tab")); });
}

TEST(TableLines, CommentsAndEmptyLinesSayNothing) {
    EXPECT_THAT(table_lines("# x 1\n# c\n\na b\nc # d\n", "# x 1", "x.tab"), ElementsAre("a b", "c # d"));
    EXPECT_EQ(without_comment("c # d"), "c");
    EXPECT_EQ(without_comment("c #d"), "c #d");
}

TEST(TableLines, WhatIsNoTableIsRefused) {
    EXPECT_EQ(refused_lines(""), "verify: x.tab is malformed: it does not begin with the line `# x 1`");
    EXPECT_EQ(refused_lines("# x 1"), "verify: x.tab is malformed: it does not begin with the line `# x 1`");
    EXPECT_EQ(refused_lines("# x 2\n"), "verify: x.tab is malformed: it does not begin with the line `# x 1`");
    EXPECT_EQ(refused_lines("# x 10\n"), "verify: x.tab is malformed: it does not begin with the line `# x 1`");
    EXPECT_EQ(refused_lines("# x 1\r\n"), "verify: x.tab is malformed: it does not begin with the line `# x 1`");
    EXPECT_EQ(refused_lines("# x 1\na"), "verify: x.tab is malformed: its last line does not end");
    EXPECT_EQ(refused_lines("# x 1\na\r\n"), "verify: x.tab is malformed: it holds a control character");
    EXPECT_EQ(refused_lines("# x 1\na\0\n"s), "verify: x.tab is malformed: it holds a control character");
    EXPECT_EQ(refused_lines("# x 1\n\x7f\n"), "verify: x.tab is malformed: it holds a control character");
}

TEST(TableLines, SizeIsBounded) {
    std::string many = "# x 1\n";
    for (int i = 0; i <= 10000; ++i) {
        many += "a\n";
    }
    EXPECT_EQ(refused_lines(many), "verify: x.tab is malformed: more than 10000 lines");
    EXPECT_EQ(refused_lines("# x 1\n" + std::string(1U << 20U, 'a') + "\n"), "verify: x.tab is malformed: more than 1 MiB");
}

std::string environment(const std::string& body) {
    return "# sbx environment 1\n" + body;
}
std::string refused_environment(const std::string& body) {
    return refused([&] { static_cast<void>(read_environment_table(environment(body))); });
}

TEST(EnvironmentTable, EachLineIsReadForItsVerb) {
    const auto table =
        read_environment_table(environment("accept JOB_* # p.sbx:1\nkeep LANG\nkeep *\nset A \"a # b ${uid}\" # p.sbx:2\n"));
    EXPECT_THAT(table.accept, ElementsAre("JOB_*"));
    EXPECT_THAT(table.keep, ElementsAre("LANG", "*"));
    ASSERT_EQ(table.set.size(), 1U);
    EXPECT_EQ(expand(table.set[0].second, {{"uid", "7"}}), "a # b 7");
}

TEST(EnvironmentTable, WhatIsMalformedIsRefusedWithTheLine) {
    const struct {
        const char* body;
        const char* reason;
    } rows[] = {
        {"pass A\n", "it begins with none of `accept`, `keep` and `set`"},
        {"keep\n", "no name of a variable"},
        {"keep A B\n", "no name of a variable"},
        {"keep A=B\n", "no name of a variable"},
        {"keep 1A\n", "no name of a variable"},
        {"keep A*B\n", "no name of a variable"},
        {"keep **\n", "no name of a variable"},
        {"accept BASH_FUNC_x%%\n", "no name of a variable"},
        {"set A\n", "no name of a variable"},
        {"set A* \"x\"\n", "no name of a variable"},
        {"set A \"x\"y\n", "something follows the value"},
        {"set A \"x\" y\n", "something follows the value"},
        {"set A \"1\"\nset A \"2\"\n", "the variable is set twice"},
    };
    for (const auto& row : rows) {
        const std::string seen = refused_environment(row.body);
        EXPECT_EQ(seen.rfind("verify: environment.tab is malformed at `", 0), 0U) << row.body << seen;
        EXPECT_TRUE(seen.ends_with(std::string(": ") + row.reason)) << row.body << seen;
    }
    EXPECT_NE(refused_environment("set A x\n"), "nothing");
}

TEST(EnvironmentTable, LaterStagesWin) {
    const auto table = read_environment_table(environment("accept A\naccept B\nkeep A\nkeep B\nkeep C\nset A \"set\"\n"));
    const auto bound = bind_environment(table, {"A=kept", "B=kept", "C=kept", "D=kept"}, {"A=passed", "B=passed=x"}, {});
    EXPECT_THAT(bound.variables, ElementsAre(Pair("A", "set"), Pair("B", "passed=x"), Pair("C", "kept")));
    EXPECT_THAT(bound.dropped, IsEmpty());
}

TEST(EnvironmentTable, NamesThatChangeLoadingGetInBySetOnly) {
    const auto table = read_environment_table(environment("accept *\nkeep *\nset LD_LIBRARY_PATH \"/l\"\n"));
    const auto bound =
        bind_environment(table, {"LD_PRELOAD=/x", "BASH_FUNC_a%%=() { :; }", "PATH=/bin", "A=1", "http_proxy=x", "IFS=x"},
                         {"PYTHONPATH=/y", "PATH=/evil", "B=2"}, {});
    EXPECT_THAT(bound.variables, ElementsAre(Pair("A", "1"), Pair("B", "2"), Pair("LD_LIBRARY_PATH", "/l"), Pair("PATH", "/bin")));
    EXPECT_THAT(bound.dropped, ElementsAre("IFS", "LD_PRELOAD", "PATH", "PYTHONPATH", "http_proxy"));
}

TEST(EnvironmentTable, MalformedEntriesOfTheCallerAreLeftOut) {
    const auto table = read_environment_table(environment("keep *\n"));
    EXPECT_THAT(bind_environment(table, {"", "=", "=x", "A", "a b=c", "1=x", "OK="}, {}, {}).variables,
                ElementsAre(Pair("OK", "")));
}

TEST(EnvironmentTable, WhatThePolicyDoesNotAcceptIsRefused) {
    const auto table = read_environment_table(environment("accept JOB_*\nkeep A\n"));
    const auto passing = [&](const std::string& entry) {
        return refused([&] { static_cast<void>(bind_environment(table, {}, {entry}, {})); });
    };
    EXPECT_EQ(passing("A=1"), "bind: the policy does not accept the variable `A`");
    EXPECT_EQ(passing("A"), "usage: `--env` takes NAME=VALUE, not `A`");
    EXPECT_EQ(passing("=1"), "usage: `--env` takes NAME=VALUE, not `=1`");
    EXPECT_EQ(passing("JOB-1=x"), "usage: `--env` takes NAME=VALUE, not `JOB-1=x`");
    EXPECT_EQ(passing("JOB_A=" + std::string(200U << 10U, 'x')), "bind: the value of `JOB_A` is longer than 128 KiB");
    EXPECT_EQ(passing("JOB_A=x y=z\n"), "nothing");
}

std::string refused_template(const std::string& text) {
    return refused([&] { static_cast<void>(read_template(text)); });
}

TEST(Templates, EscapesAndParametersAreRead) {
    EXPECT_EQ(expand(read_template(R"("\\ \" \$ \n \t \r \x41 \x7F ä")"), {}), "\\ \" $ \n \t \r A \x7f ä");
    EXPECT_EQ(expand(read_template("\"${a-b}${uid}\""), {{"a-b", "1"}, {"uid", "2"}}), "12");
    EXPECT_TRUE(read_template("\"\"").literal());
    EXPECT_FALSE(read_template("\"${a}\"").literal());
    EXPECT_EQ(read_template("\"a\""), literal_text("a"));
}

TEST(Templates, ExpansionIsOnePass) {
    EXPECT_EQ(expand(read_template("\"${a}\""), {{"a", "${b}\\n\""}, {"b", "no"}}), "${b}\\n\"");
}

TEST(Templates, AParameterWithoutAValueIsRefused) {
    EXPECT_EQ(refused([] { static_cast<void>(expand(read_template("\"${gone}\""), {})); }),
              "verify: a template names the parameter `gone`, which the manifest lacks");
}

TEST(Templates, WhatFollowsIsCounted) {
    std::size_t length = 0;
    static_cast<void>(read_template("\"a\\\"\" # c", length));
    EXPECT_EQ(length, 5U);
}

TEST(Templates, WhatIsMalformedIsRefusedWithItsReason) {
    const struct {
        std::string text;
        const char* reason;
    } rows[] = {
        {"", "no quote begins it"},
        {"a", "no quote begins it"},
        {"\"", "no quote ends it"},
        {"\"a", "no quote ends it"},
        {"\"a\\\"", "no quote ends it"},
        {"\"a\" ", "something follows it"},
        {"\"\n\"", "a control character"},
        {"\"\0\""s, "a control character"},
        {"\"\\\"", "no quote ends it"},
        {"\"\\", "an unknown escape"},
        {"\"\\a\"", "an unknown escape"},
        {"\"\\x0\"", "`\\x` needs two hexadecimal digits that are not 00"},
        {"\"\\x00\"", "`\\x` needs two hexadecimal digits that are not 00"},
        {"\"\\xg1\"", "`\\x` needs two hexadecimal digits that are not 00"},
        {"\"\\x", "`\\x` needs two hexadecimal digits that are not 00"},
        {"\"$\"", "`$` begins no `${name}`"},
        {"\"$a\"", "`$` begins no `${name}`"},
        {"\"${a\"", "`$` begins no `${name}`"},
        {"\"${}\"", "`${}` holds no name"},
        {"\"${a b}\"", "`${}` holds no name"},
        {"\"${${a}}\"", "`${}` holds no name"},
    };
    for (const auto& row : rows) {
        const std::string seen = refused_template(row.text);
        EXPECT_TRUE(seen.ends_with(std::string("is malformed: ") + row.reason)) << row.text << ": " << seen;
    }
}

TEST(Number, IsDigitsOnly) {
    EXPECT_EQ(read_number("0"), 0U);
    EXPECT_EQ(read_number("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    for (const char* const text : {"", "00", "01", "-0", "+1", " 1", "1 ", "1.", "1e3", "0x1", "a", "18446744073709551616"}) {
        EXPECT_EQ(read_number(text), std::nullopt) << text;
    }
}

TEST(Number, NamesAreLettersDigitsAndUnderscores) {
    EXPECT_TRUE(is_name("_a9"));
    EXPECT_TRUE(is_name("a-b", true));
    EXPECT_FALSE(is_name("a-b"));
    EXPECT_FALSE(is_name(std::string(256, 'a')));
    for (const char* const text : {"", "9a", "-a", "a b", "a.b", "a=", "ä"}) {
        EXPECT_FALSE(is_name(text, true)) << text;
    }
}

}  // namespace
}  // namespace sbx::runtime
