// Reads, counts and writes. See the header.
#include "runtime/output_relay.hpp"

#include "runtime/standard_streams.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace sbx::runtime {

namespace {

constexpr short gone = POLLERR | POLLHUP | POLLNVAL;

void do_nothing(int /*number*/) {}

void set_signals() {
    struct sigaction action {};
    action.sa_handler = do_nothing;  // no SA_RESTART: it ends a write that waits
    sigaction(SIGALRM, &action, nullptr);
    action.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &action, nullptr);
    sigaction(SIGTTOU, &action, nullptr);  // the sandbox in its own session would not be stopped either
}

/// The file is the caller's too, so that O_NONBLOCK would be set for others; and room that there was may be taken by others.
ssize_t write_for_a_moment(int file, const char* bytes, std::size_t size) {
    constexpr suseconds_t moment = 20'000;
    const itimerval again{{0, moment}, {0, moment}};
    const itimerval never{};
    setitimer(ITIMER_REAL, &again, nullptr);
    const ssize_t written = write(file, bytes, size);
    const int error = errno;
    setitimer(ITIMER_REAL, &never, nullptr);
    errno = error;
    return written;
}

short events_of(int file) {
    pollfd one{file, POLLOUT, 0};
    return poll(&one, 1, 0) == 1 ? one.revents : static_cast<short>(0);
}

}  // namespace

OutputRelay::OutputRelay(std::uint64_t limit, Descriptor output, Descriptor error) : budget_(limit) {
    streams_[0].source = std::move(output);
    streams_[1].source = std::move(error);
    for (std::size_t number = 0; number < streams_.size(); ++number) {
        streams_.at(number).target = static_cast<int>(number) + 1;
        streams_.at(number).to_file = is_regular_file(streams_.at(number).target);
    }
    set_signals();
}

void OutputRelay::add_to(std::vector<pollfd>& files) const {
    for (const Stream& stream : streams_) {
        if (stream.has_admitted()) {
            files.push_back({stream.target, POLLOUT, 0});
        } else if (stream.source.open() && !cut()) {
            files.push_back({stream.source.get(), POLLIN, 0});
            files.push_back({stream.target, 0, 0});  // its reader may go away
        }
    }
}

void OutputRelay::serve() {
    for (std::size_t number = 0; number < streams_.size(); ++number) {
        move(number);
    }
}

/// Not for ever, since there is more to look after than a sandbox that writes all the time.
void OutputRelay::move(std::size_t number) {
    constexpr int turns = 16;
    const Stream& stream = streams_.at(number);
    for (int turn = 0; turn < turns && (stream.has_admitted() || stream.source.open()); ++turn) {
        const short events = events_of(stream.target);
        if ((events & gone) != 0) {
            lose(number, EPIPE);
        }
        const bool goes_on = stream.has_admitted() ? (events & POLLOUT) != 0 && pass_on(number)
                                                   : stream.source.open() && !cut() && take(number, buffer_size);
        if (!goes_on) {
            return;
        }
    }
}

/// Reads once; false where there is nothing to read for now or for ever.
bool OutputRelay::take(std::size_t number, std::size_t most) {
    Stream& stream = streams_.at(number);
    std::copy(stream.buffer.get() + stream.begin, stream.buffer.get() + stream.end, stream.buffer.get());
    stream.admitted -= stream.begin;
    stream.end -= std::exchange(stream.begin, 0);
    const ssize_t got = read(stream.source.get(), stream.buffer.get() + stream.end, std::min(most, buffer_size - stream.end));
    if (got < 0 && (errno == EINTR || (errno == EAGAIN && !complete_))) {
        return errno == EINTR;
    }
    if (got <= 0) {
        stream.source.reset();
        budget_.end(number);
    } else {
        stream.end += static_cast<std::size_t>(got);
    }
    admit_all();
    return true;
}

/// What one stream does may let pass what waits in the other.
void OutputRelay::admit_all() {
    const bool was_cut = cut();
    for (std::size_t number = 0; number < streams_.size(); ++number) {
        Stream& stream = streams_.at(number);
        stream.admitted += budget_.admit(number, {stream.buffer.get() + stream.admitted, stream.end - stream.admitted});
    }
    if (was_cut || !cut()) {
        return;
    }
    // What completes a character may be there already; nothing else is taken.
    for (std::size_t number = 0; number < streams_.size(); ++number) {
        const Stream& stream = streams_.at(number);
        std::size_t before = 0;
        do {
            before = stream.admitted - stream.begin;
        } while (budget_.missing(number) > 0 && stream.source.open() && stream.end - stream.begin < buffer_size &&
                 take(number, 1) && stream.admitted - stream.begin > before);
    }
}

/// False where the reader takes no more for now: it has had its moment.
bool OutputRelay::pass_on(std::size_t number) {
    Stream& stream = streams_.at(number);
    const std::size_t size = stream.admitted - stream.begin;
    const ssize_t written = write_for_a_moment(stream.target, stream.buffer.get() + stream.begin, size);
    if (written > 0) {
        stream.begin += static_cast<std::size_t>(written);
        passed_ += static_cast<std::uint64_t>(written);
        return static_cast<std::size_t>(written) == size;
    }
    if (errno != EINTR && errno != EAGAIN) {
        lose(number, errno);
    }
    return false;
}

void OutputRelay::lose(std::size_t number, int error) {
    Stream& stream = streams_.at(number);
    const bool reader_gone = error == EPIPE || error == ECONNRESET || (error == EIO && !stream.to_file);  // a terminal that hung up
    error_ = error_ != 0 || reader_gone ? error_ : error;
    stream.source.reset();
    stream.begin = stream.admitted = stream.end = 0;
    budget_.drop(number);
    admit_all();
}

void OutputRelay::close_sources() {
    for (Stream& stream : streams_) {
        stream.source.reset();
    }
}

void OutputRelay::give_up() {
    close_sources();
    for (Stream& stream : streams_) {
        stream.begin = stream.admitted = stream.end = 0;
    }
}

bool OutputRelay::is_over() const {
    return std::all_of(streams_.begin(), streams_.end(),
                       [this](const Stream& stream) { return !stream.has_admitted() && (!stream.source.open() || cut()); });
}

}  // namespace sbx::runtime
