// Asks the kernel. See the header; kcmp(2).
#include "runtime/standard_streams.hpp"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::runtime {

bool standard_outputs_are_one() {
    struct stat output {};
    struct stat error {};
    if (fstat(1, &output) != 0 || fstat(2, &error) != 0 || output.st_dev != error.st_dev || output.st_ino != error.st_ino) {
        return false;
    }
    // A file that was opened twice has two places at which it is written. Where the kernel does not tell, order counts for more.
    return !S_ISREG(output.st_mode) || syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 1, 2) <= 0;
}

bool is_regular_file(int descriptor) {
    struct stat status {};
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

bool are_one_terminal(int one, int other) {
    unsigned first = 0;
    unsigned second = 0;
    return ioctl(one, TIOCGDEV, &first) == 0 && ioctl(other, TIOCGDEV, &second) == 0 && first == second;
}

bool standard_input_takes_output() {
    struct stat input {};
    const int flags = fcntl(0, F_GETFL);
    if (fstat(0, &input) != 0 || flags < 0) {
        return false;
    }
    if (S_ISCHR(input.st_mode)) {
        return isatty(0) != 0;  // /dev/null takes it too, and nobody has it
    }
    return (flags & O_ACCMODE) != O_RDONLY;
}

}  // namespace sbx::runtime
