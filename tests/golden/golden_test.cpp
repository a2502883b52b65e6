// Every byte of every artifact of the cases and of the shipped examples. A golden is accepted only if the shells that will read the
// launcher accept it too. SBX_UPDATE_EXPECTED=1 rewrites the expectations; the change is then reviewed like code.
#include "tests/golden/bundle_files.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace {

namespace fs = std::filesystem;
using sbx::test::files_of;
using sbx::test::run;

const fs::path root = SBX_SOURCE_DIR;

std::vector<fs::path> cases() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(root / "tests/golden/cases")) {
        found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

class Golden : public testing::TestWithParam<fs::path> {};

TEST_P(Golden, EveryArtifactIsAsExpected) {
    const sbx::test::ScratchDirectory scratch;
    const fs::path out = scratch.path() / "out";
    ASSERT_EQ(run(std::string(SBX_POLICYC) + " " + (GetParam() / "profile.sbx").string() + " -o " + out.string()), 0);
    const auto made = files_of(out);
    for (const char* shell : {"dash -n ", "bash --posix -n ", "shellcheck -s sh "}) {
        EXPECT_EQ(run(shell + (out / "launch").string()), 0) << shell;
    }
    if (made.contains("egress.nft") && run("command -v nft >/dev/null && unshare -Urn true") == 0) {
        const std::string load =
            "for f in egress.nft egress.[0-9]*.nft egress.allow.nft; do [ ! -e $f ] || nft -f $f || exit 1; done";
        EXPECT_EQ(run("cd " + out.string() + " && unshare -Urn sh -c '" + load + "'"), 0) << "nft does not load the filter";
    }
    const fs::path expected = GetParam() / "expected";
    if (std::getenv("SBX_UPDATE_EXPECTED") != nullptr) {
        fs::remove_all(expected);
        fs::copy(out, expected, fs::copy_options::recursive);
    }
    const auto wanted = files_of(expected);
    for (const auto& [name, bytes] : wanted) {
        ASSERT_TRUE(made.contains(name)) << name << " is missing";
        EXPECT_EQ(made.at(name), bytes) << name;
    }
    EXPECT_EQ(made.size(), wanted.size()) << "there are files that nobody expects";
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(cases()), [](const auto& each) {
    std::string name = each.param.filename().string();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
