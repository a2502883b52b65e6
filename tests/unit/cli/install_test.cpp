// What `cmake --install` puts where: the programs, their manual pages, the standard fragments as documentation. Assumes a complete
// build around this test; without one there is nothing to install, and the test says so.
#include "compiler/policy/standard_fragments.hpp"
#include "tests/golden/bundle_files.hpp"

#include <gtest/gtest.h>
#include <regex>
#include <string>
#include <unistd.h>

namespace sbx {
namespace {

namespace fs = std::filesystem;

TEST(Install, PutsProgramsManualPagesAndFragmentsInTheUsualPlaces) {
    const fs::path build = fs::path(SBX_POLICYC).parent_path();
    for (const char* part : {"policyc", "sbx-run", "generated/man/policyc.1"}) {
        if (!fs::exists(build / part)) {
            GTEST_SKIP() << "the build has no " << part << " yet";
        }
    }
    if (::access(build.c_str(), W_OK) != 0) {
        GTEST_SKIP() << "somebody else's build: cmake cannot note there what it installs";
    }
    const test::ScratchDirectory scratch;
    const fs::path prefix = scratch.path() / "usr";
    ASSERT_EQ(test::run("cmake --install '" + build.string() + "' --prefix '" + prefix.string() + "' > /dev/null"), 0);
    for (const char* program : {"policyc", "sbx-run"}) {
        const fs::path installed = prefix / "bin" / program;
        ASSERT_TRUE(fs::exists(installed)) << program;
        EXPECT_NE(fs::status(installed).permissions() & fs::perms::others_exec, fs::perms::none) << program;
        EXPECT_EQ(test::run("'" + installed.string() + "' --version > /dev/null"), 0) << program;
    }
    for (const std::string page : {"man1/policyc.1", "man1/sbx-run.1", "man5/sbx.5"}) {
        const std::string text = test::read_bytes(prefix / "share/man" / page);
        EXPECT_EQ(text.rfind(".TH ", 0), 0U) << page;
        EXPECT_FALSE(std::regex_search(text, std::regex("@[A-Z_]+@"))) << page << " holds what CMake should have filled in";
    }
    for (const std::string script :
         {"bash-completion/completions/policyc", "bash-completion/completions/sbx-run", "zsh/site-functions/_policyc",
          "zsh/site-functions/_sbx-run", "fish/vendor_completions.d/policyc.fish", "fish/vendor_completions.d/sbx-run.fish"}) {
        EXPECT_NE(test::read_bytes(prefix / "share" / script).find("ompletion of "), std::string::npos) << script;
    }
    EXPECT_NE(test::read_bytes(prefix / "lib/cmake/policyc/policycConfig.cmake").find("policycBundle.cmake"), std::string::npos);
    EXPECT_TRUE(fs::exists(prefix / "lib/cmake/policyc/policycConfigVersion.cmake"));
    EXPECT_TRUE(fs::exists(prefix / "lib/cmake/policyc/policycBundle.cmake"));
    std::size_t fragments = 0;
    for (const policy::StandardFragment& fragment : policy::standard_fragments()) {
        const std::string file = std::string(fragment.name.substr(4)) + ".sbx";
        EXPECT_EQ(test::read_bytes(prefix / "share/doc/policyc/standard" / file), fragment.text) << file;
        ++fragments;
    }
    EXPECT_GE(fragments, 10U);
}

}  // namespace
}  // namespace sbx
