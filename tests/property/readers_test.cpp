// The reference semantics, the normal form and what the readers make of the emitted artifacts agree at every point of a small
// universe, for as many random policies as SBX_RANDOM_POLICIES says; and the order of statements changes no byte.
#include "compiler/plan/lower.hpp"
#include "compiler/verify/compare_filesystem.hpp"
#include "tests/property/model_support.hpp"
#include "tests/support/bundle_in_memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>

namespace {

using namespace sbx::test;
using sbx::policy::RequestKind;
using sbx::policy::SandboxPath;
using sbx::policy::View;

/// Of these, more than 20 000 are accepted.
constexpr unsigned ordinary_run = 34000;
constexpr unsigned accepted_in_it = 20000;

/// Enough for an ordinary run; a longer one sets the variable, and perhaps where it begins.
unsigned number_from(const char* variable, unsigned otherwise) {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

std::vector<RandomStatement> random_statements_of_all_kinds(std::mt19937& random) {
    auto statements = random_view(random);
    for (RandomStatement& setting : random_settings(random)) {
        statements.push_back(std::move(setting));
    }
    return statements;
}

struct Emitted {
    sbx::plan::ExecutionPlan plan;
    sbx::emit::BundleInfo info;
    sbx::emit::Bundle bundle;
};
/// Without the manifest.
std::optional<Emitted> emitted(const Compiled& compiled) {
    sbx::DiagnosticSink sink;
    Emitted result{sbx::plan::lower(compiled.profile.policy, sink), info_of(compiled.profile.policy), {}};
    if (sink.has_errors()) {
        return std::nullopt;
    }
    result.bundle = sbx::emit::emit_artifacts(result.plan, result.info);
    return result;
}

/// What the readers see, in the words of the reference semantics. What lies below a link, in a procfs or among devices is the
/// kernel's to say.
bool same(const sbx::verify::View& seen, View meant) {
    using sbx::verify::Sight;
    switch (meant) {
        case View::absent:
            return seen.sight == Sight::absent;
        case View::masked:
            return seen.sight == Sight::absent || seen.sight == Sight::empty_directory || seen.sight == Sight::passage ||
                   (seen.sight == Sight::file && seen.contents.pieces().empty());
        case View::implied_directory:
            return seen.sight == Sight::passage;
        case View::link:
            return seen.sight == Sight::link;
        case View::private_read:
            return seen.sight == Sight::empty_directory || seen.sight == Sight::file;
        case View::procfs:
            return seen.sight == Sight::procfs || seen.sight == Sight::host_tree;
        case View::device:
            return seen.sight == Sight::devices || seen.sight == Sight::device;
        case View::private_write:
            return seen.sight == Sight::private_directory;
        case View::host_read:
            return seen.sight == Sight::host_tree && !seen.writable;
        case View::host_write:
            return seen.sight == Sight::host_tree && seen.writable;
        case View::socket:
            return seen.sight == Sight::socket;
    }
    return false;
}

class Points {
public:
    explicit Points(const Compiled& compiled, const sbx::emit::Bundle& bundle) : policy_(compiled.profile.policy) {
        for (const auto& [path, node] : policy_.filesystem.nodes) {
            links_ = links_ || std::holds_alternative<sbx::policy::Link>(node.content);
            const bool shut = std::holds_alternative<sbx::policy::Procfs>(node.content) ||
                              std::holds_alternative<sbx::policy::DeviceDirectory>(node.content);
            if (shut) {
                kernels_.push_back(path);
            }
        }
        std::set<std::string> used;
        const auto files = files_of(bundle);
        table_.replay(sbx::verify::read_arguments(files.at("bwrap.args").bytes, files, used));
    }

    /// True if the point was one that the two have an opinion on.
    bool compare(const SandboxPath& path) const {
        const bool of_kernel = std::any_of(kernels_.begin(), kernels_.end(), [&](const auto& top) { return top.contains(path); });
        if (links_ || of_kernel) {
            return false;
        }
        sbx::policy::Request request;
        request.path = path;
        const auto decision = sbx::policy::decide(policy_, request);
        const bool never_launched = decision.reason.starts_with("a launch accepts no value");
        if (decision.verdict == sbx::policy::Verdict::depends || never_launched) {
            return false;
        }
        const sbx::verify::View seen = table_.views().at(path);
        EXPECT_TRUE(same(seen, decision.view)) << path.text() << " is " << sbx::verify::describe(seen) << ", and means "
                                               << sbx::policy::to_text(decision.view) << ": " << decision.reason;
        return true;
    }

private:
    const sbx::policy::Policy& policy_;
    sbx::verify::Findings findings_;
    sbx::verify::MountTable table_{policy_.parameters, "bwrap.args", findings_};
    std::vector<SandboxPath> kernels_;
    bool links_ = false;
};

void compare_at_every_point(const Compiled& compiled, const sbx::emit::Bundle& bundle, std::size_t& points) {
    const Points comparison(compiled, bundle);
    const bool with_parameter = compiled.profile.policy.parameters.contains("p");
    for (const std::string& point : universe()) {
        points += comparison.compare(*SandboxPath::literal(point)) ? 1U : 0U;
        if (with_parameter) {
            points += comparison.compare(*SandboxPath::below_parameter("p", point == "/" ? "" : point)) ? 1U : 0U;
        }
    }
}

TEST(Readers, AgreeWithTheReferenceSemanticsOnEveryArtifactAtEveryPoint) {
    const unsigned policies = number_from("SBX_RANDOM_POLICIES", ordinary_run);
    const unsigned begin = number_from("SBX_RANDOM_BEGIN", 0);
    unsigned certified = 0;
    std::size_t points = 0;
    for (unsigned seed = begin; seed != begin + policies && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        auto statements = random_statements_of_all_kinds(random);
        const std::string text = policy_text(statements);
        const auto compiled = compile(text);
        auto made = compiled ? emitted(*compiled) : std::nullopt;
        if (!made) {
            continue;
        }
        std::shuffle(statements.begin(), statements.end(), random);
        const auto shuffled = compile(policy_text(statements));
        ASSERT_TRUE(shuffled.has_value());
        EXPECT_EQ(compiled->profile.policy, shuffled->profile.policy);
        EXPECT_EQ(made->bundle, emitted(*shuffled)->bundle);
        sbx::emit::add_manifest(made->bundle, made->plan, made->info, {});
        const auto findings = findings_about(made->bundle, compiled->profile.policy);
        EXPECT_TRUE(findings.empty()) << text_of(findings);
        compare_at_every_point(*compiled, made->bundle, points);
        ++certified;
        if (HasFailure()) {
            ADD_FAILURE() << "seed " << seed << ":\n" << text;
        }
    }
    RecordProperty("certified", std::to_string(certified));
    RecordProperty("points", std::to_string(points));
    std::printf("%u random policies, %u certified, %zu points compared\n", policies, certified, points);
    EXPECT_GT(certified, policies == ordinary_run ? accepted_in_it : policies / 2)
        << "the generator makes too few policies that mean something";
}

}  // namespace
