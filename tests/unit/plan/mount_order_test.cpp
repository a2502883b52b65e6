// What holds of every mount plan, tried on policies that nobody would write: made at random, from fixed seeds.
#include "compiler/plan/visit.hpp"
#include "plan_fixture.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <set>

namespace sbx::plan {
namespace {

constexpr std::uint32_t rounds = 2000;

class RandomPolicies {
public:
    explicit RandomPolicies(std::uint32_t seed) : engine_(seed) {}

    policy::Policy next() {
        policy::Policy policy;
        add_path_parameter(policy, "p", next_path(""));
        const std::uint32_t count = below(12);
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::string text = below(5) == 0 ? "$p" + (below(2) == 0 ? std::string() : next_path("")) : next_path("");
            policy.filesystem.nodes.emplace(path(text), next_node(text));
        }
        return policy;
    }

private:
    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }

    std::string next_path(std::string text) {
        const std::uint32_t depth = 1 + below(4);
        for (std::uint32_t i = 0; i < depth; ++i) {
            text += below(2) == 0 ? "/a" : "/b";
        }
        return text;
    }
    policy::Node next_node(const std::string& text) {
        switch (below(10)) {
            case 0:
                return read(text);
            case 1:
                return optional(read("/src" + next_path("")));
            case 2:
            case 3:
                return write(text);
            case 4:
                return tmpfs();
            case 5:
                return hide_directory();
            case 6:
                return hide_file();
            case 7:
                return empty_directory();
            case 8:
                return node(policy::DeviceDirectory{});
            default:
                return file("x");
        }
    }

    std::mt19937 engine_;
};

struct Placed {
    SandboxPath path;
    bool closes = false;
    bool payload_writes = false;
};

/// Every mount in order, with where it stands.
std::vector<Placed> placed_by(const MountPlan& plan) {
    std::vector<Placed> all;
    for (const MountStep& step : plan.steps) {
        for (const Mount& mount : step.mounts) {
            std::visit(Overloaded{
                           [&](const Bind& bind) {
                               all.push_back({bind.destination, false, bind.writable});
                           },
                           [&](const BindDevice& device) {
                               all.push_back({device.path, false, false});
                           },
                           [&](const MountTmpfs& tmpfs) {
                               all.push_back({tmpfs.destination, false, true});
                           },
                           [&](const RemountReadOnly& remount) {
                               all.push_back({remount.destination, true, false});
                           },
                           [&](const Require&) {},
                           [&](const auto& other) {
                               all.push_back({other.destination, false, false});
                           },
                       },
                       mount);
        }
    }
    return all;
}

void check_nothing_is_covered(const std::vector<Placed>& all) {
    for (std::size_t later = 0; later < all.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            if (all[later].closes) {
                continue;
            }
            EXPECT_FALSE(all[later].path.contains(all[earlier].path))
                << all[later].path.text() << " covers " << all[earlier].path.text();
            EXPECT_FALSE(all[later].path.is_literal() && !all[earlier].path.is_literal()) << "a literal after a parameter";
        }
    }
}

/// `under` is where the values of every parameter lie: one of them may lie below any place that is related to it.
void check_closings_come_last(const std::vector<Placed>& all, const SandboxPath& under) {
    for (std::size_t closing = 0; closing < all.size(); ++closing) {
        for (std::size_t later = closing + 1; all[closing].closes && later < all.size(); ++later) {
            const SandboxPath& closed = all[closing].path;
            const bool may_hold =
                closed.is_literal() && !all[later].path.is_literal() && (closed.contains(under) || under.contains(closed));
            EXPECT_FALSE(!all[later].closes && (may_hold || closed.contains(all[later].path)))
                << all[later].path.text() << " is placed after " << all[closing].path.text() << " was closed";
        }
    }
}

void check_ways_are_firm(const std::vector<Placed>& all) {
    std::map<SandboxPath, bool> writable;
    for (const Placed& one : all) {
        if (one.closes) {
            writable[one.path] = false;
        } else {
            writable.emplace(one.path, one.payload_writes);
        }
    }
    for (const auto& [place, ignored] : writable) {
        bool gap = false;
        for (auto parent = place.parent(); parent; parent = parent->parent()) {
            const auto mount = writable.find(*parent);
            if (mount == writable.end()) {
                gap = true;
                continue;
            }
            EXPECT_FALSE(gap && mount->second) << "the way from " << parent->text() << " to " << place.text() << " is not firm";
            break;
        }
    }
}

TEST(MountOrder, HoldsForRandomPolicies) {
    RandomPolicies policies(20);
    std::size_t with_parameters = 0;
    for (std::uint32_t round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
        const policy::Policy policy = policies.next();
        DiagnosticSink sink;
        const MountPlan mounts = lower(policy, sink).mounts;
        SCOPED_TRACE(describe(mounts));
        const auto all = placed_by(mounts);
        with_parameters += std::any_of(all.begin(), all.end(), [](const Placed& one) { return !one.path.is_literal(); }) ? 1 : 0;
        check_nothing_is_covered(all);
        check_closings_come_last(all, *policy.parameters.at("p").value.under);
        check_ways_are_firm(all);
    }
    EXPECT_GT(with_parameters, rounds / 10);
}

}  // namespace
}  // namespace sbx::plan
