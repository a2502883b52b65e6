// Reads /proc/PID/stat. See the header; proc(5): fields are counted from 1, and the second is a name in parentheses, which may hold
// anything.
#include "runtime/process_state.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/number.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>

namespace sbx::runtime {

std::optional<ProcessState> state_of(pid_t process) {
    const std::string file = "/proc/" + std::to_string(process) + "/stat";
    const Descriptor stat(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!stat.open()) {
        return std::nullopt;
    }
    std::array<char, 1024> bytes{};
    const ssize_t length = read(stat.get(), bytes.data(), bytes.size());
    if (length < 0) {
        return std::nullopt;
    }
    std::string_view rest(bytes.data(), static_cast<std::size_t>(length));
    rest.remove_prefix(std::min(rest.rfind(')') + 1, rest.size()));
    ProcessState state{process};
    for (int field = 2; field <= 34 && !rest.empty(); ++field) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const std::uint64_t number = read_number(rest.substr(0, end)).value_or(0);
        if (field == 4) {
            state.parent = static_cast<pid_t>(number);
        } else if (field == 9) {
            state.flags = number;
        } else if (field == 22) {
            state.started = number;
        } else if (field == 33) {
            state.ignored = number;
        } else if (field == 34) {
            state.caught = number;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return state;
}

std::vector<ProcessState> all_processes() {
    std::vector<ProcessState> result;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc"), closedir);
    while (const dirent* const entry = directory ? readdir(directory.get()) : nullptr) {
        const std::optional<std::uint64_t> number = read_number(entry->d_name);
        if (const auto state = number ? state_of(static_cast<pid_t>(*number)) : std::nullopt) {
            result.push_back(*state);
        }
    }
    return result;
}

bool is_ending(pid_t process) {
    constexpr std::uint64_t exiting = 0x4;  // PF_EXITING, linux/sched.h
    if (process <= 0) {
        return false;
    }
    const std::optional<ProcessState> state = state_of(process);
    return state ? (state->flags & exiting) != 0 : errno == ENOENT || errno == ESRCH;
}

}  // namespace sbx::runtime
