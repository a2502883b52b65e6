// Standard input, output and error as plain system calls: no buffers to flush, no static constructors to pay for. Output that
// cannot be written is an error like any other; what goes to standard error is best effort, since there is nowhere left to
// complain.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace sbx::cli {

/// The failure of a system call as "cannot OPERATION `PATH`: reason"; `code` is an errno value.
[[nodiscard]] std::system_error failure(int code, std::string_view operation, std::string_view path);

/// Everything of `bytes`, or std::system_error (write(2): short writes and EINTR are gone on with). `path` names the descriptor in
/// that error.
void write_all(int descriptor, std::string_view bytes, std::string_view path);
/// At most `limit` bytes, up to the end of the file, or std::system_error.
[[nodiscard]] std::string read_all(int descriptor, std::size_t limit, std::string_view path);

void print_out(std::string_view text);
void print_error(std::string_view text);

/// Whether the descriptor is a terminal that wants colours: isatty(3), NO_COLOR unset or empty, TERM neither unset nor `dumb`.
[[nodiscard]] bool stream_wants_color(int descriptor);

}  // namespace sbx::cli
