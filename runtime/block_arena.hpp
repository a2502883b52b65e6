// A store of small blocks in one piece of memory that is there from the start: a block costs neither a system call nor a page
// fault. One that is given back is kept for the next of its size, so that who asks and gives back for days needs no more than at
// most at one time. What is too large, or finds no room, is to be had elsewhere. For one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sbx::runtime {

class BlockArena {
public:
    static constexpr std::size_t alignment = 16;
    static constexpr std::size_t largest_block = (std::size_t{128} << 10) - 8;

    /// Of memory that is aligned so. It is not touched before a block of it is asked for.
    constexpr BlockArena(std::byte* memory, std::size_t size) : begin_(memory), end_(memory + size), next_(memory + 8) {}

    /// Null if it is too large, or there is no room.
    [[nodiscard]] void* take(std::size_t size);
    /// Of a block that was taken here; ends the program if it is none, or was given back before.
    void give_back(void* block);
    /// How many bytes there are in a block that was taken: what was asked for, or more.
    [[nodiscard]] static std::size_t room_in(const void* block);
    [[nodiscard]] bool holds(const void* address) const { return address >= begin_ && address < end_; }

private:
    static constexpr std::size_t kinds = 48;
    struct Free {
        Free* next;
    };

    std::byte* begin_;
    std::byte* end_;
    std::byte* next_;  ///< what lies from here on was never given out; 8 bytes before a multiple of 16
    std::array<Free*, kinds> free_{};

    static std::size_t kind_of(std::size_t whole);
    static std::size_t size_of(std::size_t kind);
};

}  // namespace sbx::runtime
