// See seccomp_program.hpp. Shape of a program: architecture, then calling convention, then a balanced tree over the numbers, whose
// leaves are answers, or look at arguments. Arguments that the kernel reads as int are compared in 32 bits (CVE-2019-10063).
#include "emitters/seccomp_program.hpp"

#include "emitters/bpf_assembler.hpp"

#include <cstdint>

namespace sbx::emit {

namespace {

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
constexpr std::uint32_t af_netlink = 16;
constexpr std::uint32_t set_status_flags = 4;   // F_SETFL
constexpr std::uint32_t asynchronous = 0x2000;  // O_ASYNC
constexpr std::uint32_t netlink_route = 0;

/// Jumps with a condition reach so far.
constexpr std::size_t short_jump = 255;

class CallTree {
public:
    CallTree(const plan::SystemCallPlan& plan, const std::vector<plan::CallRange>& ranges) : plan_(plan), ranges_(ranges) {}

    void write(BpfAssembler& program) const { write(program, 0, ranges_.size()); }

private:
    /// The ranges from `begin` to before `end`; the number is loaded.
    void write(BpfAssembler& program, std::size_t begin, std::size_t end) const {
        if (end - begin == 1) {
            write_leaf(program, ranges_[begin].action);
            return;
        }
        const std::size_t middle = begin + (end - begin) / 2;
        const auto upper = program.new_label();
        if (size(begin, middle) <= short_jump) {
            program.jump_if_at_least(ranges_[middle].first, upper);
        } else {
            const auto lower = program.new_label();
            program.jump_if_at_least(ranges_[middle].first, std::nullopt, lower);
            program.jump(upper);
            program.bind(lower);
        }
        write(program, begin, middle);
        program.bind(upper);
        write(program, middle, end);
    }

    [[nodiscard]] std::size_t size(std::size_t begin, std::size_t end) const {
        if (end - begin == 1) {
            BpfAssembler leaf;
            write_leaf(leaf, ranges_[begin].action);
            return leaf.size();
        }
        const std::size_t middle = begin + (end - begin) / 2;
        const std::size_t lower = size(begin, middle);
        return 1 + (lower <= short_jump ? 0 : 1) + lower + size(middle, end);
    }

    void write_leaf(BpfAssembler& program, plan::CallAction action) const {
        switch (action) {
            case plan::CallAction::allow:
                return program.finish_with(allow);
            case plan::CallAction::refuse:
                return program.finish_with(not_permitted);
            case plan::CallAction::unknown:
                return program.finish_with(no_such_call);
            case plan::CallAction::by_request:
                return write_requests(program);
            case plan::CallAction::by_status_flags:
                return write_status_flags(program);
            case plan::CallAction::by_clone_flags:
                return write_clone_flags(program);
            case plan::CallAction::by_family:
                return write_families(program, plan_.families, plan_.netlink_route);
            case plan::CallAction::by_pair_family:
                return write_families(program, plan_.pair_families, false);
        }
    }

    /// What comes this far is allowed, and what jumps to `refused` is not.
    static void finish_or_refuse(BpfAssembler& program, BpfAssembler::Label refused) {
        program.finish_with(allow);
        program.bind(refused);
        program.finish_with(not_permitted);
    }

    void write_requests(BpfAssembler& program) const {
        const auto refused = program.new_label();
        program.load(argument_offset(1));
        for (const std::uint32_t request : plan_.refused_requests) {
            program.jump_if_equal(request, refused);
        }
        finish_or_refuse(program, refused);
    }

    /// F_SETFL with O_ASYNC.
    static void write_status_flags(BpfAssembler& program) {
        const auto allowed = program.new_label();
        const auto refused = program.new_label();
        program.load(argument_offset(1));
        program.jump_if_equal(set_status_flags, std::nullopt, allowed);
        program.load(argument_offset(2));
        program.jump_if_any_bit(asynchronous, refused);
        program.bind(allowed);
        finish_or_refuse(program, refused);
    }

    static void write_clone_flags(BpfAssembler& program) {
        const auto refused = program.new_label();
        program.load(argument_offset(0));
        program.jump_if_any_bit(new_namespace_flags, refused);
        finish_or_refuse(program, refused);
    }

    static void write_families(BpfAssembler& program, const std::vector<std::uint32_t>& families, bool with_routes) {
        if (families.empty() && !with_routes) {
            return program.finish_with(no_such_family);
        }
        const auto allowed = program.new_label();
        const auto refused = program.new_label();
        program.load(argument_offset(0));
        for (const std::uint32_t family : families) {
            program.jump_if_equal(family, allowed);
        }
        if (with_routes) {
            program.jump_if_equal(af_netlink, std::nullopt, refused);
            program.load(argument_offset(2));
            program.jump_if_equal(netlink_route, allowed);
        }
        program.bind(refused);
        program.finish_with(no_such_family);
        program.bind(allowed);
        program.finish_with(allow);
    }

    const plan::SystemCallPlan& plan_;
    const std::vector<plan::CallRange>& ranges_;
};

std::string program_for(const plan::SystemCallPlan& plan, const plan::CallNumbers& machine) {
    BpfAssembler program;
    if (plan.unrestricted) {
        program.finish_with(allow);
        return program.assemble();
    }
    const auto native = program.new_label();
    program.load(architecture_offset);
    program.jump_if_equal(machine.audit, native);
    program.finish_with(kill_process);
    program.bind(native);
    program.load(number_offset);
    if (machine.has_x32) {
        const auto tree = program.new_label();
        program.jump_if_any_bit(x32_bit, std::nullopt, tree);
        program.finish_with(kill_process);
        program.bind(tree);
    }
    CallTree(plan, machine.ranges).write(program);
    return program.assemble();
}

}  // namespace

std::vector<SeccompProgram> seccomp_programs(const plan::SystemCallPlan& plan) {
    std::vector<SeccompProgram> programs;
    for (const plan::CallNumbers& machine : plan.machines) {
        programs.push_back({machine.architecture, program_for(plan, machine)});
    }
    return programs;
}

}  // namespace sbx::emit
