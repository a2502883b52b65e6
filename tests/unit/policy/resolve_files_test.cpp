// `use`, `extends`, `final`, `let`, `-D` and `param`: what files say together.
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

using policy::ResolveOptions;
using test::MemoryFiles;
using test::resolve_profile;
using test::resolve_text;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string fragment(const std::string& statements) {
    return "sbx 1\nfragment f\n" + statements;
}
std::string profile(const std::string& statements) {
    return "sbx 1\nprofile base\n" + statements;
}

TEST(ResolveFiles, HeaderComesFirst) {
    EXPECT_THAT(resolve_text("profile x\nfilesystem { read /usr }").codes(), ElementsAre("S011"));
    EXPECT_THAT(resolve_text("sbx 2\nprofile x").codes(), ElementsAre("S011"));
    EXPECT_THAT(resolve_text("sbx 1\nfilesystem { read /usr }").codes(), ElementsAre("S011"));
    EXPECT_THAT(resolve_text("sbx 1\nnetwork off\nprofile x").codes(), ElementsAre("S011"));
    EXPECT_THAT(resolve_text("").codes(), ElementsAre("S011"));
}

TEST(ResolveFiles, FactoringIntoFragmentsChangesNothing) {
    MemoryFiles files{{"a.sbx", fragment("filesystem { read /usr }\nlimits { processes 9 }")},
                      {"b.sbx", fragment("use \"a.sbx\"\nenvironment { keep TZ }")}};
    const auto split = resolve_profile("use \"a.sbx\"\nuse \"b.sbx\"\nfilesystem { tmpfs /t }", files);
    const auto flat = resolve_profile("filesystem { tmpfs /t; read /usr }\nlimits { processes 9 }\nenvironment { keep TZ }");
    EXPECT_THAT(split.messages(), IsEmpty());
    EXPECT_EQ(split.profile.policy, flat.profile.policy);
    EXPECT_EQ(split.sources->files.size(), 3U);
}

TEST(ResolveFiles, OrderOfStatementsChangesNothing) {
    std::vector<std::string> parts{"let a = /srv/$b\n", "filesystem { write $s; hide $s/x/ }\n", "param s: path under /var/tmp\n",
                                   "limits { processes 9 }\n", "filesystem { read /usr /usr/lib; tmpfs /t }\n"};
    parts[0] = "let a = [/srv/a /srv/b]\n";
    parts.push_back("filesystem { read $a }\n");
    std::sort(parts.begin(), parts.end());
    std::optional<policy::Policy> first;
    do {
        std::string text;
        for (const std::string& part : parts) {
            text += part;
        }
        const auto resolved = resolve_profile(text);
        ASSERT_THAT(resolved.messages(), IsEmpty());
        if (!first) {
            first = resolved.profile.policy;
        }
        ASSERT_EQ(resolved.profile.policy, *first);
    } while (std::next_permutation(parts.begin(), parts.end()));
}

TEST(ResolveFiles, FragmentsThatDisagreeAreRefusedUnlessTheFileSettlesIt) {
    MemoryFiles files{{"a.sbx", fragment("limits { processes 9 }\nfilesystem { read /a }")},
                      {"b.sbx", fragment("limits { processes 8 }\nfilesystem { write /a }")}};
    const std::string uses = "use \"a.sbx\"\nuse \"b.sbx\"\n";
    EXPECT_THAT(resolve_profile(uses, files).codes(), ElementsAre("L012", "L012"));
    const auto settled = resolve_profile(uses + "limits { processes 7 }\nfilesystem { hide /a/ }", files);
    EXPECT_THAT(settled.messages(), IsEmpty());
    EXPECT_EQ(std::get<std::uint64_t>(settled.profile.policy.limits.at(policy::Limit::processes).value), 7U);
}

TEST(ResolveFiles, ALaterLayerReplacesTheBaseKeyByKey) {
    MemoryFiles files{{"base.sbx", profile("network host\nlimits { processes 9; open-files 64 }")}};
    const auto resolved = resolve_profile("extends \"base.sbx\"\nnetwork off\nlimits { processes 5 }", files);
    EXPECT_THAT(resolved.messages(), IsEmpty());
    EXPECT_EQ(resolved.profile.policy.network.mode.value, policy::NetworkMode::off);
    EXPECT_EQ(resolved.profile.policy.limits.size(), 3U);
}

TEST(ResolveFiles, FinalMayNotBeOverridden) {
    MemoryFiles files{{"a.sbx", fragment("filesystem { final hide /a/ }\nlimits { final processes 9 }\nfinal network off")}};
    EXPECT_THAT(resolve_profile("use \"a.sbx\"\nfilesystem { read /a/b }", files).codes(), ElementsAre("L007"));
    EXPECT_THAT(resolve_profile("use \"a.sbx\"\nlimits { processes 10 }", files).codes(), ElementsAre("L007"));
    EXPECT_THAT(resolve_profile("use \"a.sbx\"\nnetwork host", files).codes(), ElementsAre("L007"));
    EXPECT_THAT(resolve_profile("use \"a.sbx\"\nfilesystem { read /ab }\nlimits { processes 9 }", files).codes(), IsEmpty());
}

TEST(ResolveFiles, FinalHoldsAgainstParametersThatLieBelowIt) {
    MemoryFiles files{{"a.sbx", fragment("filesystem { final read /srv/lib }")}};
    const auto codes = [&](const std::string& under) {
        return resolve_profile("use \"a.sbx\"\nparam s: path under " + under + "\nfilesystem { write $s }", files).codes();
    };
    EXPECT_THAT(codes("/srv/lib"), ElementsAre("L007"));
    EXPECT_THAT(codes("/srv/lib/cache"), ElementsAre("L007"));
    EXPECT_THAT(codes("/srv/libs"), IsEmpty());
    EXPECT_THAT(codes("/srv"), IsEmpty());  // a value below /srv/lib is refused at launch
}

TEST(ResolveFiles, CyclesAndDepthEnd) {
    MemoryFiles files{{"a.sbx", fragment("use \"b.sbx\"")}, {"b.sbx", fragment("use \"a.sbx\"")}};
    EXPECT_THAT(resolve_profile("use \"a.sbx\"", files).codes(), ElementsAre("L005"));
    MemoryFiles deep;
    for (int i = 0; i < 40; ++i) {
        deep.add("f" + std::to_string(i) + ".sbx", fragment("use \"f" + std::to_string(i + 1) + ".sbx\""));
    }
    EXPECT_THAT(resolve_profile("use \"f0.sbx\"", deep).codes(), ElementsAre("L005"));
}

TEST(ResolveFiles, NothingOutsideTheRootsDirectoryIsRead) {
    MemoryFiles files{{"/secret.sbx", fragment("")}, {"/common/s.sbx", fragment("limits { processes 3 }")}};
    EXPECT_THAT(resolve_profile("use \"../secret.sbx\"", files).codes(), ElementsAre("L005"));
    EXPECT_THAT(resolve_profile("use \"/secret.sbx\"", files).codes(), ElementsAre("L005"));
    EXPECT_THAT(resolve_profile("use \"none.sbx\"", files).messages(), ElementsAre(HasSubstr("there is no file")));
    ResolveOptions options;
    options.include_directories = {"/common"};
    EXPECT_THAT(resolve_profile("use \"s.sbx\"", files, options).codes(), IsEmpty());
    EXPECT_THAT(resolve_profile("use \"../common/s.sbx\"", files, options).codes(), IsEmpty());
}

TEST(ResolveFiles, ProfilesAreExtendedAndFragmentsUsed) {
    MemoryFiles files{{"p.sbx", profile("")}, {"f.sbx", fragment("")}};
    EXPECT_THAT(resolve_profile("use \"p.sbx\"", files).codes(), ElementsAre("L005"));
    EXPECT_THAT(resolve_profile("extends \"f.sbx\"", files).codes(), ElementsAre("L005"));
    EXPECT_THAT(resolve_profile("use \"f.sbx\"\nuse \"f.sbx\"", files).codes(), ElementsAre("L003"));
}

TEST(ResolveFiles, DefinitionsReplaceLetsAndKeepTheirType) {
    ResolveOptions options;
    options.definitions = {{"n", "7"}};
    const auto resolved = resolve_profile("let n = 5\nlimits { processes $n }", MemoryFiles(), options);
    EXPECT_THAT(resolved.messages(), IsEmpty());
    EXPECT_EQ(std::get<std::uint64_t>(resolved.profile.policy.limits.at(policy::Limit::processes).value), 7U);
    EXPECT_THAT(resolve_profile("let n = 50M\nlimits { data $n }", MemoryFiles(), options).codes(), ElementsAre("L013"));
    EXPECT_THAT(resolve_profile("", MemoryFiles(), options).codes(), ElementsAre("L013"));
    options.definitions = {{"n", "7\nnetwork host"}};
    EXPECT_THAT(resolve_profile("let n = 5\nlimits { processes $n }", MemoryFiles(), options).codes(), ElementsAre("L013"));
}

TEST(ResolveFiles, LetsThatNameThemselvesEnd) {
    EXPECT_THAT(resolve_profile("let a = $b\nlet b = $a\nlimits { processes $a }").codes(), testing::Contains("L002"));
}

TEST(ResolveFiles, LetsThatGrowWithoutBoundAreRefused) {
    std::string text = "let a0 = [/a /b /c /d /e /f /g /h]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "$a" + std::to_string(i - 1);
        text += "let a" + std::to_string(i) + " = [" + before + " " + before + " " + before + " " + before + " " + before + "]\n";
    }
    EXPECT_THAT(resolve_profile(text + "filesystem { read $a11 }").codes(), ElementsAre("S010"));
}

TEST(ResolveFiles, UndefinedNamesOfferTheNearest) {
    const auto resolved = resolve_profile("let mirror = /srv/m\nfilesystem { read $mirorr $mirror/x }");
    EXPECT_THAT(resolved.codes(), ElementsAre("L002"));
    EXPECT_THAT(resolved.sink.sorted()[0].help.at(0), HasSubstr("$mirror"));
}

TEST(ResolveFiles, UnusedNamesAreFoundAndCanBeWaived) {
    EXPECT_THAT(resolve_profile("let a = 1\nparam p: count").codes(), ElementsAre("L003", "L003"));
    EXPECT_THAT(resolve_profile("let a = 1\nwaive L003 \"kept for later\"").codes(), IsEmpty());
    EXPECT_THAT(resolve_profile("let a = 1\nwaive L033 \"x\"").codes(), ElementsAre("L002"));
    EXPECT_THAT(resolve_profile("waive F002 \"x\"").codes(), ElementsAre("S012"));
}

TEST(ResolveFiles, ParametersAreCheckedAgainstTheirConstraint) {
    for (const char* bad : {"param p: path = x", "param p: path under /a = /a", "param p: port = 70000", "param p: count 5-1",
                            "param p: string of \"a-c\" 1-2 = \"d\"", "param p: address = 1.2.3", "param p: count one of [1 2] = 3",
                            "param p: port under /x"}) {
        EXPECT_TRUE(resolve_profile(bad).sink.has_errors()) << bad;
    }
    const auto resolved = resolve_profile("param p: string of \"a-c._-\" 1-3 = \"ab\"\nenvironment { set P = \"${p}\" }");
    EXPECT_THAT(resolved.messages(), IsEmpty());
    EXPECT_EQ(resolved.profile.policy.parameters.at("p").value.characters->characters, "-._abc");
}

TEST(ResolveFiles, StandardFragmentsResolveWithoutAFinding) {
    const auto resolved = resolve_profile("use std/system");
    EXPECT_THAT(resolved.messages(), IsEmpty());
    EXPECT_THAT(resolve_profile("use std/sytem").codes(), ElementsAre("L002"));
}

}  // namespace
}  // namespace sbx
