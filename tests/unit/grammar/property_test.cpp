// What holds for all bytes: printing the leaves prints the file, nodes nest, and there is an error leaf exactly if something was
// said. The inputs are drawn from the language's own pieces, so that most of them nearly are policies; the seed is fixed.
#include "tests/unit/grammar/parse_support.hpp"

#include <array>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace sbx {
namespace {

using testing::broken_law;
using testing::Parsed;

constexpr const char* sample = R"(sbx 1
profile ci-build
description "Compile and test ${name} \x41\u{e9}."
use std/system                      # a comment
param scratch: path under /var/tmp = "/var/tmp/x y"
let   mirror = [10.20.0.0/16,
    2001:db8:20::/48 # both
]
filesystem {
    read     $toolchain/lib /srv/fixtures /srv/models?
    hide     /srv/fixtures/private/ ; symlink /a -> ../b*c
    tmpfs    /var/tmp { size 256M; mode 1777 }
}
environment { keep LANG LC_* TZ; set CI="true" }
test "claim" { denied connect tcp 10.20.3.4:80 [2001:db8:99::1]:443, @private }
)";

constexpr auto policy_pieces = std::to_array<std::string_view>({" ",           "\n",         "\r\n",
                                                                "\t",          "#",          "# c\n",
                                                                ";",           "; ",         ",",
                                                                ",\n",         "{",          "}",
                                                                "[",           "]",          ":",
                                                                "::",          ":=",         "=",
                                                                "==",          "=>",         "->",
                                                                "?",           "*",          "\"",
                                                                "\\",          "\\q",        "$",
                                                                "${",          "${a}",       "$a",
                                                                "$a/",         "@",          "@x",
                                                                "/",           "/a",         "/a/*",
                                                                "//",          "a",          "A_*",
                                                                "name",        "filesystem", "\nlimits",
                                                                "5M",          "10.0.0.0/8", "fe80::1",
                                                                "[::1]:80",    "-",          ".",
                                                                "'",           "(",          ")",
                                                                "|",           "é",          "“",
                                                                "”",           "，",         "\xE2\x80\xAE",
                                                                "\xFF",        "\x01",       "\r",
                                                                "\xEF\xBB\xBF"});

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t bound) { return engine_() % bound; }

private:
    std::mt19937 engine_;
};

std::string from_pieces(Random& random) {
    std::string text;
    for (std::size_t left = random.below(60); left > 0; --left) {
        text += policy_pieces.at(random.below(policy_pieces.size()));
    }
    return text;
}

std::string mutated(Random& random) {
    std::string text = sample;
    for (std::size_t left = 1 + random.below(4); left > 0; --left) {
        const std::size_t at = random.below(text.size());
        switch (random.below(3)) {
            case 0:
                text.erase(at, 1 + random.below(5));
                break;
            case 1:
                text.insert(at, policy_pieces.at(random.below(policy_pieces.size())));
                break;
            default:
                text[at] = static_cast<char>(random.below(256));
                break;
        }
        text += text.empty() ? "x" : "";
    }
    return text;
}

std::string from_bytes(Random& random) {
    std::string text;
    for (std::size_t left = random.below(80); left > 0; --left) {
        text += static_cast<char>(random.below(256));
    }
    return text;
}

std::string printed(const SyntaxTree& tree) {
    std::string text;
    for (const SyntaxElement& element : tree.elements) {
        text += is_leaf(element.kind) ? tree.file->text({element.begin, element.end}) : std::string_view();
    }
    return text;
}

/// Walks every view, so that a view that fails is found.
std::size_t count_items(const std::vector<StatementView>& all) {
    std::size_t count = 0;
    for (const StatementView& statement : all) {
        count += statement.items().size() + statement.keyword().text().size();
        if (const auto block = statement.block()) {
            count += count_items(block->statements());
        }
    }
    return count;
}

void expect_laws(const std::string& text) {
    const Parsed parsed(text);
    const auto diagnostics = parsed.diagnostics();
    ASSERT_EQ(broken_law(parsed.tree(), !diagnostics.empty()), "") << text;
    ASSERT_EQ(printed(parsed.tree()), text);
    ASSERT_LE(count_items(statements(parsed.tree())), 2 * text.size() + 2);
    for (const Diagnostic& diagnostic : diagnostics) {
        ASSERT_LE(diagnostic.origin.span.begin, diagnostic.origin.span.end) << text;
        ASSERT_LE(diagnostic.origin.span.end, text.size()) << text;
        for (const Fix& fix : diagnostic.fixes) {
            ASSERT_LE(fix.origin.span.end, text.size()) << text;
        }
    }
}

TEST(AnyBytes, SampleIsWithoutMistake) {
    EXPECT_EQ(Parsed(sample).report(), "");
}

TEST(AnyBytes, EveryPrefixOfAPolicyKeepsTheLaws) {
    const std::string text = sample;
    for (std::size_t length = 0; length <= text.size(); ++length) {
        ASSERT_NO_FATAL_FAILURE(expect_laws(text.substr(0, length)));
    }
}

TEST(AnyBytes, PiecesOfTheLanguageKeepTheLaws) {
    Random random(1);
    for (int i = 0; i < 5000; ++i) {
        ASSERT_NO_FATAL_FAILURE(expect_laws(from_pieces(random)));
    }
}

TEST(AnyBytes, MutatedPoliciesKeepTheLaws) {
    Random random(2);
    for (int i = 0; i < 3000; ++i) {
        ASSERT_NO_FATAL_FAILURE(expect_laws(mutated(random)));
    }
}

TEST(AnyBytes, RandomBytesKeepTheLaws) {
    Random random(3);
    for (int i = 0; i < 3000; ++i) {
        ASSERT_NO_FATAL_FAILURE(expect_laws(from_bytes(random)));
    }
}

/// A safe fix may be applied unasked, so it must at least remove its own mistake and bring no other.
TEST(AnyBytes, SafeFixesLeaveFewerMistakes) {
    Random random(4);
    std::size_t applied = 0;
    for (int i = 0; i < 3000; ++i) {
        const std::string text = mutated(random);
        const Parsed before(text);
        const auto diagnostics = before.diagnostics();
        for (const Diagnostic& diagnostic : diagnostics) {
            if (diagnostics.size() > 90 || diagnostic.fixes.empty() || !diagnostic.fixes[0].safe) {
                continue;
            }
            const Span span = diagnostic.fixes[0].origin.span;
            std::string after = text;
            after.replace(span.begin, span.end - span.begin, diagnostic.fixes[0].replacement);
            ++applied;
            ASSERT_LT(Parsed(after).diagnostics().size(), diagnostics.size()) << text << "\n---\n" << after;
        }
    }
    EXPECT_GT(applied, 50U);
}

}  // namespace
}  // namespace sbx
