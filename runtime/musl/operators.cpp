// new and delete of the program that is linked with musl, whose malloc asks the kernel for a page or two again and again, and gives
// them back as soon: a hundred calls and faults for one launch. What an exception is kept in, and large blocks, are still malloc's.
#include "runtime/block_arena.hpp"

#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace {

// One launch needs less than what is made ready; the rest costs nothing before it is used.
constexpr std::size_t arena_size = std::size_t{1} << 20;
constexpr std::size_t ready_size = std::size_t{96} << 10;
alignas(4096) std::byte arena_memory[arena_size];
constinit sbx::runtime::BlockArena arena(arena_memory, arena_size);
bool is_ready = false;
constexpr int populate_write = 23;  // MADV_POPULATE_WRITE, which this musl does not name: Linux 5.14

void make_ready() {
    is_ready = true;
    madvise(arena_memory, ready_size, populate_write);  // else page by page, when they are used
}

}  // namespace

void* operator new(std::size_t size) {
    if (!is_ready) {
        make_ready();
    }
    if (void* const block = arena.take(size); block != nullptr) {
        return block;
    }
    if (void* const block = std::malloc(size); block != nullptr) {
        return block;
    }
    throw std::bad_alloc();
}

void operator delete(void* block) noexcept {
    if (arena.holds(block)) {
        arena.give_back(block);
    } else {
        std::free(block);
    }
}

void operator delete(void* block, std::size_t /*size*/) noexcept {
    operator delete(block);
}
