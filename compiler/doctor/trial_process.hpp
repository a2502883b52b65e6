// The processes of a trial: one that does what sbx-run does outside, and one that is the first in namespaces of its own. Both die
// with the one that made them.
#pragma once

#include "compiler/doctor/host_trials.hpp"
#include "runtime/identity.hpp"
#include "runtime/refusal.hpp"

#include <functional>
#include <optional>
#include <string>

namespace sbx::doctor {

/// The remedy where a process of a trial was killed.
inline constexpr const char* why_killed =
    "allow what it does in the system-call filter; a filter that kills says in the kernel's log which call it was";

/// A trial's outcome as its process writes it into a pipe.
struct Report {
    std::optional<runtime::Refusal> refusal;
    std::string said;
};
[[nodiscard]] std::string write_report(const Report& report);
/// Nothing if the text is not whole.
[[nodiscard]] std::optional<Report> read_report(std::string_view text);

/// For the process that was made for a trial: runs it, writes its report to `output` and ends. `maker` is the process that made it.
[[noreturn]] void become_trial(const Trial& trial, const Launcher& launcher, int output, pid_t maker) noexcept;

[[nodiscard]] runtime::Identity identity_of(const Launcher& launcher);

/// Takes on the ids of the one who will run, for good.
void take_ids(const Launcher& launcher);

/// Takes on the ids, and calls `body` in a process that is the first of a user, mount and pid namespace, as sbx-run makes them.
/// Passes on what it refuses, and refuses where that process is killed.
void in_namespaces(const Launcher& launcher, const std::function<void()>& body);
/// The same for a `body` that executes a program, whose status it returns, as waitpid(2) gives it.
[[nodiscard]] int status_in_namespaces(const Launcher& launcher, const std::function<void()>& body);

}  // namespace sbx::doctor
