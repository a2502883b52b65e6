// Blocks of 48 sizes, each behind the number of its size. See the header.
#include "runtime/block_arena.hpp"

#include <bit>

namespace sbx::runtime {

namespace {

using Header = std::uint64_t;
constexpr Header given_back = 0x5b5b5b5b00000000;  // beside the number of the size

// Sizes with the header: the multiples of 16 up to 128, then four between a power of two and the next.
constexpr std::size_t fine_kinds = 8, fine_step = 16, first_power = 7, kinds_in_octave = 4;

Header& header_of(void* block) {
    return *(static_cast<Header*>(block) - 1);
}

}  // namespace

std::size_t BlockArena::kind_of(std::size_t whole) {
    if (whole <= fine_kinds * fine_step) {
        return (whole - 1) / fine_step;
    }
    const auto power = static_cast<std::size_t>(std::bit_width(whole - 1)) - 1;
    const std::size_t above = whole - 1 - (std::size_t{1} << power);
    return fine_kinds + (power - first_power) * kinds_in_octave + (above >> (power - 2));
}

std::size_t BlockArena::size_of(std::size_t kind) {
    if (kind < fine_kinds) {
        return (kind + 1) * fine_step;
    }
    const std::size_t power = first_power + (kind - fine_kinds) / kinds_in_octave;
    return (std::size_t{1} << power) + (((kind - fine_kinds) % kinds_in_octave + 1) << (power - 2));
}

void* BlockArena::take(std::size_t size) {
    if (size > largest_block) {
        return nullptr;
    }
    const std::size_t kind = kind_of(size + sizeof(Header));
    void* block = free_[kind];
    if (block != nullptr) {
        free_[kind] = free_[kind]->next;
    } else {
        const std::size_t whole = size_of(kind);
        if (whole > static_cast<std::size_t>(end_ - next_)) {
            return nullptr;
        }
        block = next_ + sizeof(Header);
        next_ += whole;
    }
    header_of(block) = kind;
    return block;
}

std::size_t BlockArena::room_in(const void* block) {
    return size_of(*(static_cast<const Header*>(block) - 1)) - sizeof(Header);
}

void BlockArena::give_back(void* block) {
    const Header kind = header_of(block);
    if (kind >= kinds) {
        __builtin_trap();  // abort(3) would go by a number that a process may have inherited
    }
    header_of(block) = given_back | kind;
    Free* const freed = static_cast<Free*>(block);
    freed->next = free_[kind];
    free_[kind] = freed;
}

}  // namespace sbx::runtime
