// Reads both pipes. See the header; bwrap(1), --json-status-fd.
#include "runtime/bubblewrap_status.hpp"

#include "runtime/bubblewrap_failure.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <unistd.h>

namespace sbx::runtime {

namespace {

/// All that a pipe holds.
std::string contents(int pipe) {
    std::string result;
    std::array<char, 4096> bytes{};
    for (;;) {
        const ssize_t got = read(pipe, bytes.data(), bytes.size());
        if (got > 0) {
            result.append(bytes.data(), static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            return result;
        }
    }
}

}  // namespace

std::optional<int> BubblewrapStatus::exit_code() {
    reader_.feed(contents(status_));
    if (!reader_.exit_code() || reader_.broken()) {
        return std::nullopt;
    }
    // When its first process inside fails, bubblewrap passes that one's status on as if it were the command's.
    constexpr std::string_view name = "bwrap: ";
    listen();
    const bool gave_up = *reader_.exit_code() == 1 && said_.substr(0, name.size()) == name;
    return gave_up ? std::nullopt : reader_.exit_code();
}

void BubblewrapStatus::listen() {
    if (said_.empty()) {
        const std::string text = contents(messages_);
        said_ = text.substr(0, text.find('\n'));
    }
}

Refusal BubblewrapStatus::no_exit_code(int end, bool ready) {
    listen();
    return describe_bubblewrap_failure(end, said_, ready);
}

}  // namespace sbx::runtime
