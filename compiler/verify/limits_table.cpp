// rlimits.tab, and what each limit of the language is to the kernel (getrlimit(2)); from runtime/artifact_format.hpp and section 6
// of the language reference.
#include "compiler/verify/tables.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace sbx::verify {
namespace {

using policy::Limit;

/// `processes` counts those of the payload alone: bubblewrap's monitor and its process 1 come on top.
constexpr std::uint64_t processes_of_bubblewrap = 2;
constexpr std::uint64_t milliseconds = 1000;
/// The kernel's "unlimited" is the largest number; a limit that is one never reaches it.
constexpr std::uint64_t largest_limit = std::numeric_limits<std::uint64_t>::max() - 1;

constexpr std::array<std::pair<std::string_view, Limit>, 10> limit_names = {{{"as", Limit::address_space},
                                                                             {"core", Limit::core},
                                                                             {"cpu", Limit::cpu_time},
                                                                             {"data", Limit::data},
                                                                             {"fsize", Limit::file_size},
                                                                             {"memlock", Limit::locked_memory},
                                                                             {"msgqueue", Limit::message_queues},
                                                                             {"nofile", Limit::open_files},
                                                                             {"nproc", Limit::processes},
                                                                             {"stack", Limit::stack}}};

std::string_view take_word(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

KernelLimit read_value(std::string_view text) {
    KernelLimit limit;
    if (text == "unlimited") {
        limit.value = policy::Unlimited{};
        return limit;
    }
    if (text.starts_with("${")) {
        const std::size_t end = text.find('}');
        const std::string_view name = text.substr(2, end == std::string_view::npos ? 0 : end - 2);
        const std::string_view rest = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (!rest.empty()) {
            limit.added = rest.front() == '+' ? read_decimal(rest.substr(1)).value_or(0) : 0;
        }
        if (!SandboxPath::below_parameter(name, "") || (!rest.empty() && limit.added == 0)) {
            throw Malformed{"", named(text) + " is no value of a limit"};
        }
        limit.value = policy::ParameterValue{std::string(name)};
        return limit;
    }
    const auto number = read_decimal(text);
    if (!number) {
        throw Malformed{"", named(text) + " is no value of a limit"};
    }
    limit.value = *number;
    return limit;
}

std::string describe(const KernelLimit& limit) {
    if (const auto* number = std::get_if<std::uint64_t>(&limit.value)) {
        return std::to_string(*number);
    }
    if (const auto* parameter = std::get_if<policy::ParameterValue>(&limit.value)) {
        return "`$" + parameter->parameter + "`" + (limit.added == 0 ? "" : " and " + std::to_string(limit.added) + " more");
    }
    return "unlimited";
}

/// In the kernel's unit; nullopt for what is no rlimit.
std::optional<std::pair<std::string, KernelLimit>> to_kernel(Limit limit, const policy::LimitValue& value) {
    const auto* const row =
        std::find_if(limit_names.begin(), limit_names.end(), [&](const auto& name) { return name.second == limit; });
    if (row == limit_names.end()) {
        return std::nullopt;
    }
    KernelLimit result{value, 0, {}};
    const std::uint64_t added = limit == Limit::processes ? processes_of_bubblewrap : 0;
    if (auto* number = std::get_if<std::uint64_t>(&result.value)) {
        *number = limit == Limit::cpu_time ? *number / milliseconds : *number;
        *number = *number > largest_limit - added ? largest_limit : *number + added;
    } else if (std::holds_alternative<policy::ParameterValue>(value)) {
        result.added = added;
    }
    return std::pair{std::string(row->first), std::move(result)};
}

}  // namespace

KernelLimits read_limits_table(std::string_view bytes) {
    Lines lines(bytes);
    if (lines.next() != format::limits_magic) {
        throw Malformed{"line 1", "it does not begin with " + named(format::limits_magic)};
    }
    KernelLimits limits;
    while (auto line = lines.next()) {
        if (line->starts_with('#')) {
            continue;
        }
        const std::string_view row = line->substr(0, line->find(" # "));
        std::string_view rest = row;
        const std::string name(take_word(rest));
        const std::string_view soft = take_word(rest);
        if (rest != soft || soft.empty()) {
            throw Malformed{lines.place(), named(row) + ": the soft and the hard limit differ, or one is missing"};
        }
        if (std::none_of(limit_names.begin(), limit_names.end(), [&](const auto& known) { return known.first == name; })) {
            throw Malformed{lines.place(), named(name) + " is no limit of this table"};
        }
        if (!limits.empty() && !(limits.rbegin()->first < name)) {
            throw Malformed{lines.place(), named(name) + " stands here a second time, or out of order"};
        }
        try {
            KernelLimit limit = read_value(soft);
            limit.place = lines.place();
            limits.emplace(name, std::move(limit));
        } catch (Malformed& mistake) {
            mistake.place = lines.place();
            throw;
        }
    }
    return limits;
}

void compare_limits(const policy::Limits& meant, const KernelLimits& found, const std::string& file, Findings& findings) {
    KernelLimits left = found;
    for (const auto& [limit, value] : meant) {
        const auto expected = to_kernel(limit, value.value);
        if (!expected) {
            continue;  // decided when the policy was compiled, or refused there
        }
        const std::string word(policy::to_text(limit));
        const auto row = left.extract(expected->first);
        if (row.empty()) {
            findings.push_back({file, "", named(word) + " is not limited; the policy means " + describe(expected->second), word});
        } else if (!(row.mapped() == expected->second)) {
            findings.push_back(
                {file, row.mapped().place,
                 named(word) + " is " + describe(row.mapped()) + " to the kernel; the policy means " + describe(expected->second),
                 word});
        }
    }
    for (const auto& [name, limit] : left) {
        findings.push_back(
            {file, limit.place, named(name) + " is limited to " + describe(limit) + ", and the policy does not say so", name});
    }
}

}  // namespace sbx::verify
