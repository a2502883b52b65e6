// policyc, the program. It lives for a moment, so memory that a stage gives back is kept for the next one: with glibc's usual
// thresholds, a large policy spends a quarter of its time on page faults for memory that it had a moment before.
#include "compiler/cli/program.hpp"

#include <malloc.h>

int main(int argc, char** argv) {
    constexpr int never = 1 << 30;
    mallopt(M_MMAP_THRESHOLD, never);
    mallopt(M_TRIM_THRESHOLD, never);
    mallopt(M_TOP_PAD, 1 << 20);
    return sbx::cli::run_program(argc, argv);
}
