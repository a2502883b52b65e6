// How much of two streams may still pass, counted together, and where to cut: never within a character of UTF-8, and only if more
// was written than the limit. Bytes that belong to no character pass like others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sbx::runtime {

class OutputBudget {
public:
    explicit OutputBudget(std::uint64_t limit) : left_(limit) {}

    /// `bytes` follow what has been admitted of this stream, 0 or 1. Returns how many of them pass; the others wait for the rest of
    /// their character, for what the other stream does, or for the end, and are given again. They are few: less than 8, or the
    /// output is cut.
    std::size_t admit(std::size_t stream, std::string_view bytes);
    /// Nothing follows in this stream but what waits.
    void end(std::size_t stream);
    /// What waits will not be given again.
    void drop(std::size_t stream);

    /// More was written than the limit. What is admitted still completes what fits.
    [[nodiscard]] bool cut() const { return cut_; }
    /// Of bytes that complete the stream's last character. Room is kept for them.
    [[nodiscard]] std::size_t missing(std::size_t stream) const { return streams_.at(stream).missing; }

private:
    struct Stream {
        unsigned missing = 0;
        std::uint64_t waiting = 0;
        bool ended = false;
    };
    std::uint64_t left_;  ///< at least what is missing in both
    std::array<Stream, 2> streams_{};
    bool cut_ = false;
};

}  // namespace sbx::runtime
