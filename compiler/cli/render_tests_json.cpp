// Test results as JSON. Every text is as the policy has it; places are as in diagnostics.
#include "compiler/cli/json_place.hpp"
#include "compiler/cli/test_report.hpp"

#include <string_view>

namespace sbx::cli {
namespace {

using nlohmann::ordered_json;

std::string_view verdict_word(policy::Verdict verdict) {
    switch (verdict) {
        case policy::Verdict::denied:
            return "denied";
        case policy::Verdict::allowed:
            return "allowed";
        case policy::Verdict::depends:
            return "depends";
    }
    return "";
}

ordered_json to_json(const JudgedExpectation& judged) {
    const policy::Decision& decision = judged.judgement.decision;
    return {{"expectation", policy::to_statement(*judged.expectation)},
            {"place", json_place(judged.expectation->origin)},
            {"holds", judged.judgement.holds},
            {"message", judged.judgement.message},
            {"decision", verdict_word(decision.verdict)},
            {"reason", decision.reason},
            {"decided_at", json_place(decision.origin)},
            {"advice", decision.advice}};
}

ordered_json to_json(const JudgedTest& judged) {
    ordered_json expectations = ordered_json::array();
    for (const JudgedExpectation& each : judged.expectations) {
        expectations.push_back(to_json(each));
    }
    return {{"claim", judged.test->claim},
            {"place", json_place(judged.test->origin)},
            {"holds", judged.failures() == 0},
            {"expectations", std::move(expectations)}};
}

ordered_json to_json(const std::vector<policy::Covered>& list) {
    ordered_json unasked = ordered_json::array();
    for (const policy::Covered& each : list) {
        if (!each.asked) {
            unasked.push_back({{"what", each.what}, {"place", json_place(each.origin)}});
        }
    }
    return {{"total", list.size()}, {"asked", policy::count_asked(list)}, {"unasked", std::move(unasked)}};
}

ordered_json to_json(const policy::MutationReport& report) {
    ordered_json survivors = ordered_json::array();
    for (const policy::Survivor& each : report.survivors) {
        survivors.push_back(
            {{"change", each.change}, {"place", json_place(each.origin)}, {"expectation", policy::to_statement(each.missing)}});
    }
    ordered_json out_of_reach = ordered_json::array();
    for (const policy::OutOfReach& each : report.out_of_reach) {
        out_of_reach.push_back({{"change", each.change}, {"place", json_place(each.origin)}});
    }
    return {{"judged", report.judged()},         {"noticed", report.noticed},         {"equivalent", report.equivalent},
            {"passed_over", report.passed_over}, {"survivors", std::move(survivors)}, {"out_of_reach", std::move(out_of_reach)}};
}

ordered_json to_json(const KernelReport& report) {
    ordered_json trials = ordered_json::array();
    for (const KernelTrial& each : report.trials) {
        trials.push_back({{"expectation", policy::to_statement(*each.expectation)},
                          {"place", json_place(each.expectation->origin)},
                          {"tried", each.tried},
                          {"result", each.agreement == Agreement::agrees      ? "agrees"
                                     : each.agreement == Agreement::disagrees ? "disagrees"
                                                                              : "skipped"},
                          {"decided", each.decided},
                          {"kernel", each.kernel},
                          {"reason", each.reason}});
    }
    return {{"node", report.node}, {"refusal", report.refusal}, {"trials", std::move(trials)}};
}

ordered_json to_json(const TestReport& report) {
    ordered_json tests = ordered_json::array();
    for (const JudgedTest& each : report.tests) {
        tests.push_back(to_json(each));
    }
    ordered_json file = {{"file", report.path},
                         {"profile", report.compilation->profile.name},
                         {"rejected", report.compilation->rejected},
                         {"failed_tests", report.failed_tests()},
                         {"tests", std::move(tests)},
                         {"statements", to_json(report.coverage.statements)},
                         {"regions", to_json(report.coverage.regions)}};
    if (report.mutation) {
        file["mutants"] = to_json(*report.mutation);
    }
    if (report.kernel) {
        file["kernel"] = to_json(*report.kernel);
    }
    return file;
}

}  // namespace

std::string render_tests_json(const std::vector<TestReport>& reports) {
    ordered_json files = ordered_json::array();
    for (const TestReport& report : reports) {
        files.push_back(to_json(report));
    }
    const ordered_json document = {{"format", 1}, {"files", std::move(files)}};
    return document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::cli
