// Turns the table of requirements into tests.
#include "tests/kernel/requirement.hpp"

#include "tests/kernel/ran.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <utility>

namespace sbx::kernel {
namespace {

void note(std::string& where, std::string_view what, std::string_view seen) {
    where += "- " + std::string(what) + "\n";
    if (!seen.empty()) {
        where += "  " + replaced(std::string(seen), "\n", "\n  ") + "\n";
    }
}

class RequirementTest : public testing::Test {
public:
    RequirementTest(const Requirement& requirement, Setting setting) : requirement_(requirement), setting_(std::move(setting)) {}

    void TestBody() override {
        Finding finding;
        std::optional<BrokenCompiler> broken;
        if (setting_.naive() && requirement_.under == Under::compiler) {
            broken.emplace(requirement_.flaws);
        }
        requirement_.check(setting_, finding);
        if (!finding.skipped().empty()) {
            GTEST_SKIP() << finding.skipped();
        }
        mark_as_run();
        if (!finding.broken_controls().empty()) {
            ADD_FAILURE() << requirement_.title << "; but of what must work in any case:\n" << finding.broken_controls();
        }
        if (setting_.naive()) {
            RecordProperty("caught_by", finding.broken_claims());
        }
        if (setting_.naive() && finding.broken_claims().empty()) {
            ADD_FAILURE() << "one with the flaws `" << setting_.flaws << "` went unnoticed";
        }
        if (!setting_.naive() && !finding.broken_claims().empty()) {
            ADD_FAILURE() << requirement_.title << "; but not:\n" << finding.broken_claims();
        }
    }

private:
    const Requirement& requirement_;
    Setting setting_;
};

void register_one(const Requirement& requirement, const std::string& name, const Setting& setting) {
    testing::RegisterTest(requirement.id.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [&requirement, setting]() -> testing::Test* { return new RequirementTest(requirement, setting); });
}

bool wanted(const Requirement& requirement, const Mode& mode) {
    switch (requirement.under) {
        case Under::all:
        case Under::broken_as_root:
            return true;
        case Under::root:
            return mode.as_root;
        case Under::sbx_run:
            return mode.program == Program::sbx_run;
        case Under::compiler:
            return false;
    }
    return false;
}

}  // namespace

void Finding::claim(bool holds, std::string_view what, std::string_view seen) {
    if (!holds) {
        note(claims_, what, seen);
    }
}

void Finding::control(bool holds, std::string_view what, std::string_view seen) {
    if (!holds) {
        note(controls_, what, seen);
    }
}

std::vector<Requirement>& requirements() {
    static std::vector<Requirement> all;
    return all;
}

void register_requirements() {
    for (const Requirement& requirement : requirements()) {
        if (requirement.under == Under::compiler) {
            register_one(requirement, "Compiler", {});
            register_one(requirement, "BrokenCompilerIsCaught", {{Program::naive, false}, requirement.flaws});
            continue;
        }
        for (const Mode& mode : modes()) {
            if (wanted(requirement, mode)) {
                register_one(requirement, to_text(mode), {mode, ""});
            }
        }
        const bool as_root = requirement.under == Under::root || requirement.under == Under::broken_as_root;
        if (!as_root || running_as_root()) {
            register_one(requirement, "BrokenLauncherIsCaught", {{Program::naive, as_root}, requirement.flaws});
        }
    }
}

Command launching(const Setting& setting, const std::string& bundle, std::vector<std::string> words,
                  std::vector<std::string> options) {
    Command command;
    command.as_root = setting.mode.as_root;
    switch (setting.mode.program) {
        case Program::sbx_run:
            command.words = {tools_directory() + "/sbx-run", bundle};
            break;
        case Program::launch:
            command.words = {bundle + "/launch"};
            break;
        case Program::naive:
            command.words = {tools_directory() + "/naive_launcher", setting.flaws, bundle};
            break;
    }
    command.words.insert(command.words.end(), options.begin(), options.end());
    command.words.emplace_back("--");
    command.words.insert(command.words.end(), words.begin(), words.end());
    return command;
}

Command probing(const Setting& setting, const Scene& scene, std::vector<std::string> requests, std::vector<std::string> options) {
    requests.insert(requests.begin(), "/probe/probe");
    return launching(setting, scene.bundle(), std::move(requests), std::move(options));
}

bool compiled(Scene& scene, Finding& finding, std::string_view statements) {
    const Outcome outcome = scene.compile(statements);
    finding.control(outcome.status == 0, "the policy compiles", outcome.text());
    return outcome.status == 0;
}

}  // namespace sbx::kernel
