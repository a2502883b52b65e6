// Spelling is nothing and meaning is everything: the normal form, its hash and the artifacts do not depend on how a policy is
// written, and everything that is written out can be read back as what it was.
#include "compiler/plan/lower.hpp"
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/decide.hpp"
#include "compiler/policy/statement_text.hpp"
#include "emitters/emit.hpp"
#include "emitters/quote.hpp"
#include "grammar/formatter.hpp"
#include "grammar/parser.hpp"
#include "runtime/argument_records.hpp"
#include "runtime/environment_table.hpp"
#include "runtime/limits_table.hpp"
#include "runtime/manifest.hpp"
#include "runtime/parameters.hpp"
#include "runtime/refusal.hpp"
#include "tests/property/random_policy.hpp"

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>

namespace {

using namespace sbx::test;

constexpr unsigned spelled_policies = 2000;

std::vector<RandomStatement> random_policy(std::mt19937& random) {
    std::vector<RandomStatement> statements = random_view(random);
    const std::vector<RandomStatement> settings = random_settings(random);
    statements.insert(statements.end(), settings.begin(), settings.end());
    return statements;
}

/// Nothing if the plan was refused.
std::optional<sbx::emit::Bundle> accepted_bundle(const Compiled& compiled) {
    sbx::DiagnosticSink sink;
    const auto plan = sbx::plan::lower(compiled.profile.policy, sink);
    if (sink.has_errors()) {
        return std::nullopt;
    }
    sbx::emit::BundleInfo info;
    info.profile = compiled.profile.name;
    info.compiler = "policyc";
    info.policy_json = sbx::policy::canonical_json(compiled.profile.policy);
    return sbx::emit::emit(plan, info);
}

template <class Body>
void for_spelled_policies(Body body) {
    unsigned accepted = 0;
    for (unsigned seed = 0; seed < spelled_policies && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        std::vector<RandomStatement> statements = random_policy(random);
        const std::string text = policy_text(statements);
        const auto compiled = compile(text);
        if (compiled) {
            SCOPED_TRACE("seed " + std::to_string(seed) + ":\n" + text);
            ++accepted;
            body(random, statements, *compiled);
        }
    }
    EXPECT_GT(accepted, spelled_policies / 4) << "the generator makes too few policies that mean something";
}

TEST(Spelling, OrderOfStatementsAndBlocksChangesNoByte) {
    for_spelled_policies([](std::mt19937& random, std::vector<RandomStatement>& statements, const Compiled& compiled) {
        const auto bundle = accepted_bundle(compiled);
        std::shuffle(statements.begin(), statements.end(), random);
        for (const std::string& text : {policy_text(statements), scattered_text(statements)}) {
            const auto shuffled = compile(text);
            ASSERT_TRUE(shuffled.has_value()) << text;
            EXPECT_EQ(compiled.profile.policy, shuffled->profile.policy) << text;
            EXPECT_EQ(bundle, accepted_bundle(*shuffled)) << text;
        }
    });
}

TEST(Spelling, TheSameBytesGiveTheSameBytes) {
    for_spelled_policies([](std::mt19937&, const std::vector<RandomStatement>& statements, const Compiled& compiled) {
        const auto again = compile(policy_text(statements));
        ASSERT_TRUE(again.has_value());
        EXPECT_EQ(accepted_bundle(compiled), accepted_bundle(*again));
    });
}

/// The same words with other white space and other line ends, and comments wherever a line ends.
std::string untidied(const std::string& text, std::mt19937& random) {
    constexpr std::string_view blanks[] = {" ", "  ", "\t", "      "};
    constexpr std::string_view line_ends[] = {"\n", "\r\n", "\n\n\n", "  # c\n", "\n   # own\n"};
    std::string result;
    bool quoted = false;
    bool escaped = false;
    for (const char c : text) {
        quoted = quoted != (c == '"' && !escaped);
        escaped = c == '\\' && !escaped;
        if (quoted || (c != ' ' && c != '\n' && c != ';')) {
            result += c;
        } else if (c == ' ') {
            result += blanks[random() % std::size(blanks)];
        } else {
            result += c == ';' && random() % 2 == 0 ? "; " : line_ends[random() % std::size(line_ends)];
        }
    }
    return result;
}

TEST(Spelling, TheStyleMeansTheSame) {
    std::size_t changed = 0;
    for_spelled_policies([&](std::mt19937& random, const std::vector<RandomStatement>& statements, const Compiled& compiled) {
        for (const std::string& text : {policy_text(statements), untidied(scattered_text(statements), random)}) {
            const sbx::SourceFile file("random.sbx", text);
            sbx::DiagnosticSink sink;
            const auto styled = sbx::formatted(sbx::parse(file, sink));
            ASSERT_FALSE(sink.has_errors()) << text;
            ASSERT_TRUE(styled.has_value());
            const sbx::SourceFile again("random.sbx", *styled);
            EXPECT_EQ(sbx::formatted(sbx::parse(again, sink)), styled);
            const auto same = compile(*styled);
            ASSERT_TRUE(same.has_value()) << *styled;
            EXPECT_EQ(sbx::policy::canonical_json(same->profile.policy), sbx::policy::canonical_json(compiled.profile.policy))
                << *styled;
            changed += *styled == text ? 0U : 1U;
        }
    });
    EXPECT_GT(changed, spelled_policies / 2);
}

TEST(Spelling, EqualMeaningIsEqualHashAndUnequalMeaningIsNot) {
    unsigned equal = 0;
    unsigned unequal = 0;
    for_spelled_policies([&](std::mt19937& random, std::vector<RandomStatement> statements, const Compiled& compiled) {
        std::mt19937 other_random(static_cast<unsigned>(random()));
        const std::vector<RandomStatement> others = random_policy(other_random);
        statements.erase(statements.begin() + static_cast<std::ptrdiff_t>(random() % statements.size()));
        statements.push_back(others[random() % others.size()]);
        const auto changed = compile(policy_text(statements));
        if (!changed) {
            return;
        }
        const bool same = compiled.profile.policy == changed->profile.policy;
        EXPECT_EQ(same,
                  sbx::policy::canonical_json(compiled.profile.policy) == sbx::policy::canonical_json(changed->profile.policy))
            << policy_text(statements);
        ++(same ? equal : unequal);
    });
    EXPECT_GT(unequal, spelled_policies / 8);
    EXPECT_GT(equal, 0U) << "some changes change nothing";
}

TEST(Spelling, ADifferenceThatCanBeSeenIsInTheHash) {
    const auto points = universe();
    for_spelled_policies([&](std::mt19937& random, std::vector<RandomStatement> statements, const Compiled& compiled) {
        statements.erase(statements.begin() + static_cast<std::ptrdiff_t>(random() % statements.size()));
        const auto changed = compile(policy_text(statements));
        if (!changed ||
            sbx::policy::canonical_json(changed->profile.policy) != sbx::policy::canonical_json(compiled.profile.policy)) {
            return;
        }
        for (const std::string& point : points) {
            sbx::policy::Request request;
            request.path = *sbx::policy::SandboxPath::literal(point);
            EXPECT_EQ(sbx::policy::decide(compiled.profile.policy, request).view,
                      sbx::policy::decide(changed->profile.policy, request).view)
                << point;
        }
    });
}

TEST(Spelling, WhatIsWrittenOutMeansTheSame) {
    for_spelled_policies([](std::mt19937&, const std::vector<RandomStatement>&, const Compiled& compiled) {
        std::string text = "sbx 1\nprofile again\n";
        for (const std::string& line : sbx::policy::to_statements(compiled.profile.policy)) {
            text += line + "\n";
        }
        const auto again = compile(text);
        ASSERT_TRUE(again.has_value()) << text;
        EXPECT_EQ(again->profile.policy, compiled.profile.policy) << text;
    });
}

const std::string& artifact(const sbx::emit::Bundle& bundle, std::string_view name) {
    return std::find_if(bundle.artifacts.begin(), bundle.artifacts.end(), [name](const auto& each) { return each.name == name; })
        ->bytes;
}

/// What the runtime reads is what the policy says.
void compare_settings(const sbx::emit::Bundle& bundle, const sbx::policy::Policy& policy) {
    const auto manifest = sbx::runtime::read_manifest(artifact(bundle, "manifest.json"));
    EXPECT_EQ(manifest.run_as.has_value(), policy.process.run_as.has_value());
    EXPECT_EQ(manifest.command.has_value(), policy.process.command.has_value());
    EXPECT_EQ(manifest.survive_parent, policy.process.survive_parent.value);
    EXPECT_EQ(manifest.groups_none, policy.process.groups_none.value);
    EXPECT_EQ(manifest.parameters.size(), policy.parameters.size());
    EXPECT_FALSE(sbx::runtime::read_argument_records(artifact(bundle, "bwrap.args")).empty());
    EXPECT_EQ(sbx::runtime::read_limits_table(artifact(bundle, "rlimits.tab")).size(), policy.limits.size());
    const auto environment = sbx::runtime::read_environment_table(artifact(bundle, "environment.tab"));
    EXPECT_EQ(environment.keep.size(), policy.environment.kept.size());
    EXPECT_EQ(environment.accept.size(), policy.environment.accepted.size());
    ASSERT_EQ(environment.set.size(), policy.environment.fixed.size());
    for (const auto& [name, value] : environment.set) {
        std::string wanted;
        for (const auto& piece : policy.environment.fixed.at(name).value.pieces()) {
            wanted += piece.is_parameter ? "<" + piece.value + ">" : piece.value;
        }
        EXPECT_EQ(sbx::runtime::expand(value, {{"uid", "<uid>"}}), wanted) << name;
    }
}

TEST(Spelling, TheRuntimeReadsWhatTheCompilerWrote) {
    for_spelled_policies([](std::mt19937&, const std::vector<RandomStatement>&, const Compiled& compiled) {
        const auto bundle = accepted_bundle(compiled);
        if (!bundle) {
            return;
        }
        try {
            compare_settings(*bundle, compiled.profile.policy);
        } catch (const sbx::runtime::Refusal& refusal) {
            ADD_FAILURE() << refusal.what;
        }
    });
}

/// A constraint on characters lets the same bytes through at launch as in the compiler.
TEST(Spelling, AConstraintMeansTheSameToTheRuntime) {
    static constexpr std::string_view interesting = "!#*+,-./09:@AZ_az~";
    for (unsigned seed = 0; seed < spelled_policies && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        std::string set;
        for (std::size_t left = 1 + random() % 6; left > 0; --left) {
            set += interesting[random() % interesting.size()];
        }
        const auto compiled =
            compile("sbx 1\nprofile t\nparam s: string of \"" + set + "\" 0-9\nenvironment { set A = \"${s}\" }\n");
        const auto bundle = compiled ? accepted_bundle(*compiled) : std::nullopt;
        if (!bundle) {
            continue;  // a range that goes down
        }
        const auto declared = sbx::runtime::read_manifest(artifact(*bundle, "manifest.json")).parameters.at(0);
        const std::string& allowed = compiled->profile.policy.parameters.at("s").value.characters->characters;
        for (char c = ' '; c <= '~'; ++c) {
            EXPECT_EQ(sbx::runtime::only_of({&c, 1}, declared.characters), allowed.find(c) != std::string::npos)
                << c << " of " << set << ", which the manifest writes as " << declared.characters;
        }
    }
}

std::string random_bytes(std::mt19937& random, std::size_t longest) {
    std::string bytes;
    for (std::size_t left = random() % longest; left > 0; --left) {
        bytes += static_cast<char>(1 + random() % 255);
    }
    return bytes;
}

TEST(Spelling, QuotingSurvivesARealShell) {
    std::mt19937 random(1);
    std::string script = "printf '%s.'";
    std::string wanted;
    std::vector<std::string> words = {"", "'", "''", "-n", "--", "\\", "$(id)", "`id`", "\n", "a\n", "*", "~", "!", "%s", "\\n"};
    while (words.size() < 400) {
        words.push_back(random_bytes(random, 40));
    }
    for (const std::string& word : words) {
        script += " " + sbx::emit::ShellWord(word).text();
        wanted += word + ".";
    }
    char name[] = "/tmp/sbx-quoting.XXXXXX";
    const int descriptor = mkstemp(name);
    ASSERT_GE(descriptor, 0);
    FILE* const file = fdopen(descriptor, "w");
    fwrite(script.data(), 1, script.size(), file);
    fclose(file);
    FILE* const shell = popen((std::string("LC_ALL=C sh ") + name).c_str(), "r");
    ASSERT_NE(shell, nullptr);
    std::string seen;
    for (int c = fgetc(shell); c != EOF; c = fgetc(shell)) {
        seen += static_cast<char>(c);
    }
    EXPECT_EQ(pclose(shell), 0);
    std::remove(name);
    EXPECT_EQ(seen, wanted);
}

TEST(Spelling, TheLeavesOfATreePrintTheFile) {
    for (unsigned seed = 0; seed < spelled_policies && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        std::string text = policy_text(random_policy(random));
        for (std::size_t left = random() % 4; left > 0; --left) {
            text.insert(random() % text.size(), random_bytes(random, 6));
            text.erase(random() % text.size(), random() % 6);
        }
        const sbx::SourceFile file("random.sbx", text);
        sbx::DiagnosticSink sink;
        std::string printed;
        for (const sbx::SyntaxElement& element : sbx::parse(file, sink).elements) {
            if (sbx::is_leaf(element.kind)) {
                printed += file.text().substr(element.begin, element.end - element.begin);
            }
        }
        EXPECT_EQ(printed, text);
    }
}

}  // namespace
