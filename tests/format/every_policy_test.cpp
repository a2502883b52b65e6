// What holds of every policy in this source tree: a comment anywhere in it comes out once and where it was, and formatting changes
// neither its meaning nor, but for places, what the compiler says about it.
#include "compiler/policy/canonical_json.hpp"
#include "tests/diagnostics/case_file.hpp"
#include "tests/format/format_support.hpp"

#include <gtest/gtest.h>
#include <set>

namespace sbx {
namespace {

using test::comments_of;
using test::every_policy;
using test::in_style;
using test::NamedPolicy;
using test::Source;

/// A policy of more tokens than this would take a while, one insertion after the other.
constexpr std::size_t most_single_insertions = 2000;

/// Where a token ends; and the beginning of the file.
std::vector<std::size_t> token_ends(const Source& source) {
    std::vector<std::size_t> ends = {0};
    for (const SyntaxElement& element : source.tree.elements) {
        if (is_leaf(element.kind) && !is_trivia(element.kind)) {
            ends.push_back(element.end);
        }
    }
    return ends;
}

std::string marked(std::string text, std::size_t at, std::string_view opening, std::size_t number) {
    // The number ends with a letter: none begins another.
    text.insert(at, std::string(opening) + "# mark-" + std::to_string(number) + "x\n");
    return text;
}

std::size_t count(std::string_view text, std::string_view piece) {
    std::size_t found = 0;
    for (std::size_t at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + 1)) {
        ++found;
    }
    return found;
}

struct Inserted {
    std::size_t places = 0;
    std::size_t comments = 0;
};

/// A comment behind each token alone: as it stands, and behind a comma, which goes on with the statement. `openings` gets the one
/// with which there is no mistake, for each place; a null where there is none.
void insert_one_by_one(const Source& source, std::vector<const char*>& openings, Inserted& inserted) {
    const std::string text(source.file.text());
    const std::vector<std::size_t> ends = token_ends(source);
    for (std::size_t i = 0; i < ends.size(); ++i) {
        openings.push_back(nullptr);
        ++inserted.places;
        for (const char* opening : {" ", ", "}) {
            const Source with(marked(text, ends[i], opening, i));
            if (with.broken) {
                continue;  // no comment can stand here
            }
            openings.back() = opening;
            ++inserted.comments;
            SCOPED_TRACE("a comment behind byte " + std::to_string(ends[i]));
            const std::string result = in_style(with);
            ASSERT_EQ(count(result, "# mark-" + std::to_string(i) + "x\n"), 1U) << result;
            ASSERT_EQ(comments_of(Source(result)), comments_of(with)) << result;
            ASSERT_FALSE(testing::Test::HasFailure());
        }
    }
}

/// All of them at once.
void insert_everywhere(const Source& source, const std::vector<const char*>& openings) {
    std::string text(source.file.text());
    const std::vector<std::size_t> ends = token_ends(source);
    for (std::size_t i = ends.size(); i-- > 0;) {
        std::string with = openings[i] == nullptr ? text : marked(text, ends[i], openings[i], i);
        if (!Source(with).broken) {
            text = std::move(with);
        }
    }
    const Source with(text);
    const std::string result = in_style(with);
    EXPECT_EQ(comments_of(Source(result)), comments_of(with)) << result;
    std::size_t last = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const std::string mark = "# mark-" + std::to_string(i) + "x\n";
        if (count(text, mark) == 1) {
            ASSERT_EQ(count(result, mark), 1U) << mark << result;
            ASSERT_LE(last, result.find(mark)) << mark << result;
            last = result.find(mark);
        }
    }
}

TEST(EveryPolicy, KeepsACommentAtEveryTokenOnceAndInOrder) {
    Inserted inserted;
    std::size_t policies = 0;
    for (const NamedPolicy& policy : every_policy()) {
        SCOPED_TRACE(policy.name);
        const Source source(policy.text);
        if (source.broken || token_ends(source).size() > most_single_insertions) {
            continue;
        }
        ++policies;
        std::vector<const char*> openings;
        insert_one_by_one(source, openings, inserted);
        ASSERT_FALSE(HasFatalFailure());
        insert_everywhere(source, openings);
        ASSERT_FALSE(HasFatalFailure());
    }
    EXPECT_GT(policies, 150U);
    EXPECT_GT(inserted.comments, inserted.places) << "most tokens take one in either way";
}

/// What is said; of a policy that is refused only the codes: a message may quote how something was written.
std::set<std::string> said_by(const cli::Compilation& compilation) {
    std::set<std::string> said;
    for (const Diagnostic& diagnostic : compilation.diagnostics) {
        said.insert(std::string(info(diagnostic.kind).code) + (compilation.rejected ? "" : " " + diagnostic.message));
    }
    return said;
}

/// Compares what came of a policy with what comes of it in the style.
void compare_meanings(const test::CaseFile& file) {
    const cli::Compilation before = compile_case(file, file.policy);
    const cli::Compilation after = compile_case(file, in_style(file.policy));
    EXPECT_EQ(before.rejected, after.rejected);
    EXPECT_EQ(said_by(before), said_by(after));
    EXPECT_EQ(policy::canonical_json(before.profile.policy), policy::canonical_json(after.profile.policy));
}

TEST(EveryPolicy, MeansTheSameInTheStyle) {
    std::size_t compared = 0;
    for (const std::string& path : test::case_paths("")) {
        const test::CaseFile file = test::read_case(path);
        if (!Source(file.policy).broken) {
            SCOPED_TRACE(path);
            compare_meanings(file);
            ++compared;
        }
    }
    for (const char* folder : {"tests/golden/cases", "examples"}) {
        for (const std::string& path : test::files_below(folder, ".sbx")) {
            SCOPED_TRACE(path);
            test::CaseFile file;
            file.name = "root.sbx";
            file.policy = test::read_file(path);
            file.files.add(file.name, file.policy);
            const std::string folder_of_it = path.substr(0, path.rfind('/') + 1);
            for (const std::string& other : test::files_below(folder, ".sbx")) {
                if (other.starts_with(folder_of_it)) {
                    file.files.add(other.substr(folder_of_it.size()), test::read_file(other));
                }
            }
            compare_meanings(file);
            ++compared;
        }
    }
    EXPECT_GT(compared, 150U);
}

}  // namespace
}  // namespace sbx
