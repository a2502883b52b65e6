// What the second wall permits, held against the policy: written down a second time, from the language reference (sections 4 and 8)
// and landlock(7). Rights add up along a path. So the least that a table can permit at a node is what that node needs and what all
// nodes above it need; a table is right exactly when it permits that, whichever optional nodes the host has.
#include "compiler/verify/landlock.hpp"
#include "runtime/artifact_format.hpp"

namespace sbx::verify {
namespace {

constexpr RightBits bit(unsigned place) {
    return RightBits{1} << place;
}
// landlock(7), "Filesystem flags".
constexpr RightBits execute = bit(0), write_file = bit(1), read_file = bit(2), read_dir = bit(3), truncate_file = bit(14),
                    ioctl_dev = bit(15), resolve_unix = bit(16);
constexpr RightBits make_devices = bit(6) | bit(11);
constexpr RightBits all_of_them = bit(17) - 1;
constexpr RightBits looking = read_file | read_dir;
/// All that a directory can have done to it, but for devices, which no sandbox makes.
constexpr RightBits changing = all_of_them & ~(execute | looking | make_devices | ioctl_dev | resolve_unix);

struct Need {
    RightBits operator()(const policy::HostTree& tree) const {
        return looking | (tree.writable ? changing : 0) | (tree.noexec ? 0 : execute);
    }
    RightBits operator()(const policy::Tmpfs& /*node*/) const { return looking | changing | execute; }
    RightBits operator()(const policy::EmptyDirectory& /*node*/) const { return read_dir; }
    RightBits operator()(const policy::DataFile& file) const { return read_file | ((file.mode & 0111U) != 0 ? execute : 0); }
    RightBits operator()(const policy::Link& /*node*/) const { return 0; }
    RightBits operator()(const policy::Mask& mask) const { return mask.directory ? read_dir : read_file; }
    RightBits operator()(const policy::Procfs& /*node*/) const { return looking | write_file | truncate_file; }
    RightBits operator()(const policy::DeviceDirectory& /*node*/) const { return looking | write_file | ioctl_dev; }
    RightBits operator()(const policy::HostDevice& /*node*/) const { return read_file | write_file | ioctl_dev; }
    RightBits operator()(const policy::HostSocket& /*node*/) const { return resolve_unix; }
};

std::string names_of(RightBits bits) {
    std::string text;
    for (std::size_t i = 0; i < format::landlock_rights.size(); ++i) {
        if ((bits & bit(static_cast<unsigned>(i))) != 0) {
            text += (text.empty() ? "" : ", ") + std::string(format::landlock_rights[i].name);
        }
    }
    return text;
}

/// A place that needs rights: a node, the root, or the shared memory of a `dev`.
struct Needy {
    RightBits rights = 0;
    bool optional = false;
    bool noexec = false;
};

class LandlockComparison {
public:
    LandlockComparison(const policy::Policy& policy, const LandlockTable& table, std::string file, Findings& findings)
        : policy_(policy), table_(table), file_(std::move(file)), findings_(findings) {}

    void run() {
        compare_settings();
        if (policy_.process.nested_namespaces.value) {
            for (const auto& [path, permitted] : table_.paths) {
                object(permitted.place, named(path.text()) + " has rights, and no right needs permission", path.text());
            }
            return;
        }
        collect();
        for (const auto& [path, needy] : needs_) {
            compare_at(path, needy);
        }
        for (const auto& [path, permitted] : table_.paths) {
            if (needs_.find(path) == needs_.end()) {
                object(permitted.place, named(path.text()) + " has rights of its own, and the policy places nothing there",
                       path.text());
            }
        }
    }

private:
    const policy::Policy& policy_;
    const LandlockTable& table_;
    std::string file_;
    Findings& findings_;
    std::map<SandboxPath, Needy> needs_;

    void object(const std::string& place, std::string message, const std::string& witness) {
        findings_.push_back({file_, place, std::move(message), witness});
    }

    [[nodiscard]] bool makes(const char* family) const {
        return policy_.sockets.allowed.find(family) != policy_.sockets.allowed.end();
    }
    [[nodiscard]] RightBits handled() const {
        return policy_.process.nested_namespaces.value ? 0 : all_of_them & (makes("unix") ? all_of_them : ~resolve_unix);
    }

    void compare_settings() {
        const bool refuses_tcp = !makes("inet") && !makes("inet6");
        if (table_.no_tcp != refuses_tcp) {
            object("",
                   refuses_tcp ? "TCP ports can be reached, and the policy gives no socket of the internet"
                               : "no TCP port can be reached, and the policy gives sockets of the internet",
                   "tcp");
        }
        if (table_.scopes != bit(format::landlock_scopes.size()) - 1) {
            object("", "signals or abstract sockets leave the sandbox", "scope");
        }
        if (const RightBits wrong = table_.handled ^ handled(); wrong != 0) {
            object("", names_of(wrong) + ((wrong & table_.handled) != 0 ? " should need no permission" : " needs no permission"),
                   "handle");
        }
        bool noexec = false;
        for (const auto& [path, node] : policy_.filesystem.nodes) {
            const auto* tree = std::get_if<policy::HostTree>(&node.content);
            noexec = noexec || (tree != nullptr && tree->noexec);
        }
        const auto& least = policy_.landlock.least;
        if (table_.least != (least ? std::optional(least->value) : std::nullopt)) {
            object("", "the version that it insists on is not the one of `require landlock`", "require");
        }
        if (table_.needs_execute != noexec) {
            object("",
                   noexec ? "the policy says `noexec`, and a host that cannot deliver it is not refused"
                          : "hosts are refused for the sake of `noexec`, and the policy does not say it",
                   "require-execute");
        }
    }

    void collect() {
        needs_[SandboxPath()] = {read_dir, false, false};
        for (const auto& [path, node] : policy_.filesystem.nodes) {
            const auto* tree = std::get_if<policy::HostTree>(&node.content);
            // What is hidden may not be there.
            const bool optional = node.optional || std::holds_alternative<policy::Mask>(node.content);
            needs_[path] = {std::visit(Need{}, node.content) & handled(), optional, tree != nullptr && tree->noexec};
            if (std::holds_alternative<policy::DeviceDirectory>(node.content)) {
                needs_[path.joined("/shm")] = {Need{}(policy::Tmpfs{}), node.optional, false};
            }
        }
    }

    void compare_at(const SandboxPath& path, const Needy& needy) {
        RightBits needed = needy.rights;
        RightBits given = 0;
        RightBits given_for_certain = 0;
        std::string place;
        const auto add = [&](const SandboxPath& at) {
            if (const auto need = needs_.find(at); need != needs_.end()) {
                needed |= need->second.rights;
            }
            if (const auto rule = table_.paths.find(at); rule != table_.paths.end()) {
                given |= rule->second.rights;
                given_for_certain |= rule->second.if_exists && !(at == path) ? 0 : rule->second.rights;
                place = place.empty() ? rule->second.place : place;
            }
        };
        for (std::optional<SandboxPath> at = path; at; at = at->parent()) {
            add(*at);
        }
        if (!path.is_literal()) {
            add(SandboxPath());  // whatever the value is
        }
        if (const RightBits missing = needy.rights & ~given_for_certain; missing != 0) {
            object(place, named(path.text()) + " lacks the right to " + names_of(missing) + ", and the view gives it", path.text());
        }
        if (const RightBits excess = given & ~needed; excess != 0) {
            object(place, named(path.text()) + " has the right to " + names_of(excess) + ", and nothing there or above needs it",
                   path.text());
        }
        if (needy.noexec && (given & execute) != 0) {
            object(place, named(path.text()) + " can be executed; the policy says `noexec`", path.text());
        }
        const auto rule = table_.paths.find(path);
        if (rule != table_.paths.end() && rule->second.if_exists != needy.optional) {
            object(rule->second.place,
                   named(path.text()) + (needy.optional ? " may be absent, and the launch would fail"
                                                        : " is left out where it is absent, and it never is"),
                   path.text());
        }
    }
};

}  // namespace

void compare_landlock(const policy::Policy& meant, const LandlockTable& found, const std::string& file, Findings& findings) {
    LandlockComparison(meant, found, file, findings).run();
}

}  // namespace sbx::verify
