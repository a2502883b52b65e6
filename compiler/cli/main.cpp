// policyc, the program. It lives for a moment, so memory that a stage gives back is kept for the next one: with glibc's usual
// thresholds, a large policy spends a quarter of its time on page faults for memory that it had a moment before.
#include "compiler/cli/program.hpp"

#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

/// The heap of a large policy in huge pages, where the kernel has them for whoever asks (madvise(2)): of tens of thousands of page
/// faults some hundreds are left. A small policy does not get that far. Address space only; what can't be had is done without.
void prepare_heap() {
    constexpr int never = 1 << 30;
    constexpr int reserved = 256 << 20;
    constexpr std::uintptr_t huge_page = 2 << 20;
    mallopt(M_MMAP_THRESHOLD, never);
    mallopt(M_TRIM_THRESHOLD, never);
    mallopt(M_TOP_PAD, reserved);
    const auto begin = reinterpret_cast<std::uintptr_t>(sbrk(0));
    void* volatile block = malloc(1 << 20);  // more than there is: takes what is reserved
    free(block);
    const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
    const std::uintptr_t first = (begin + 2 * huge_page - 1) / huge_page * huge_page;
    if (end > first && end - first <= static_cast<std::uintptr_t>(reserved) + huge_page) {
        madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
    }
    mallopt(M_TOP_PAD, 1 << 20);
}

}  // namespace

int main(int argc, char** argv) {
    prepare_heap();
    return sbx::cli::run_program(argc, argv);
}
