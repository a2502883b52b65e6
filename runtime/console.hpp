// What sbx-run says: refusals and notes on standard error, what was asked for on standard output. Assumes that any text may come
// from an attacker; guarantees one line of printable ASCII for each.
#pragma once

#include "runtime/bundle.hpp"
#include "runtime/environment_table.hpp"
#include "runtime/handover.hpp"
#include "runtime/refusal.hpp"

#include <string>
#include <string_view>

namespace sbx::runtime {

enum class Verbosity : std::uint8_t { quiet, normal, verbose };

class Console {
public:
    explicit Console(Verbosity verbosity) : verbosity_(verbosity) {}
    void refusal(const Refusal& refusal) const;
    /// What sbx-run was asked for and could not do, though the command ran: said like a refusal, even if it has to be quiet.
    void failure(const std::string& text) const;
    /// Worth knowing in every run: what was dropped, a limit that had the sandbox ended.
    void note(const std::string& text) const;
    /// A protection that this launch goes without: said with `--quiet` too.
    void downgrade(const std::string& text) const;
    /// With `--verbose`.
    void detail(const std::string& text) const;
    [[nodiscard]] bool verbose() const { return verbosity_ == Verbosity::verbose; }

private:
    Verbosity verbosity_;
};

/// All of it, to standard output; refuses if that cannot be written.
void print(std::string_view text);

/// What this bundle takes: parameters, variables, command, ids.
[[nodiscard]] std::string describe_bundle(const Manifest& manifest, const EnvironmentTable& environment);

/// What bubblewrap would be given, one word a line.
[[nodiscard]] std::string describe_handover(const Preparation& preparation, const Handover& handover);

}  // namespace sbx::runtime
