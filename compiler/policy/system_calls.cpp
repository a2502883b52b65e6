// The tables, read once. See the header.
#include "compiler/policy/system_calls.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sbx::policy {
namespace {

constexpr std::uint32_t absent = absent_call;
constexpr SystemCallRow call_rows[] = {
#define SBX_SYSTEM_CALL(name, x86_64, aarch64, answer, major, minor, arguments, groups) \
    SystemCallRow{#name, x86_64, aarch64, CallAnswer::answer, major, minor, arguments, groups},
#include "compiler/policy/system_calls.def"
#undef SBX_SYSTEM_CALL
};
static_assert(std::size(call_rows) <= CallSet().size());

struct GroupText {
    std::string_view name;
    std::string_view summary;
};
/// By name.
constexpr GroupText group_texts[] = {
    {"@aio", "input and output in the background, by the kernel's older interface"},
    {"@chown", "changing the owner of files"},
    {"@clock", "setting the host's clock"},
    {"@debug", "looking into other processes, and measuring them"},
    {"@default", "what every sandbox refuses, unless its policy allows it with a reason"},
    {"@file-handle", "files by handle, past the paths that lead to them"},
    {"@file-system", "files and directories by name, and descriptors of them"},
    {"@identity", "asking who and where a process is"},
    {"@io", "reading and writing by descriptor"},
    {"@io-event", "waiting for descriptors"},
    {"@io-uring", "calls by way of shared memory, which no filter sees"},
    {"@ipc", "pipes, memory files, and System V and POSIX objects"},
    {"@kernel", "doors into the kernel: BPF, accounting, quotas, its log, faults handled in user space"},
    {"@keyring", "the kernel's keyrings, which no namespace keeps apart"},
    {"@loader", "what the loader of dynamically linked programs asks for before one runs"},
    {"@memory", "a process's own memory"},
    {"@module", "loading code into the kernel"},
    {"@mount", "mounting, unmounting and changing the root"},
    {"@mount-info", "asking what is mounted"},
    {"@namespace", "making, entering and listing namespaces; `clone` is looked at by its flags instead"},
    {"@network", "sockets; which families is said by `sockets`"},
    {"@numa", "in which memory a process's pages lie"},
    {"@obsolete", "calls that Linux has given up, or never had"},
    {"@process", "starting, ending, and waiting for processes and threads"},
    {"@raw-io", "the machine's ports"},
    {"@reboot", "restarting the machine, or starting another kernel"},
    {"@resources", "limits, priorities and processors"},
    {"@sandbox", "confining oneself further"},
    {"@setuid", "changing one's ids and capabilities"},
    {"@signal", "signals"},
    {"@start", "what every sandbox needs to start a program and to end, and what no filter is asked about; it cannot be denied"},
    {"@swap", "swap space of the host"},
    {"@sync", "writing what is cached"},
    {"@timer", "asking the time, and waiting"},
};

/// asm-generic/ioctls.h and linux/fs.h: what terminals do for their session, and what files can be told.
constexpr IoctlRequest request_rows[] = {
    {"FICLONE", 0x40049409U},
    {"FICLONERANGE", 0x4020940dU},
    {"FIDEDUPERANGE", 0xc0189436U},
    {"FIFREEZE", 0xc0045877U},
    {"FIOASYNC", 0x5452U},
    {"FITRIM", 0xc0185879U},
    {"FS_IOC_FSSETXATTR", 0x401c5820U},
    {"FS_IOC_SETFLAGS", 0x40086602U},
    {"TCSETS", 0x5402U},
    {"TIOCCONS", 0x541dU},
    {"TIOCEXCL", 0x540cU},
    {"TIOCGPTPEER", 0x5441U},
    {"TIOCLINUX", 0x541cU},
    {"TIOCNOTTY", 0x5422U},
    {"TIOCPKT", 0x5420U},
    {"TIOCSCTTY", 0x540eU},
    {"TIOCSETD", 0x5423U},
    {"TIOCSPGRP", 0x5410U},
    {"TIOCSPTLCK", 0x40045431U},
    {"TIOCSTI", 0x5412U},
    {"TIOCSWINSZ", 0x5414U},
    {"TIOCVHANGUP", 0x5437U},
};

/// The groups of one call are words with a blank between them, without the `@`.
template <class Add>
void for_each_word(std::string_view words, Add add) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        add(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
}

std::size_t place_of(std::string_view name) {
    if (const auto place = find_system_call(name)) {
        return *place;
    }
    throw std::logic_error("bug in policyc: there is no system call " + std::string(name));
}

}  // namespace

const std::vector<SystemCallRow>& system_call_table() {
    static const std::vector<SystemCallRow> table(std::begin(call_rows), std::end(call_rows));
    return table;
}

std::optional<std::size_t> find_system_call(std::string_view name) {
    const auto* const row = std::lower_bound(std::begin(call_rows), std::end(call_rows), name,
                                             [](const SystemCallRow& each, std::string_view wanted) { return each.name < wanted; });
    if (row == std::end(call_rows) || row->name != name) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(row - std::begin(call_rows));
}

std::vector<std::string_view> system_call_names() {
    std::vector<std::string_view> names;
    for (const SystemCallRow& row : call_rows) {
        names.push_back(row.name);
    }
    return names;
}

const std::vector<CallGroup>& call_groups() {
    static const std::vector<CallGroup> groups = [] {
        std::vector<CallGroup> made;
        for (const GroupText& text : group_texts) {
            made.push_back({text.name, text.summary, {}});
        }
        for (std::size_t i = 0; i < std::size(call_rows); ++i) {
            for_each_word(call_rows[i].groups, [&](std::string_view word) {
                const auto group =
                    std::lower_bound(made.begin(), made.end(), word,
                                     [](const CallGroup& each, std::string_view wanted) { return each.name.substr(1) < wanted; });
                if (group == made.end() || group->name.substr(1) != word) {
                    throw std::logic_error("bug in policyc: there is no group of system calls @" + std::string(word));
                }
                group->calls.set(i);
            });
        }
        return made;
    }();
    return groups;
}

const CallGroup* find_call_group(std::string_view name) {
    const auto& groups = call_groups();
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const CallGroup& group) { return group.name == name; });
    return found == groups.end() ? nullptr : &*found;
}

const CallSet& calls_of(std::string_view group) {
    if (const CallGroup* const found = find_call_group(group)) {
        return found->calls;
    }
    throw std::logic_error("bug in policyc: there is no group of system calls " + std::string(group));
}

const CallSet& all_system_calls() {
    static const CallSet all = [] {
        CallSet calls;
        for (std::size_t i = 0; i < std::size(call_rows); ++i) {
            calls.set(i);
        }
        return calls;
    }();
    return all;
}

std::size_t first_of(const CallSet& calls) {
    std::size_t first = 0;
    while (first < calls.size() && !calls[first]) {
        ++first;
    }
    return first;
}

CallSet refused_by_default(bool nested_namespaces) {
    static const CallSet refused = calls_of("@default");
    static const CallSet for_namespaces = calls_of("@mount") | calls_of("@namespace");
    return nested_namespaces ? refused & ~for_namespaces : refused;
}

std::size_t ioctl_call() {
    static const std::size_t place = place_of("ioctl");
    return place;
}
std::size_t clone_call() {
    static const std::size_t place = place_of("clone");
    return place;
}
std::size_t socket_call() {
    static const std::size_t place = place_of("socket");
    return place;
}

std::string call_names(const CallSet& calls, std::string_view separator) {
    std::string names;
    for (std::size_t i = 0; i < std::size(call_rows); ++i) {
        if (calls[i]) {
            names.append(names.empty() ? "" : separator).append(call_rows[i].name);
        }
    }
    return names;
}

const std::vector<IoctlRequest>& ioctl_requests() {
    static const std::vector<IoctlRequest> requests(std::begin(request_rows), std::end(request_rows));
    return requests;
}

std::optional<std::uint32_t> find_ioctl_request(std::string_view word) {
    for (const IoctlRequest& request : request_rows) {
        if (request.name == word) {
            return request.number;
        }
    }
    if (!word.starts_with("0x") || word.size() < 3 || word.size() > 10) {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    for (const char digit : word.substr(2)) {
        const std::size_t value = std::string_view("0123456789abcdef").find(digit);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        number = number << 4U | static_cast<std::uint32_t>(value);
    }
    return number;
}

std::string ioctl_request_name(std::uint32_t number) {
    for (const IoctlRequest& request : request_rows) {
        if (request.number == number) {
            return std::string(request.name);
        }
    }
    std::string digits;
    for (; number != 0 || digits.empty(); number >>= 4U) {
        digits.insert(digits.begin(), "0123456789abcdef"[number & 0xfU]);
    }
    return "0x" + digits;
}

}  // namespace sbx::policy
