// Terminals. See the header; pty(7), termios(3), ioctl_tty(2).
#include "runtime/caller_terminal.hpp"

#include "runtime/host_path.hpp"
#include "runtime/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace sbx::runtime {

namespace {

void copy_size(int from, int to) {
    winsize size{};
    if (ioctl(from, TIOCGWINSZ, &size) == 0) {
        ioctl(to, TIOCSWINSZ, &size);
    }
}

}  // namespace

PseudoTerminal open_pseudo_terminal(int like, bool takes_input, const Identity& identity) {
    constexpr const char* remedy = "mount a devpts on /dev/pts, or send output and error to a pipe, as in `2>&1 | cat`";
    PseudoTerminal result;
    result.supervisor = out_of_the_way(Descriptor(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)));
    const int unlocked = 0;
    if (!result.supervisor.open() || ioctl(result.supervisor.get(), TIOCSPTLCK, &unlocked) != 0) {
        refuse_errno(step::supervise, "no terminal can be made for the command", errno, remedy);
    }
    // By the descriptor: /dev/pts may be another instance.
    result.command = out_of_the_way(Descriptor(ioctl(result.supervisor.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)));
    if (!result.command.open() || fchown(result.command.get(), identity.uid, identity.gid) != 0) {
        refuse_errno(step::supervise, "the command's terminal cannot be opened for it", errno, remedy);
    }
    termios modes{};
    if (tcgetattr(takes_input ? like : result.command.get(), &modes) == 0) {
        if (!takes_input) {
            cfmakeraw(&modes);  // the caller's own does it all
        }
        tcsetattr(result.command.get(), TCSANOW, &modes);
    }
    copy_size(like, result.supervisor.get());
    return result;
}

CallerTerminal::CallerTerminal(int file, Descriptor command, bool takes_input)
    : file_(file), command_(std::move(command)), takes_input_(takes_input) {}

CallerTerminal::~CallerTerminal() {
    release();
}

bool CallerTerminal::is_ours() const {
    return tcgetpgrp(file_) == getpgrp();
}

void CallerTerminal::take() {
    if (!takes_input_ || !is_ours() || (!has_saved_ && tcgetattr(file_, &saved_) != 0)) {
        return;
    }
    has_saved_ = true;
    termios raw = saved_;
    cfmakeraw(&raw);
    taken_ = tcsetattr(file_, TCSADRAIN, &raw) == 0;
}

void CallerTerminal::release() {
    if (std::exchange(taken_, false) && is_ours()) {
        tcsetattr(file_, TCSADRAIN, &saved_);
    }
    has_saved_ = false;
}

void CallerTerminal::resize() const {
    copy_size(file_, command_.get());
}

pid_t CallerTerminal::foreground_group() const {
    pid_t group = 0;
    return takes_input_ && ioctl(command_.get(), TIOCGPGRP, &group) == 0 && group > 1 ? group : 0;
}

void CallerTerminal::add_to(std::vector<pollfd>& files) const {
    if (begin_ < end_) {
        files.push_back({command_.get(), POLLOUT, 0});
    } else if (taken_) {
        files.push_back({file_, POLLIN, 0});
    }
}

/// Reads one key or what was pasted, when all before has gone. The file is the caller's, so that it blocks: asked first.
bool CallerTerminal::take_in() {
    pollfd one{file_, POLLIN, 0};
    if (begin_ < end_ || !taken_ || poll(&one, 1, 0) != 1) {
        return false;
    }
    begin_ = end_ = 0;
    const ssize_t got = read(file_, typed_.data(), typed_.size());
    if (got > 0) {
        end_ = static_cast<std::size_t>(got);
    } else if (got == 0 || errno != EINTR) {
        taken_ = false;  // it hung up, and nothing comes any more
    }
    return got > 0;
}

/// Alone, as a person types it, and where the command's terminal would make a signal of it.
bool CallerTerminal::is_suspend_key() const {
    termios modes{};
    return end_ - begin_ == 1 && tcgetattr(command_.get(), &modes) == 0 && (modes.c_lflag & ISIG) != 0 &&
           modes.c_cc[VSUSP] != _POSIX_VDISABLE && modes.c_cc[VSUSP] == static_cast<cc_t>(typed_[begin_]);
}

bool CallerTerminal::drop_suspend_key() {
    begin_ = end_ = 0;
    return true;
}

bool CallerTerminal::pass_on() {
    if (begin_ < end_) {
        const ssize_t written = write(command_.get(), typed_.data() + begin_, end_ - begin_);
        if (written > 0) {
            begin_ += static_cast<std::size_t>(written);
        } else if (errno != EAGAIN && errno != EINTR) {
            begin_ = end_;  // to nobody
        }
    }
    return false;
}

}  // namespace sbx::runtime
