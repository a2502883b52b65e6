// `policyc doctor [FILE|BUNDLE]`: what this host can deliver, or what it lacks for one policy.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/doctor_report.hpp"
#include "compiler/cli/policy_input.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/plan/lower.hpp"
#include "grammar/diagnostic.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace sbx::cli {
namespace {

/// Who a root caller's sandbox is where no policy says it: nobody.
constexpr std::uint32_t nobody = 65534;

doctor::Launcher launcher_of(const policy::Process& process) {
    doctor::Launcher launcher{::geteuid(), ::getegid(), ::geteuid() == 0, true, process.groups_none.value, false, {}};
    if (launcher.drops) {
        launcher.has_run_as = process.run_as.has_value();
        launcher.uid = process.run_as ? process.run_as->value.uid : nobody;
        launcher.gid = process.run_as ? process.run_as->value.gid : nobody;
    }
    return launcher;
}

void examine(DoctorReport& report) {
    std::vector<const doctor::Trial*> chosen;
    for (const Need& need : report.needs) {
        chosen.push_back(need.trial);
    }
    report.results = doctor::carry_out(chosen, report.launcher);
}

/// What the policy may do without is tried only where it may do without all of it.
bool has_to_keep(std::string_view name, const plan::LimitTable& limits) {
    const auto& all = limits.cgroup;
    const bool may_lack_all = std::all_of(all.begin(), all.end(), [](const auto& limit) { return limit.degradation.has_value(); });
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& limit) { return limit.name == name && (may_lack_all || !limit.degradation); });
}

/// Of a policy, what it needs; of none, everything, as a root caller's policy with a `run-as` would need it.
DoctorReport report_for(const policy::Policy& policy, const plan::ExecutionPlan& plan, bool any) {
    DoctorReport report;
    report.launcher = launcher_of(policy.process);
    report.launcher.switches = plan.process.options;
    report.launcher.ipv6 = plan.network.ipv6;
    report.launcher.memory = any || has_to_keep("memory", plan.limits);
    report.launcher.landlock = plan.landlock.least ? static_cast<unsigned>(plan.landlock.least->value) : 1;
    report.launcher.cpus = any || has_to_keep("cpus", plan.limits);
    report.launcher.has_run_as = report.launcher.has_run_as || any;
    report.needs = any ? needs_of_any_policy() : needs_of(policy, plan);
    return report;
}

}  // namespace

ExitCode doctor_command(const Options& options) {
    std::optional<PolicyInput> input;
    policy::Policy policy;
    plan::ExecutionPlan plan;
    if (options.words.empty()) {
        DiagnosticSink sink;
        plan = plan::lower(policy, sink);
    } else {
        input.emplace(read_policy_input(options.words.front(), options, Until::planned));
        if (input->compilation.rejected) {
            print_diagnostics({&input->compilation}, options, false);
            return ExitCode::rejected;
        }
        DiagnosticSink sink;
        policy = input->policy();
        plan = input->compilation.plan ? std::move(*input->compilation.plan) : plan::lower(policy, sink);
    }
    DoctorReport report = report_for(policy, plan, !input);
    if (input) {
        report.subject = input->name;
        report.profile = input->compilation.profile.name;
    }
    examine(report);
    print_out(options.format == Format::json ? render_doctor_json(report) : render_doctor_text(report, options.quiet));
    return report.lacks_something() ? ExitCode::missing : ExitCode::done;
}

}  // namespace sbx::cli
