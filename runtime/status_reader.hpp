// What bubblewrap writes to --json-status-fd: a sequence of JSON documents that may arrive in pieces of any size (bwrap(1)). Total;
// keeps at most one unfinished document of bounded size.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace sbx::runtime {

class StatusReader {
public:
    /// Bytes as they come. After something that is no status the reader is broken and ignores the rest.
    void feed(std::string_view bytes);

    /// The first process of the sandbox's pid namespace, as seen from ours.
    [[nodiscard]] std::optional<pid_t> child_pid() const { return child_pid_; }
    /// 0 to 255; 128 + n for a signal.
    [[nodiscard]] std::optional<int> exit_code() const { return exit_code_; }
    [[nodiscard]] bool broken() const { return broken_; }

private:
    std::string pending_;
    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    bool broken_ = false;
    std::optional<pid_t> child_pid_;
    std::optional<int> exit_code_;

    void document(std::string_view text);
};

}  // namespace sbx::runtime
