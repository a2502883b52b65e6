// What each kind of node offers at a place at or below it: one function a kind, written from the language reference, section 4.
#include "compiler/policy/node_access.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sbx::policy {
namespace {

constexpr std::array<std::string_view, 6> device_names{"null", "zero", "full", "random", "urandom", "tty"};
// What the directory has beside devices, and where it leads (bwrap(1), --dev).
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> device_links{{{"core", "/proc/kcore"},
                                                                                     {"fd", "/proc/self/fd"},
                                                                                     {"ptmx", "pts/ptmx"},
                                                                                     {"stdin", "/proc/self/fd/0"},
                                                                                     {"stdout", "/proc/self/fd/1"},
                                                                                     {"stderr", "/proc/self/fd/2"}}};
// Of what the policy makes, the program is the owner, so the owner's bits decide (inode(7)), and it has no capability to override
// them.
constexpr std::uint32_t may_read = 0400;
constexpr std::uint32_t may_execute = 0100;
// proc(5): keys and key-users show keyrings, kcore is memory, timer_list shows kernel addresses, sysrq-trigger acts on the host.
constexpr std::array<std::string_view, 5> masked_in_proc{"keys", "key-users", "kcore", "timer_list", "sysrq-trigger"};

template <std::size_t Count>
bool is_one_of(const std::array<std::string_view, Count>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

Place offer(Place place, View view, bool read, bool write, bool exec) {
    place.view = view;
    place.readable = read;
    place.writable = write;
    place.executable = exec;
    return place;
}

Place nothing(Place place) {
    return offer(std::move(place), View::absent, false, false, false);
}
Place listing(Place place) {
    return offer(std::move(place), View::implied_directory, true, false, false);
}

bool is_number(std::string_view word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `self`, `thread-self` or a process's number opens the path, and more follows.
bool is_process_entry(const std::vector<std::string>& parts) {
    return parts.size() > 1 && (parts[0] == "self" || parts[0] == "thread-self" || is_number(parts[0]));
}

struct Offer {
    Place place;
    std::string_view rest;
    bool has_node_below;

    Place operator()(const HostTree& tree) const {
        return offer(place, tree.writable ? View::host_write : View::host_read, true, tree.writable, !tree.noexec);
    }
    Place operator()(const Tmpfs& /*node*/) const { return offer(place, View::private_write, true, true, true); }
    Place operator()(const EmptyDirectory& directory) const {
        if (!rest.empty()) {
            return has_node_below ? listing(place) : nothing(place);
        }
        return offer(place, View::private_read, (directory.mode & may_read) != 0, false, false);
    }
    Place operator()(const DataFile& file) const {
        if (!rest.empty()) {
            return nothing(place);
        }
        return offer(place, View::private_read, (file.mode & may_read) != 0, false, (file.mode & may_execute) != 0);
    }
    /// Only a walk that gave up ends on a link, or one that asks for something below a link that is never entered.
    Place operator()(const Link& /*node*/) const { return offer(place, View::link, false, false, false); }
    Place operator()(const Mask& /*node*/) const { return offer(place, View::masked, false, false, false); }
    Place operator()(const Procfs& /*node*/) const {
        const std::vector<std::string> parts = components(rest);
        if (!parts.empty() && is_one_of(masked_in_proc, parts[0])) {
            return offer(place, View::masked, false, false, false);
        }
        const bool in_process = is_process_entry(parts);
        // The running program's own file: it is in use, so it cannot be written (ETXTBSY in execve(2)), but started again.
        const bool is_program = in_process && parts.back() == "exe";
        return offer(place, View::procfs, true, in_process && !is_program, is_program);
    }
    Place operator()(const DeviceDirectory& /*node*/) const {
        const std::vector<std::string> parts = components(rest);
        if (parts.empty()) {
            return offer(place, View::device, true, false, false);
        }
        if (parts[0] == "shm") {
            return offer(place, View::private_write, true, true, true);
        }
        const bool is_directory = parts[0] == "pts";
        if (parts.size() == 1 && (is_directory || is_one_of(device_names, parts[0]))) {
            return offer(place, View::device, true, !is_directory, false);
        }
        if (parts.size() == 2 && is_directory && (is_number(parts[1]) || parts[1] == "ptmx")) {
            return offer(place, View::device, true, true, false);
        }
        return has_node_below ? listing(place) : nothing(place);
    }
    Place operator()(const HostDevice& /*node*/) const {
        return rest.empty() ? offer(place, View::device, true, true, false) : nothing(place);
    }
    /// open(2) on a socket fails (ENXIO); what `write` stands for is connect(2), which asks for write permission (unix(7)).
    Place operator()(const HostSocket& /*node*/) const {
        return rest.empty() ? offer(place, View::socket, false, true, false) : nothing(place);
    }
};

}  // namespace

Place with_access(Place place, std::string_view rest, bool has_node_below) {
    if (place.node != nullptr) {
        const NodeContent& content = place.node->content;
        return std::visit(Offer{std::move(place), rest, has_node_below}, content);
    }
    return has_node_below ? listing(std::move(place)) : nothing(std::move(place));
}

bool lets_nobody_in(const Node& node) {
    const auto* directory = std::get_if<EmptyDirectory>(&node.content);
    return directory != nullptr && (directory->mode & may_execute) == 0;
}

bool is_no_directory(const Node& node) {
    const auto* mask = std::get_if<Mask>(&node.content);
    return std::holds_alternative<DataFile>(node.content) || std::holds_alternative<HostDevice>(node.content) ||
           std::holds_alternative<HostSocket>(node.content) || (mask != nullptr && !mask->directory);
}

std::optional<std::string> device_link(std::string_view rest) {
    const std::vector<std::string> parts = components(rest);
    const auto* const found = std::find_if(device_links.begin(), device_links.end(),
                                           [&](const auto& link) { return parts.size() == 1 && link.first == parts[0]; });
    return found == device_links.end() ? std::nullopt : std::optional(std::string(found->second));
}

std::optional<std::string> procfs_link(std::string_view rest, const std::string& workdir) {
    const std::vector<std::string> parts = components(rest);
    const bool of_process = is_process_entry(parts) && parts.size() == 2;
    const bool of_thread = is_process_entry(parts) && parts.size() == 4 && parts[1] == "task" && is_number(parts[2]);
    if (!of_process && !of_thread) {
        return std::nullopt;
    }
    if (parts.back() == "root") {
        return "/";
    }
    return parts.back() == "cwd" ? std::optional(workdir) : std::nullopt;
}

}  // namespace sbx::policy
