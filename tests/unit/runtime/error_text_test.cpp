// The words for error numbers: what the C library of this test, which is glibc, says, whichever library sbx-run is linked with.
#include "runtime/refusal.hpp"

#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>

namespace sbx::runtime {
namespace {

TEST(ErrorText, IsInTheWordsThatPeopleKnow) {
    for (int error = 0; error <= EHWPOISON + 2; ++error) {
        EXPECT_EQ(error_text(error), std::strerror(error)) << error;
    }
}

}  // namespace
}  // namespace sbx::runtime
