// Passes on what the sandbox writes to standard output and error, up to the policy's `output` if it has one. Holds at most one
// buffer a stream, however much is written, and reads no more before that has gone. Never waits for a reader for longer than a
// moment, so that the supervisor keeps its time.
#pragma once

#include "runtime/descriptor.hpp"
#include "runtime/output_budget.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <poll.h>
#include <string_view>
#include <vector>

namespace sbx::runtime {

class OutputRelay {
public:
    static constexpr std::uint64_t unlimited = ~std::uint64_t{0};

    /// Reading ends of pipes or terminals that do not block: `output` of standard output, or of both where `error` is not open;
    /// `error` of standard error. Either may be not open: then nothing is passed on there. Changes what the process does on
    /// SIGALRM, SIGXFSZ and SIGTTOU, and uses its timer: nothing is to be forked after it that minds.
    OutputRelay(std::uint64_t limit, Descriptor output, Descriptor error);

    /// Appends what serve() waits for.
    void add_to(std::vector<pollfd>& files) const;
    /// Passes on what can be passed on at once.
    void serve();

    /// More was written than the limit: what comes is not read any more, until give_up or close_sources.
    [[nodiscard]] bool cut() const { return budget_.cut(); }
    /// Whoever writes gets SIGPIPE.
    void close_sources();
    /// Nobody is left who could write: what the pipes hold is all.
    void expect_no_more() { complete_ = true; }
    /// Drops what has not been passed on.
    void give_up();
    /// There is nothing to pass on any more.
    [[nodiscard]] bool is_over() const;

    /// Bytes.
    [[nodiscard]] std::uint64_t passed() const { return passed_; }
    /// Why something could not be passed on, as errno has it; 0 if that did not happen. A reader that went away is no such reason.
    [[nodiscard]] int error() const { return error_; }

private:
    static constexpr std::size_t buffer_size = 64 << 10;  ///< as much as a pipe holds, pipe(7)
    struct Stream {
        Descriptor source;
        int target = -1;
        bool to_file = false;
        std::unique_ptr<char[]> buffer =
            std::make_unique_for_overwrite<char[]>(buffer_size);  // pages that nobody uses cost nothing
        std::size_t begin = 0, admitted = 0, end = 0;             ///< in `buffer`: not passed on, not admitted, free
        [[nodiscard]] bool has_admitted() const { return begin < admitted; }
    };
    std::array<Stream, 2> streams_{};
    OutputBudget budget_;
    std::uint64_t passed_ = 0;
    int error_ = 0;
    bool complete_ = false;

    void move(std::size_t number);
    bool take(std::size_t number, std::size_t most);
    bool pass_on(std::size_t number);
    void admit_all();
    void lose(std::size_t number, int error);
};

}  // namespace sbx::runtime
