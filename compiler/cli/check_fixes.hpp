// Safe edits, made: those that cannot change what a policy means, and did not.
#pragma once

#include "compiler/cli/check_report.hpp"
#include "compiler/cli/options.hpp"

#include <deque>
#include <string>

namespace sbx::cli {

struct FixOutcome {
    std::size_t written = 0;  ///< files
    std::string difference;   ///< for `--diff`: what would be written, as a unified diff
    std::string done;         ///< what was written, a line a file
    std::string problems;     ///< why some file was left as it is, a line each
};
/// Makes the safe edits of the findings that `filter` takes, in the files that are checked and in no other. Every checked policy
/// that takes an edited file in is compiled again before anything is written: one that was free of errors has to have the hash that
/// it had, and none may have more errors; else the file is left as it is, which is said. With `--diff` nothing is written.
[[nodiscard]] FixOutcome fix_files(const std::deque<CheckedFile>& files, const FindingFilter& filter, const Options& options);

}  // namespace sbx::cli
