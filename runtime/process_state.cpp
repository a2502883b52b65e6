// Reads /proc/PID/stat. See the header; proc(5): the ninth field is the kernel's flags, after the name in parentheses, which may
// hold anything.
#include "runtime/process_state.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/number.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace sbx::runtime {

bool is_ending(pid_t process) {
    constexpr std::uint64_t exiting = 0x4;  // PF_EXITING, linux/sched.h
    if (process <= 0) {
        return false;
    }
    const std::string file = "/proc/" + std::to_string(process) + "/stat";
    const Descriptor stat(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!stat.open()) {
        return errno == ENOENT;
    }
    std::array<char, 1024> bytes{};
    const ssize_t length = read(stat.get(), bytes.data(), bytes.size());
    if (length < 0) {
        return errno == ESRCH;
    }
    std::string_view rest(bytes.data(), static_cast<std::size_t>(length));
    rest.remove_prefix(std::min(rest.rfind(')') + 1, rest.size()));
    for (int field = 2; field < 9; ++field) {
        rest.remove_prefix(std::min(rest.find(' ') + 1, rest.size()));
    }
    const std::uint64_t flags = read_number(rest.substr(0, rest.find(' '))).value_or(0);
    return (flags & exiting) != 0;
}

}  // namespace sbx::runtime
