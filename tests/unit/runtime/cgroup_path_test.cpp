// What the path of a cgroup says: which slice and unit of which manager it is in, and what a scope would have above it, too.
#include "runtime/cgroup_path.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace sbx::runtime {
namespace {

TEST(CgroupPath, IsTheOneOfVersion2) {
    EXPECT_EQ(cgroup_path("12:memory:/old\n0::/user.slice/a b\n1:name=systemd:/x\n"), "/user.slice/a b");
    EXPECT_EQ(cgroup_path("0::/cut"), "/cut");
    EXPECT_EQ(cgroup_path("1:cpu:/x\n"), "");
    EXPECT_EQ(cgroup_path(""), "");
}

TEST(CgroupPath, TellsSliceAndUnit) {
    struct Case {
        std::string path;
        uid_t user;
        std::string slice, unit, shared;
    };
    const std::string home = "/user.slice/user-1000.slice";
    for (const Case& each : std::vector<Case>{
             {"/system.slice/cron.service", 0, "system.slice", "cron.service", "/system.slice"},
             {"/a.slice/a-b.slice/x.service/inner/deeper.slice", 0, "a-b.slice", "x.service", "/a.slice/a-b.slice"},
             {home + "/session-3.scope", 0, "user-1000.slice", "session-3.scope", home},
             {home + "/user@1000.service/app.slice/x.scope", 0, "user-1000.slice", "user@1000.service", home},
             {"/init.scope", 0, "", "init.scope", ""},
             {"/", 0, "", "", ""},
             {"", 0, "", "", ""},
             {"no path", 0, "", "", ""},
             {home + "/user@1000.service/app.slice/x.scope", 1000, "app.slice", "x.scope", home + "/user@1000.service/app.slice"},
             {home + "/user@1000.service/init.scope", 1000, "", "init.scope", home + "/user@1000.service"},
             {home + "/session-3.scope", 1000, "", "", home},
             {"/user.slice/user-10001.slice/session-3.scope", 1000, "", "", ""},
             {home + "/user@1000.service/app.slice/x.scope", 1001, "", "", ""},
             {"/system.slice/x.service", 1000, "", "", ""}}) {
        const UnitPlace place = unit_place(each.path, each.user);
        EXPECT_EQ(place.slice, each.slice) << each.path << ' ' << each.user;
        EXPECT_EQ(place.unit, each.unit) << each.path << ' ' << each.user;
        EXPECT_EQ(place.shared, each.shared) << each.path << ' ' << each.user;
    }
    EXPECT_TRUE(unit_place("/system.slice/cron.service", 0).is_service());
    EXPECT_FALSE(unit_place("/system.slice/cron.scope", 0).is_service());
}

}  // namespace
}  // namespace sbx::runtime
