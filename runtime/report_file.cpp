// Opens and writes the report. See the header; openat2(2).
#include "runtime/report_file.hpp"

#include "runtime/host_path.hpp"
#include "runtime/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::runtime {

ReportFile::ReportFile(const std::string& path) {
    if (path.empty()) {
        return;
    }
    struct open_how how {};
    how.flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    how.mode = 0644;
    // The links on the way to an ordinary caller's file are its own affair; root's report goes through none.
    how.resolve = geteuid() == 0 ? RESOLVE_NO_SYMLINKS : RESOLVE_NO_MAGICLINKS;
    file_ = out_of_the_way(Descriptor(static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how))));
    if (!file_.open()) {
        const int error = errno;
        refuse_errno(
            step::usage, "the report " + quoted(path) + " cannot be written", error,
            error == ELOOP ? "name a path without symbolic links" : "name a file in a directory that the caller can write");
    }
    struct stat status {};
    const bool own =
        fstat(file_.get(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() && status.st_nlink == 1;
    if (!own) {
        refuse(step::usage, "the report " + quoted(path) + " is no regular file of the caller's own with one name",
               "name another file");
    }
    if (ftruncate(file_.get(), 0) != 0) {
        refuse_errno(step::usage, "the report " + quoted(path) + " cannot be emptied", errno, "name another file");
    }
}

bool ReportFile::write(std::string_view text) const {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t written = pwrite(file_.get(), text.data() + done, text.size() - done, static_cast<off_t>(done));
        if (written <= 0 && errno != EINTR) {
            return false;
        }
        done += written > 0 ? static_cast<std::size_t>(written) : 0;
    }
    return true;
}

}  // namespace sbx::runtime
