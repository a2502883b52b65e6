// SBX-F001 is exact: a statement is found dead if, and where no parameter and no `?` plays a part only if, every point of the
// universe is the same without it: what may be done there, and what is seen. (A link is seen by nobody who follows it, so of one
// that leads to where nothing can be done either the points say nothing.)
#include "compiler/policy/check.hpp"
#include "compiler/policy/decide.hpp"
#include "tests/property/random_policy.hpp"
#include "tests/support/memory_files.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using namespace sbx::policy;
using sbx::test::RandomStatement;
using sbx::test::Resolved;

constexpr unsigned shadowed_policies = 700;

/// What stands at a point: the host's path that is seen, or the node that makes it.
std::string seen_at(const Policy& policy, const SandboxPath& point) {
    Request request;
    request.path = point;
    std::string text;
    for (const RequestKind kind : {RequestKind::read, RequestKind::write, RequestKind::exec}) {
        request.kind = kind;
        text += std::to_string(static_cast<int>(decide(policy, request).verdict));
    }
    const Decision decision = decide(policy, request);
    const auto node = policy.filesystem.nodes.find(decision.node);
    if (decision.view == View::implied_directory || decision.view == View::absent || node == policy.filesystem.nodes.end() ||
        (decision.view == View::private_read && std::holds_alternative<EmptyDirectory>(node->second.content))) {
        return text;
    }
    if (const auto* tree = std::get_if<HostTree>(&node->second.content)) {
        const std::string tail = point.tail();
        const std::string rest = node->first.is_root()         ? (tail == "/" ? "" : tail)
                                 : node->first.contains(point) ? tail.substr(node->first.tail().size())
                                                               : "?";
        return text + tree->source.joined(rest).text();
    }
    return text + std::to_string(node->second.content.index()) + node->first.text();
}

std::vector<std::string> whole_view(const Policy& policy) {
    std::vector<std::string> seen;
    for (const std::string& point : sbx::test::universe()) {
        seen.push_back(seen_at(policy, *SandboxPath::literal(point)));
    }
    return seen;
}

Resolved resolved(const std::vector<RandomStatement>& statements) {
    Resolved policy = sbx::test::resolve_text(sbx::test::policy_text(statements));
    check(policy.profile, policy.sink);
    return policy;
}

/// Where F001 points, as offsets in the text. Its errors are left out: they say that no launch is possible, which no point shows.
std::vector<std::size_t> dead_places(const Resolved& policy) {
    std::vector<std::size_t> places;
    for (const sbx::Diagnostic& each : policy.sink.sorted()) {
        if (each.kind == sbx::DiagnosticKind::dead_statement && each.severity != sbx::Severity::error) {
            places.push_back(each.origin.span.begin);
        }
    }
    return places;
}
bool only_dead_statements(const Resolved& policy) {
    const auto all = policy.sink.sorted();
    return std::all_of(all.begin(), all.end(), [](const sbx::Diagnostic& each) {
        return each.kind == sbx::DiagnosticKind::dead_statement || each.kind == sbx::DiagnosticKind::host_proc_visible ||
               each.severity != sbx::Severity::error;
    });
}

bool is_dead(const std::vector<std::size_t>& places, const std::string& text, const RandomStatement& statement) {
    for (const char* before : {"{ ", "; "}) {
        const std::size_t begin = text.find(before + statement.text + "; ");
        if (begin != std::string::npos) {
            return std::any_of(places.begin(), places.end(),
                               [&](std::size_t at) { return begin < at && at < begin + 2 + statement.text.size(); });
        }
    }
    ADD_FAILURE() << statement.text << " is not in " << text;
    return false;
}

/// A `dir` above nothing but masks: that of them no directory is made is the launcher's knowledge, not decide's.
bool leads_to_a_mask(const std::vector<RandomStatement>& statements, const RandomStatement& directory) {
    return directory.verb == "dir" && std::any_of(statements.begin(), statements.end(), [&](const RandomStatement& each) {
               return each.verb == "hide" && each.path.starts_with(directory.path == "/" ? "/" : directory.path + "/");
           });
}

struct ShadowSums {
    unsigned dead = 0, alive = 0, with_parameter = 0;
};

void judge_each(const std::vector<RandomStatement>& statements, const Resolved& whole, ShadowSums& sums) {
    const std::string text = sbx::test::policy_text(statements);
    const auto places = dead_places(whole);
    const auto view = whole_view(whole.profile.policy);
    const bool exact = text.find("param") == std::string::npos && text.find('?') == std::string::npos;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const RandomStatement& statement = statements[i];
        if (statement.block != "filesystem" || statement.verb == "hide") {
            continue;
        }
        std::vector<RandomStatement> others = statements;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        const Resolved without = resolved(others);
        const bool same = only_dead_statements(without) && whole_view(without.profile.policy) == view;
        if (is_dead(places, text, statement)) {
            EXPECT_TRUE(same) << statement.text << " is said to be dead in\n" << text;
            ++(exact ? sums.dead : sums.with_parameter);
        } else if (exact && statement.verb != "symlink" && !leads_to_a_mask(statements, statement)) {
            EXPECT_FALSE(same) << statement.text << " says nothing in\n" << text;
            ++sums.alive;
        }
    }
}

TEST(Shadowing, ADeadStatementIsOneWithoutWhichEveryPointIsTheSame) {
    ShadowSums sums;
    for (unsigned seed = 0; seed < shadowed_policies && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::vector<RandomStatement> statements =
            seed % 2 == 0 ? sbx::test::random_view(random) : sbx::test::random_statements(random);
        const Resolved whole = resolved(statements);
        if (only_dead_statements(whole)) {
            judge_each(statements, whole, sums);
        }
    }
    EXPECT_GT(sums.dead, 70U);
    EXPECT_GT(sums.alive, 900U);
    EXPECT_GT(sums.with_parameter, 15U);
    std::printf("%u dead, %u alive, %u dead beside a parameter or `?`\n", sums.dead, sums.alive, sums.with_parameter);
}

}  // namespace
