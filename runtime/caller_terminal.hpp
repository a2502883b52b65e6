// The caller's terminal, and the one that the command has in its place. The command never gets the caller's own: through an open
// terminal it could write sequences at any later time, and have the kernel signal the terminal's foreground group, which is the
// caller's (fcntl(2), O_ASYNC and F_SETSIG). Output comes back through an OutputRelay; here are input, size and modes.
#pragma once

#include "runtime/descriptor.hpp"
#include "runtime/identity.hpp"

#include <array>
#include <cstddef>
#include <poll.h>
#include <sys/types.h>
#include <termios.h>
#include <vector>

namespace sbx::runtime {

/// Both ends of a pseudo-terminal (pty(7)). What the supervisor holds never blocks.
struct PseudoTerminal {
    Descriptor supervisor, command;
};
/// With the size of the terminal `like`, and its modes if `takes_input`; else it changes nothing of what is written to it. Its
/// owner is the command's, so that the command can open /dev/stdout. Refuses at step `supervise`.
[[nodiscard]] PseudoTerminal open_pseudo_terminal(int like, bool takes_input, const Identity& identity);

class CallerTerminal {
public:
    /// `file` is the caller's terminal; `command` the supervisor's end of the other. `takes_input`: what is typed is for the
    /// command, whose controlling terminal the other one is.
    CallerTerminal(int file, Descriptor command, bool takes_input);
    /// Releases.
    ~CallerTerminal();
    CallerTerminal(const CallerTerminal&) = delete;
    CallerTerminal& operator=(const CallerTerminal&) = delete;

    /// From here on what is typed is passed on as it is, if the terminal is ours to read (the process group is its foreground one).
    void take();
    /// The caller's modes again. Nothing happens if the terminal has not been taken.
    void release();
    /// The other one gets the caller's size; its foreground group is told (SIGWINCH).
    void resize() const;

    /// Appends what serve() waits for.
    void add_to(std::vector<pollfd>& files) const;
    /// Passes on what has been typed, as far as there is room. True if the key that suspends was typed and `suspends` says that it
    /// is for the sandbox as a whole: then it is passed on to nobody.
    template <class Predicate>
    [[nodiscard]] bool serve(Predicate suspends) {
        return take_in() && is_suspend_key() && suspends() ? drop_suspend_key() : pass_on();
    }

    [[nodiscard]] bool takes_input() const { return takes_input_; }
    /// Of the command's terminal; 0 if there is none.
    [[nodiscard]] pid_t foreground_group() const;

private:
    static constexpr std::size_t buffer_size = 1024;
    int file_;
    Descriptor command_;
    bool takes_input_;
    bool taken_ = false;
    bool has_saved_ = false;
    termios saved_{};
    std::array<char, buffer_size> typed_{};
    std::size_t begin_ = 0, end_ = 0;

    [[nodiscard]] bool is_ours() const;
    bool take_in();
    [[nodiscard]] bool is_suspend_key() const;
    bool drop_suspend_key();
    bool pass_on();
};

}  // namespace sbx::runtime
