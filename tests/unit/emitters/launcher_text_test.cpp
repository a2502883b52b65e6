// Launchers as text: what can be said of them without running one.
#include "emitters/launcher_parts.hpp"
#include "emitters/launcher_script.hpp"
#include "emitters_fixture.hpp"
#include "hostile_policy.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <set>
#include <string>
#include <unistd.h>

namespace sbx::emit {
namespace {

std::string launcher_of(const policy::Policy& policy) {
    BundleInfo info;
    info.profile = "p";
    return launcher_script(plan_of(policy), info, {{"seccomp.x86_64.bpf", "12345678", 0644}});
}

TEST(LauncherText, ShellcheckFindsNothing) {
    if (std::system("command -v shellcheck >/dev/null") != 0) {
        GTEST_SKIP() << "shellcheck is not installed";
    }
    const std::string name = "/tmp/sbx-launcher-check-" + std::to_string(getpid());
    for (const policy::Policy& policy : {hostile_policy(), policy::Policy{}}) {
        std::ofstream(name) << launcher_of(policy);
        EXPECT_EQ(std::system(("shellcheck -s sh " + name).c_str()), 0);
    }
    std::filesystem::remove(name);
}

TEST(LauncherText, TheFixedPartIsTheSameInEveryBundle) {
    const BundleInfo info;
    for (const policy::Policy& policy : {hostile_policy(), policy::Policy{}}) {
        EXPECT_TRUE(launcher_script(plan_of(policy), info, {}).ends_with(launcher_fixed_part()));
    }
    EXPECT_TRUE(launcher_fixed_part().ends_with("\nmain \"$@\"\n"));
}

/// Without comments and without what stands in quotes.
std::string bare_words(const std::string& script) {
    static const std::regex quoted("#[^\n]*|'[^']*'|\"([^\"\\\\]|\\\\[^])*\"");
    return std::regex_replace(script, quoted, " ");
}

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
    std::set<std::string> found;
    for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
        found.insert((*match)[1]);
    }
    return found;
}

/// A shell goes on after a name that it does not know, so none may be there. Functions of ours with two words in their name are
/// told from everything else by that, and variables by their first word. The fixed part has functions that only some policies need,
/// and those call what only such a policy defines.
TEST(LauncherText, EveryFunctionThatIsCalledIsDefined) {
    const std::string script = bare_words(launcher_of(hostile_policy()) + launcher_of(policy::Policy{}));
    const std::set<std::string> defined = matches(script, std::regex("(?:^|\n)([a-z_0-9]+)\\(\\)"));
    EXPECT_GT(defined.size(), 50U);
    for (const std::string& name : matches(script, std::regex("(?:^|[\\s(;!])([a-z]+(?:_[a-z0-9]+)+)(?=[\\s;)]|$)"))) {
        EXPECT_TRUE(name.starts_with("sbx_") || defined.contains(name)) << name;
    }
}

}  // namespace
}  // namespace sbx::emit
