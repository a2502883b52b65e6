// Describes stage failures. See the header.
#include "runtime/stage_failure.hpp"

namespace sbx::runtime {

namespace {

Refusal unconfined(const std::string& how) {
    return {std::string(step::bubblewrap), "bubblewrap would have started the command " + how, "reinstall the package bubblewrap",
            exit_refused};
}

Refusal unusable(const std::string& what, std::string remedy) {
    return {std::string(step::command), what, std::move(remedy), exit_not_executable};
}

Refusal describe(StageFailure failure, int error, const std::string& file) {
    switch (failure) {
        case StageFailure::record:
            return {std::string(step::command), "the stage was started without its record", "leave `--stage` out", exit_refused};
        case StageFailure::capabilities:
            return unconfined("with capabilities");
        case StageFailure::ids:
            return unconfined("with other ids");
        case StageFailure::new_privileges:
            return unconfined("without no_new_privs");
        case StageFailure::filter:
            return unconfined("without its system-call filter");
        case StageFailure::pid_namespace:
            return unconfined("outside a pid namespace of its own");
        case StageFailure::descriptors:
            return {std::string(step::command), "the command's descriptors cannot be put in order: " + error_text(error),
                    "raise the policy's `open-files`; Linux 5.11 or newer is needed", exit_refused};
        case StageFailure::terminal:
            return {std::string(step::command), "the command cannot have its terminal: " + error_text(error),
                    "send its output to a pipe, as in `| cat`, or say `controlling-terminal keep`", exit_refused};
        case StageFailure::landlock:
            return {std::string(step::command),
                    "Landlock cannot be put into force" + (file.empty() ? "" : " at " + quoted(file)) + ": " + error_text(error),
                    "allow the calls of landlock(7) and openat2(2) in the system-call filter that is around sbx-run", exit_refused};
        case StageFailure::absent:
            return {std::string(step::command),
                    quoted(file) + " is not in the sandbox" +
                        (file.find('/') == std::string::npos ? ", in no directory of its PATH" : ""),
                    "grant what holds it, or correct the name; names are those inside the sandbox", exit_not_found};
        case StageFailure::interpreter:
            return unusable(quoted(file) + " needs an interpreter or loader that the sandbox does not have",
                            "grant what its first line names, or the loader that `ldd` shows");
        case StageFailure::format:
            return unusable(quoted(file) + " is no program, and begins with no `#!`",
                            "name its interpreter before it, as in `-- sh FILE`");
        case StageFailure::directory:
            return unusable(quoted(file) + " is a directory", "name a program");
        case StageFailure::other:
            break;
    }
    return unusable(quoted(file) + " cannot be executed: " + error_text(error),
                    "make it executable for the id that runs it, outside every tree that the policy calls `noexec`");
}

}  // namespace

std::optional<Refusal> describe_stage_failure(std::uint64_t failure, int error, const std::string& file) {
    if (failure > static_cast<std::uint64_t>(StageFailure::other)) {
        return std::nullopt;
    }
    return describe(static_cast<StageFailure>(failure), error, file);
}

}  // namespace sbx::runtime
