// See the header. Written from section 8 of the language reference.
#include "compiler/verify/filter_meaning.hpp"

#include "compiler/policy/socket_families.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

// linux/sched.h: NEWNS NEWCGROUP NEWUTS NEWIPC NEWUSER NEWPID NEWNET
constexpr std::uint64_t namespace_flags =
    0x00020000U | 0x02000000U | 0x04000000U | 0x08000000U | 0x10000000U | 0x20000000U | 0x40000000U;
constexpr std::uint32_t unix_family = 1;
constexpr std::uint32_t netlink_family = 16;
constexpr std::uint32_t asynchronous_input = 0x5452U;  // FIOASYNC, asm-generic/ioctls.h
constexpr std::uint32_t set_flags = 4;                 // F_SETFL
constexpr std::uint32_t asynchronous_flag = 0x2000;    // O_ASYNC, 020000 in asm-generic/fcntl.h
constexpr std::uint32_t tipc_family = 30;              // the one other that has pairs

/// Arguments that the kernel takes as int: the high half is nothing to it.
std::uint32_t low_half(std::uint64_t argument) {
    return static_cast<std::uint32_t>(argument);
}

FilteredMachine machine_of(std::string name, std::uint32_t audit, bool has_x32, std::uint32_t policy::SystemCallRow::*number) {
    FilteredMachine machine{std::move(name), audit, has_x32, {}};
    const auto& table = policy::system_call_table();
    for (std::size_t i = 0; i < table.size(); ++i) {
        const std::uint32_t at = table[i].*number;
        if (at == policy::absent_call) {
            continue;
        }
        if (at >= machine.calls.size()) {
            machine.calls.resize(at + std::size_t{1});
        }
        machine.calls[at] = i;
    }
    return machine;
}

}  // namespace

const FilteredMachine* find_machine(const std::string& name) {
    static const std::array<FilteredMachine, 2> machines = {
        machine_of("aarch64", 0xc00000b7U, false, &policy::SystemCallRow::aarch64),
        machine_of("x86_64", 0xc000003eU, true, &policy::SystemCallRow::x86_64)};
    for (const FilteredMachine& machine : machines) {
        if (machine.name == name) {
            return &machine;
        }
    }
    return nullptr;
}

FilterMeaning::FilterMeaning(const policy::Policy& policy, const FilteredMachine& machine) : policy_(policy), machine_(machine) {
    for (const auto& [name, origin] : policy.sockets.allowed) {
        const policy::SocketFamily* const family = policy::find_socket_family(name);
        if (family != nullptr && name != policy::netlink_route_family) {
            families_.insert(family->number);
        }
    }
}

std::optional<std::uint32_t> FilterMeaning::number(std::string_view name) const {
    const auto found = std::find_if(machine_.calls.begin(), machine_.calls.end(), [name](const std::optional<std::size_t>& place) {
        return place && policy::system_call_table()[*place].name == name;
    });
    if (found == machine_.calls.end()) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(found - machine_.calls.begin());
}

std::string FilterMeaning::name(std::uint32_t number) const {
    const std::optional<std::size_t> place = machine_.place(number);
    return place ? std::string(policy::system_call_table()[*place].name) : "number " + std::to_string(number);
}

std::set<std::uint32_t> FilterMeaning::argument_numbers() const {
    std::set<std::uint32_t> numbers = families_;
    numbers.insert(policy_.system_calls.refused_requests.begin(), policy_.system_calls.refused_requests.end());
    numbers.insert({static_cast<std::uint32_t>(namespace_flags), asynchronous_input, set_flags, netlink_family, unix_family, 0, 2,
                    3, 10, 0xffffffffU});
    return numbers;
}

std::uint32_t FilterMeaning::of_arguments(std::string_view name, const SystemCall& call) const {
    const policy::SystemCalls& calls = policy_.system_calls;
    const auto& arguments = call.arguments;
    if (name == "clone") {
        return !calls.clone_namespaces && (arguments[0] & namespace_flags) != 0 ? action::eperm : action::allow;
    }
    if (name == "ioctl") {
        const std::uint32_t request = low_half(arguments[1]);
        return request == asynchronous_input || calls.refused_requests.count(request) != 0 ? action::eperm : action::allow;
    }
    if (name == "fcntl") {
        const bool signals = low_half(arguments[1]) == set_flags && (low_half(arguments[2]) & asynchronous_flag) != 0;
        return signals ? action::eperm : action::allow;
    }
    const std::uint32_t family = low_half(arguments[0]);
    if (name == "socket") {
        const bool routes = family == netlink_family && low_half(arguments[2]) == 0 &&
                            policy_.sockets.allowed.count(policy::netlink_route_family) != 0;
        return has_family(family) || routes ? action::allow : action::eafnosupport;
    }
    if (name == "socketpair") {
        return family == unix_family || (family == tipc_family && has_family(family)) ? action::allow : action::eafnosupport;
    }
    return action::allow;
}

std::uint32_t FilterMeaning::of(const SystemCall& call) const {
    if (policy_.system_calls.unrestricted.value) {
        return action::allow;
    }
    if (call.architecture != machine_.audit || (machine_.has_x32 && (call.number & x32_call_bit) != 0)) {
        return action::kill;
    }
    const std::optional<std::size_t> place = machine_.place(call.number);
    if (!place) {
        return action::enosys;
    }
    const policy::SystemCallRow& row = policy::system_call_table()[*place];
    if (policy_.system_calls.refused[*place]) {
        return row.answer == policy::CallAnswer::eperm ? action::eperm : action::enosys;
    }
    return of_arguments(row.name, call);
}

}  // namespace sbx::verify
