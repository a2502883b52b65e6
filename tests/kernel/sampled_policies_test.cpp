// Random policies on the kernel (semantics of the view): each is compiled, launched once, and probed at every point of a small tree
// of the host; what the kernel does must be what decide() says, and on the host there must be changed what was allowed to be, and
// nothing else. SBX_SAMPLED_POLICIES says how many are launched, SBX_SAMPLED_BEGIN with which seed it begins.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"
#include "tests/kernel/sampled_policy.hpp"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <sstream>

namespace sbx::kernel {
namespace {

std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " | ") + word;
    }
    return text;
}

/// What a launch contradicts; empty when it is all as the oracle says.
std::string disagreements(const SampledPolicy& policy, const Questions& questions, const Outcome& outcome) {
    std::map<std::string, std::string> answers;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t space = line.find(' ');
        std::string answer = space == std::string::npos ? "" : line.substr(space + 1);
        answers[line.substr(0, space)] = answer.starts_with("no ") ? "no" : answer;
    }
    std::string found;
    for (const Question& question : questions.all) {
        if (!question.answers.contains(answers[question.request])) {
            found += question.request + " is `" + answers[question.request] + "`, and means `" + joined(question.answers) +
                     "`: " + reason_of(question, policy) + "\n";
        }
    }
    return found;
}

/// The host after a launch.
std::string unmeant_changes(const Questions& questions, const SampledHost& host) {
    const SampledHost::Changes changes = host.changes();
    std::string found;
    for (const std::string& file : changes.files) {
        found += questions.arriving.contains(file) ? "" : file + " was changed on the host\n";
    }
    for (const std::string& file : questions.arriving) {
        found += changes.files.contains(file) ? "" : file + " was written to, and did not arrive on the host\n";
    }
    for (const std::string& directory : changes.directories) {
        const bool on_the_way = std::any_of(questions.arriving.begin(), questions.arriving.end(),
                                            [&](const std::string& file) { return file.starts_with(directory + "/"); });
        found += on_the_way ? "" : directory + " was made or removed on the host\n";
    }
    return found;
}

/// The host lacks what it shall while one lives.
class Lacking {
public:
    Lacking(SampledHost& host, const std::set<std::string>& missing) : host_(host) { host.lack(missing); }
    Lacking(const Lacking&) = delete;
    Lacking& operator=(const Lacking&) = delete;
    ~Lacking() { host_.restore(); }

private:
    SampledHost& host_;
};

class SampledPolicies : public testing::Test {
protected:
    Scene scene;
    SampledHost host{scene};
    unsigned launched = 0;
    unsigned refused = 0;
    std::size_t points = 0;

    /// One after the other until `wanted` are launched, or `judge` says that it is enough.
    template <class Judge>
    void launch_each(unsigned wanted, Judge judge) {
        for (unsigned seed = number_of("SBX_SAMPLED_BEGIN", 0); launched < wanted && !HasFailure(); ++seed) {
            std::mt19937 random(seed);
            auto policy = sample(random, host);
            if (policy && compiles(*policy) && judge(seed, *policy)) {
                break;
            }
        }
        mark_as_run();
    }

    /// Whether the compiler takes it; a plan can be refused for what the oracle knows nothing of.
    bool compiles(const SampledPolicy& policy) {
        const Outcome outcome = scene.compile_text(policy.text);
        EXPECT_TRUE(outcome.status == 0 || outcome.status == 1) << outcome.text();
        return outcome.status == 0;
    }

    /// As root and as a user in turn, where there is root.
    [[nodiscard]] Mode mode() const { return {Program::sbx_run, running_as_root() && (launched + refused) % 2 == 0}; }

    /// The compiled policy says `noexec`, and this run is without what delivers it.
    [[nodiscard]] bool lacks_landlock() const {
        return number_of("SBX_WITHOUT_LANDLOCK", 0) != 0 &&
               read_file(scene.bundle() + "/landlock.tab").find("\nrequire-execute") != std::string::npos;
    }
    /// What the kernel does otherwise than `policy` means.
    std::string try_out(const SampledPolicy& policy) {
        const Lacking lacking(host, policy.missing);
        const Launch expected = lacks_landlock() ? Launch::is_refused : launch_expected(policy, host);
        const Questions asked = questions(policy, host);
        std::vector<std::string> requests;
        for (const Question& question : asked.all) {
            requests.push_back(question.request);
        }
        const Outcome outcome = run(probing({mode(), ""}, scene, requests, policy.options));
        const bool was_refused = outcome.status == 125 && outcome.out.empty();
        if (was_refused) {
            ++refused;
            return (expected == Launch::runs ? "the launch is refused: " + outcome.err : "") + unmeant_changes({}, host);
        }
        if (expected == Launch::is_refused) {
            return "the launch is not refused, though the host lacks something\n" + outcome.text();
        }
        if (outcome.status != 0) {
            return outcome.text();
        }
        ++launched;
        points += asked.all.size();
        return disagreements(policy, asked, outcome) + unmeant_changes(asked, host);
    }
};

TEST_F(SampledPolicies, AreOnTheKernelWhatTheyMean) {
    launch_each(number_of("SBX_SAMPLED_POLICIES", 200), [&](unsigned seed, const SampledPolicy& policy) {
        const std::string how = to_text(mode());
        const std::string found = try_out(policy);
        EXPECT_EQ(found, "") << "seed " << seed << ", " << how << ", missing " << joined(policy.missing) << ":\n" << policy.text;
        return false;
    });
    std::printf("%u random policies launched, %zu points compared; %u launches refused for what the host lacks\n", launched, points,
                refused);
}

/// What the test above is worth: each of these is noticed within a few policies.
class SpoiledSamples : public SampledPolicies {
protected:
    static constexpr unsigned few = 20;

    void expect_noticed(const std::function<void(SampledPolicy&)>& spoil) {
        bool noticed = false;
        launch_each(few, [&](unsigned, SampledPolicy& policy) {
            spoil(policy);
            noticed = !try_out(policy).empty();
            return noticed;
        });
        EXPECT_TRUE(noticed);
    }
    /// In what bubblewrap is told.
    void replace_option(const std::string& from, const std::string& to) const {
        const std::string file = scene.bundle() + "/bwrap.args";
        write_file(file, replaced(read_file(file), "=" + from + std::string(1, '\0'), "=" + to + std::string(1, '\0')), 0644);
        redigest(scene.bundle());
    }
};

TEST_F(SpoiledSamples, ATreeThatIsMountedWritable) {
    expect_noticed([&](SampledPolicy&) { replace_option("--ro-bind-fd", "--bind-fd"); });
}

TEST_F(SpoiledSamples, ATreeThatIsMountedReadOnly) {
    expect_noticed([&](SampledPolicy&) { replace_option("--bind-fd", "--ro-bind-fd"); });
}

TEST_F(SpoiledSamples, AMaskThatIsLeftWritable) {
    expect_noticed([&](SampledPolicy&) { replace_option("--remount-ro", "--dir"); });
}

TEST_F(SpoiledSamples, AnOracleThatTakesAWritableTreeForAReadOnlyOne) {
    expect_noticed([&](SampledPolicy& policy) {
        for (auto& [path, node] : policy.meant.profile.policy.filesystem.nodes) {
            if (auto* tree = std::get_if<policy::HostTree>(&node.content)) {
                tree->writable = false;
            }
        }
    });
}

TEST_F(SpoiledSamples, AnOracleThatForgetsAMask) {
    expect_noticed([&](SampledPolicy& policy) {
        std::erase_if(policy.meant.profile.policy.filesystem.nodes,
                      [](const auto& entry) { return std::holds_alternative<policy::Mask>(entry.second.content); });
    });
}

}  // namespace
}  // namespace sbx::kernel
