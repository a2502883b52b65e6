// Shadowing: a node of the root file is dead when the others decide every path that it names. Since the nearest node decides, only
// a few arrangements can do that, and each is recognised exactly, for every value of every parameter: a tree inside a tree that
// shows the same; a device that `dev` has; a directory that leads to another node and is made anyway; and, with another decision,
// what lies below a directory that nobody may enter, or at a parameter whose every value a `hide` refuses. A statement with a `let`
// of several paths is judged as a whole: it is dead when all its nodes are, by the union of what covers them.
#include "compiler/policy/dead_node.hpp"
#include "compiler/policy/node_access.hpp"
#include "compiler/policy/removal.hpp"
#include "compiler/policy/resolve_session.hpp"

#include <algorithm>
#include <span>

namespace sbx::policy {
namespace {

/// What makes a node dead.
struct Cover {
    const PlacedNode* one = nullptr;
    std::vector<const PlacedNode*> several;  ///< instead of the one
    bool differs = false;                    ///< they decide otherwise than the node says

    /// Each of these alone does; empty: the node lives.
    [[nodiscard]] std::span<const PlacedNode* const> any_of() const {
        return several.empty() ? std::span(&one, one == nullptr ? 0U : 1U) : std::span(several);
    }
};

class DeadNodes {
public:
    DeadNodes(const Layer& layer, const Session& session)
        : layer_(layer), nodes_(layer.nodes), root_(&session.sources.files.front()), is_fragment_(session.profile.is_fragment) {
        by_origin_.reserve(nodes_.size());
        covers_.reserve(nodes_.size());
        for (auto node = nodes_.begin(); node != nodes_.end(); ++node) {
            by_origin_.push_back(node);
            has_barrier_ = has_barrier_ || lets_nobody_in(node->node) ||
                           (!nodes_.back().path.is_literal() && std::holds_alternative<Mask>(node->node.content));
        }
    }

    void report(Session& session) {
        std::vector<const PlacedNode*> kept;
        for (auto node = nodes_.begin(); node != nodes_.end(); ++node) {
            while (!kept.empty() && !kept.back()->path.contains(node->path)) {
                kept.pop_back();
            }
            covers_.push_back(cover_of(node, kept.empty() ? nullptr : kept.back()));
            if (kept.empty() || !gives_same(*kept.back(), *node)) {
                kept.push_back(&*node);
            }
        }
        std::sort(by_origin_.begin(), by_origin_.end(),
                  [](Iterator a, Iterator b) { return begin_of(a) != begin_of(b) ? begin_of(a) < begin_of(b) : a < b; });
        for (auto begin = by_origin_.begin(); begin != by_origin_.end();) {
            const auto end =
                std::find_if(begin, by_origin_.end(), [&](Iterator node) { return begin_of(node) != begin_of(*begin); });
            report_group({begin, end}, session);
            begin = end;
        }
    }

private:
    using Iterator = std::vector<PlacedNode>::const_iterator;
    using Group = std::span<const Iterator>;

    static std::uint32_t begin_of(Iterator node) { return node->node.origin.span.begin; }

    [[nodiscard]] const Cover& cover(Iterator node) const { return covers_[static_cast<std::size_t>(node - nodes_.begin())]; }
    [[nodiscard]] bool is_own(const PlacedNode& node) const { return node.node.origin.file == root_; }

    /// `above`: the nearest node that says something of its own.
    [[nodiscard]] Cover cover_of(Iterator node, const PlacedNode* above) const {
        if (!is_own(*node) || node->is_final || std::holds_alternative<Mask>(node->node.content)) {
            return {};  // of masks F003 speaks
        }
        if (Cover barrier = has_barrier_ ? barrier_above(*node) : Cover{}; barrier.one != nullptr) {
            return barrier;
        }
        if (above != nullptr && is_own(*above) && says_same(*above, *node)) {
            return {above, {}, false};
        }
        if (const auto* directory = std::get_if<EmptyDirectory>(&node->node.content)) {
            // In a fragment it may stand before a tree of whoever takes it in.
            const bool made_anyway = (above == nullptr && node->path.is_literal() && !is_fragment_) ||
                                     (above != nullptr && std::holds_alternative<EmptyDirectory>(above->node.content));
            return directory->mode == EmptyDirectory{}.mode && made_anyway ? Cover{nullptr, leading_below(node), false} : Cover{};
        }
        return above == nullptr && !node->path.is_literal() ? tree_of_every_value(*node) : Cover{};
    }

    /// One that may be missing does not stand for one that must be there.
    static bool says_same(const PlacedNode& above, const PlacedNode& node) {
        if (std::holds_alternative<HostDevice>(node.node.content)) {
            return std::holds_alternative<DeviceDirectory>(above.node.content) && is_usual_device(above, node);
        }
        return gives_same(above, node) && (node.node.optional || !above.node.optional);
    }
    static bool is_usual_device(const PlacedNode& above, const PlacedNode& node) {
        Place place;
        place.node = &above.node;
        place = with_access(std::move(place), node.path.tail().substr(above.path.tail().size()), false);
        return place.view == View::device && place.writable;
    }

    /// The node at exactly this literal path.
    [[nodiscard]] const PlacedNode* at(const SandboxPath& path) const {
        const auto found = std::lower_bound(nodes_.begin(), nodes_.end(), path,
                                            [](const PlacedNode& a, const SandboxPath& b) { return a.path < b; });
        return found != nodes_.end() && found->path == path ? &*found : nullptr;
    }
    [[nodiscard]] const SandboxPath* under_of(const SandboxPath& path) const {
        const auto parameter = path.is_literal() ? layer_.parameters.end() : layer_.parameters.find(path.parameter());
        return parameter == layer_.parameters.end() || !parameter->second.value.under ? nullptr : &*parameter->second.value.under;
    }

    /// What keeps every path of the node from being reached, wherever a launch puts it.
    [[nodiscard]] Cover barrier_above(const PlacedNode& node) const {
        const auto search = [&](std::optional<SandboxPath> path, bool values) -> const PlacedNode* {
            for (; path; path = path->parent()) {
                const PlacedNode* above = at(*path);
                if (above != nullptr &&
                    (lets_nobody_in(above->node) || (values && std::holds_alternative<Mask>(above->node.content)))) {
                    return above;
                }
            }
            return nullptr;
        };
        if (const PlacedNode* above = search(node.path.parent(), false)) {
            return {above, {}, true};
        }
        const SandboxPath* under = under_of(node.path);
        const PlacedNode* above = under == nullptr ? nullptr : search(*under, true);
        return above == nullptr ? Cover{} : Cover{above, {}, true};
    }

    /// Nodes to which the way leads through the directory, so that it is there without being said. One that may be skipped, or that
    /// needs a directory to be there already, makes none.
    [[nodiscard]] std::vector<const PlacedNode*> leading_below(Iterator directory) const {
        std::vector<const PlacedNode*> leading;
        const auto consider = [&](const PlacedNode& node) {
            const bool makes_way = !node.node.optional && !std::holds_alternative<Mask>(node.node.content);
            if (makes_way && is_own(node) && !(node.node.origin.span == directory->node.origin.span)) {
                leading.push_back(&node);
            }
        };
        for (auto node = std::next(directory); node != nodes_.end() && directory->path.contains(node->path); ++node) {
            consider(*node);
        }
        for (auto node = nodes_.rbegin(); node != nodes_.rend() && !node->path.is_literal(); ++node) {
            const SandboxPath* under = under_of(node->path);
            if (under != nullptr && directory->path.contains(*under)) {
                consider(*node);
            }
        }
        return leading;
    }

    /// A tree seen at its own place, in which every value of the parameter lies, with nothing else in between.
    [[nodiscard]] Cover tree_of_every_value(const PlacedNode& node) const {
        const auto* inner = std::get_if<HostTree>(&node.node.content);
        const SandboxPath* under = under_of(node.path);
        if (inner == nullptr || under == nullptr || inner->source != node.path) {
            return {};
        }
        for (auto next = std::upper_bound(nodes_.begin(), nodes_.end(), *under,
                                          [](const SandboxPath&a, const PlacedNode&b) { return a < b.path; });
             next != nodes_.end() && under->contains(next->path); ++next) {
            if (!std::holds_alternative<Mask>(next->node.content)) {
                return {};  // a value may lie in there; at or below a `hide` it is refused
            }
        }
        for (std::optional<SandboxPath> path = *under; path; path = path->parent()) {
            if (const PlacedNode* above = at(*path)) {
                const auto* outer = std::get_if<HostTree>(&above->node.content);
                const bool same = outer != nullptr && outer->source == above->path && outer->writable == inner->writable &&
                                  outer->noexec == inner->noexec && (node.node.optional || !above->node.optional);
                return same && is_own(*above) ? Cover{above, {}, false} : Cover{};
            }
        }
        return {};
    }

    /// The fewest nodes that cover the whole group: those without an alternative first, then, from the deepest directory up, one of
    /// the nodes below it unless there is one already.
    [[nodiscard]] std::vector<const PlacedNode*> smallest_cover(Group group) const {
        std::vector<const PlacedNode*> chosen;
        const auto has = [&](const PlacedNode* node) { return std::find(chosen.begin(), chosen.end(), node) != chosen.end(); };
        for (const bool with_choice : {false, true}) {
            for (auto node = group.rbegin(); node != group.rend(); ++node) {
                const auto any_of = cover(*node).any_of();
                if ((any_of.size() > 1) == with_choice && std::none_of(any_of.begin(), any_of.end(), has)) {
                    chosen.push_back(living(any_of));
                }
            }
        }
        std::sort(chosen.begin(), chosen.end(), [](const PlacedNode* a, const PlacedNode* b) { return a->path < b->path; });
        return chosen;
    }
    /// One that stays when every dead statement is removed.
    [[nodiscard]] const PlacedNode* living(std::span<const PlacedNode* const> any_of) const {
        const auto lives = [&](const PlacedNode* node) {
            return covers_[static_cast<std::size_t>(node - nodes_.data())].any_of().empty();
        };
        const auto found = std::find_if(any_of.begin(), any_of.end(), lives);
        return found == any_of.end() ? any_of.front() : *found;
    }

    void report_group(Group whole, Session& session) {
        if (std::any_of(whole.begin(), whole.end(), [&](Iterator node) { return is_own(*node) && cover(node).any_of().empty(); })) {
            return;
        }
        std::vector<Iterator> group;
        std::copy_if(whole.begin(), whole.end(), std::back_inserter(group), [&](Iterator node) { return is_own(*node); });
        if (group.empty()) {
            return;
        }
        const bool differs = std::any_of(group.begin(), group.end(), [&](Iterator node) { return cover(node).differs; });
        // Nobody is shown more than the sink keeps, and words for a hundred thousand take longer than all the rest; but a waiver
        // has to meet its finding.
        constexpr std::size_t most_shown = 500;  // DiagnosticSink::add
        if (!differs && session.profile.waivers.empty() && session.profile.dead_statements.size() > most_shown) {
            return;
        }
        const PlacedNode& first = *group.front();
        Diagnostic finding = dead_node(first, group.size(), smallest_cover(group), differs);
        if (!differs) {
            add_removal(first, session, finding);
        }
        session.profile.dead_statements.push_back(std::move(finding));
    }

    /// Safe where nothing is left that a launch, or whoever takes the file in, could miss.
    void add_removal(const PlacedNode& node, const Session& session, Diagnostic& finding) {
        const bool insists = std::holds_alternative<HostTree>(node.node.content) && !node.node.optional;
        const bool is_said = std::holds_alternative<EmptyDirectory>(node.node.content);  // by the normal form, where it stands
        if (!removals_) {
            removals_.emplace(session.sources.trees.front());
        }
        if (auto removal = removals_->of(node.node.origin, !is_fragment_ && !insists && !is_said && node.path.is_literal())) {
            finding.fixes.push_back(*std::move(removal));
        }
    }

    const Layer& layer_;
    const std::vector<PlacedNode>& nodes_;
    const SourceFile* root_;
    bool is_fragment_;
    bool has_barrier_ = false;  ///< there is a node that may keep others from being reached
    std::vector<Cover> covers_;
    std::optional<ValueRemovals> removals_;
    std::vector<Iterator> by_origin_;  ///< of any file; report_group takes out the root's
};

}  // namespace

void find_dead_nodes(const Layer& layer, Session& session) {
    if (!session.profile.incomplete) {  // what was left out might be what makes a statement say something
        DeadNodes(layer, session).report(session);
    }
}

}  // namespace sbx::policy
