// The mount model on hosts that lack things: what must exist refuses the launch, what is optional is left out, and nothing is made
// on the host but what is reserved.
#include "tests/property/model_support.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using namespace sbx::test;
using sbx::policy::Decision;
using sbx::policy::RequestKind;
using sbx::policy::SandboxPath;
using sbx::policy::View;

constexpr unsigned hosted_policies = 2500;

/// Without what the policy calls optional and the host lacks.
std::vector<RandomStatement> left_on_host(const std::vector<RandomStatement>& statements, const ModelHost& host) {
    std::vector<RandomStatement> left;
    for (const RandomStatement& statement : statements) {
        const std::size_t mark = statement.text.find('?');
        if (mark == std::string::npos) {
            left.push_back(statement);
            continue;
        }
        std::string source = statement.text.substr(statement.text.find('/'), mark - statement.text.find('/'));
        source.resize(source.back() == '/' ? source.size() - 1 : source.size());
        if (host.exists(source)) {
            left.push_back(statement);
        }
    }
    return left;
}

bool lacks_something(const Compiled& compiled, const ModelHost& host) {
    const auto& filesystem = compiled.profile.policy.filesystem;
    const bool required = std::any_of(filesystem.required.begin(), filesystem.required.end(),
                                      [&host](const auto& entry) { return !host.exists(entry.first.tail()); });
    return required || std::any_of(filesystem.nodes.begin(), filesystem.nodes.end(), [&host](const auto& entry) {
               const auto* tree = std::get_if<sbx::policy::HostTree>(&entry.second.content);
               return tree != nullptr && !entry.second.optional && !host.exists(tree->source.tail());
           });
}

/// On a host that lacks things: refused, or as if what is optional and missing were not in the policy; nothing is made on the host
/// but what is reserved.
void compare_on_host(const Compiled& compiled, const std::vector<RandomStatement>& statements, const ModelHost& host,
                     const MountModel& model) {
    EXPECT_FALSE(lacks_something(compiled, host)) << "what must exist is missing, and the launch goes on";
    const auto left = compile(policy_text(left_on_host(statements, host)));
    if (!left) {
        return;
    }
    for (const std::string& point : universe()) {
        const Decision decision = decision_at(*left, RequestKind::read, *SandboxPath::literal(point));
        const Seen seen = model.at(point);
        const bool from_host =
            decision.view == View::host_read || decision.view == View::host_write || decision.view == View::procfs;
        const bool lacking = seen.sight == Sight::absent;  // a place in a host tree that the host does not have
        // The way to what is hidden in a tree is gone with the tree.
        const bool no_way = lacking && decision.view == View::implied_directory;
        EXPECT_TRUE(agrees(seen, decision.view) || (from_host && lacking) || no_way || decision.view == View::procfs)
            << point << " is " << to_text(seen.sight) << ", but means " << sbx::policy::to_text(decision.view);
    }
}

TEST(MountModel, WhatTheHostLacksIsRefusedOrLeftOut) {
    unsigned compared = 0;
    unsigned refused = 0;
    const std::vector<std::string> points = universe();
    for (unsigned seed = 0; seed < hosted_policies && !HasFailure(); ++seed) {
        std::mt19937 random(seed + hosted_policies);
        const auto statements = random_view(random);
        const std::string text = policy_text(statements);
        const auto compiled = compile(text);
        const auto artifacts = compiled && compiled->profile.policy.parameters.empty() ? artifacts_of(*compiled) : std::nullopt;
        if (!artifacts) {
            continue;
        }
        const ModelHost host{{points[1 + random() % (points.size() - 1)], points[1 + random() % (points.size() - 1)]}, {}};
        SCOPED_TRACE("seed " + std::to_string(seed) + ", missing " + *host.missing.begin() + " " + *host.missing.rbegin() + ":\n" +
                     text);
        const MountModel::Values values = {{"uid", "1000"}, {"gid", "1000"}};
        MountModel model(host, artifacts->data, values);
        try {
            model.replay(artifacts->arguments);
            compare_on_host(*compiled, statements, host, model);
            ++compared;
        } catch (const ModelRefusal&) {
            ++refused;
        } catch (const ModelBreach& breach) {
            ADD_FAILURE() << "bubblewrap would fail or do harm: " << breach.what;
        }
    }
    EXPECT_GT(compared, hosted_policies / 8);
    EXPECT_GT(refused, hosted_policies / 50);
}

}  // namespace
