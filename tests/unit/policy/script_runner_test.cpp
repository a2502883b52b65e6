// std/script-runner: which limits it sets, and that a file which uses it and says something else about one of them changes that
// one.
#include "compiler/policy/standard_fragments.hpp"
#include "tests/support/memory_files.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

using policy::Limit;
using policy::Limits;
using policy::LimitValue;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Limits limits_with(const std::string& statements) {
    const auto resolved = test::resolve_profile("use std/script-runner\n" + statements, test::MemoryFiles());
    EXPECT_THAT(resolved.messages(), IsEmpty()) << statements;
    return resolved.profile.policy.limits;
}

std::vector<Limit> names_of(const Limits& limits) {
    std::vector<Limit> found;
    for (const auto& [limit, value] : limits) {
        found.push_back(limit);
    }
    return found;
}

TEST(ScriptRunner, BoundsEverythingThatThisReleaseCanHoldAProgramTo) {
    const Limits limits = limits_with("");
    EXPECT_THAT(names_of(limits),
                UnorderedElementsAre(Limit::cpu_time, Limit::wall_time, Limit::grace, Limit::processes, Limit::open_files,
                                     Limit::file_size, Limit::output, Limit::core, Limit::message_queues, Limit::locked_memory));
    for (const auto& [limit, value] : limits) {
        EXPECT_TRUE(std::holds_alternative<std::uint64_t>(value.value)) << to_text(limit) << " is no limit";
    }
}

TEST(ScriptRunner, WhatAFileSaysAboutOneLimitChangesThatOne) {
    const Limits before = limits_with("");
    const std::pair<Limit, const char*> others[] = {
        {Limit::cpu_time, "1h"},      {Limit::wall_time, "3s"}, {Limit::processes, "7"}, {Limit::open_files, "99"},
        {Limit::file_size, "5K"},     {Limit::output, "1K"},    {Limit::core, "1M"},     {Limit::message_queues, "1M"},
        {Limit::locked_memory, "1M"}, {Limit::grace, "1500ms"}};
    ASSERT_EQ(std::size(others), before.size()) << "a limit of the fragment is not tried here";
    for (const auto& [limit, value] : others) {
        for (const std::string& said : {std::string(value), std::string("unlimited")}) {
            if (limit == Limit::grace && said == "unlimited") {
                continue;  // not a limit that can be left off
            }
            const Limits after = limits_with("limits { " + std::string(to_text(limit)) + " " + said + " }");
            ASSERT_EQ(names_of(after), names_of(before)) << to_text(limit) << " " << said;
            for (const auto& [name, old] : before) {
                EXPECT_EQ(after.at(name).value == old.value, name != limit)
                    << "`" << to_text(limit) << " " << said << "` and " << to_text(name);
            }
        }
    }
}

}  // namespace
}  // namespace sbx
