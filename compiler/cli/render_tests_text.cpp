// Test results for people: a line a test, what failed with its source, then what was not asked about.
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/render_text.hpp"
#include "compiler/cli/test_report.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

std::string counted(std::size_t number, std::string_view thing) {
    return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
}

std::string claim_of(const policy::Test& test) {
    return test.claim.empty() ? "(no claim)" : displayed(test.claim);
}

std::string place_of(const Origin& origin) {
    return origin.known() ? displayed(origin.describe()) + ": " : std::string();
}

void write_tests(const TestReport& report, const TestTextStyle& style, std::string& out) {
    const Palette& colors = palette(style.color);
    for (const JudgedTest& judged : report.tests) {
        const std::size_t failures = judged.failures();
        if (failures > 0) {
            out += fmt::format("{}FAILED{}  {} ({} of {})\n", colors.error, colors.plain, claim_of(*judged.test), failures,
                               counted(judged.expectations.size(), "expectation"));
        } else if (!style.quiet) {
            out += fmt::format("ok      {} ({})\n", claim_of(*judged.test), counted(judged.expectations.size(), "expectation"));
        }
        for (const JudgedExpectation& each : judged.expectations) {
            if (!each.judgement.holds) {
                out += "\n" + render_text(policy::failure_of(report.compilation->profile.policy, *judged.test, *each.expectation,
                                                             each.judgement),
                                          report.compilation->profile.included_from, style.color);
            }
        }
        out += failures > 0 ? "\n" : "";
    }
}

void write_summary(const TestReport& report, std::string& out) {
    const std::string path = displayed(report.path);
    if (report.expectations() == 0) {
        out += fmt::format("{}: no tests\n", path);
        return;
    }
    const std::size_t failed = report.failed_tests();
    out +=
        fmt::format("{}: {}, {}; {}\n", path, counted(report.tests.size(), "test"), counted(report.expectations(), "expectation"),
                    failed == 0 ? "all hold" : counted(failed, "test") + (failed == 1 ? " does not hold" : " do not hold"));
}

void write_unasked(const std::vector<policy::Covered>& list, std::string_view title, std::string& out) {
    if (policy::count_asked(list) == list.size()) {
        return;
    }
    out += fmt::format("{} that no expectation asks about:\n", title);
    for (const policy::Covered& each : list) {
        if (!each.asked) {
            out += fmt::format("  {}{}\n", place_of(each.origin), displayed(each.what));
        }
    }
}

void write_coverage(const TestReport& report, bool listed, std::string& out) {
    const policy::Coverage& coverage = report.coverage;
    const std::size_t statements = policy::count_asked(coverage.statements);
    const std::size_t regions = policy::count_asked(coverage.regions);
    const bool complete = statements == coverage.statements.size() && regions == coverage.regions.size();
    out += fmt::format("asked about: {} of {}, {} of {}{}\n", statements, counted(coverage.statements.size(), "statement"), regions,
                       counted(coverage.regions.size(), "region"), complete || listed ? "" : "; `--coverage` lists the rest");
    if (listed) {
        write_unasked(coverage.statements, "statements", out);
        write_unasked(coverage.regions, "regions", out);
    }
}

void write_survivors(const policy::MutationReport& mutation, std::string& out) {
    if (mutation.survivors.empty()) {
        return;
    }
    out += "no test notices these; the expectation below each would:\n";
    for (const policy::Survivor& survivor : mutation.survivors) {
        out += fmt::format("  {}{}\n      {}\n", place_of(survivor.origin), displayed(survivor.change),
                           displayed(policy::to_statement(survivor.missing)));
    }
}

void write_out_of_reach(const policy::MutationReport& mutation, bool listed, std::string& out) {
    if (mutation.out_of_reach.empty()) {
        return;
    }
    out += fmt::format("{} about which no expectation can ask, left out{}\n", counted(mutation.out_of_reach.size(), "change"),
                       listed ? ":" : "; `--coverage` lists them");
    for (const policy::OutOfReach& each : mutation.out_of_reach) {
        out += listed ? fmt::format("  {}{}\n", place_of(each.origin), displayed(each.change)) : std::string();
    }
}

void write_mutation(const policy::MutationReport& mutation, bool listed, std::string& out) {
    const std::size_t judged = mutation.judged();
    out += judged == 0 ? std::string("mutants: none that a test could notice")
                       : fmt::format("mutants: {} of {} noticed ({}%)", mutation.noticed, judged, mutation.noticed * 100 / judged);
    out += fmt::format("; {} equivalent, left out\n", mutation.equivalent);
    if (mutation.passed_over != 0) {
        out += fmt::format("{} not changed: there are too many to change each, and those between were taken in equal steps\n",
                           counted(mutation.passed_over, "statement"));
    }
    write_survivors(mutation, out);
    write_out_of_reach(mutation, listed, out);
}

void write_trial(const KernelTrial& trial, std::string& out) {
    const std::string place = place_of(trial.expectation->origin);
    if (trial.agreement == Agreement::disagrees) {
        out += fmt::format("  {}`{}`: policyc decides `{}`, the kernel says `{}`\n", place, displayed(trial.tried),
                           displayed(trial.decided), displayed(trial.kernel));
    } else if (trial.agreement == Agreement::skipped) {
        out += fmt::format("  {}`{}` not tried: {}\n", place, displayed(trial.tried), displayed(trial.reason));
    }
}

void write_kernel(const KernelReport& kernel, std::string& out) {
    if (!kernel.refusal.empty()) {
        std::string reason = kernel.refusal;
        while (!reason.empty() && reason.back() == '\n') {
            reason.pop_back();
        }
        out += fmt::format("kernel: FAILED, the sandbox could not be tried: {}\n", displayed(reason));
        return;
    }
    const std::size_t disagree = kernel.count(Agreement::disagrees);
    out += fmt::format("kernel: {} agree, {}, {} not tried", kernel.count(Agreement::agrees),
                       disagree == 0 ? "none disagree" : fmt::format("{} DISAGREE", disagree), kernel.count(Agreement::skipped));
    out += kernel.node.empty() ? "\n" : fmt::format("; the sandbox had `{}` besides\n", displayed(kernel.node));
    for (const Agreement wanted : {Agreement::disagrees, Agreement::skipped}) {
        for (const KernelTrial& trial : kernel.trials) {
            if (trial.agreement == wanted) {
                write_trial(trial, out);
            }
        }
    }
}

}  // namespace

std::string render_tests_text(const TestReport& report, const TestTextStyle& style) {
    std::string out;
    if (report.compilation->rejected) {
        return style.quiet ? out : fmt::format("{}: rejected; its tests were not run\n", displayed(report.path));
    }
    write_tests(report, style, out);
    if (!style.quiet) {
        write_summary(report, out);
    }
    if (!style.quiet || style.coverage) {
        write_coverage(report, style.coverage, out);
    }
    if (report.mutation) {
        write_mutation(*report.mutation, style.coverage, out);
    }
    if (report.kernel) {
        write_kernel(*report.kernel, out);
    }
    return out;
}

}  // namespace sbx::cli
