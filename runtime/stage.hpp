// The last step before the payload, inside the sandbox: looks whether what must be in force is, gives up every descriptor that the
// payload must not have, and executes the command. Assumes that bubblewrap executed it.
#pragma once

#include <string_view>

namespace sbx::runtime {

/// The word that makes sbx-run a stage; the number of the descriptor that holds the record follows it.
inline constexpr std::string_view stage_word = "--stage";

/// Does not return but to say why the command was not executed: an exit status. The supervisor is told too.
[[nodiscard]] int run_stage(std::string_view record_number);

}  // namespace sbx::runtime
