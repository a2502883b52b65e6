// Makes, finds and removes launches' cgroups. See the header; flock(2), cgroup-v2.rst of the kernel.
#include "runtime/cgroup_names.hpp"

#include "runtime/cgroup_home.hpp"
#include "runtime/refusal.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr std::string_view name_prefix = "sbx-";
constexpr const char* events = "cgroup.events";
constexpr int most_names = 100;

using SteadyClock = std::chrono::steady_clock;

bool is_populated(const CgroupDirectory& group) {
    return group.count(events, "populated").value_or(1) != 0;
}

/// Its children first: there is one level of ours, and a payload that was granted the tree may have made more.
bool remove_tree(const CgroupDirectory& parent, const std::string& name) {
    if (const CgroupDirectory group = parent.child(name); group.open()) {
        for (const std::string& inner : group.children("")) {
            if (inner != "." && inner != "..") {
                static_cast<void>(remove_tree(group, inner));
            }
        }
    }
    return parent.remove(name) || errno == ENOENT;
}

/// The kernel says by POLLPRI that the file reads differently.
void wait_until_empty(const CgroupDirectory& group, SteadyClock::time_point deadline) {
    const Descriptor file = group.open_file(events, O_RDONLY);
    while (is_populated(group) && SteadyClock::now() < deadline) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
        struct pollfd wait {
            file.get(), POLLPRI, 0
        };
        constexpr int at_most = 100;  // read again now and then, should an event have come between
        poll(&wait, 1, left.count() < at_most ? static_cast<int>(left.count()) + 1 : at_most);
    }
}

}  // namespace

std::string make_own_cgroup(const CgroupDirectory& base, CgroupDirectory& made) {
    int error = 0;
    for (int number = 0; number < most_names; ++number) {
        std::string name = std::string(name_prefix) + std::to_string(getpid()) + "-" + std::to_string(number);
        if (!base.make(name)) {
            error = errno;
            if (error == EEXIST) {
                continue;
            }
            break;
        }
        made = base.child(name);
        // Another launch may have taken it for something left behind before it was locked.
        if (made.open() && made.lock() && !made.is_gone()) {
            return name;
        }
        error = errno;
        made = CgroupDirectory();
    }
    refuse_errno(step::limits, "no cgroup can be made in " + quoted(base.path()), error, remedy_for_cgroup("memory", error));
}

void sweep_cgroups(const CgroupDirectory& base) {
    for (const std::string& name : base.children(name_prefix)) {
        const CgroupDirectory left = base.child(name);
        if (left.open() && left.lock() && !is_populated(left)) {
            static_cast<void>(remove_tree(base, name));
        }
    }
}

bool remove_cgroup(const CgroupDirectory& base, const std::string& name, const CgroupDirectory& group) {
    constexpr std::chrono::seconds time_to_die{2};
    constexpr std::chrono::milliseconds pause{5};
    const SteadyClock::time_point deadline = SteadyClock::now() + time_to_die;
    static_cast<void>(group.write("cgroup.kill", "1"));  // from Linux 5.14 on; before, the end of the pid namespace has to do
    wait_until_empty(group, deadline);
    // A process that has ended can keep its cgroup for a moment.
    while (!remove_tree(base, name)) {
        if (SteadyClock::now() >= deadline) {
            return false;
        }
        poll(nullptr, 0, static_cast<int>(pause.count()));
    }
    return true;
}

}  // namespace sbx::runtime
