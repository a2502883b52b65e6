// Reads, binds and sets resource limits. See the header.
#include "runtime/limits_table.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/number.hpp"
#include "runtime/refusal.hpp"
#include "runtime/table_lines.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

namespace sbx::runtime {

namespace {

/// How the C library declares it: an enumeration, or int.
using Resource = decltype(RLIMIT_CPU);

struct ResourceName {
    std::string_view name;
    int resource;
};
constexpr ResourceName resource_names[] = {
    {"as", RLIMIT_AS},       {"core", RLIMIT_CORE},       {"cpu", RLIMIT_CPU},           {"data", RLIMIT_DATA},
    {"fsize", RLIMIT_FSIZE}, {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE}, {"nofile", RLIMIT_NOFILE},
    {"nproc", RLIMIT_NPROC}, {"stack", RLIMIT_STACK},
};

[[noreturn]] void bad_limit(std::string_view line, const char* what) {
    refuse(step::verify, "rlimits.tab is malformed at " + quoted(line) + ": " + what, "compile the policy again");
}

std::string_view next_field(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view field = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return field;
}

void read_value(std::string_view line, std::string_view text, LimitRow& row) {
    if (text == "unlimited") {
        row.unlimited = true;
        return;
    }
    if (text.substr(0, 2) == "${") {
        const std::size_t end = text.find('}');
        row.parameter = std::string(text.substr(2, end == std::string_view::npos ? end : end - 2));
        if (end == std::string_view::npos || !is_name(row.parameter, true)) {
            bad_limit(line, "no parameter is named");
        }
        text.remove_prefix(end + 1);
        if (text.empty()) {
            return;
        }
        if (text.front() != '+') {
            bad_limit(line, "only `+K` may follow a parameter");
        }
        text.remove_prefix(1);
    }
    const std::optional<std::uint64_t> number = read_number(text);
    if (!number) {
        bad_limit(line, "the value is no number");
    }
    row.value = *number;
}

LimitRow read_row(std::string_view line) {
    std::string_view rest = without_comment(line);
    const std::string_view name = next_field(rest);
    const auto* const found = std::find_if(std::begin(resource_names), std::end(resource_names),
                                           [name](const ResourceName& r) { return r.name == name; });
    if (found == std::end(resource_names)) {
        bad_limit(line, "no such limit");
    }
    LimitRow row;
    row.name = std::string(name);
    row.resource = found->resource;
    const std::string_view soft = next_field(rest);
    const std::string_view hard = next_field(rest);
    if (soft.empty() || soft != hard || !rest.empty()) {
        bad_limit(line, "it needs a soft and a hard value, which are equal");
    }
    read_value(line, soft, row);
    return row;
}

}  // namespace

std::vector<LimitRow> read_limits_table(std::string_view text) {
    std::vector<LimitRow> rows;
    for (const std::string_view line : table_lines(text, format::limits_magic, format::limits_file)) {
        rows.push_back(read_row(line));
        if (rows.size() > 1 && rows[rows.size() - 2].name >= rows.back().name) {
            bad_limit(line, "the names are not sorted, or one occurs twice");
        }
    }
    return rows;
}

std::vector<EffectiveLimit> bind_limits(const std::vector<LimitRow>& rows, const Values& values) {
    std::vector<EffectiveLimit> result;
    for (const LimitRow& row : rows) {
        EffectiveLimit limit{row.name, row.resource, std::nullopt, std::nullopt};
        if (!row.unlimited) {
            std::uint64_t requested = row.value;
            if (!row.parameter.empty()) {
                const auto value = values.find(row.parameter);
                const std::optional<std::uint64_t> number = value != values.end() ? read_number(value->second) : std::nullopt;
                if (!number || *number > std::numeric_limits<std::uint64_t>::max() - 1 - row.value) {
                    refuse(step::bind,
                           "the limit " + quoted(row.name) + " needs the parameter " + quoted(row.parameter) + " as a count",
                           "give a smaller number, or compile the policy again");
                }
                requested += *number;
            }
            limit.requested = requested;
        }
        struct rlimit inherited {};
        if (getrlimit(static_cast<Resource>(row.resource), &inherited) != 0) {
            refuse_errno(step::limits, "the inherited limit " + quoted(row.name) + " cannot be read", errno, "check the kernel");
        }
        limit.effective = limit.requested;
        if (inherited.rlim_max != RLIM_INFINITY && (!limit.requested || *limit.requested > inherited.rlim_max)) {
            limit.effective = inherited.rlim_max;
        }
        result.push_back(std::move(limit));
    }
    return result;
}

EffectiveLimit bind_queued_signals() {
    constexpr std::uint64_t queued = 1024;
    struct rlimit inherited {};
    if (getrlimit(RLIMIT_SIGPENDING, &inherited) != 0) {
        refuse_errno(step::limits, "the inherited limit of queued signals cannot be read", errno, "check the kernel");
    }
    return {"sigpending", RLIMIT_SIGPENDING, queued, std::min<std::uint64_t>(queued, inherited.rlim_max)};
}

struct rlimit raise_open_files() {
    struct rlimit own {};
    if (getrlimit(RLIMIT_NOFILE, &own) != 0) {
        refuse_errno(step::limits, "the inherited limit of open files cannot be read", errno, "check the kernel");
    }
    const struct rlimit raised { own.rlim_max, own.rlim_max };
    if (own.rlim_cur < own.rlim_max) {
        setrlimit(RLIMIT_NOFILE, &raised);  // if it cannot be, opening says so
    }
    return own;
}

void set_limits(const std::vector<EffectiveLimit>& limits) {
    for (const EffectiveLimit& limit : limits) {
        const rlim_t value = limit.effective ? *limit.effective : RLIM_INFINITY;
        const struct rlimit both { value, value };
        if (setrlimit(static_cast<Resource>(limit.resource), &both) != 0) {
            refuse_errno(step::limits, "the limit " + quoted(limit.name) + " cannot be set", errno,
                         "raise the caller's own limit, or ask for less");
        }
    }
}

}  // namespace sbx::runtime
