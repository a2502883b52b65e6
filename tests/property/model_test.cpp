// What bubblewrap does with bwrap.args, played through on an abstract mount table, is at every path what the policy means
// (R-FS-05). Two opinions that share no code: the reference semantics on the one side, the artifact's bytes and bubblewrap's manual
// on the other.
#include "tests/property/model_support.hpp"
#include "tests/property/random_value.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using namespace sbx::test;
using sbx::policy::Decision;
using sbx::policy::RequestKind;
using sbx::policy::SandboxPath;
using sbx::policy::Verdict;
using sbx::policy::View;

constexpr unsigned modelled_policies = 2500;

class ModelComparison {
public:
    ModelComparison(const Compiled& compiled, const MountModel& model, std::string value)
        : compiled_(compiled), model_(model), value_(std::move(value)) {
        for (const auto& [path, node] : compiled.profile.policy.filesystem.nodes) {
            has_links_ = has_links_ || std::holds_alternative<sbx::policy::Link>(node.content);
        }
    }

    void compare(const SandboxPath& path) const {
        const std::string place = concrete(path);
        const Decision read = decision_at(compiled_, RequestKind::read, path);
        const Decision write = decision_at(compiled_, RequestKind::write, path);
        if (!value_.empty() && (read.verdict == Verdict::depends || write.verdict == Verdict::depends)) {
            return;  // on the value, and the policy says so
        }
        const Seen seen = model_.at(place);
        if (read.view == View::procfs && (has_links_ || read.node != path)) {
            return;  // what a procfs holds is the kernel's
        }
        EXPECT_TRUE(agrees(seen, read.view)) << path.text() << " at " << place << " is " << to_text(seen.sight) << " "
                                             << seen.detail << ", but means " << sbx::policy::to_text(read.view) << ": "
                                             << read.reason;
        const bool can_write = seen.sight == Sight::private_write || seen.sight == Sight::host_write;
        if (write.verdict != Verdict::depends && seen.sight != Sight::process && seen.sight != Sight::device) {
            EXPECT_EQ(can_write, write.verdict == Verdict::allowed) << "write " << place;
        }
        if (!has_links_) {
            compare_source(place, read, seen);
        }
    }

private:
    const Compiled& compiled_;
    const MountModel& model_;
    std::string value_;
    bool has_links_ = false;

    /// With the value put in.
    [[nodiscard]] std::string concrete(const SandboxPath& path) const {
        return path.is_literal() ? path.tail() : value_ + path.tail();
    }

    void compare_source(const std::string& place, const Decision& read, const Seen& seen) const {
        const auto& nodes = compiled_.profile.policy.filesystem.nodes;
        const auto node = nodes.find(read.node);
        if (node == nodes.end()) {
            return;
        }
        if (const auto* tree = std::get_if<sbx::policy::HostTree>(&node->second.content)) {
            const std::string top = concrete(node->first);
            const std::string rest = top == "/" ? place : place.substr(top.size());
            const std::string source = concrete(tree->source);
            EXPECT_EQ(seen.detail, source != "/"  ? source + (rest == "/" ? "" : rest)
                                   : rest.empty() ? "/"
                                                  : rest)
                << "what stands at " << place;
        } else if (const auto* file = std::get_if<sbx::policy::DataFile>(&node->second.content);
                   file != nullptr && concrete(node->first) == place) {
            EXPECT_EQ(seen.detail, file->contents.literal()) << "what " << place << " holds";
        }
    }
};

void compare_everywhere(const Compiled& compiled, const MountModel& model, const std::string& value) {
    const ModelComparison comparison(compiled, model, value);
    for (const std::string& point : universe()) {
        // What stands around a value is something else for another value.
        const bool around_value = !value.empty() && (at_or_below(point, value) || at_or_below(value, point));
        if (!around_value) {
            comparison.compare(*SandboxPath::literal(point));
        }
        if (!value.empty()) {
            comparison.compare(*SandboxPath::below_parameter("p", point == "/" ? "" : point));
        }
    }
    const std::vector<std::string> movable = model.movable();
    EXPECT_TRUE(movable.empty()) << movable.front() << " could be renamed away with the directory that holds it";
}

TEST(MountModel, EveryPathIsWhatThePolicyMeans) {
    unsigned compared = 0;
    unsigned with_parameter = 0;
    for (unsigned seed = 0; seed < modelled_policies && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::string text = policy_text(random_view(random));
        const auto compiled = compile(text);
        const auto artifacts = compiled ? artifacts_of(*compiled) : std::nullopt;
        const auto value = artifacts ? random_value(random, compiled->profile.policy) : std::nullopt;
        if (!value) {
            continue;
        }
        SCOPED_TRACE("seed " + std::to_string(seed) + ", p = " + *value + ":\n" + text);
        const MountModel::Values values = {{"p", *value}, {"uid", "1000"}, {"gid", "1000"}};
        MountModel model({}, artifacts->data, values);
        try {
            model.replay(artifacts->arguments);
            compare_everywhere(*compiled, model, *value);
            ++compared;
            with_parameter += value->empty() ? 0 : 1;
        } catch (const ModelRefusal& refusal) {
            ADD_FAILURE() << "refused though the host has everything: " << refusal.what;
        } catch (const ModelBreach& breach) {
            ADD_FAILURE() << "bubblewrap would fail or do harm: " << breach.what;
        }
    }
    EXPECT_GT(compared, modelled_policies / 4) << "the generator makes too few policies that mean something";
    EXPECT_GT(with_parameter, modelled_policies / 40);
}

}  // namespace
