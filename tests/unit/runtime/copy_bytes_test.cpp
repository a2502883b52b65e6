// The copying that sbx-run does where it is linked with musl: every size, from and to every address, apart and overlapping.
#include "runtime/musl/copy_bytes.hpp"

#include <gtest/gtest.h>
#include <numeric>
#include <string>

namespace sbx::runtime {
namespace {

std::string numbered(std::size_t size) {
    std::string bytes(size, '\0');
    std::iota(bytes.begin(), bytes.end(), '\1');
    return bytes;
}

/// What a copy within `bytes` should make of them, by way of a third place.
std::string copied(std::string bytes, std::size_t to, std::size_t from, std::size_t size) {
    return bytes.replace(to, size, bytes.substr(from, size));
}

TEST(CopyBytes, CopiesEverySizeWhereverTheTwoPlacesLie) {
    const std::string before = numbered(400);
    for (std::size_t size = 0; size <= 150; ++size) {
        for (const std::size_t from : {0U, 1U, 7U, 15U, 60U, 101U, 200U}) {
            for (std::size_t to = 0; to + size <= before.size() && to < 250; ++to) {
                std::string bytes = before;
                copy_bytes(bytes.data() + to, bytes.data() + from, size);
                ASSERT_EQ(bytes, copied(before, to, from, size)) << size << " bytes from " << from << " to " << to;
            }
        }
    }
}

TEST(CopyBytes, CopiesWhatIsLarge) {
    const std::string before = numbered(4 << 20);
    constexpr std::size_t size = (1 << 20) + 5;
    for (const std::size_t to : {std::size_t{3}, std::size_t{17}, std::size_t{40}, 2 * size}) {
        std::string bytes = before;
        copy_bytes(bytes.data() + to, bytes.data() + 20, size);
        ASSERT_TRUE(bytes == copied(before, to, 20, size)) << "to " << to;
    }
}

}  // namespace
}  // namespace sbx::runtime
