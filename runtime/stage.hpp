// The last step before the payload, inside the sandbox: looks whether what must be in force is, gives up every descriptor that the
// payload must not have, and executes the command. Assumes that bubblewrap executed sbx-run as `sbx-run --stage N`, N being the
// descriptor of a stage record (runtime/stage_record.hpp).
#pragma once

namespace sbx::runtime {

/// The word that makes sbx-run a stage; the number of the descriptor that holds the record follows it.
inline constexpr const char* stage_word = "--stage";

/// What kept the command from running, in the order in which it is looked at. runtime/stage_failure.hpp has the words for it.
enum class StageFailure : unsigned char {
    record,
    capabilities,
    ids,
    new_privileges,
    filter,
    pid_namespace,
    descriptors,
    terminal,
    landlock,
    absent,       ///< no candidate is there
    interpreter,  ///< it is there, but not what it needs to be started with
    format,       ///< the kernel knows no way to execute it
    directory,
    other  ///< as the error number says
};

/// Becomes the command, or ends the process.
[[noreturn]] void run_stage(const char* record_number);

}  // namespace sbx::runtime
