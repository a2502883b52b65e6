// What /proc/self/mountinfo shows inside against what `policyc plan` says: the same places, each once, and of the host's trees
// those that were granted and no other.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace sbx::kernel {
namespace {

struct Mounted {
    std::string source;  ///< the directory of its file system that is mounted
    std::string place;
    std::string options;
};

std::vector<Mounted> mounts_of(const Outcome& outcome) {
    std::vector<Mounted> mounts;
    std::istringstream lines(replaced(outcome.after("cat:/proc/self/mountinfo = ").value_or(""), "\\n", "\n"));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string skipped;
        Mounted mounted;
        words >> skipped >> skipped >> skipped >> mounted.source >> mounted.place >> mounted.options;
        mounts.push_back(mounted);
    }
    return mounts;
}

struct Plan {
    std::set<std::string> places;
    std::set<std::string> sources;    ///< host trees
    std::set<std::string> read_only;  ///< places that are told to be
};

/// One step: `[GUARD PATH: ]OPERATION [KIND] SOURCE [-> PLACE] …`.
void add_step(Plan& plan, std::string step) {
    const std::size_t guard = step.find(": ");
    if (guard != std::string::npos && step.find('"') > guard) {
        step.erase(0, guard + 2);
    }
    std::istringstream words(step);
    std::string operation;
    std::string word;
    words >> operation;
    while (words >> word && !word.starts_with("/")) {
    }
    const std::string source = word;
    std::string place = source;
    if (words >> word && word == "->") {
        words >> place;
    }
    if (operation == "remount-ro") {
        plan.read_only.insert(place);
        return;
    }
    if (operation == "symlink" || operation == "dir") {
        return;  // no mounts
    }
    plan.places.insert(place);
    if (operation.ends_with("bind") || operation == "pin") {
        plan.sources.insert(source);
    }
    if (operation == "ro-bind" || operation == "file") {
        plan.read_only.insert(place);
    }
}

Plan plan_of(const std::string& text) {
    Plan plan;
    plan.places.insert("/");
    std::istringstream lines(text.substr(text.find("\nmounts\n") + 8));
    for (std::string line; std::getline(lines, line) && !line.empty();) {
        std::istringstream steps(replaced(line.substr(0, line.find("  #")), "; ", "\n"));
        for (std::string step; std::getline(steps, step);) {
            add_step(plan, step.substr(step.find_first_not_of(' ')));
        }
    }
    return plan;
}

/// The parts of the two fresh file systems that bubblewrap and the kernel make.
bool part_of_another(const std::string& place) {
    return place.starts_with("/proc/") || place.starts_with("/dev/");
}

void compare(const Plan& plan, const std::vector<Mounted>& mounts) {
    std::multiset<std::string> seen;
    for (const Mounted& mounted : mounts) {
        if (part_of_another(mounted.place)) {
            continue;
        }
        seen.insert(mounted.place);
        EXPECT_TRUE(plan.places.contains(mounted.place)) << mounted.place << " is not in the plan";
        if (plan.read_only.contains(mounted.place)) {
            EXPECT_TRUE(mounted.options.starts_with("ro,")) << mounted.place << " " << mounted.options;
        }
        EXPECT_NE(mounted.options.find("nosuid"), std::string::npos) << mounted.place;
        if (mounted.source.find("/sbx-kernel-") != std::string::npos) {
            // A file system of its own below /var shows the path without what leads to it.
            const auto is_it = [&](const std::string& path) { return path.ends_with(mounted.source); };
            EXPECT_TRUE(std::any_of(plan.sources.begin(), plan.sources.end(), is_it)) << mounted.source << " was not granted";
        }
    }
    for (const std::string& place : plan.places) {
        if (!part_of_another(place)) {
            EXPECT_EQ(seen.count(place), 1U) << place << " is mounted once";
        }
    }
}

class MountPlan : public testing::TestWithParam<Mode> {
protected:
    void compare_plan_of(const std::string& statements) {
        const Outcome compiled = scene.compile(statements);
        ASSERT_EQ(compiled.status, 0) << compiled.text();
        const Outcome planned = run({.words = {SBX_POLICYC, "plan", scene.path("policy/test.sbx")}});
        ASSERT_EQ(planned.status, 0) << planned.text();
        const Outcome outcome = run(probing({GetParam(), ""}, scene, {"cat:/proc/self/mountinfo"}));
        ASSERT_EQ(outcome.status, 0) << outcome.text();
        mark_as_run();
        SCOPED_TRACE(planned.out + outcome.out);
        compare(plan_of(planned.out), mounts_of(outcome));
    }
    Scene scene;
};

TEST_P(MountPlan, IsWhatMountinfoShows) {
    for (const char* file : {"h/a/file", "h/a/sub/file", "h/a/x/y/file", "h/b/file", "h/c/sub/file"}) {
        scene.file(file);
    }
    compare_plan_of(
        "filesystem { proc /proc; dev /dev; tmpfs /t; write $ROOT/h/a; hide $ROOT/h/a/sub/; read $ROOT/h/a/x/y; read $ROOT/h/b as "
        "/b; "
        "file /note \"x\"; read $ROOT/h/c; hide $ROOT/h/c/sub/file; symlink /alias -> b; dir /made }");
}

TEST_P(MountPlan, OfTheStandardSystemToo) {
    scene.file("h/a/file");
    compare_plan_of("use std/system\nfilesystem { write $ROOT/h/a as /work }");
}

INSTANTIATE_TEST_SUITE_P(Kernel, MountPlan, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

TEST(MountPlanComparison, ReadsThePlanAsItIsWritten) {
    const Plan plan = plan_of(
        "3 mounts\n\nmounts\n  ro-bind /x/b -> /b  # a.sbx:5\n  if-file /proc/keys: file /proc/keys mode 444 \"\"  # a\n"
        "  reserve-directory /a/s: tmpfs /a/s size 4K mode 755; remount-ro /a/s  # a\n  bind /a\n  remount-ro /  # all\n\nlimits\n "
        " bind /no\n");
    EXPECT_EQ(plan.places, (std::set<std::string>{"/", "/b", "/proc/keys", "/a/s", "/a"}));
    EXPECT_EQ(plan.sources, (std::set<std::string>{"/x/b", "/a"}));
    EXPECT_EQ(plan.read_only, (std::set<std::string>{"/b", "/proc/keys", "/a/s", "/"}));
}

}  // namespace
}  // namespace sbx::kernel
