// The examples for make, Ninja and CMake, run for real: a bundle is compiled again when what it is made of has changed, and at no
// other time; an error of the policy is the build's.
#include "tests/pipelines/shell.hpp"

#include <gmock/gmock.h>

namespace sbx::pipelines {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// How a build tool is called, and what it says.
struct Tool {
    const char* name;
    const char* program;
    std::string configure;  ///< before the first build, and never again; perhaps nothing
    std::string build;
    std::string idle;      ///< said when there was nothing to do
    std::string compiles;  ///< said for each bundle that is compiled
    std::string bundle;
    std::string clean;
    bool forgets = true;  ///< what was an input once; CMake 3.25 adds up what it reads for Makefiles, until it is cleaned
};
void PrintTo(const Tool& tool, std::ostream* out) {
    *out << tool.name;
}

std::vector<Tool> tools() {
    const std::string package = std::string(SBX_BUILD_DIR) + "/cmake";
    const auto configure = [&package](const std::string& generator) {
        return "cmake -G '" + generator + "' -B build -Dpolicyc_DIR=" + shell_word(package);
    };
    return {
        {"make", "make", "", "make POLICYC=" + shell_word(SBX_POLICYC), "Nothing to be done", "--depfile build/worker.d",
         "build/worker", "make clean"},
        {"ninja", "ninja", "sed -i 's|/usr/bin/policyc|'" + shell_word(SBX_POLICYC) + "'|' build.ninja", "ninja", "no work to do",
         "POLICY build/worker", "build/worker", "ninja -t clean"},
        {"cmake_ninja", "ninja", configure("Ninja"), "cmake --build build", "no work to do", "Compiling policy worker",
         "build/worker", "cmake --build build --target clean"},
        {"cmake_make", "make", configure("Unix Makefiles"), "cmake --build build", "Built target worker", "Compiling policy worker",
         "build/worker", "cmake --build build --target clean", false},
    };
}

class BuildTool : public PipelineTest, public ::testing::WithParamInterface<Tool> {
protected:
    void SetUp() override {
        if (!has_program(GetParam().program) || !has_program("cmake")) {
            GTEST_SKIP() << GetParam().program << " is not installed";
        }
        take_example("pipelines");
        if (!GetParam().configure.empty()) {
            const Ran configured = run(GetParam().configure);
            ASSERT_EQ(configured.status, 0) << configured.out;
        }
    }
    void expect_compiled(const std::string& why) {
        const Ran built = run(GetParam().build);
        EXPECT_EQ(built.status, 0) << why << "\n" << built.out;
        EXPECT_THAT(built.out, HasSubstr(GetParam().compiles)) << why;
    }
    void expect_idle(const std::string& why) {
        const Ran built = run(GetParam().build);
        EXPECT_EQ(built.status, 0) << why << "\n" << built.out;
        EXPECT_THAT(built.out, HasSubstr(GetParam().idle)) << why;
        EXPECT_THAT(built.out, Not(HasSubstr(GetParam().compiles))) << why;
    }
};

TEST_P(BuildTool, CompilesAgainExactlyWhenAnInputHasChanged) {
    expect_compiled("the first time");
    EXPECT_EQ(run(shell_word(SBX_POLICYC) + " verify " + GetParam().bundle).status, 0);
    expect_idle("nothing has changed");
    edit("policies/limits.sbx", "processes  64", "processes  65");
    expect_compiled("a fragment has changed");
    EXPECT_THAT(read_bytes(path(GetParam().bundle + "/policy.json")), HasSubstr("65"));
    expect_idle("after the fragment");
    edit("policies/worker.sbx", "use \"limits.sbx\"", "use \"more.sbx\"");
    write("policies/more.sbx", "sbx 1\nfragment more\nlimits {\n    processes 66\n}\n");
    expect_compiled("the profile takes another fragment in");
    expect_idle("after the profile");
    edit("policies/limits.sbx", "processes  65", "processes  64");
    if (GetParam().forgets) {
        expect_idle("a file that is not taken in any more has changed");
    } else {
        expect_compiled("a file that was taken in once has changed");
    }
    edit("policies/more.sbx", "processes 66", "processes 67");
    expect_compiled("the new fragment has changed");
}

TEST_P(BuildTool, FailsWithTheMessageAndLeavesTheBundle) {
    expect_compiled("the first time");
    const auto before = test::files_of(path(GetParam().bundle));
    edit("policies/limits.sbx", "cpu-time   60s", "cpu-time   60");
    for (int i = 0; i < 2; ++i) {
        const Ran failed = run(GetParam().build);
        EXPECT_NE(failed.status, 0);
        EXPECT_THAT(failed.out, HasSubstr("error[SBX-R007]: `60` has no unit"));
        EXPECT_THAT(failed.out, HasSubstr("policies/limits.sbx:6:16"));
        EXPECT_EQ(test::files_of(path(GetParam().bundle)), before);
    }
    edit("policies/limits.sbx", "cpu-time   60", "cpu-time   60s");
    expect_compiled("mended");
    expect_idle("after it was mended");
}

TEST_P(BuildTool, BuildsAgainAfterCleaning) {
    expect_compiled("the first time");
    ASSERT_EQ(run(GetParam().clean).status, 0);
    EXPECT_FALSE(fs::exists(path(GetParam().bundle + "/policy.json")));
    expect_compiled("after cleaning");
    EXPECT_EQ(run(shell_word(SBX_POLICYC) + " verify " + GetParam().bundle).status, 0);
}

INSTANTIATE_TEST_SUITE_P(Examples, BuildTool, ::testing::ValuesIn(tools()),
                         [](const ::testing::TestParamInfo<Tool>& each) { return std::string(each.param.name); });

/// A project of one's own, with all that policyc_add_bundle() takes.
class CMakePackage : public PipelineTest {
protected:
    void SetUp() override {
        if (!has_program("cmake") || !has_program("ninja")) {
            GTEST_SKIP() << "cmake and ninja are not both installed";
        }
        write("w.sbx", "sbx 1\nprofile w\nuse std/system\nuse \"f.sbx\"\nlet room = 64M\nlimits { file-size $room }\n");
        write("other place/f.sbx", "sbx 1\nfragment f\nlimits { processes 10 }\n");
    }
    void project(const std::string& commands) const {
        write("CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.20)\nproject(p LANGUAGES NONE)\nfind_package(policyc 0.1 REQUIRED)\n" + commands);
    }
    [[nodiscard]] Ran configure(const std::string& package = std::string(SBX_BUILD_DIR) + "/cmake") const {
        return run("cmake -G Ninja -B b -Dpolicyc_DIR=" + shell_word(package));
    }
};

TEST_F(CMakePackage, TakesWhatThePolicyNeedsAndInstallsTheBundle) {
    project(
        "policyc_add_bundle(w SOURCE w.sbx DEFINES room=32M INCLUDE \"other place\" WITH_RUNTIME OUTPUT \"deep er/bundle\" ALL)\n"
        "get_target_property(bundle w POLICYC_BUNDLE)\n"
        "install(DIRECTORY \"${bundle}\" DESTINATION share/policies USE_SOURCE_PERMISSIONS)\n");
    ASSERT_EQ(configure().status, 0);
    const Ran built = run("cmake --build b");
    ASSERT_EQ(built.status, 0) << built.out;
    EXPECT_THAT(read_bytes(path("b/deep er/bundle/rlimits.tab")), HasSubstr(std::to_string(32 << 20)));
    EXPECT_EQ(read_bytes(path("b/deep er/bundle/sbx-run")), read_bytes(SBX_RUN));
    EXPECT_THAT(run("cmake --build b").out, HasSubstr("no work to do"));
    edit("other place/f.sbx", "10", "11");
    EXPECT_THAT(run("cmake --build b").out, HasSubstr("Compiling policy w"));
    ASSERT_EQ(run("cmake --install b --prefix installed").status, 0);
    const Ran verified = run(shell_word(SBX_POLICYC) + " verify installed/share/policies/bundle");
    EXPECT_EQ(verified.status, 0) << verified.out;
}

TEST_F(CMakePackage, IsPartOfAllOnlyIfAskedAndOthersCanWaitForIt) {
    project(
        "policyc_add_bundle(w SOURCE w.sbx INCLUDE \"other place\")\n"
        "add_custom_target(after COMMAND ${CMAKE_COMMAND} -E echo after DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/w/policy.json)\n"
        "add_custom_command(OUTPUT made.sbx COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_SOURCE_DIR}/w.sbx made.sbx DEPENDS w.sbx)\n"
        "policyc_add_bundle(made SOURCE ${CMAKE_BINARY_DIR}/made.sbx INCLUDE \"other place\" DEFINES room=1M)\n");
    ASSERT_EQ(configure().status, 0);
    ASSERT_EQ(run("cmake --build b").status, 0);
    EXPECT_FALSE(fs::exists(path("b/w")));
    EXPECT_EQ(run("cmake --build b --target after").status, 0);
    EXPECT_TRUE(fs::exists(path("b/w/policy.json")));
    const Ran made = run("cmake --build b --target made");
    EXPECT_EQ(made.status, 0) << made.out;
    EXPECT_TRUE(fs::exists(path("b/made/policy.json")));
}

TEST_F(CMakePackage, CompilesAgainWithAnotherCompiler) {
    fs::create_directories(path("tool/cmake"));
    for (const char* file : {"policycConfig.cmake", "policycConfigVersion.cmake", "policycBundle.cmake"}) {
        fs::copy_file(std::string(SBX_BUILD_DIR) + "/cmake/" + file, path("tool/cmake") / file);
    }
    fs::copy_file(SBX_POLICYC, path("tool/policyc"));
    project("policyc_add_bundle(w SOURCE w.sbx INCLUDE \"other place\" ALL)\n");
    ASSERT_EQ(configure(path("tool/cmake").string()).status, 0);
    ASSERT_EQ(run("cmake --build b").status, 0);
    EXPECT_THAT(run("cmake --build b").out, HasSubstr("no work to do"));
    let_time_pass();
    ASSERT_EQ(run("touch tool/policyc").status, 0);
    EXPECT_THAT(run("cmake --build b").out, HasSubstr("Compiling policy w"));
}

TEST_F(CMakePackage, SaysWhatIsWrongWithACall) {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"policyc_add_bundle(w)", "it needs SOURCE, the profile to compile"},
        {"policyc_add_bundle(w SOURCE w.sbx RUNTIME)", "it does not know what to do with"},
        {"policyc_add_bundle(w SOURCE w.sbx OUTPUT)", "nothing follows OUTPUT"},
    };
    for (const auto& [call, message] : rows) {
        project(call + "\n");
        const Ran configured = configure();
        EXPECT_NE(configured.status, 0) << call;
        // CMake fills its messages into lines.
        std::string line;
        for (const char byte : configured.out) {
            if (!((byte == ' ' || byte == '\n') && !line.empty() && line.back() == ' ')) {
                line += byte == '\n' ? ' ' : byte;
            }
        }
        EXPECT_THAT(line, HasSubstr(message)) << call;
    }
    project("");
    edit("CMakeLists.txt", "policyc 0.1", "policyc 9.1");
    EXPECT_NE(configure().status, 0) << "a version that this is not";
}

}  // namespace
}  // namespace sbx::pipelines
