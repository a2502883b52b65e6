// Two policies in a directory of the test's own, and the bundles that they give.
#pragma once

#include "tests/unit/cli/run_policyc.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sys/stat.h>

namespace sbx::cli {

namespace fs = std::filesystem;
using test::files_of;
using test::Outcome;
using test::run_policyc;
using test::ScratchDirectory;
using test::write_file;

using Files = std::map<std::string, std::string>;

inline std::set<std::string> names_in(const fs::path& directory) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

inline mode_t mode_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
}

class BundleWriter : public ::testing::Test {
protected:
    BundleWriter() {
        write_file(directory.path() / "a.sbx", "sbx 1\nprofile a\nuse std/system\nlimits { processes 10 }\n");
        write_file(directory.path() / "b.sbx", "sbx 1\nprofile b\nuse std/system\nlimits { processes 20 }\n");
    }
    [[nodiscard]] Outcome run(std::vector<std::string> arguments, std::function<void()> prepare = {}) const {
        return run_policyc({std::move(arguments), "", directory.path(), std::move(prepare)});
    }
    [[nodiscard]] Files compile_apart(const std::string& policy) const {
        EXPECT_EQ(run({policy, "-o", "apart"}).code, 0);
        const Files files = files_of(directory.path() / "apart");
        fs::remove_all(directory.path() / "apart");
        return files;
    }
    ScratchDirectory directory;
    const fs::path out = directory.path() / "out";
};

}  // namespace sbx::cli
