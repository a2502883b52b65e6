// Bryant's diagrams with a table of known nodes and of known products; see the header. Questions are ordered as they first come.
#include "compiler/verify/conditions.hpp"

#include "compiler/verify/finding.hpp"

#include <algorithm>
#include <limits>

namespace sbx::verify {
namespace {

/// A diagram can be exponential in its questions. A filter of ours is far below this; one beyond it is not believed.
constexpr std::size_t most_nodes = std::size_t{1} << 22U;
constexpr std::uint32_t beyond_all = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Conditions::Conditions() : nodes_{{beyond_all, holds_never, holds_never}, {beyond_all, holds_always, holds_always}} {}

Condition Conditions::node(std::uint32_t question, Condition no, Condition yes) {
    if (no == yes) {
        return no;
    }
    const auto [found, is_new] = known_.emplace(Node{question, no, yes}, static_cast<Condition>(nodes_.size()));
    if (is_new) {
        if (nodes_.size() == most_nodes) {
            throw Malformed{"", "what leaves depends on more combinations of launch values than can be compared"};
        }
        nodes_.push_back(found->first);
    }
    return found->second;
}

Condition Conditions::question(const std::string& question) {
    const auto [found, is_new] = numbers_.emplace(question, static_cast<std::uint32_t>(questions_.size()));
    if (is_new) {
        questions_.push_back(question);
    }
    return node(found->second, holds_never, holds_always);
}

Condition Conditions::both(Condition a, Condition b) {
    if (a == holds_never || b == holds_never) {
        return holds_never;
    }
    if (a == holds_always || a == b) {
        return b;
    }
    if (b == holds_always) {
        return a;
    }
    const std::uint64_t key = (std::uint64_t{std::min(a, b)} << 32U) | std::max(a, b);
    if (const auto found = products_.find(key); found != products_.end()) {
        return found->second;
    }
    const Node first = nodes_[a];
    const Node second = nodes_[b];
    const std::uint32_t top = std::min(first.question, second.question);
    const Condition no = both(first.question == top ? first.no : a, second.question == top ? second.no : b);
    const Condition yes = both(first.question == top ? first.yes : a, second.question == top ? second.yes : b);
    const Condition result = node(top, no, yes);
    products_.emplace(key, result);
    return result;
}

Condition Conditions::opposite(Condition a) {
    if (a == holds_never || a == holds_always) {
        return a == holds_never ? holds_always : holds_never;
    }
    if (const auto found = opposites_.find(a); found != opposites_.end()) {
        return found->second;
    }
    const Node of = nodes_[a];
    const Condition no = opposite(of.no);
    const Condition result = node(of.question, no, opposite(of.yes));
    opposites_.emplace(a, result);
    return result;
}

Condition Conditions::either(Condition a, Condition b) {
    return opposite(both(opposite(a), opposite(b)));
}

std::vector<std::string> Conditions::example(Condition condition) const {
    std::vector<std::string> yes;
    while (condition != holds_always && condition != holds_never) {
        const Node& at = nodes_[condition];
        if (at.no == holds_never) {
            yes.push_back(questions_[at.question]);
        }
        condition = at.no == holds_never ? at.yes : at.no;
    }
    return yes;
}

}  // namespace sbx::verify
