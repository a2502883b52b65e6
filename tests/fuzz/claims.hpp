// What the fuzz targets demand: a claim that does not hold ends the process, saying which, so that libFuzzer keeps the input. Also
// what every refusal owes its reader, and a bound on the time that an input may take.
#pragma once

#include "runtime/refusal.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace sbx::test {

inline void require(bool holds, const char* claim, std::string_view detail = "") {
    if (!holds) {
        std::fprintf(stderr, "broken: %s: %.*s\n", claim, static_cast<int>(detail.size()), detail.data());
        std::abort();
    }
}

/// One printable line for each part, and no full stop at its end.
inline void require_well_said(const runtime::Refusal& refusal) {
    for (const std::string_view part :
         {std::string_view(refusal.step), std::string_view(refusal.what), std::string_view(refusal.remedy)}) {
        require(!part.empty() && part.back() != '.', "a refusal names the step, what was seen, and what to do", refusal.what);
        require(std::all_of(part.begin(), part.end(), [](char c) { return c >= 0x20 && c < 0x7f; }),
                "a refusal is one printable line", part);
    }
    require(refusal.exit_code == runtime::exit_refused, "a refusal of a reader is 125", refusal.what);
}

/// Holds an input to 50 ms of processor time for each KiB under sanitizers, and 2 s on top: a busy machine counts some of its own
/// work.
class BoundedTime {
public:
    explicit BoundedTime(std::size_t bytes) : limit_(2 + 0.05 * static_cast<double>(bytes) / 1024), begun_(now()) {}
    ~BoundedTime() { require(now() - begun_ <= limit_, "an input takes time in proportion to its size"); }
    BoundedTime(const BoundedTime&) = delete;
    BoundedTime& operator=(const BoundedTime&) = delete;

private:
    static double now() {
        struct timespec time {};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    }
    double limit_;
    double begun_;
};

}  // namespace sbx::test
