// malloc, new and their kin of the program that is linked with musl, whose malloc asks the kernel for a page or two again and
// again, and gives them back as soon: a hundred calls and faults for one launch. What finds no room here is still musl's; the
// linker has everybody who calls malloc(3) call these, and calls those of musl by `__real_` (ld(1), --wrap).
#include "runtime/block_arena.hpp"

#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/mman.h>

extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* block, std::size_t size);
void __real_free(void* block);
}

namespace {

using sbx::runtime::BlockArena;

// One launch needs less than what is made ready; the rest costs nothing before it is used. Large blocks lie apart: that in which
// the C++ library would keep an exception without memory is the first to be asked for, and is never used.
constexpr std::size_t small_size = std::size_t{1} << 20;
constexpr std::size_t ready_size = std::size_t{96} << 10;
constexpr std::size_t large_size = std::size_t{256} << 10;
constexpr std::size_t large_block = std::size_t{16} << 10;
alignas(4096) std::byte small_memory[small_size];
alignas(4096) std::byte large_memory[large_size];
constinit BlockArena small(small_memory, small_size);
constinit BlockArena large(large_memory, large_size);
bool is_ready = false;
constexpr int populate_write = 23;  // MADV_POPULATE_WRITE, which this musl does not name: Linux 5.14

void make_ready() {
    is_ready = true;
    madvise(small_memory, ready_size, populate_write);  // else page by page, when they are used
}

void* take(std::size_t size) {
    if (size >= large_block) {
        return large.take(size);
    }
    if (!is_ready) {
        make_ready();
    }
    return small.take(size);
}

/// Null for a block of musl's.
BlockArena* holder_of(const void* block) {
    return small.holds(block) ? &small : large.holds(block) ? &large : nullptr;
}

}  // namespace

extern "C" {

void* __wrap_malloc(std::size_t size) {
    void* const block = take(size);
    return block != nullptr ? block : __real_malloc(size);
}

void* __wrap_calloc(std::size_t count, std::size_t size) {
    std::size_t whole = 0;
    void* const block = __builtin_mul_overflow(count, size, &whole) ? nullptr : take(whole);
    return block != nullptr ? std::memset(block, 0, whole) : __real_calloc(count, size);
}

void __wrap_free(void* block) {
    if (BlockArena* const holder = holder_of(block); holder != nullptr) {
        holder->give_back(block);
    } else {
        __real_free(block);
    }
}

void* __wrap_realloc(void* block, std::size_t size) {
    if (block == nullptr) {
        return __wrap_malloc(size);
    }
    if (holder_of(block) == nullptr) {
        return __real_realloc(block, size);
    }
    const std::size_t room = BlockArena::room_in(block);
    if (size <= room) {
        return block;
    }
    void* const larger = __wrap_malloc(size);
    if (larger != nullptr) {
        std::memcpy(larger, block, room);
        __wrap_free(block);
    }
    return larger;
}

}  // extern "C"

void* operator new(std::size_t size) {
    if (void* const block = __wrap_malloc(size); block != nullptr) {
        return block;
    }
    throw std::bad_alloc();
}

void operator delete(void* block) noexcept {
    __wrap_free(block);
}

void operator delete(void* block, std::size_t /*size*/) noexcept {
    __wrap_free(block);
}
