// The doctor's report for people: a line a trial, then what to do about each shortcoming, then one line for a log.
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/doctor_report.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sbx::cli {
namespace {

using doctor::Answer;
using doctor::Result;

constexpr std::size_t shown_statements = 3;
constexpr std::size_t shown_columns = 100;  ///< of one of them: it may list many addresses

std::string_view title_of(doctor::TrialId id) {
    const auto& all = doctor::trials();
    return std::find_if(all.begin(), all.end(), [id](const doctor::Trial& trial) { return trial.id == id; })->title;
}

bool is_shortcoming(const Need& need, const Result& result) {
    return result.answer == Answer::refused && need.counts;
}

/// Of what the host may lack.
std::string who_asks(const Need& need) {
    return need.statements.empty() ? fmt::format("needed by {}", need.trial->needed_by) : "the policy may do without it";
}

std::string trial_line(const Need& need, const Result& result) {
    const auto line = [&](std::string_view word, std::string_view more) {
        return fmt::format("  {:<10} {}{}\n", word, result.trial->title, more);
    };
    switch (result.answer) {
        case Answer::works:
            return line("works", result.said.empty() ? "" : ": " + displayed(result.said));
        case Answer::refused:
            return need.counts ? line("missing", "") : line("no", fmt::format(": {}; {}", displayed(result.said), who_asks(need)));
        case Answer::not_tried:
            break;
    }
    std::vector<std::string_view> titles;
    for (const doctor::TrialId id : result.because) {
        titles.push_back(title_of(id));
    }
    return line("not tried", fmt::format(", for want of {}", fmt::join(titles, " and ")));
}

std::string statement_place(const Origin& origin) {
    return fmt::format("{}:{}", displayed(origin.file->name()), origin.file->position(origin.span.begin).line);
}

std::string shortened(std::string statement) {
    if (display_width(statement) <= shown_columns) {
        return statement;
    }
    const std::size_t blank = statement.rfind(' ', shown_columns);
    return blank == std::string::npos ? statement : statement.substr(0, blank) + " …";
}

std::string needed_by(const Need& need) {
    std::vector<std::string> lines;
    for (const plan::Enforcement& row : need.statements) {
        if (row.origin.known()) {
            lines.push_back(fmt::format("{}: {}", statement_place(row.origin), shortened(displayed(row.statement))));
        }
    }
    if (lines.empty()) {
        return fmt::format("  needed by  {}\n", need.trial->needed_by);
    }
    const std::size_t shown = lines.size() == shown_statements + 1 ? lines.size() : std::min(lines.size(), shown_statements);
    std::string text;
    for (std::size_t at = 0; at < shown; ++at) {
        text += fmt::format("  {:<9}  {}\n", at == 0 ? "needed by" : "", lines[at]);
    }
    if (shown < lines.size()) {
        text += fmt::format("  {:<9}  and {} more (all of them with --format json)\n", "", lines.size() - shown);
    }
    return text;
}

std::string shortcoming(const Need& need, const Result& result) {
    return fmt::format("missing: {}\n  tried      {}\n  answer     {}\n{}  remedy     {}\n", result.trial->title,
                       result.trial->tried, displayed(result.said), needed_by(need), displayed(result.remedy));
}

std::string heading(const DoctorReport& report) {
    const doctor::Launcher& launcher = report.launcher;
    std::string who = fmt::format("uid {}", launcher.uid);
    if (launcher.drops) {
        const bool named = !report.subject.empty() && launcher.has_run_as;
        who += named ? ", the policy's `run-as`"
                     : fmt::format(", as with `run-as {}`, since root's sandbox is never root", launcher.uid);
    }
    return fmt::format("Tried as {}:\n", who);
}

}  // namespace

std::string error_name(int error) {
    const char* const name = error == 0 ? nullptr : ::strerrorname_np(error);
    return name == nullptr ? "" : name;
}

bool DoctorReport::lacks_something() const {
    for (std::size_t at = 0; at < results.size(); ++at) {
        if (is_shortcoming(needs[at], results[at])) {
            return true;
        }
    }
    return false;
}

std::string doctor_summary(const DoctorReport& report) {
    std::vector<std::string> missing;
    std::size_t needed = 0;
    std::size_t not_tried = 0;
    for (std::size_t at = 0; at < report.results.size(); ++at) {
        const Need& need = report.needs[at];
        const Result& result = report.results[at];
        needed += need.counts ? 1U : 0U;
        not_tried += need.counts && result.answer == Answer::not_tried ? 1U : 0U;
        if (is_shortcoming(need, result)) {
            const std::string name = error_name(result.error);
            missing.push_back(name.empty() ? std::string(result.trial->name) : fmt::format("{} ({})", result.trial->name, name));
        }
    }
    const std::string whose = report.subject.empty() ? "this host" : displayed(report.subject);
    if (missing.empty()) {
        return fmt::format("policyc doctor: {}: nothing is missing; {} trials work", whose, needed);
    }
    return fmt::format("policyc doctor: {}: {} of {} missing: {}{}", whose, missing.size(), needed, fmt::join(missing, ", "),
                       not_tried == 0 ? "" : fmt::format("; {} not tried for want of them", not_tried));
}

std::string render_doctor_text(const DoctorReport& report, bool quiet) {
    std::string text;
    if (!quiet) {
        text += heading(report);
        for (std::size_t at = 0; at < report.results.size(); ++at) {
            text += trial_line(report.needs[at], report.results[at]);
        }
        text += "\n";
    }
    for (std::size_t at = 0; at < report.results.size(); ++at) {
        if (is_shortcoming(report.needs[at], report.results[at])) {
            text += shortcoming(report.needs[at], report.results[at]) + "\n";
        }
    }
    if (quiet) {
        return text.empty() ? text : text.substr(0, text.size() - 1);
    }
    return text + doctor_summary(report) + "\n";
}

}  // namespace sbx::cli
