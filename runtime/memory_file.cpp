// Writes files in memory. See the header.
#include "runtime/memory_file.hpp"

#include "runtime/host_path.hpp"
#include "runtime/refusal.hpp"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

namespace sbx::runtime {

Descriptor memory_file(const char* name, std::string_view bytes) {
    Descriptor file = out_of_the_way(Descriptor(memfd_create(name, MFD_CLOEXEC)));
    std::size_t done = 0;
    while (file.open() && done < bytes.size()) {
        const ssize_t written = write(file.get(), bytes.data() + done, bytes.size() - done);
        if (written < 0 && errno != EINTR) {
            break;
        }
        done += written > 0 ? static_cast<std::size_t>(written) : 0;
    }
    if (!file.open() || done != bytes.size() || lseek(file.get(), 0, SEEK_SET) != 0) {
        refuse_errno(step::bind, "a file in memory cannot be written", errno,
                     "give the caller more memory, or a larger file-size limit");
    }
    return file;
}

}  // namespace sbx::runtime
