// A shell at a terminal, asked what it makes of a line and the TAB key. Nothing depends on time: a line that was completed is
// handed to the shell's own printf, and what that prints is the answer.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace sbx::pipelines {

class TerminalShell {
public:
    /// `words` is an interactive shell; `setup` a line for it.
    TerminalShell(const std::vector<std::string>& words, const std::filesystem::path& directory, const std::string& setup);
    TerminalShell(const TerminalShell&) = delete;
    TerminalShell& operator=(const TerminalShell&) = delete;
    ~TerminalShell();

    /// What stands on the line after `typed` and TAB, without blanks at its end; what the terminal showed if there is no answer.
    [[nodiscard]] std::string completed(const std::string& typed);

private:
    void type(const std::string& text) const;
    /// Up to and with `mark`, for at most half a minute.
    [[nodiscard]] std::string read_until(const std::string& mark) const;

    int terminal_ = -1;
    pid_t child_ = -1;
};

}  // namespace sbx::pipelines
