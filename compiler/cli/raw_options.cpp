// Options from CLI11, and those of `check`; see the header.
#include "compiler/cli/raw_options.hpp"

#include "compiler/cli/check_report.hpp"
#include "compiler/cli/display_text.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

namespace sbx::cli {

void add_option(CLI::App& app, const OptionRow& row, Raw& raw) {
    const std::string flags(row.flags);
    const auto add_values = [&](std::vector<std::string>& into) {
        app.add_option(flags, into)->allow_extra_args(false)->delimiter('\0');
    };
    switch (row.id) {
        case OptionId::output:
            return add_values(raw.output);
        case OptionId::depfile:
            return add_values(raw.depfile);
        case OptionId::define:
            return add_values(raw.define);
        case OptionId::include:
            return add_values(raw.include);
        case OptionId::format:
            return add_values(raw.format);
        case OptionId::test_format:
            raw.third_format = "junit";
            return add_values(raw.format);
        case OptionId::diff_format:
            raw.third_format = "markdown";
            return add_values(raw.format);
        case OptionId::fail_on:
            return add_values(raw.fail_on);
        case OptionId::within:
            return add_values(raw.within);
        case OptionId::color:
            return add_values(raw.color);
        case OptionId::fail_on_empty:
            app.add_flag(flags, raw.fail_on_empty);
            return;
        case OptionId::coverage:
            app.add_flag(flags, raw.coverage);
            return;
        case OptionId::kernel:
            app.add_flag(flags, raw.kernel);
            return;
        case OptionId::set:
            return add_values(raw.set);
        case OptionId::mutate:
            app.add_flag(flags, raw.mutate);
            return;
        case OptionId::with_runtime:
            app.add_flag(flags, raw.with_runtime);
            return;
        case OptionId::check:
            app.add_flag(flags, raw.only_check);
            return;
        case OptionId::diff:
            app.add_flag(flags, raw.show_diff);
            return;
        case OptionId::check_format:
            return add_values(raw.reports);
        case OptionId::fail_level:
            return add_values(raw.fail_level);
        case OptionId::select:
            return add_values(raw.select);
        case OptionId::ignore:
            return add_values(raw.ignore);
        case OptionId::baseline:
            return add_values(raw.baseline);
        case OptionId::pedantic:
            app.add_flag(flags, raw.pedantic);
            return;
        case OptionId::fix:
            app.add_flag(flags, raw.fix);
            return;
        case OptionId::stdio:
            app.add_flag(flags, raw.stdio);
            return;
        case OptionId::quiet:
            app.add_flag(flags, raw.quiet);
            return;
        case OptionId::help:
            app.add_flag(flags, raw.help);
            return;
        case OptionId::man:
            app.add_flag(flags, raw.man);
            return;
    }
}

std::optional<UsageError> take_once(const std::vector<std::string>& values, std::string_view flag, std::string& into) {
    if (values.size() > 1) {
        return UsageError{fmt::format("`{}` is given {} times", flag, values.size()), "give it once"};
    }
    if (!values.empty()) {
        into = values.front();
        if (into.empty()) {
            return UsageError{fmt::format("`{}` is given an empty value", flag), ""};
        }
    }
    return std::nullopt;
}

UsageError unknown_choice(std::string_view flag, std::string_view value, const std::vector<std::string_view>& known) {
    const auto similar = nearest(value, known);
    return UsageError{fmt::format("`{}` is given {}; it takes {}", flag, spelled(value), fmt::join(known, ", ")),
                      similar ? fmt::format("did you mean `{}`?", *similar) : ""};
}

namespace {

/// `F005,too-wide` and several of it, in one list.
std::optional<UsageError> take_findings(const std::vector<std::string>& values, std::string_view flag,
                                        std::vector<std::string>& into) {
    for (const std::string& value : values) {
        for (std::size_t at = 0; at <= value.size();) {
            const std::size_t comma = std::min(value.find(',', at), value.size());
            std::string word = value.substr(at, comma - at);
            at = comma + 1;
            if (!names_a_finding(word)) {
                std::vector<std::string_view> known;
                for (std::size_t i = 0; i < diagnostic_count(); ++i) {
                    const DiagnosticInfo& row = info(static_cast<DiagnosticKind>(i));
                    known.insert(known.end(), {row.code, row.code.substr(4), row.name});
                }
                const auto similar = nearest(word, known);
                return UsageError{fmt::format("`{}` is given {}, and no finding is called so", flag, spelled(word)),
                                  similar ? fmt::format("did you mean `{}`?", *similar)
                                          : "it takes codes, names, and how codes begin: `F005`, `too-wide`, `N`"};
            }
            into.push_back(std::move(word));
        }
    }
    return std::nullopt;
}

std::optional<UsageError> take_reports(const std::vector<std::string>& values, std::vector<ReportTarget>& into) {
    const std::vector<std::pair<std::string_view, CheckFormat>> known = {
        {"text", CheckFormat::text},     {"json", CheckFormat::json},   {"sarif", CheckFormat::sarif},
        {"github", CheckFormat::github}, {"junit", CheckFormat::junit}, {"gcc", CheckFormat::gcc}};
    std::size_t streams = 0;
    for (const std::string& value : values) {
        const std::size_t equals = std::min(value.find('='), value.size());
        ReportTarget target;
        if (auto error = take_choice({value.substr(0, equals)}, "--format", known, target.format)) {
            return error;
        }
        target.path = value.substr(std::min(equals + 1, value.size()));
        if (equals < value.size() && target.path.empty()) {
            return UsageError{fmt::format("`--format {}` names no file after the `=`", displayed(value)), ""};
        }
        streams += target.path.empty() && target.format != CheckFormat::text ? 1U : 0U;
        into.push_back(std::move(target));
    }
    if (streams > 1) {
        return UsageError{"two forms can't go to standard output at once",
                          "give one of them a file: `--format sarif=policies.sarif`"};
    }
    if (into.empty()) {
        into.push_back({});
    }
    return std::nullopt;
}

}  // namespace

std::optional<UsageError> take_check_options(const Raw& raw, Options& options) {
    const std::vector<std::pair<std::string_view, Severity>> levels = {
        {"error", Severity::error}, {"warning", Severity::warning}, {"pedantic", Severity::pedantic}};
    if (auto error = take_choice(raw.fail_level, "--fail-level", levels, options.fail_level)) {
        return error;
    }
    if (auto error = take_findings(raw.select, "--select", options.select)) {
        return error;
    }
    if (auto error = take_findings(raw.ignore, "--ignore", options.ignore)) {
        return error;
    }
    if (auto error = take_once(raw.baseline, "--baseline", options.baseline)) {
        return error;
    }
    return take_reports(raw.reports, options.reports);
}

}  // namespace sbx::cli
