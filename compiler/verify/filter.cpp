// The points at which a program is tried, and what is said where it answers otherwise than the policy; see the header.
#include "compiler/verify/filter.hpp"

#include "compiler/verify/filter_meaning.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace sbx::verify {
namespace {

std::string describe_action(std::uint32_t action) {
    switch (action) {
        case action::kill:
            return "kills the process";
        case action::allow:
            return "allows it";
        case action::eperm:
            return "refuses it with EPERM";
        case action::enosys:
            return "refuses it with ENOSYS";
        case action::eafnosupport:
            return "refuses it with EAFNOSUPPORT";
        default:
            return "answers with action " + std::to_string(action);
    }
}

class ProgramComparison {
public:
    ProgramComparison(const FilterProgram& program, const FilteredMachine& machine, const policy::Policy& policy,
                      const std::string& file, Findings& findings)
        : program_(program), machine_(machine), meaning_(policy, machine), file_(file), findings_(findings) {
        filtered_ = !policy.system_calls.unrestricted.value;
        constexpr std::uint32_t beyond_all_tables = 1024;
        for (std::uint32_t number = 0; number < beyond_all_tables; ++number) {
            numbers_.push_back(number);
        }
        for (const std::uint32_t number : program.call_numbers()) {
            for (const std::uint32_t near : {number, number + 1}) {
                if (near >= beyond_all_tables) {
                    numbers_.push_back(near);
                }
            }
        }
        numbers_.insert(numbers_.end(), {0x7fffffffU, 0x80000000U, 0xffffffffU});
        masks_ = program.call_masks();
        masks_.insert({0, x32_call_bit});
        words_ = program.argument_numbers();
        words_.merge(meaning_.argument_numbers());
        for (std::uint32_t bit = 1; bit != 0; bit <<= 1U) {
            words_.insert(bit);
        }
    }

    void run() {
        if (filtered_ && !program_.admits_only(machine_.audit)) {
            findings_.push_back({file_, "", "the filter does not begin by killing calls of a foreign architecture", machine_.name});
        }
        for (const std::uint32_t number : numbers_) {
            try_number(number);
        }
        for (const auto& [name, counts] :
             {std::pair{"clone", 0U}, {"fcntl", 1U}, {"ioctl", 1U}, {"socket", 0U}, {"socketpair", 0U}}) {
            if (const auto number = meaning_.number(name)) {
                try_arguments(*number, counts, name);
            }
        }
    }

private:
    void try_number(std::uint32_t number) {
        SystemCall call;
        call.architecture = machine_.audit;
        for (const std::uint32_t mask : masks_) {
            call.number = number | mask;
            judge(call);
        }
        call.number = number;
        call.arguments.fill(~std::uint64_t{0});
        judge(call);
    }

    /// The argument that counts takes every number and every bit, in both halves; the rest are as a call that is allowed has them.
    void try_arguments(std::uint32_t number, std::size_t counts, std::string_view name) {
        SystemCall call;
        call.architecture = machine_.audit;
        call.number = number;
        const std::size_t from = program_.examination(call);
        for (const std::uint32_t word : words_) {
            for (const std::uint64_t high : {std::uint64_t{0}, std::uint64_t{1} << 32U}) {
                call.arguments = {};
                call.arguments.at(counts) = word | high;
                judge(call, from);
                if (name == "socket") {
                    call.arguments = {16, 0, word | high, 0, 0, 0};
                    judge(call, from);
                } else if (name == "fcntl") {
                    call.arguments = {0, 4, word | high, 0, 0, 0};  // F_SETFL
                    judge(call, from);
                }
            }
        }
    }

    void judge(const SystemCall& call, std::size_t from = 0) {
        const std::uint32_t answer = program_.run_from(from, call);
        const std::uint32_t expected = meaning_.of(call);
        if (answer == expected || !told_.insert(call.number & ~x32_call_bit).second) {
            return;
        }
        const std::string name = meaning_.name(call.number & ~x32_call_bit);
        const std::string which = machine_.has_x32 && (call.number & x32_call_bit) != 0 ? " of x32" : "";
        findings_.push_back({file_, "",
                             "the filter " + describe_action(answer) + " for " + named(name) + which + "; it has to be one that " +
                                 describe_action(expected),
                             name});
    }

    const FilterProgram& program_;
    const FilteredMachine& machine_;
    FilterMeaning meaning_;
    const std::string& file_;
    Findings& findings_;
    bool filtered_ = true;
    std::vector<std::uint32_t> numbers_;
    std::set<std::uint32_t> masks_;
    std::set<std::uint32_t> words_;  ///< of arguments
    std::set<std::uint32_t> told_;
};

}  // namespace

const std::vector<std::string>& filtered_architectures() {
    static const std::vector<std::string> names = {"aarch64", "x86_64"};
    return names;
}

void compare_filter(std::string_view program, const std::string& architecture, const policy::Policy& policy,
                    const std::string& file, Findings& findings) {
    const FilteredMachine* const machine = find_machine(architecture);
    if (machine == nullptr) {
        throw Malformed{"", named(architecture) + " is no architecture that filters are made for"};
    }
    ProgramComparison(FilterProgram(program), *machine, policy, file, findings).run();
}

}  // namespace sbx::verify
