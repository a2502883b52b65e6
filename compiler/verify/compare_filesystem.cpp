// Two piecewise constant functions are compared where either of them changes; see the header. Each difference is told once, at the
// highest path that shows it, with that path as the witness.
#include "compiler/verify/compare_filesystem.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace sbx::verify {
namespace {

bool shows_nothing(const View& view) {
    return view.sight == Sight::absent || view.sight == Sight::passage;
}

std::string text_of(Guard guard, const SandboxPath& path) {
    return guard == Guard::always ? std::string("always") : "`" + std::string(to_text(guard)) + " " + path.text() + "`";
}

class MountComparison {
public:
    MountComparison(const PolicyView& policy, const MountTable& table, const std::string& file, Findings& findings)
        : policy_(policy), table_(table), file_(file), findings_(findings) {}

    void run() {
        // Both are sorted; where both place something, it is looked at once.
        auto meant = policy_.views.placed().begin();
        auto shown = table_.views().placed().begin();
        while (meant != policy_.views.placed().end() || shown != table_.views().placed().end()) {
            const bool only_shown =
                meant == policy_.views.placed().end() || (shown != table_.views().placed().end() && shown->first < meant->first);
            const SandboxPath& path = only_shown ? shown->first : meant->first;
            compare_at(path);
            if (only_shown) {
                ++shown;
            } else {
                shown = shown != table_.views().placed().end() && shown->first == path ? std::next(shown) : shown;
                ++meant;
            }
        }
        compare_requirements();
    }

private:
    void object(const SandboxPath& path, std::string message) {
        const Mounted* const mounted = table_.mounted(path);
        findings_.push_back(
            {file_, mounted == nullptr ? table_.covered_by(path) : mounted->place, std::move(message), path.text()});
    }

    void compare_at(const SandboxPath& path) {
        const View meant = policy_.views.at(path);
        const View shown = table_.views().at(path);
        const auto placement = policy_.placements.find(path);
        const bool is_mask = placement != policy_.placements.end() && placement->second.is_mask;
        // Where nothing can be seen anyway, a mask needs no mount.
        const bool mask_is_idle = is_mask && shows_nothing(shown) && shows_nothing(policy_.views.inherited(path));
        if (meant != shown && !mask_is_idle && !(shows_nothing(meant) && shows_nothing(shown))) {
            if (!follows_from_above(path, meant, shown)) {
                const std::string cover = table_.covered_by(path);
                object(path, named(path.text()) + " is " + describe(shown) + "; the policy means " + describe(meant) +
                                 (cover.empty() || table_.views().has(path) ? "" : "; " + cover + " covers it"));
            }
            return;
        }
        compare_placement(path, meant, mask_is_idle);
    }

    /// Already told at the place above: both follow from what differs there.
    [[nodiscard]] bool follows_from_above(const SandboxPath& path, const View& meant, const View& shown) const {
        const auto* const above = policy_.views.around(path);
        return !policy_.placements.contains(path) && above != nullptr && table_.views().at(above->first) != above->second &&
               shown == table_.views().inherited(path) && meant == policy_.views.inherited(path);
    }

    void compare_placement(const SandboxPath& path, const View& meant, bool mask_is_idle) {
        const auto found = policy_.placements.find(path);
        const Mounted* const mounted = table_.mounted(path);
        if (found == policy_.placements.end()) {
            if (mounted != nullptr && mounted->condition != Guard::always) {
                object(path, named(path.text()) + " is mounted on a condition, " +
                                 text_of(mounted->condition, mounted->conditioned) + ", that the policy does not have");
            }
            return;
        }
        const Placement& placement = found->second;
        if (mounted == nullptr) {
            if (!mask_is_idle && !shows_nothing(meant)) {
                object(path, "nothing is mounted at " + named(path.text()) + "; the policy means " + describe(meant));
            }
            return;
        }
        if (mounted->condition != placement.condition ||
            (placement.condition != Guard::always && mounted->conditioned != placement.conditioned)) {
            object(path, named(path.text()) + " is placed " + text_of(mounted->condition, mounted->conditioned) +
                             "; the policy means " + text_of(placement.condition, placement.conditioned));
        }
        if (mounted->kind != placement.kind) {
            object(path, "the source of " + named(path.text()) +
                             (placement.kind == SourceKind::directory ? " need not be a directory; the policy asks for one"
                                                                      : " is of another kind than the policy asks for"));
        }
        if (mounted->asks_to_write != placement.asks_to_write) {
            object(path, placement.asks_to_write
                             ? "the launch does not ask whether the source of " + named(path.text()) + " can be written"
                             : "the launch asks whether the source of " + named(path.text()) +
                                   " can be written, and the policy does not");
        }
        for (const auto& [host, guard] : placement.requirements) {
            require(host, guard, path);
        }
    }

    void require(const SandboxPath& host, Guard guard, const SandboxPath& path) {
        if (!table_.is_established(host, guard)) {
            object(path, "the launch lacks " + text_of(guard, host) + ", which " + named(path.text()) + " needs");
        }
    }

    /// Both are sorted by path.
    void compare_requirements() {
        std::vector<const Record*> more;
        auto shown = table_.established().begin();
        const auto end = table_.established().end();
        for (const auto& [path, directory] : policy_.required) {
            const Guard guard = directory.value ? Guard::must_be_directory : Guard::must_exist;
            bool met = false;
            for (; shown != end; ++shown) {
                const std::strong_ordering order = (*shown)->guarded <=> path;
                if (order > 0) {
                    break;
                }
                const bool same = order == 0 && (*shown)->guard == guard;
                met = met || same;
                if (!same) {
                    more.push_back(*shown);
                }
            }
            if (!met) {
                require(path, guard, path);
            }
        }
        more.insert(more.end(), shown, end);
        object_to_more(more);
    }

    /// What the launch insists on beyond what is required has to be a place or the source of one.
    void object_to_more(const std::vector<const Record*>& more) {
        std::unordered_set<SandboxPath, PathHash> used;
        for (const auto& [path, view] : table_.views().placed()) {
            used.insert(view.source);
            if (const auto host = table_.views().host_path(path)) {
                used.insert(*host);
            }
        }
        for (const Record* record : more) {
            if (!used.contains(record->guarded)) {
                findings_.push_back(
                    {file_, "", "the launch insists on " + text_of(record->guard, record->guarded) + ", and the policy does not",
                     record->guarded.text()});
            }
        }
    }

    const PolicyView& policy_;
    const MountTable& table_;
    const std::string& file_;
    Findings& findings_;
};

}  // namespace

void compare_filesystem(const PolicyView& policy, const MountTable& table, const std::string& file, Findings& findings) {
    MountComparison(policy, table, file, findings).run();
}

}  // namespace sbx::verify
