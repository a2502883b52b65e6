// See seccomp_program.hpp. Shape of a program: architecture, then calling convention, then one comparison a call, then the calls
// whose arguments decide. Arguments that the kernel reads as int are compared in 32 bits (CVE-2019-10063).
#include "emitters/seccomp_program.hpp"

#include "emitters/bpf_assembler.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace sbx::emit {

namespace {

constexpr std::uint32_t absent = 0xffffffffU;

enum class Group : std::uint8_t {
    kernel,
    tracing,
    asynchronous,
    keyring,
    memory_placement,
    file_handle,
    clock,
    namespaces,
    new_namespaces,
    examined
};
struct SystemCall {
    std::string_view name;
    std::uint32_t x86_64;
    std::uint32_t aarch64;
    Group group;
};
constexpr std::array system_calls = {
#define SBX_SYSTEM_CALL(name, x86_64, aarch64, group) SystemCall{#name, x86_64, aarch64, Group::group},
#include "emitters/system_calls.def"
#undef SBX_SYSTEM_CALL
};

struct Architecture {
    std::string_view name;
    std::uint32_t audit;  ///< AUDIT_ARCH_… of linux/audit.h
    std::uint32_t SystemCall::*number;
    bool has_x32;
};
constexpr std::array architectures = {Architecture{"aarch64", 0xc00000b7U, &SystemCall::aarch64, false},
                                      Architecture{"x86_64", 0xc000003eU, &SystemCall::x86_64, true}};

// struct seccomp_data (linux/seccomp.h); the low half of a 64-bit argument comes first on both machines.
constexpr std::uint32_t number_offset = 0;
constexpr std::uint32_t architecture_offset = 4;
constexpr std::uint32_t argument_offset(std::uint32_t index) {
    return 16 + 8 * index;
}
constexpr std::uint32_t allow = 0x7fff0000U;         // SECCOMP_RET_ALLOW
constexpr std::uint32_t kill_process = 0x80000000U;  // SECCOMP_RET_KILL_PROCESS
constexpr std::uint32_t refuse_with(std::uint32_t error) {
    return 0x00050000U | error;  // SECCOMP_RET_ERRNO
}
constexpr std::uint32_t not_permitted = refuse_with(1);    // EPERM, as on all Linux architectures
constexpr std::uint32_t no_such_call = refuse_with(38);    // ENOSYS
constexpr std::uint32_t no_such_family = refuse_with(97);  // EAFNOSUPPORT

constexpr std::uint32_t x32_bit = 0x40000000U;  // __X32_SYSCALL_BIT
// CLONE_NEWNS NEWCGROUP NEWUTS NEWIPC NEWUSER NEWPID NEWNET; CLONE_NEWTIME lies in clone's exit signal and is for unshare and
// clone3.
constexpr std::uint32_t new_namespace_flags = 0x7e020000U;
constexpr std::uint32_t tiocsti = 0x5412U;
constexpr std::uint32_t tioclinux = 0x541cU;
constexpr std::uint32_t fioasync = 0x5452U;
constexpr std::uint32_t f_setfl = 4;
constexpr std::uint32_t o_async = 0x2000U;
constexpr std::uint32_t af_unix = 1;
constexpr std::uint32_t af_inet = 2;
constexpr std::uint32_t af_inet6 = 10;
constexpr std::uint32_t af_netlink = 16;
constexpr std::uint32_t netlink_route = 0;

std::uint32_t number_of(std::string_view name, const Architecture& architecture) {
    for (const SystemCall& call : system_calls) {
        if (call.name == name) {
            return call.*architecture.number;
        }
    }
    return absent;
}

/// Namespaces are refused, but not where a policy has `nested-namespaces allow`.
bool is_refused(Group group, bool nested_namespaces) {
    switch (group) {
        case Group::kernel:
        case Group::tracing:
        case Group::asynchronous:
        case Group::keyring:
        case Group::memory_placement:
        case Group::file_handle:
        case Group::clock:
            return true;
        case Group::namespaces:
        case Group::new_namespaces:
            return !nested_namespaces;
        case Group::examined:
            return false;
    }
    return true;
}

struct Exits {
    BpfAssembler::Label allowed;
    BpfAssembler::Label refused;
    BpfAssembler::Label unknown_call;
    BpfAssembler::Label unknown_family;
    BpfAssembler::Label killed;
};

void compare_arguments(BpfAssembler& program, const Architecture& architecture, const Exits& exits, bool nested_namespaces) {
    const auto clone = program.new_label();
    const auto ioctl = program.new_label();
    const auto fcntl = program.new_label();
    const auto flags = program.new_label();
    const auto socket = program.new_label();
    const auto socketpair = program.new_label();
    const auto netlink = program.new_label();
    program.jump_if_equal(number_of("ioctl", architecture), ioctl);
    program.jump_if_equal(number_of("fcntl", architecture), fcntl);
    program.jump_if_equal(number_of("socket", architecture), socket);
    program.jump_if_equal(number_of("socketpair", architecture), socketpair);
    if (nested_namespaces) {
        program.finish_with(allow);
    } else {
        program.jump_if_equal(number_of("clone", architecture), clone, exits.allowed);
        program.bind(clone);
        program.load(argument_offset(0));
        program.jump_if_any_bit(new_namespace_flags, exits.refused, exits.allowed);
    }

    program.bind(ioctl);
    program.load(argument_offset(1));
    program.jump_if_equal(tiocsti, exits.refused);
    program.jump_if_equal(tioclinux, exits.refused);
    program.jump_if_equal(fioasync, exits.refused, exits.allowed);

    // A terminal of the caller's with O_ASYNC has the kernel signal its foreground group, with a signal that the program chooses.
    program.bind(fcntl);
    program.load(argument_offset(1));
    program.jump_if_equal(f_setfl, flags, exits.allowed);
    program.bind(flags);
    program.load(argument_offset(2));
    program.jump_if_any_bit(o_async, exits.refused, exits.allowed);

    program.bind(socket);
    program.load(argument_offset(0));
    program.jump_if_equal(af_unix, exits.allowed);
    program.jump_if_equal(af_inet, exits.allowed);
    program.jump_if_equal(af_inet6, exits.allowed);
    program.jump_if_equal(af_netlink, netlink, exits.unknown_family);
    program.bind(netlink);
    program.load(argument_offset(2));
    program.jump_if_equal(netlink_route, exits.allowed, exits.unknown_family);

    program.bind(socketpair);
    program.load(argument_offset(0));
    program.jump_if_equal(af_unix, exits.allowed, exits.unknown_family);
}

std::string program_for(const Architecture& architecture, bool nested_namespaces) {
    BpfAssembler program;
    const Exits exits{program.new_label(), program.new_label(), program.new_label(), program.new_label(), program.new_label()};
    const auto native = program.new_label();
    program.load(architecture_offset);
    program.jump_if_equal(architecture.audit, native);
    program.finish_with(kill_process);
    program.bind(native);
    program.load(number_offset);
    if (architecture.has_x32) {
        program.jump_if_any_bit(x32_bit, exits.killed);
    }
    for (const SystemCall& call : system_calls) {
        if (call.*architecture.number != absent && is_refused(call.group, nested_namespaces)) {
            program.jump_if_equal(call.*architecture.number,
                                  call.group == Group::new_namespaces ? exits.unknown_call : exits.refused);
        }
    }
    compare_arguments(program, architecture, exits, nested_namespaces);
    program.bind(exits.allowed);
    program.finish_with(allow);
    program.bind(exits.refused);
    program.finish_with(not_permitted);
    if (!nested_namespaces) {
        program.bind(exits.unknown_call);
        program.finish_with(no_such_call);
    }
    program.bind(exits.unknown_family);
    program.finish_with(no_such_family);
    if (architecture.has_x32) {
        program.bind(exits.killed);
        program.finish_with(kill_process);
    }
    return program.assemble();
}

std::string names_of(Group group) {
    std::string names;
    for (const SystemCall& call : system_calls) {
        if (call.group == group) {
            names += ' ';
            names += call.name;
        }
    }
    return names;
}

}  // namespace

std::vector<SeccompProgram> default_seccomp_programs(bool nested_namespaces) {
    std::vector<SeccompProgram> programs;
    for (const Architecture& architecture : architectures) {
        programs.push_back({std::string(architecture.name), program_for(architecture, nested_namespaces)});
    }
    return programs;
}

std::string describe_default_filter(bool nested_namespaces) {
    std::string text;
    text += "kill    calls of a foreign architecture, and of x32\n";
    text += "EPERM   ioctl TIOCSTI TIOCLINUX FIOASYNC, fcntl F_SETFL with O_ASYNC\n";
    text += "EAFNOSUPPORT socket, but for unix inet inet6 and netlink-route; socketpair, but for unix\n";
    constexpr std::array always = {Group::kernel,           Group::tracing,     Group::asynchronous, Group::keyring,
                                   Group::memory_placement, Group::file_handle, Group::clock};
    for (const Group group : always) {
        text += "EPERM  " + names_of(group) + "\n";
    }
    if (nested_namespaces) {
        text += "allow   namespaces and mounts in them, since the policy has `nested-namespaces allow`\n";
    } else {
        text += "EPERM   clone with a CLONE_NEW flag," + names_of(Group::namespaces) + "\n";
        text += "ENOSYS " + names_of(Group::new_namespaces) + "\n";
    }
    text += "allow   every other call\n";
    return text;
}

}  // namespace sbx::emit
