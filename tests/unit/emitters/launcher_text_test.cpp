// Launchers as text: what can be said of them without running one.
#include "../plan/network_fixture.hpp"
#include "emitters/egress_filter.hpp"
#include "emitters/launcher_parts.hpp"
#include "emitters/launcher_script.hpp"
#include "emitters_fixture.hpp"
#include "hostile_policy.hpp"

#include <algorithm>
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
    std::vector<Artifact> artifacts = egress_filter(plan_of(policy));
    artifacts.push_back({"seccomp.x86_64.bpf", "12345678", 0644});
    return launcher_script(plan_of(policy), info, artifacts);
}

/// With every kind of parameter that a filter has.
policy::Policy filtered_network_policy() {
    return plan::with_network(
        {plan::allow(plan::Protocol::tcp, {"10.20.0.0/16"}), plan::allow_parameter("server", plan::ports({{443, 443}}))}, {},
        {{"server", plan::parameter(policy::ParameterType::address, {"10.30.0.1", "10.30.0.2"})}});
}
policy::Policy policy_with_names() {
    return plan::with_network({plan::allow_name("www.example.org", plan::ports({{443, 443}}))}, {plan::address("10.20.0.53")});
}

TEST(LauncherText, ShellcheckFindsNothing) {
    if (std::system("command -v shellcheck >/dev/null") != 0) {
        GTEST_SKIP() << "shellcheck is not installed";
    }
    const std::string name = "/tmp/sbx-launcher-check-" + std::to_string(getpid());
    for (const policy::Policy& policy : {hostile_policy(), policy::Policy{}, filtered_network_policy(), policy_with_names()}) {
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

TEST(LauncherText, TheNetworksPartStandsBeforeItWhereItIsUsed) {
    const std::string both = std::string(launcher_network_part()) + std::string(launcher_fixed_part());
    EXPECT_TRUE(launcher_of(filtered_network_policy()).ends_with("}\n\n" + both));
    for (const policy::Policy& policy : {hostile_policy(), policy::Policy{}, policy_with_names()}) {
        EXPECT_EQ(launcher_of(policy).find(launcher_network_part()), std::string::npos);
    }
}

TEST(LauncherText, ThePartForValuesStandsWhereThereAreParameters) {
    policy::Policy policy;
    EXPECT_EQ(launcher_of(policy).find(launcher_values_part()), std::string::npos);
    plan::add_path_parameter(policy, "scratch", "/var/tmp");
    const std::string values = std::string(launcher_values_part());
    EXPECT_TRUE(launcher_of(policy).ends_with("}\n\n" + values + std::string(launcher_fixed_part())));
    EXPECT_NE(launcher_of(filtered_network_policy()).find("}\n\n" + values + std::string(launcher_network_part())),
              std::string::npos);
}

TEST(LauncherText, WhatAShellCannotSetUpIsRefusedWithTheReason) {
    EXPECT_NE(
        launcher_of(policy_with_names())
            .find("policy_network() {\n    # Literal.\n    # shellcheck disable=SC2016\n    refuse network 'this bundle allows "
                  "names (`to host`), which need a resolver of the sandbox'\\''s own' 'run it with sbx-run'\n}\n"),
        std::string::npos)
        << launcher_of(policy_with_names());
    EXPECT_EQ(launcher_of(policy_with_names()).find("policy_egress"), std::string::npos);
}

/// Without comments and without what stands in quotes. By hand: the regular expressions of the C++ library call themselves for each
/// byte, and some texts are longer than a stack is deep.
std::string bare_words(const std::string& script) {
    std::string bare;
    for (std::size_t at = 0; at < script.size(); ++at) {
        const char c = script[at];
        std::size_t end = at;
        if (c == '#') {
            end = script.find('\n', at);
        } else if (c == '\'') {
            end = script.find('\'', at + 1);
        } else if (c == '"') {
            for (++end; end < script.size() && script[end] != '"'; ++end) {
                end += script[end] == '\\' ? 1U : 0U;
            }
        } else {
            bare += c;
            continue;
        }
        bare += c == '#' ? '\n' : ' ';
        at = std::min(end, script.size());
    }
    return bare;
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
    const std::string script = bare_words(launcher_of(hostile_policy()) + launcher_of(filtered_network_policy()));
    const std::set<std::string> defined = matches(script, std::regex("(?:^|\n)([a-z_0-9]+)\\(\\)"));
    EXPECT_GT(defined.size(), 50U);
    for (const std::string& name : matches(script, std::regex("(?:^|[\\s(;!])([a-z]+(?:_[a-z0-9]+)+)(?=[\\s;)]|$)"))) {
        EXPECT_TRUE(name.starts_with("sbx_") || defined.contains(name)) << name;
    }
}

/// The launch begins before the shell has read the end. What it calls by then must be defined by then, because a shell goes on
/// after a name that it does not know.
TEST(LauncherText, NothingIsCalledBeforeItIsDefined) {
    for (const policy::Policy& policy : {hostile_policy(), filtered_network_policy()}) {
        const std::string script = bare_words(launcher_of(policy));
        const std::size_t begin = script.find("\nbegin ");
        ASSERT_NE(begin, std::string::npos);
        const std::string before = script.substr(0, begin);
        const std::regex definition("(?:^|\n)([a-z_0-9]+)\\(\\)");
        const std::set<std::string> defined = matches(before, definition);
        const std::set<std::string> later = matches(script.substr(begin), definition);
        EXPECT_GT(later.size(), 10U);
        for (const std::string& name : later) {
            const bool is_called = std::regex_search(before, std::regex("(?:^|[^a-z_0-9])" + name + "(?![a-z_0-9=])"));
            EXPECT_TRUE(!is_called || defined.contains(name)) << name;
        }
    }
}

}  // namespace
}  // namespace sbx::emit
