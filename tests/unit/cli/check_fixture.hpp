// A tree of policies with findings, and with some that are no policies, for `policyc check`.
#pragma once

#include "tests/unit/cli/command_line_fixture.hpp"

#include <filesystem>

namespace sbx::cli {

/// Two warnings, one of them waived, and one edit that changes nothing.
inline constexpr const char* suspicious = R"(sbx 1
profile suspicious
use std/system
filesystem {
    read /run
    read /home/me/.ssh/id waive F018 "a key of its own"
}
network {
    allow tcp to 10.0.0.0/8 port 443
    allow tcp to 10.1.0.0/16 port 443
}
process { run-as 65532 }
)";

/// Policies in directories, and runs of `policyc check` over them.
class CheckRun : public PolicycRun {
protected:
    CheckRun() {
        std::filesystem::create_directories(directory.path() / "tree/below");
        std::filesystem::create_directories(directory.path() / "tree/.git");
        write_file(directory.path() / "tree/suspicious.sbx", suspicious);
        write_file(directory.path() / "tree/below/bad.sbx", bad_policy);
        write_file(directory.path() / "tree/below/part.sbx", "sbx 1\nfragment part\nfilesystem { read /srv }\n");
        write_file(directory.path() / "tree/below/notes.txt", "no policy");
        write_file(directory.path() / "tree/.git/old.sbx", bad_policy);
    }
    [[nodiscard]] std::string text(const std::string& path) const { return test::read_bytes(directory.path() / path); }
};

}  // namespace sbx::cli
