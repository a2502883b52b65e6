// What only a launch knows, as yes-or-no questions about one packet ("is its address one of the host's own?"), and what follows
// from the answers. A condition is a node of a reduced, ordered decision diagram: two that hold for the same answers are the same
// number, so equality is exact, for every value that a launch could bring.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace sbx::verify {

using Condition = std::uint32_t;
inline constexpr Condition holds_never = 0;
inline constexpr Condition holds_always = 1;

class Conditions {
public:
    Conditions();
    /// The condition that the answer to `question` is yes. Equal questions are one.
    [[nodiscard]] Condition question(const std::string& question);
    [[nodiscard]] Condition both(Condition a, Condition b);
    [[nodiscard]] Condition either(Condition a, Condition b);
    [[nodiscard]] Condition opposite(Condition a);
    [[nodiscard]] Condition except(Condition a, Condition b) { return both(a, opposite(b)); }

    /// For a condition other than `never`: the questions whose answer is yes in one case where it holds; all others are no. As few
    /// as can be had without a search.
    [[nodiscard]] std::vector<std::string> example(Condition condition) const;

private:
    struct Node {
        std::uint32_t question;
        Condition no;
        Condition yes;
        friend auto operator<=>(const Node&, const Node&) = default;
    };
    [[nodiscard]] Condition node(std::uint32_t question, Condition no, Condition yes);

    std::vector<Node> nodes_;
    std::map<Node, Condition> known_;
    std::unordered_map<std::uint64_t, Condition> products_;
    std::unordered_map<Condition, Condition> opposites_;
    std::vector<std::string> questions_;
    std::map<std::string, std::uint32_t> numbers_;
};

}  // namespace sbx::verify
