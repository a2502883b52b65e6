// The kernel tests' entry: registers one test for each requirement and launcher, and keeps the mark of what ran. With `--begin` it
// only clears the mark, with `--end` it only looks for it, and at the launch reports that were kept; ctest calls both, before and
// after the rest.
#include "tests/kernel/kept_reports.hpp"
#include "tests/kernel/lacking_host.hpp"
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace sbx::kernel {

void mark_as_run() {
    const int file = open(SBX_RAN_MARK, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file >= 0) {
        close(file);
    }
}

}  // namespace sbx::kernel

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "--begin") == 0) {
        unlink(SBX_RAN_MARK);
        sbx::kernel::begin_keeping_reports();
        return 0;
    }
    if (argc == 2 && std::strcmp(argv[1], "--end") == 0) {
        if (access(SBX_RAN_MARK, F_OK) == 0) {
            return sbx::kernel::kept_reports_are_valid() ? 0 : 1;
        }
        std::fprintf(stderr, "no kernel test ran on this machine: nothing is known about confinement\n");
        return 1;
    }
    if (sbx::kernel::number_of("SBX_WITHOUT_LANDLOCK", 0) != 0) {
        if (!sbx::kernel::running_as_root()) {
            prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        }
        sbx::kernel::filter_landlock();  // inherited by all that the tests start
    }
    sbx::kernel::register_requirements();
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
