// Every stage in time that grows with its input and no faster. Each case compiles a policy of one shape at n and at 4n statements,
// from text to artifacts, and compares processor times: linear is 4, quadratic 16. The limit between them leaves room for caches
// and for a busy machine, and the best of several runs counts.
#include "compiler/plan/lower.hpp"
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/check.hpp"
#include "compiler/policy/statement_text.hpp"
#include "emitters/emit.hpp"
#include "tests/support/memory_files.hpp"

#include <algorithm>
#include <ctime>
#include <gtest/gtest.h>
#include <string>

namespace sbx {
namespace {

constexpr double most_growth = 10;

struct Shape {
    const char* name;
    std::string (*text)(int statements);
    int statements;
};

std::string numbered(const std::string& before, int number, const std::string& after) {
    return before + std::to_string(number) + after;
}

std::string reducing(int n) {
    std::string text = "filesystem {\n";
    for (int i = 0; i < n; ++i) {
        text += i % 100 == 0 ? numbered("read /srv/t", i / 100, "\n")
                             : numbered("read /srv/t", i / 100, "") + numbered("/x", i % 100, "\n");
    }
    return text + "}\n";
}
std::string not_reducing(int n) {
    std::string text = "filesystem {\n";
    for (int i = 0; i < n; ++i) {
        text += numbered("read /srv/t", i, "\n");
    }
    return text + "}\n";
}
std::string firm(int n) {
    std::string text = "filesystem { write /ws\n";
    for (int i = 0; i < n; ++i) {
        text += numbered("read /ws/d", i / 2, "/e/f") + numbered("/", i, "\n");
    }
    return text + "}\n";
}
std::string idle_masks(int n) {
    std::string text = "filesystem {\n";
    for (int i = 0; i < n; i += 2) {
        text += numbered("hide /srv/t", i, "\n") + numbered("read /opt/s", i, "") + numbered(" as /data/s", i, "\n");
    }
    return text + "}\n";
}
std::string nested_masks(int n) {
    std::string text = "filesystem { read /srv; hide /srv/a/\n";
    for (int i = 0; i < n; ++i) {
        text += numbered("hide /srv/a/m", i, "/\n");
    }
    return text + "}\n";
}
std::string never_write(int n) {
    return not_reducing(n) + "test \"t\" { never write /srv }\n";
}
std::string many_tests(int n) {
    std::string text = "test \"t\" {\n";
    for (int i = 0; i < n; ++i) {
        text += numbered("allowed read /srv/t", i, "/x\n");
    }
    return not_reducing(n) + text + "}\n";
}
std::string below_a_parameter(int n) {
    std::string text = "param s: path under /var/tmp\nfilesystem { read $s\n";
    for (int i = 0; i < n; ++i) {
        text += numbered("read $s/x", i, "\n");
    }
    return text + "}\n";
}
std::string settings(int n) {
    std::string text = "environment {\n";
    for (int i = 0; i < n; ++i) {
        text += numbered("set A", i, " = \"x\"\n");
    }
    return text + "}\n";
}
std::string mistakes(int n) {
    std::string text = "filesystem {\n";
    for (int i = 0; i < n; ++i) {
        text += numbered("raed /srv/t", i, "\n");
    }
    return text + "}\n";
}

/// From text to artifacts, in seconds of processor time.
double compile_time(const std::string& statements) {
    const std::clock_t begin = std::clock();
    auto resolved = test::resolve_profile(statements);
    policy::check(resolved.profile, resolved.sink);
    const plan::ExecutionPlan plan = plan::lower(resolved.profile.policy, resolved.sink);
    emit::BundleInfo info;
    info.policy_json = policy::canonical_json(resolved.profile.policy);
    const emit::Bundle bundle = emit::emit(plan, info);
    const std::size_t lines = policy::to_statements(resolved.profile.policy).size();
    const std::size_t messages = resolved.sink.sorted().size();
    const std::clock_t end = std::clock();
    EXPECT_GT(bundle.artifacts.size() + lines + messages, 0U);
    return static_cast<double>(end - begin) / CLOCKS_PER_SEC;
}

class Scale : public testing::TestWithParam<Shape> {};

TEST_P(Scale, TimeGrowsAsTheInputDoes) {
    const Shape& shape = GetParam();
    const std::string small = shape.text(shape.statements);
    const std::string large = shape.text(4 * shape.statements);
    double best_small = 1e9;
    double best_large = 1e9;
    for (int run = 0; run < 5; ++run) {
        best_small = std::min(best_small, compile_time(small));
        best_large = std::min(best_large, compile_time(large));
        if (run > 0 && best_large < most_growth * best_small) {
            return;
        }
    }
    ADD_FAILURE() << best_small << " s for " << shape.statements << " statements, " << best_large << " s for four times as many";
}

INSTANTIATE_TEST_SUITE_P(Shapes, Scale,
                         testing::Values(Shape{"reducing", reducing, 2000}, Shape{"notReducing", not_reducing, 2000},
                                         Shape{"firm", firm, 1500}, Shape{"idleMasks", idle_masks, 2000},
                                         Shape{"nestedMasks", nested_masks, 2000}, Shape{"neverWrite", never_write, 2000},
                                         Shape{"manyTests", many_tests, 1500}, Shape{"belowAParameter", below_a_parameter, 2000},
                                         Shape{"settings", settings, 2000}, Shape{"mistakes", mistakes, 2000}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace sbx
