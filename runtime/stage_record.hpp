// What the supervisor tells the stage, the part of sbx-run that bubblewrap executes inside the sandbox: a file in memory, so that
// neither the command nor its environment stands on bubblewrap's command line or counts among its words (R-ENV-01, R-CMP-03).
#pragma once

#include "runtime/descriptor.hpp"
#include "runtime/identity.hpp"
#include "runtime/landlock.hpp"

#include <map>
#include <string>
#include <vector>

namespace sbx::runtime {

struct StageRecord {
    uid_t uid = 0;
    gid_t gid = 0;
    bool filtered = false;    ///< a system-call filter must be in force
    bool terminal = false;    ///< descriptor 0 becomes the controlling terminal of a session of the command's own
    int error_output = -1;    ///< becomes descriptor 2 again, which bubblewrap had for its own messages
    int channel = -1;         ///< to the supervisor
    std::vector<int> passed;  ///< what stays open beside 0, 1 and 2
    std::vector<std::string> command;
    std::map<std::string, std::string> environment;
    LandlockDomain landlock;
};

/// A name without a slash is looked for in the PATH of the sandbox's own environment.
[[nodiscard]] std::vector<std::string> files_to_try(const StageRecord& record);

/// The record as a file in memory.
[[nodiscard]] Descriptor write_stage_record(const StageRecord& record);

}  // namespace sbx::runtime
