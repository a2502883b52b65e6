// Reads /proc/self/cgroup and the paths in it. See the header.
#include "runtime/cgroup_path.hpp"

#include "runtime/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>

namespace sbx::runtime {

namespace {

constexpr std::size_t largest_of_proc = std::size_t{4} << 20;

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

std::string procfs_text(const char* path) {
    const Descriptor file(open(path, O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 4096> bytes{};
    for (ssize_t length = 1; file.open() && length > 0 && text.size() < largest_of_proc;) {
        length = read(file.get(), bytes.data(), bytes.size());
        text.append(bytes.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    }
    return text;
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string cgroup_path(std::string_view cgroups) {
    while (!cgroups.empty()) {
        const std::string_view line = take_line(cgroups);
        if (line.substr(0, 3) == "0::") {
            return std::string(line.substr(3));
        }
    }
    return {};
}

bool UnitPlace::is_service() const {
    return ends_with(unit, ".service");
}

UnitPlace unit_place(std::string_view path, uid_t user) {
    UnitPlace place;
    std::string_view rest = path.substr(0, 1) == "/" ? path : "";
    if (user != 0) {
        const std::string manager = "/user@" + std::to_string(user) + ".service/";
        const std::size_t at = path.find(manager);
        if (at == std::string_view::npos) {
            const std::string users = "/user.slice/user-" + std::to_string(user) + ".slice";
            place.shared = path.substr(0, users.size() + 1) == users + "/" ? users : "";
            return place;
        }
        rest.remove_prefix(at + manager.size() - 1);
        place.shared = path.substr(0, path.size() - rest.size());
    }
    // The first that is no slice is the unit; what is in it, is its own.
    while (place.unit.empty() && !rest.empty()) {
        const std::size_t end = std::min(rest.find('/', 1), rest.size());
        const std::string_view name = rest.substr(1, end - 1);
        if (ends_with(name, ".slice")) {
            place.slice = name;
            place.shared = path.substr(0, path.size() - rest.size() + end);
        } else {
            place.unit = name;
        }
        rest.remove_prefix(end);
    }
    return place;
}

}  // namespace sbx::runtime
