// How a launch says no. Every failure before the payload starts is a Refusal: thrown anywhere, caught once, printed as one line.
// What it quotes may come from an attacker, so it is escaped where it is put together.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace sbx::runtime {

/// Exit codes of our own; everything else is the payload's (env(1), timeout(1) and shells use the same three).
inline constexpr int exit_refused = 125;
inline constexpr int exit_not_executable = 126;
inline constexpr int exit_not_found = 127;

/// The steps of a launch, as they are named in messages and in the report.
namespace step {
inline constexpr std::string_view usage = "usage";
inline constexpr std::string_view scrub = "scrub";
inline constexpr std::string_view verify = "verify";
inline constexpr std::string_view identity = "identity";
inline constexpr std::string_view bind = "bind";
inline constexpr std::string_view namespaces = "namespaces";
inline constexpr std::string_view network = "network";
inline constexpr std::string_view limits = "limits";
inline constexpr std::string_view bubblewrap = "bubblewrap";
inline constexpr std::string_view command = "command";
inline constexpr std::string_view supervise = "supervise";
}  // namespace step

/// What was observed and what to do about it. Both are lower case without a full stop.
struct Refusal {
    std::string step;
    std::string what;
    std::string remedy;
    int exit_code = exit_refused;
    int error = 0;  ///< the errno value that `what` ends with, or 0
};

[[noreturn]] inline void refuse(std::string_view at, std::string what, std::string remedy) {
    throw Refusal{std::string(at), std::move(what), std::move(remedy), exit_refused};
}

/// Between back-quotes, one line, nothing that a terminal would obey: C0, DEL, C1, and every byte that is not ASCII become \xHH.
/// Long text is cut.
[[nodiscard]] std::string quoted(std::string_view text);

/// The same without back-quotes and without a limit.
[[nodiscard]] std::string printable(std::string_view text);

/// `No such file or directory` for an errno value; never localised.
[[nodiscard]] std::string error_text(int error);

/// `what: error text`, refused. Where no more files could be open, the remedy is about that instead.
[[noreturn]] void refuse_errno(std::string_view at, const std::string& what, int error, std::string remedy);

}  // namespace sbx::runtime
