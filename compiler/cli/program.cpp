// policyc as a function; see the header.
#include "compiler/cli/program.hpp"

#include "compiler/cli/callers_umask.hpp"
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/streams.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <fmt/format.h>
#include <new>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace sbx::cli {
namespace {

constexpr std::string_view bug = "this is a bug in policyc";

/// assert(3) and std::terminate have said where; this says what it means. Only what signal-safety(7) allows.
extern "C" void abort_handler(int) {
    constexpr std::string_view text = "policyc: this is a bug in policyc\n";
    static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
    ::_exit(static_cast<int>(ExitCode::internal));
}

ExitCode internal_error(std::string_view what) {
    const bool said = what.find(bug) != std::string_view::npos;
    print_error(fmt::format("policyc: {}{}{}\n", displayed(what), said ? "" : "; ", said ? "" : bug));
    return ExitCode::internal;
}

/// What to type instead, where one name is easily taken for another; empty for other failures.
std::string_view help_for(int error) {
    return error == EISDIR ? "  help: name the policy's file; `policyc check` takes directories, `why`, `diff`, `doctor` and "
                             "`verify` take bundles\n"
                           : "";
}

/// Where the caller closed one of 0, 1 and 2, no file of ours may get its number: what is meant for a terminal would end in it.
/// Writing to what is opened here fails, as it would on a closed descriptor.
void occupy_standard_descriptors() {
    for (int descriptor = 0; descriptor <= 2; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) < 0) {
            static_cast<void>(::open("/dev/null", O_RDONLY));
        }
    }
}

ExitCode run(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const CommandLine line = parse_command_line(arguments);
    return line.error ? refuse_usage(*line.error) : line.verb->run(line.options);
}

}  // namespace

ExitCode refuse_usage(const UsageError& error) {
    print_error(fmt::format("policyc: {}\n", error.message));
    if (!error.help.empty()) {
        print_error(fmt::format("  help: {}\n", error.help));
    }
    return ExitCode::usage;
}

int run_program(int argc, char** argv) {
    occupy_standard_descriptors();
    set_own_umask();
    // A reader that went away ends us, as it ends any filter, even if our parent ignores the signal.
    std::signal(SIGPIPE, SIG_DFL);
    // A file that grows beyond RLIMIT_FSIZE is an error of write(2), to be said and tidied up after, not the end (setrlimit(2)).
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGABRT, abort_handler);
    ExitCode code = ExitCode::internal;
    try {
        code = run(argc, argv);
    } catch (const std::system_error& error) {
        print_error(fmt::format("policyc: {}\n{}", displayed(error.what()), help_for(error.code().value())));
        code = ExitCode::input_output;
    } catch (const std::bad_alloc&) {
        print_error("policyc: out of memory\n");
        code = ExitCode::input_output;
    } catch (const std::exception& error) {
        code = internal_error(error.what());
    }
    return static_cast<int>(code);
}

}  // namespace sbx::cli
