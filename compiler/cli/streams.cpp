// Standard streams as plain system calls; see the header.
#include "compiler/cli/streams.hpp"

#include "compiler/cli/display_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <unistd.h>

namespace sbx::cli {

std::system_error failure(int code, std::string_view operation, std::string_view path) {
    std::string text = "cannot ";
    text.append(operation).append(" `").append(displayed(path)).append("`");
    return {code, std::generic_category(), text};
}

void write_all(int descriptor, std::string_view bytes, std::string_view path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            throw failure(errno, "write", path);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string read_all(int descriptor, std::size_t limit, std::string_view path) {
    std::string bytes;
    std::array<char, 65536> buffer;
    while (bytes.size() < limit) {
        const ssize_t got = ::read(descriptor, buffer.data(), std::min(buffer.size(), limit - bytes.size()));
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            throw failure(errno, "read", path);
        }
        if (got == 0) {
            break;
        }
        bytes.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return bytes;
}

void print_out(std::string_view text) {
    write_all(STDOUT_FILENO, text, "<standard output>");
}

void print_error(std::string_view text) {
    try {
        write_all(STDERR_FILENO, text, "<standard error>");
    } catch (const std::system_error&) {
        // Nowhere left to say it; the exit code still tells.
    }
}

bool stream_wants_color(int descriptor) {
    const char* no_color = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    if (no_color != nullptr && *no_color != '\0') {
        return false;
    }
    return terminal != nullptr && std::string_view(terminal) != "dumb" && ::isatty(descriptor) == 1;
}

}  // namespace sbx::cli
