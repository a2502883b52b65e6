// Where output is cut, in every position and however it arrives; against a definition of one line each.
#include "runtime/output_budget.hpp"

#include <array>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sbx::runtime {
namespace {

using namespace std::string_literals;

/// Plays the relay: what waits is given again, with what has come since; after the cut only what completes a character.
class Streams {
public:
    explicit Streams(std::uint64_t limit) : budget(limit) {}
    void write(std::size_t stream, const std::string& bytes) {
        if (!budget.cut()) {
            waiting.at(stream) += bytes;
            admit_both();
        }
    }
    void complete(std::size_t stream, const std::string& rest) {
        std::size_t passed_before = 0;
        for (std::size_t at = 0; at < rest.size() && budget.missing(stream) > 0; ++at) {
            passed_before = passed.at(stream).size();
            waiting.at(stream) += rest[at];
            admit_both();
            if (passed.at(stream).size() == passed_before) {
                return;
            }
        }
    }
    void end(std::size_t stream) {
        budget.end(stream);
        admit_both();
    }
    OutputBudget budget;
    std::array<std::string, 2> waiting{};
    std::array<std::string, 2> passed{};

private:
    void admit_both() {
        for (const std::size_t stream : {0U, 1U}) {
            const std::size_t count = budget.admit(stream, waiting.at(stream));
            passed.at(stream) += waiting.at(stream).substr(0, count);
            waiting.at(stream).erase(0, count);
            EXPECT_TRUE(budget.cut() || waiting.at(stream).size() < 8);
        }
    }
};

/// The characters of "aé€😀", and bytes that are none: a lone continuation, a lone first byte, Latin-1, an overlong form.
const std::vector<std::string> pieces = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\x80", "\xe2", "\xe9t", "\xc0\xaf"};

/// Where a character of `text` begins, or a byte that is part of none; and its end.
std::vector<std::size_t> boundaries(const std::string& text) {
    std::vector<std::size_t> result = {0};
    while (result.back() < text.size()) {
        const auto first = static_cast<unsigned char>(text[result.back()]);
        std::size_t length = first >= 0xf0 && first < 0xf5   ? 4
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xc2 && first < 0xe0 ? 2
                                                             : 1;
        for (std::size_t i = 1; i < length; ++i) {
            const std::size_t at = result.back() + i;
            if (at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U) {
                length = 1;  // each byte of it stands alone
            }
        }
        result.push_back(result.back() + length);
    }
    return result;
}

std::string cut_at(const std::string& text, std::uint64_t limit) {
    std::size_t best = 0;
    for (const std::size_t boundary : boundaries(text)) {
        best = boundary <= limit ? boundary : best;
    }
    return text.substr(0, best);
}

TEST(OutputBudget, CutsEveryCharacterWhole) {
    for (const std::string& text : {"x\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80y"s, "\xf0\x9f\x98\x80\xf0\x9f\x98\x80"s, "abc"s}) {
        for (std::uint64_t limit = 0; limit <= text.size(); ++limit) {
            for (std::size_t piece = 1; piece <= text.size(); ++piece) {
                Streams streams(limit);
                for (std::size_t at = 0; at < text.size(); at += piece) {
                    streams.write(0, text.substr(at, piece));
                }
                streams.end(0);
                EXPECT_EQ(streams.budget.cut(), limit < text.size()) << limit;
                EXPECT_EQ(streams.passed[0], cut_at(text, limit)) << limit << " in pieces of " << piece;
            }
        }
    }
}

TEST(OutputBudget, PassesAtOnceWhatFits) {
    Streams streams(100);
    streams.write(0, "\xe2");
    EXPECT_EQ(streams.passed[0], "\xe2");
    streams.write(0, "\x82");
    EXPECT_EQ(streams.passed[0], "\xe2\x82");
}

TEST(OutputBudget, TheLimitItselfIsNotCutWhateverTheBytesAre) {
    for (const std::string& last : pieces) {
        const std::string text = "ab" + last;
        Streams streams(text.size());
        streams.write(0, text);
        EXPECT_FALSE(streams.budget.cut());
        streams.end(0);
        EXPECT_EQ(streams.passed[0], text);
        Streams more(text.size());
        more.write(0, text);
        more.write(0, "c");
        EXPECT_TRUE(more.budget.cut());
        EXPECT_EQ(more.passed[0], text) << "all of it are characters, or bytes that are none";
    }
}

TEST(OutputBudget, KeepsRoomForACharacterThatTheOtherStreamBegan) {
    Streams streams(4);
    streams.write(0, "\xe2");
    streams.write(1, "abc");
    EXPECT_EQ(streams.passed[1], "a") << "more than that would take the room of the others";
    EXPECT_FALSE(streams.budget.cut()) << "no more than 4 bytes were written yet";
    streams.write(0, "\x82\xac");
    EXPECT_TRUE(streams.budget.cut());
    EXPECT_EQ(streams.passed[0], "\xe2\x82\xac");
    EXPECT_EQ(streams.passed[1], "a");

    Streams never(4);
    never.write(0, "\xe2");
    never.write(1, "abc");
    never.end(0);
    never.end(1);
    EXPECT_FALSE(never.budget.cut());
    EXPECT_EQ(never.passed[1], "abc") << "the character never came";
}

TEST(OutputBudget, OfStreamsInAnyOrderPassesAsMuchAsTheLimitAndSplitsNothing) {
    std::mt19937 random(7);
    const auto below = [&random](std::size_t end) { return random() % end; };
    for (int turn = 0; turn < 20000; ++turn) {
        std::array<std::string, 2> texts{};
        for (std::string& text : texts) {
            for (std::size_t count = below(6); count > 0; --count) {
                text += pieces[below(pieces.size())];
            }
        }
        const std::uint64_t total = texts[0].size() + texts[1].size();
        const std::uint64_t limit = below(total + 3);
        Streams streams(limit);
        std::array<std::size_t, 2> at{};
        while (!streams.budget.cut() && (at[0] < texts[0].size() || at[1] < texts[1].size())) {
            const std::size_t stream = below(2);
            const std::size_t count = std::min<std::size_t>(1 + below(4), texts.at(stream).size() - at.at(stream));
            streams.write(stream, texts.at(stream).substr(at.at(stream), count));
            at.at(stream) += count;
        }
        const bool is_cut = streams.budget.cut();
        ASSERT_EQ(is_cut, total > limit);
        for (const std::size_t stream : {0U, 1U}) {
            is_cut ? streams.complete(stream, texts.at(stream).substr(at.at(stream))) : streams.end(stream);
        }
        ASSERT_LE(streams.passed[0].size() + streams.passed[1].size(), limit);
        for (const std::size_t stream : {0U, 1U}) {
            const std::string& text = texts.at(stream);
            const std::string& passed = streams.passed.at(stream);
            ASSERT_EQ(passed, is_cut ? text.substr(0, passed.size()) : text);
            ASSERT_EQ(passed, cut_at(text, passed.size())) << testing::PrintToString(texts) << limit;
        }
        ASSERT_TRUE(!is_cut || streams.passed[0].size() + streams.passed[1].size() + 7 > limit) << "not much is lost";
    }
}

}  // namespace
}  // namespace sbx::runtime
