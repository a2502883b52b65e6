// See the header. A report beside a file of that name is complete or not there: whoever uploads it never sees half of it.
#include "compiler/cli/report_writer.hpp"

#include "compiler/cli/callers_umask.hpp"
#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/report_formats.hpp"
#include "compiler/cli/streams.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

/// A device, a pipe, or a link: `/dev/stdout` is one, and what replaced it would be there instead of it.
bool is_written_through(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

constexpr mode_t usual_mode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;

void write_through(const std::string& path, const std::string& text) {
    const FileHandle file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, usual_mode));
    if (!file.valid()) {
        throw failure(errno, "open", path);
    }
    write_all(file.get(), text, path);
}

}  // namespace

void write_whole(const std::string& path, const std::string& text) {
    if (is_written_through(path)) {
        return write_through(path, text);
    }
    const std::string beside = fmt::format("{}.{}.part", path, ::getpid());
    const FileHandle file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, usual_mode));
    if (!file.valid()) {
        throw failure(errno, "write", path);
    }
    try {
        write_all(file.get(), text, path);
        if (::fchmod(file.get(), usual_mode & ~callers_umask()) != 0 || ::rename(beside.c_str(), path.c_str()) != 0) {
            throw failure(errno, "write", path);
        }
    } catch (const std::system_error&) {
        ::unlink(beside.c_str());
        throw;
    }
}

void write_reports(const CheckReport& report, const Options& options) {
    const Summary summary = options.quiet ? Summary::left_out : Summary::printed;
    for (const ReportTarget& target : options.reports) {
        const bool is_stream = target.path.empty();
        const bool color = is_stream ? options.wants_color(STDERR_FILENO) : options.color == ColorChoice::always;
        const std::string text = render_report(report, target.format, color, summary);
        if (!is_stream) {
            write_whole(target.path, text);
        } else if (target.format == CheckFormat::text) {
            print_error(text);
        } else {
            print_out(text);
        }
    }
}

}  // namespace sbx::cli
