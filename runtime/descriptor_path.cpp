// Reads the links of /proc/self/fd. See the header.
#include "runtime/descriptor_path.hpp"

#include <array>
#include <climits>
#include <unistd.h>

namespace sbx::runtime {

std::string link_to(int descriptor) {
    return "/proc/self/fd/" + std::to_string(descriptor);
}

std::string path_of(int descriptor) {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = readlink(link_to(descriptor).c_str(), path.data(), path.size());
    return length > 0 && path[0] == '/' ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string();
}

}  // namespace sbx::runtime
