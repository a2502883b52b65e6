// The store of small blocks: sizes, alignment, reuse, and that it never grows for who gives back what it takes.
#include "runtime/block_arena.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <vector>

namespace sbx::runtime {
namespace {

struct Arena {
    explicit Arena(std::size_t size) : memory(size / BlockArena::alignment), arena(memory.front().bytes, size) {}

    struct alignas(BlockArena::alignment) Piece {
        std::byte bytes[BlockArena::alignment];
    };
    std::vector<Piece> memory;
    BlockArena arena;
};

TEST(BlockArena, GivesBlocksOfEverySizeThatLieApart) {
    Arena made(std::size_t{256} << 20);
    std::map<std::uintptr_t, std::size_t> taken;
    for (std::size_t size = 0; size <= BlockArena::largest_block; size += size < 1200 ? 1 : 997) {
        void* const block = made.arena.take(size);
        ASSERT_NE(block, nullptr) << size;
        EXPECT_TRUE(made.arena.holds(block)) << size;
        const auto address = reinterpret_cast<std::uintptr_t>(block);
        EXPECT_EQ(address % BlockArena::alignment, 0U) << size;
        ASSERT_GE(BlockArena::room_in(block), size);
        std::memset(block, 0xa5, BlockArena::room_in(block));
        taken[address] = BlockArena::room_in(block);
    }
    std::uintptr_t end = 0;
    for (const auto& [address, size] : taken) {
        EXPECT_GE(address, end);
        end = address + size;
    }
    void* const largest = made.arena.take(BlockArena::largest_block);
    ASSERT_NE(largest, nullptr);
    EXPECT_TRUE(made.arena.holds(static_cast<std::byte*>(largest) + BlockArena::largest_block - 1));
}

TEST(BlockArena, LeavesToOthersWhatIsTooLargeOrFindsNoRoom) {
    Arena made(std::size_t{128} << 10);
    EXPECT_EQ(made.arena.take(BlockArena::largest_block + 1), nullptr);
    EXPECT_EQ(made.arena.take(SIZE_MAX), nullptr);
    std::size_t count = 0;
    std::vector<void*> blocks;
    while (void* const block = made.arena.take(1000)) {
        std::memset(block, 1, 1000);
        blocks.push_back(block);
        ASSERT_LE(++count, 131U);
    }
    EXPECT_GE(count, 100U);
    void* const last = blocks.back();
    made.arena.give_back(last);
    EXPECT_EQ(made.arena.take(1000), last);
    EXPECT_EQ(made.arena.take(1000), nullptr);
    int elsewhere = 0;
    EXPECT_FALSE(made.arena.holds(&elsewhere));
    EXPECT_FALSE(made.arena.holds(nullptr));
}

/// What a supervisor does for days: it must find room for ever. Every block keeps what was written into it.
TEST(BlockArena, NeedsNoMoreTheLongerItRuns) {
    Arena made(std::size_t{1} << 20);
    struct Taken {
        unsigned char* block;
        std::size_t size;
        unsigned char mark;
    };
    std::vector<Taken> taken;
    std::mt19937 random(1);
    for (unsigned round = 0; round < 2'000'000; ++round) {
        if (taken.size() < 60) {
            const std::size_t size = random() % (round % 7 == 0 ? 3000U : 200U);
            auto* const block = static_cast<unsigned char*>(made.arena.take(size));
            ASSERT_NE(block, nullptr) << "round " << round;
            const auto mark = static_cast<unsigned char>(round);
            std::memset(block, mark, size);
            taken.push_back({block, size, mark});
        } else {
            std::swap(taken[random() % taken.size()], taken.back());
            const Taken& last = taken.back();
            if (last.size > 0) {
                ASSERT_EQ(last.block[0], last.mark) << "round " << round;
                ASSERT_EQ(last.block[last.size - 1], last.mark) << "round " << round;
            }
            made.arena.give_back(last.block);
            taken.pop_back();
        }
    }
}

TEST(BlockArenaDeathTest, EndsTheProgramWhenABlockIsGivenBackTwice) {
    Arena made(std::size_t{64} << 10);
    void* const block = made.arena.take(40);
    made.arena.give_back(block);
    EXPECT_DEATH(made.arena.give_back(block), "");
}

}  // namespace
}  // namespace sbx::runtime
