// The `limits` block. Every value is checked for unit and size.
#include "compiler/policy/resolve_values.hpp"
#include "compiler/policy/supervised_limits.hpp"

#include <algorithm>
#include <limits>

namespace sbx::policy {

namespace {

enum class Unit : std::uint8_t { duration, size, count, decimal };

/// `least` and `most`: in the unit of LimitValue. `why`: what needs the least.
struct LimitRule {
    Limit limit;
    Unit unit;
    std::uint64_t least;
    std::string_view why;
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};
// The least values are what bubblewrap 0.8 and a program without libraries need to start: getrlimit(2) counts bubblewrap's own
// descriptors, its image and its thread's stack; RLIMIT_FSIZE also holds for the data files that it writes.
constexpr LimitRule limit_rules[] = {
    {Limit::cpu_time, Unit::duration, 1000, "RLIMIT_CPU counts whole seconds"},
    {Limit::wall_time, Unit::duration, 1, "", most_wall_time},
    {Limit::grace, Unit::duration, 0, "", most_wall_time},
    {Limit::memory, Unit::size, least_memory, "bubblewrap and a program without libraries use that much", most_output},
    {Limit::address_space, Unit::size, 64U << 20U, "bubblewrap and the loader map that much"},
    {Limit::data, Unit::size, 16U << 20U, "bubblewrap and the loader allocate that much"},
    {Limit::stack, Unit::size, 128U << 10U, "execve(2) sets aside as much for arguments"},
    {Limit::core, Unit::size, 0, ""},
    {Limit::locked_memory, Unit::size, 0, ""},
    {Limit::message_queues, Unit::size, 0, ""},
    {Limit::file_size, Unit::size, 4096, "bubblewrap writes the policy's own files under it"},
    {Limit::open_files, Unit::count, 16, "bubblewrap holds about a dozen while it sets the sandbox up"},
    {Limit::processes, Unit::count, 1, "the program itself is one"},
    {Limit::cpus, Unit::decimal, 1, "", most_cpus},
    {Limit::output, Unit::size, 0, "", most_output},
    {Limit::tmpfs_total, Unit::size, 0, ""},
};

const LimitRule& rule_of(Limit limit) {
    return *std::find_if(std::begin(limit_rules), std::end(limit_rules),
                         [&](const LimitRule& rule) { return rule.limit == limit; });
}

std::string in_unit(const LimitRule& rule, std::uint64_t value) {
    switch (rule.unit) {
        case Unit::duration:
            return to_text(Duration{value});
        case Unit::size:
            return to_text(ByteSize{value});
        case Unit::count:
            return std::to_string(value);
        case Unit::decimal:
            return thousandths_to_text(value);
    }
    return {};
}

std::optional<std::uint64_t> parse_in_unit(const LimitRule& rule, std::string_view text) {
    switch (rule.unit) {
        case Unit::duration: {
            const auto duration = parse_duration(text);
            return duration ? std::optional(duration->milliseconds) : std::nullopt;
        }
        case Unit::size: {
            const auto size = parse_size(text);
            // `core 0` is the usual spelling: nothing needs no unit.
            return size ? std::optional(size->bytes) : text == "0" ? std::optional<std::uint64_t>(0) : std::nullopt;
        }
        case Unit::count:
            return parse_count(text);
        case Unit::decimal:
            return parse_thousandths(text);
    }
    return std::nullopt;
}

std::string form_of(Unit unit) {
    switch (unit) {
        case Unit::duration:
            return "a duration, as in `60s` or `5m`";
        case Unit::size:
            return "a size, as in `64M`";
        case Unit::count:
            return "a whole number, as in `1_024`";
        case Unit::decimal:
            return "a number with at most three decimals, as in `1.5`";
    }
    return {};
}

/// Whether a word has the right form, and only its value is beyond 64 bits.
bool is_too_large(const Word& word, Unit unit) {
    const std::size_t digits = word.text.find_first_not_of("0123456789");
    if (word.kind != SyntaxKind::literal || digits == 0) {
        return false;
    }
    const std::string_view suffix = digits == std::string_view::npos ? std::string_view() : word.text.substr(digits);
    return unit == Unit::duration ? parse_duration("1" + std::string(suffix)).has_value() : suffix.empty();
}

void report_too_low(FileResolver& file, const Word& word, const LimitRule& rule, const std::string& value) {
    file.session
        .error(DiagnosticKind::too_low_to_start, word.origin,
               "`" + std::string(to_text(rule.limit)) + " " + value + "` is too low for any program to start")
        .note(std::string(rule.why.empty() ? "nothing can run under less" : rule.why))
        .help("set at least `" + std::string(to_text(rule.limit)) + " " + in_unit(rule, rule.least) + "`");
}

std::optional<LimitValue> read_parameter_limit(FileResolver& file, const Word& word, const LimitRule& rule) {
    if (rule.unit != Unit::count) {
        static_cast<void>(parameter_misfit(file, word, form_of(rule.unit)));
        return std::nullopt;
    }
    const Declaration* declaration = parameter_of(file, word, ParameterType::count, "a whole number");
    if (declaration == nullptr) {
        return std::nullopt;
    }
    const Parameter& parameter = declaration->parameter;
    const bool listed =
        !parameter.one_of.empty() && std::all_of(parameter.one_of.begin(), parameter.one_of.end(),
                                                 [&](const auto& value) { return parse_count(value).value_or(0) >= rule.least; });
    if (listed || (parameter.range && parameter.range->first >= rule.least)) {
        return ParameterValue{declaration->name};
    }
    constexpr std::uint64_t usual_most = 4096;
    const std::string least = std::to_string(rule.least);
    const std::uint64_t most = parameter.range ? std::max(parameter.range->second, rule.least) : std::max(usual_most, rule.least);
    file.session
        .error(DiagnosticKind::too_low_to_start, word.origin,
               "a launch may give `$" + declaration->name + "` a value under " + least + ", with which no program starts")
        .label(declaration->origin, "declared here")
        .help(parameter.one_of.empty()
                  ? "declare its range: `param " + declaration->name + ": count " + least + "-" + std::to_string(most) + "`"
                  : "leave out of its list what is under " + least);
    return std::nullopt;
}

}  // namespace

std::optional<LimitValue> read_limit_value(FileResolver& file, const Statement& statement, Limit limit, const Word& word) {
    const LimitRule& rule = rule_of(limit);
    if (word.kind == SyntaxKind::variable) {
        return read_parameter_limit(file, word, rule);
    }
    if (word.kind == SyntaxKind::name && word.text == "unlimited" && limit != Limit::grace) {
        return Unlimited{};
    }
    const auto value = word.value ? std::nullopt : parse_in_unit(rule, word.text);
    if (value && *value > rule.most) {
        file.session
            .error(DiagnosticKind::bad_value, word.origin,
                   quoted(word.text) +
                       (rule.unit == Unit::duration ? " is longer than anybody waits" : " is more than can be counted"))
            .help("write at most `" + std::string(to_text(limit)) + " " + in_unit(rule, rule.most) + "`" +
                  (limit == Limit::grace ? "" : ", or `unlimited` for none"));
        return std::nullopt;
    }
    if (!value) {
        const std::string otherwise =
            "write " + forms(*statement.info) + (limit == Limit::grace ? "" : ", or `unlimited` for none");
        if (rule.unit == Unit::size) {
            report_size(file, word, otherwise);
        } else if (parse_count(word.text) && rule.unit == Unit::duration) {
            report_unit(file, word, "s", "a duration has a unit: ms, s, m, h or d");
        } else if (is_too_large(word, rule.unit)) {
            file.session.error(DiagnosticKind::bad_value, word.origin, quoted(word.text) + " is more than can be counted")
                .help(otherwise);
        } else {
            file.session.error(DiagnosticKind::bad_value, word.origin, quoted(word.text) + " is not " + form_of(rule.unit))
                .help(otherwise);
        }
        return std::nullopt;
    }
    return LimitValue(*value);
}

void resolve_limits_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    if ((!block || !statement.items.empty()) && !statement.view.has_error()) {
        report_shape(file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
                     "`limits` takes a block and nothing else");
    }
    if (block) {
        resolve_statements(file, Context::limits, block->statements());
    }
}

void resolve_limit(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const Limit limit = find_limit(statement.keyword.text()).value();
    const LimitRule& rule = rule_of(limit);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    refuse_optional(file, words);
    std::optional<LimitValue> value;
    if (words.size() == 1) {
        value = read_limit_value(file, statement, limit, words[0]);
    } else if (complete) {
        report_shape(file, statement, second_or_whole(statement, words), quoted(statement.keyword.text()) + " takes one value");
    }
    if (value && std::holds_alternative<std::uint64_t>(*value)) {
        const std::uint64_t number = std::get<std::uint64_t>(*value);
        if (number < rule.least) {
            report_too_low(file, words[0], rule, std::string(words[0].text));
            value.reset();
        } else if (limit == Limit::cpu_time && number % 1000 != 0) {
            file.session.error(DiagnosticKind::bad_value, words[0].origin, "`cpu-time` counts whole seconds")
                .help("write `cpu-time " + std::to_string(number / 1000 + 1) + "s`");
            value.reset();
        }
    }
    if (!value) {
        return;
    }
    const auto [place, is_new] =
        file.own.limits.try_emplace(limit, Setting<LimitValue>{*value, statement.origin(), statement.is_final});
    if (!is_new) {
        report_duplicate(file, statement.origin(), place->second.origin, to_text(limit));
    }
}

}  // namespace sbx::policy
