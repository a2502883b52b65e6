// `policyc lsp`: the streams of the language server.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/lsp_front_end.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/cli/version.hpp"
#include "compiler/lsp/server.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

/// What is at hand of standard input, at most a buffer; empty at its end.
std::string_view read_portion(std::array<char, 65536>& buffer) {
    while (true) {
        const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got >= 0) {
            return {buffer.data(), static_cast<std::size_t>(got)};
        }
        if (errno != EINTR) {
            throw failure(errno, "read", "standard input");
        }
    }
}

bool has_more_input() {
    struct pollfd input {
        STDIN_FILENO, POLLIN, 0
    };
    return ::poll(&input, 1, 0) > 0 && (input.revents & POLLIN) != 0;
}

}  // namespace

ExitCode lsp_command(const Options& options) {
    LspFrontEnd front_end({options.definitions, options.include_directories, options.pedantic});
    lsp::Server server(front_end, std::string(version));
    std::array<char, 65536> buffer{};
    while (!server.has_ended()) {
        const std::string_view portion = read_portion(buffer);
        if (portion.empty()) {
            break;
        }
        server.receive(portion);
        print_out(server.take_output());
        if (!has_more_input()) {
            server.settle();
            print_out(server.take_output());
        }
    }
    return server.was_shut_down() ? ExitCode::done : ExitCode::rejected;
}

}  // namespace sbx::cli
