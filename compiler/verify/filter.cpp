// What the fixed filter must answer, from the language reference ("foreign architectures and x32 are killed, terminal injection and
// signals on input are refused, and sockets are of the families unix, inet, inet6 and netlink-route only") and refused_calls.def;
// and the points at which a program is tried.
#include "compiler/verify/filter.hpp"

#include "compiler/verify/filter_program.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace sbx::verify {
namespace {

constexpr std::uint32_t none = 0xffffffffU;

enum class Answer : std::uint8_t { eperm, no_namespaces, no_new_mounts };
struct RefusedCall {
    std::string_view name;
    std::uint32_t x86_64;
    std::uint32_t aarch64;
    Answer answer;
};
constexpr std::array refused_calls = {
#define SBX_REFUSED_CALL(name, x86_64, aarch64, answer) RefusedCall{#name, x86_64, aarch64, Answer::answer},
#include "compiler/verify/refused_calls.def"
#undef SBX_REFUSED_CALL
};

/// linux/audit.h, and the numbers of the calls whose arguments count.
struct Machine {
    std::string_view name;
    std::uint32_t audit;
    std::uint32_t clone, fcntl, ioctl, socket, socketpair;
    std::uint32_t RefusedCall::*number;
    bool has_x32;
};
constexpr std::array machines = {Machine{"aarch64", 0xc00000b7U, 220, 25, 29, 198, 199, &RefusedCall::aarch64, false},
                                 Machine{"x86_64", 0xc000003eU, 56, 72, 16, 41, 53, &RefusedCall::x86_64, true}};

// linux/seccomp.h, asm-generic/errno.h
constexpr std::uint32_t kill = 0x80000000U;
constexpr std::uint32_t allow = 0x7fff0000U;
constexpr std::uint32_t eperm = 0x00050001U;
constexpr std::uint32_t enosys = 0x00050026U;
constexpr std::uint32_t eafnosupport = 0x00050061U;
constexpr std::uint32_t x32_bit = 0x40000000U;
// linux/sched.h: NEWNS NEWCGROUP NEWUTS NEWIPC NEWUSER NEWPID NEWNET
constexpr std::uint64_t new_namespaces =
    0x00020000U | 0x02000000U | 0x04000000U | 0x08000000U | 0x10000000U | 0x20000000U | 0x40000000U;
constexpr std::uint32_t tiocsti = 0x5412U;
constexpr std::uint32_t tioclinux = 0x541cU;
constexpr std::uint32_t fioasync = 0x5452U;     // asm-generic/ioctls.h
constexpr std::uint32_t set_flags = 4;          // F_SETFL
constexpr std::uint32_t asynchronous = 0x2000;  // O_ASYNC, 020000 in asm-generic/fcntl.h

/// Arguments that the kernel takes as int: the high half is nothing to it.
std::uint32_t low(std::uint64_t argument) {
    return static_cast<std::uint32_t>(argument);
}

std::uint32_t meant_for_arguments(const SystemCall& call, const Machine& machine, bool nested_namespaces) {
    const auto& arguments = call.arguments;
    if (call.number == machine.clone) {
        return !nested_namespaces && (arguments[0] & new_namespaces) != 0 ? eperm : allow;
    }
    if (call.number == machine.ioctl) {
        const std::uint32_t request = low(arguments[1]);
        return request == tiocsti || request == tioclinux || request == fioasync ? eperm : allow;
    }
    if (call.number == machine.fcntl) {
        return low(arguments[1]) == set_flags && (low(arguments[2]) & asynchronous) != 0 ? eperm : allow;
    }
    const std::uint32_t family =
        low(arguments[0]);  // linux/socket.h: 1 unix, 2 inet, 10 inet6, 16 netlink, whose protocol 0 is route
    if (call.number == machine.socket) {
        const bool granted = family == 1 || family == 2 || family == 10 || (family == 16 && low(arguments[2]) == 0);
        return granted ? allow : eafnosupport;
    }
    if (call.number == machine.socketpair) {
        return family == 1 ? allow : eafnosupport;
    }
    return allow;
}

std::uint32_t meant(const SystemCall& call, const Machine& machine, bool nested_namespaces) {
    if (call.architecture != machine.audit || (machine.has_x32 && (call.number & x32_bit) != 0)) {
        return kill;
    }
    for (const RefusedCall& refused : refused_calls) {
        if (refused.*machine.number == call.number && call.number != none) {
            switch (refused.answer) {
                case Answer::eperm:
                    return eperm;
                case Answer::no_namespaces:
                    return nested_namespaces ? allow : eperm;
                case Answer::no_new_mounts:
                    return nested_namespaces ? allow : enosys;
            }
        }
    }
    return meant_for_arguments(call, machine, nested_namespaces);
}

std::string name_of(std::uint32_t number, const Machine& machine) {
    for (const RefusedCall& refused : refused_calls) {
        if (refused.*machine.number == number) {
            return std::string(refused.name);
        }
    }
    const std::array<std::pair<std::uint32_t, std::string_view>, 5> known = {{{machine.clone, "clone"},
                                                                              {machine.fcntl, "fcntl"},
                                                                              {machine.ioctl, "ioctl"},
                                                                              {machine.socket, "socket"},
                                                                              {machine.socketpair, "socketpair"}}};
    for (const auto& [value, name] : known) {
        if (value == number) {
            return std::string(name);
        }
    }
    return "number " + std::to_string(number);
}

std::string describe(std::uint32_t action) {
    switch (action) {
        case kill:
            return "kills the process";
        case allow:
            return "allows it";
        case eperm:
            return "refuses it with EPERM";
        case enosys:
            return "refuses it with ENOSYS";
        case eafnosupport:
            return "refuses it with EAFNOSUPPORT";
        default:
            return "answers with action " + std::to_string(action);
    }
}

class ProgramComparison {
public:
    ProgramComparison(const FilterProgram& program, const Machine& machine, bool nested_namespaces, const std::string& file,
                      Findings& findings)
        : program_(program), machine_(machine), nested_namespaces_(nested_namespaces), file_(file), findings_(findings) {
        numbers_ = program.call_numbers();
        for (const RefusedCall& refused : refused_calls) {
            numbers_.insert(refused.*machine.number);
        }
        numbers_.insert({machine.clone, machine.fcntl, machine.ioctl, machine.socket, machine.socketpair, 0});
        numbers_.insert(511);  // none of them
    }

    void run() {
        if (!program_.admits_only(machine_.audit)) {
            findings_.push_back(
                {file_, "", "the filter does not begin by killing calls of a foreign architecture", std::string(machine_.name)});
        }
        for (const std::uint32_t number : numbers_) {
            try_number(number);
        }
        for (const std::uint32_t number : {machine_.clone, machine_.fcntl, machine_.ioctl, machine_.socket, machine_.socketpair}) {
            try_arguments(number);
        }
    }

private:
    void try_number(std::uint32_t number) {
        SystemCall call;
        call.architecture = machine_.audit;
        for (const std::uint32_t changed : {number, number | x32_bit}) {
            call.number = changed;
            judge(call);
        }
        call.number = number;
        call.arguments.fill(~std::uint64_t{0});
        judge(call);
    }

    /// The argument that counts takes every number and every bit, in both halves; the rest are as a call that is allowed has them.
    void try_arguments(std::uint32_t number) {
        std::set<std::uint32_t> words = program_.argument_numbers();
        words.insert({static_cast<std::uint32_t>(new_namespaces), tiocsti, tioclinux, fioasync, set_flags, 0, 3, 10, none});
        for (std::uint32_t bit = 1; bit != 0; bit <<= 1U) {
            words.insert(bit);
        }
        SystemCall call;
        call.architecture = machine_.audit;
        call.number = number;
        const std::size_t counts = number == machine_.ioctl || number == machine_.fcntl ? 1 : 0;
        const std::size_t from = program_.examination(call);
        for (const std::uint32_t word : words) {
            for (const std::uint64_t high : {std::uint64_t{0}, std::uint64_t{1} << 32U}) {
                call.arguments = {};
                call.arguments.at(counts) = word | high;
                judge(call, from);
                if (number == machine_.fcntl) {
                    call.arguments = {0, set_flags, word | high, 0, 0, 0};
                    judge(call, from);
                }
                if (number == machine_.socket) {
                    call.arguments = {16, 0, word | high, 0, 0, 0};
                    judge(call, from);
                }
            }
        }
    }

    void judge(const SystemCall& call, std::size_t from = 0) {
        const std::uint32_t answer = program_.run_from(from, call);
        const std::uint32_t expected = meant(call, machine_, nested_namespaces_);
        if (answer == expected || !told_.insert(call.number & ~x32_bit).second) {
            return;
        }
        const std::string name = name_of(call.number & ~x32_bit, machine_);
        const std::string which = (call.number & x32_bit) != 0 ? " of x32" : "";
        findings_.push_back(
            {file_, "",
             "the filter " + describe(answer) + " for " + named(name) + which + "; it has to be one that " + describe(expected),
             name});
    }

    const FilterProgram& program_;
    const Machine& machine_;
    bool nested_namespaces_;
    const std::string& file_;
    Findings& findings_;
    std::set<std::uint32_t> numbers_;
    std::set<std::uint32_t> told_;
};

}  // namespace

const std::vector<std::string>& filtered_architectures() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const Machine& machine : machines) {
            list.emplace_back(machine.name);
        }
        return list;
    }();
    return names;
}

void compare_filter(std::string_view program, const std::string& architecture, bool nested_namespaces, const std::string& file,
                    Findings& findings) {
    const auto* const machine =
        std::find_if(machines.begin(), machines.end(), [&](const Machine& known) { return known.name == architecture; });
    if (machine == machines.end()) {
        throw Malformed{"", named(architecture) + " is no architecture that filters are made for"};
    }
    ProgramComparison(FilterProgram(program), *machine, nested_namespaces, file, findings).run();
}

}  // namespace sbx::verify
