// Statements are compared leaf by leaf: how they are spaced is no part of what they say. See the header.
#include "compiler/policy/repeated_statement.hpp"

#include "compiler/policy/removal.hpp"

#include <algorithm>
#include <iterator>

namespace sbx::policy {
namespace {

/// The innermost statement that holds `place`; nullptr where there is none.
const SyntaxElement* statement_around(const SyntaxTree& tree, const Span& place) {
    // In preorder whatever begins before a place stands before it, and the innermost is the last of those that reach over it.
    auto at = std::upper_bound(tree.elements.begin(), tree.elements.end(), place.begin,
                               [](std::uint32_t begin, const SyntaxElement& element) { return begin < element.begin; });
    while (at != tree.elements.begin()) {
        --at;
        if (at->kind == SyntaxKind::statement && at->end >= place.end) {
            return &*at;
        }
    }
    return nullptr;
}

/// The words of a statement; nullopt where a comment or a mistake stands among them.
std::optional<std::vector<std::string_view>> words_in(const SyntaxTree& tree, const SyntaxElement& statement) {
    std::vector<std::string_view> words;
    for (std::uint32_t i = 0; i < statement.size; ++i) {
        const SyntaxElement& element = (&statement)[i];
        if (element.kind == SyntaxKind::comment || element.kind == SyntaxKind::error) {
            return std::nullopt;
        }
        if (is_leaf(element.kind) && !is_trivia(element.kind)) {
            words.push_back(tree.file->text({element.begin, element.end}));
        }
    }
    return words;
}

}  // namespace

void offer_removal_of_repeated(DiagnosticBuilder& report, const Session& session, const Origin& second, const Origin& first) {
    const auto tree = std::find_if(session.sources.trees.begin(), session.sources.trees.end(),
                                   [&](const SyntaxTree& each) { return each.file == second.file; });
    if (tree == session.sources.trees.end() || first.file != second.file) {
        return;
    }
    const SyntaxElement* const repeated = statement_around(*tree, second.span);
    const SyntaxElement* const original = statement_around(*tree, first.span);
    if (repeated == nullptr || original == nullptr || original->end > repeated->begin) {
        return;
    }
    const auto words = words_in(*tree, *repeated);
    if (words && words == words_in(*tree, *original)) {
        const Fix removal = statement_removal({second.file, {repeated->begin, repeated->end}}, true);
        report.fix(removal.origin, removal.replacement, removal.safe);
    }
}

}  // namespace sbx::policy
