// Tests of the second wall run four times: as root and as an ordinary user, on this kernel as it is and on one without Landlock.
#pragma once

#include "tests/kernel/lacking_host.hpp"
#include "tests/kernel/landlock_host.hpp"
#include "tests/kernel/ran.hpp"

#include <gtest/gtest.h>

namespace sbx::kernel {

struct WallCase {
    bool as_root = false;
    bool landlock = false;
};
inline void PrintTo(const WallCase& wall, std::ostream* out) {
    *out << (wall.as_root ? "root" : "ordinary") << (wall.landlock ? "" : "_without_landlock");
}

class AtWall : public testing::TestWithParam<WallCase> {
protected:
    void SetUp() override {
        if (GetParam().as_root && !running_as_root()) {
            GTEST_SKIP() << "needs root";
        }
        if (GetParam().landlock && landlock_version_here() < 6) {
            GTEST_SKIP() << "this kernel has no Landlock of version 6";
        }
    }
    /// This kernel's Landlock is there.
    [[nodiscard]] static bool walled() { return GetParam().landlock; }
    [[nodiscard]] static long version() { return walled() ? landlock_version_here() : 0; }
    [[nodiscard]] static WallLaunch launch_here(Scene& scene, std::vector<std::string> requests,
                                                std::vector<std::string> options = {}) {
        mark_as_run();
        return launch_at_wall(scene, GetParam().as_root, GetParam().landlock, std::move(requests), std::move(options));
    }
};

/// For INSTANTIATE_TEST_SUITE_P.
inline auto every_wall() {
    return testing::Values(WallCase{true, true}, WallCase{true, false}, WallCase{false, true}, WallCase{false, false});
}

}  // namespace sbx::kernel
