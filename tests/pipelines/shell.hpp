// Command lines run for real, and a directory to run them in.
#pragma once

#include "tests/golden/bundle_files.hpp"

#include <gtest/gtest.h>
#include <string>

namespace sbx::pipelines {

namespace fs = std::filesystem;
using test::read_bytes;
using test::write_file;

struct Ran {
    int status = -1;  ///< exit status; 128+n for signal n
    std::string out;  ///< standard output and standard error, as they came
};
/// Runs it with sh in `directory`. What the caller's make or git left in the environment is not there.
[[nodiscard]] Ran shell(const std::string& command, const fs::path& directory);

/// In single quotes.
[[nodiscard]] std::string shell_word(const std::string& word);

/// Whether a program of this name is in PATH.
[[nodiscard]] bool has_program(const std::string& name);

/// Where a file is newer than another if it was written later, whatever the clock of the file system ticks in.
void let_time_pass();

class PipelineTest : public ::testing::Test {
protected:
    [[nodiscard]] fs::path path(const std::string& name) const { return scratch_.path() / name; }
    [[nodiscard]] Ran run(const std::string& command) const { return shell(command, scratch_.path()); }
    void write(const std::string& name, const std::string& text) const { write_file(path(name), text); }
    /// The example, copied here.
    void take_example(const std::string& name) const {
        fs::copy(fs::path(SBX_SOURCE_DIR) / "examples" / name, scratch_.path(), fs::copy_options::recursive);
    }
    /// Replaces the one place where `from` stands.
    void edit(const std::string& name, const std::string& from, const std::string& to) const;

private:
    test::ScratchDirectory scratch_;
};

}  // namespace sbx::pipelines
