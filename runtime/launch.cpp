// From the command line to the exit status. See the header. A Refusal from any step ends up here, is said once, and is put into the
// report if there is one.
#include "runtime/launch.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/bundle.hpp"
#include "runtime/cgroup_verdict.hpp"
#include "runtime/command_line.hpp"
#include "runtime/console.hpp"
#include "runtime/explanation.hpp"
#include "runtime/handed_files.hpp"
#include "runtime/handover.hpp"
#include "runtime/launch_report.hpp"
#include "runtime/preparation.hpp"
#include "runtime/report_file.hpp"
#include "runtime/sandbox_cgroup.hpp"
#include "runtime/sandbox_process.hpp"
#include "runtime/scrub.hpp"
#include "runtime/supervise.hpp"
#include "runtime/tools.hpp"

#include <cerrno>
#include <chrono>
#include <exception>
#include <optional>
#include <unistd.h>
#include <vector>

namespace sbx::runtime {

namespace {

using Clock = std::chrono::steady_clock;

Verbosity verbosity_of(const CommandLine& line) {
    if (line.quiet) {
        return Verbosity::quiet;
    }
    return line.verbose ? Verbosity::verbose : Verbosity::normal;
}

class Launch {
public:
    Launch(const CommandLine& line, const std::vector<std::string_view>& environment)
        : line_(line), environment_(environment), console_(verbosity_of(line)) {}

    /// Ends the process with the exit status. Nothing is freed first, which would take time and leave nothing else behind than the
    /// end of the process does: whatever has to be undone was by then, or is here.
    [[noreturn]] void run_and_end() {
        const int status = run();
        cgroup_.reset();
        _exit(status);
    }

private:
    int run() {
        try {
            report_file_.emplace(line_.report);
            if (const std::optional<int> done = proceed()) {
                return *done;
            }
        } catch (const Refusal& refusal) {
            refusal_ = refusal;
        } catch (const std::exception& error) {
            refusal_ = Refusal{std::string(step::supervise), error.what(), "give the caller more memory", exit_refused};
        }
        return conclude();
    }

    const CommandLine& line_;
    const std::vector<std::string_view>& environment_;
    Console console_;
    Clock::time_point began_ = Clock::now();
    Clock::time_point prepared_ = began_;
    std::optional<ReportFile> report_file_;
    std::optional<Bundle> bundle_;
    std::optional<Preparation> preparation_;
    std::optional<SandboxCgroup> cgroup_;
    std::vector<Degraded> degraded_;
    std::optional<CgroupUse> use_;
    std::optional<Ending> ending_;
    std::optional<Refusal> refusal_;

    /// An exit status if there was nothing to run.
    std::optional<int> proceed() {
        Descriptor own_executable = open_own_executable();
        bundle_.emplace(line_.bundle);
        if (line_.help) {
            print(
                describe_bundle(bundle_->manifest(), read_environment_table(bundle_->read(std::string(format::environment_file)))));
            return 0;
        }
        const std::vector<int> own = {own_executable.get(), bundle_->descriptor(), report_file_->descriptor()};
        explain([this] { return std::vector{explain_scrub(), explain_bundle(bundle_->manifest())}; });
        std::vector<int> passed = keep_passed_descriptors(bundle_->manifest(), own);
        refuse_ways_to_the_host(passed);
        const Identity identity = choose_identity(bundle_->manifest());
        explain([&] { return std::vector{explain_identity(bundle_->manifest(), identity)}; });
        const struct rlimit open_files = raise_open_files();
        Reservations reservations(identity);
        preparation_.emplace(prepare(line_, *bundle_, environment_, identity, reservations));
        preparation_->passed = std::move(passed);
        tell_preparation();
        Handover handover = hand_over(*preparation_, std::move(own_executable));
        if (line_.print) {
            print(describe_handover(*preparation_, handover));
            return 0;
        }
        explain([&] { return explain_handover(bundle_->manifest(), *preparation_, handover); });
        settle_landlock();
        supervise_sandbox(handover, open_files);
        explain([this] { return std::vector{explain_ending(*ending_)}; });
        return std::nullopt;
    }

    /// Refuses, or goes without what the policy lets be missing.
    void settle_landlock() {
        if (const std::optional<Refusal>& missing = preparation_->landlock.missing) {
            degraded_.push_back(degraded_or_refused("landlock", *missing, bundle_->manifest()));
            console_.downgrade(describe(degraded_.back()));
        }
    }

    /// Before any process is made, and as whoever started us: root's cgroup stays root's.
    void make_cgroup(Handover& handover) {
        cgroup_.emplace(bundle_->manifest().cgroup, processes_in(*preparation_, bundle_->manifest().cgroup),
                        std::vector<pid_t>{getpid()}, bundle_->manifest().profile);
        for (Degraded& each : settle_missing(*cgroup_, bundle_->manifest())) {
            console_.downgrade(describe(each));
            degraded_.push_back(std::move(each));
        }
        handover.cgroup = cgroup_->entry();
    }

    void leave_cgroup() {
        if (!cgroup_->path().empty()) {
            use_ = cgroup_->use();
            account_for_memory(*ending_, *use_, bundle_->manifest().cgroup);
        }
        if (!cgroup_->end()) {
            console_.note("a process of the sandbox does not die, and its cgroup stays");
        }
    }

    void supervise_sandbox(Handover& handover, const struct rlimit& open_files) {
        prepared_ = Clock::now();
        make_cgroup(handover);
        if (chdir("/") != 0) {
            refuse_errno(step::scrub, "the root directory cannot be entered", errno, "leave the chroot");
        }
        Watch watch(handover.channel.supervisor.get(), bundle_->manifest().supervised.wall_time.has_value());
        const SandboxProcess sandbox = start_sandbox(*preparation_, handover, open_files);
        // What the sandbox has is its own from here on: ends of pipes that we kept would never close for their readers.
        handover.owned.clear();
        handover.own_error.reset();
        handover.own_output.reset();
        handover.own_input.reset();
        handover.channel.sandbox.reset();
        preparation_->arguments.handed.clear();
        for (const int descriptor : preparation_->passed) {
            close(descriptor);
        }
        const SupervisedLimits& limits = bundle_->manifest().supervised;
        std::optional<OutputRelay> relay;
        if (handover.command_output.open() || handover.command_error.open()) {
            relay.emplace(limits.output.value_or(OutputRelay::unlimited), std::move(handover.command_output),
                          std::move(handover.command_error));
        }
        std::optional<CallerTerminal> terminal;
        if (handover.terminal.open()) {
            terminal.emplace(handover.callers_terminal, std::move(handover.terminal), handover.takes_typing);
        }
        ending_ = supervise(
            sandbox, handover, watch,
            {preparation_->keeps_terminal, time_for_network(), limits, relay ? &*relay : nullptr, terminal ? &*terminal : nullptr});
        leave_cgroup();
        refusal_ = ending_->refusal;
        preparation_->locks.clear();
    }

    /// Each of its steps has a limit of its own; this one is for what nobody thought of.
    [[nodiscard]] std::chrono::seconds time_for_network() const {
        return preparation_->network ? std::chrono::seconds(30 + 10 * preparation_->network->transactions.size())
                                     : std::chrono::seconds(0);
    }

    void tell_preparation() const {
        for (const std::string& name : preparation_->environment.dropped) {
            console_.note("the variable " + quoted(name) + " changes how programs are loaded, and is not passed on");
        }
        explain([this] { return explain_preparation(line_, *preparation_); });
    }

    /// Put together only if somebody wants to read it.
    template <class Lines>
    void explain(Lines lines) const {
        if (console_.verbose()) {
            for (const std::string& line : lines()) {
                console_.detail(line);
            }
        }
    }

    int conclude() {
        if (refusal_) {
            console_.refusal(*refusal_);
        } else if (ending_ && ending_->limit) {
            console_.note(describe(*ending_->limit, ending_->killed));
        } else if (ending_ && ending_->killed) {
            console_.note(ending_->late ? std::string("the sandbox was killed: it was not set up in time")
                                        : "the sandbox was killed after signal " + std::to_string(ending_->forwarded));
        }
        if (report_file_ && report_file_->wanted() && !report_file_->write(report())) {
            console_.failure("the report could not be written: " + error_text(errno));
        }
        return refusal_ ? refusal_->exit_code : ending_->exit_code;
    }

    [[nodiscard]] std::string report() const {
        const auto since = [this](Clock::time_point end) {
            return std::chrono::duration_cast<std::chrono::microseconds>(end - began_);
        };
        LaunchReport report;
        report.manifest = bundle_ ? &bundle_->manifest() : nullptr;
        report.preparation = preparation_ ? &*preparation_ : nullptr;
        report.ending = ending_ ? &*ending_ : nullptr;
        report.refusal = refusal_ ? &*refusal_ : nullptr;
        report.cgroup = cgroup_ ? &*cgroup_ : nullptr;
        report.use = use_ ? &*use_ : nullptr;
        report.degraded = &degraded_;
        report.prepared = since(prepared_);
        report.total = since(Clock::now());
        if (preparation_) {
            report.bubblewrap_version = tool_version(preparation_->bubblewrap, "bwrap", "bubblewrap ", preparation_->identity);
            if (const std::optional<BoundNetwork>& network = preparation_->network; network && !network->macvlan) {
                const bool pasta = network->kind == UserNetwork::pasta;
                report.helper_version = tool_version(network->helper.path, network->helper.words.front(),
                                                     pasta ? "pasta " : "slirp4netns version ", preparation_->identity);
            }
        }
        return to_json(report);
    }
};

}  // namespace

int launch(const std::vector<std::string_view>& words, const std::vector<std::string_view>& environment) {
    try {
        scrub();
        const CommandLine line = read_command_line(words);
        if (line.version) {
            print("sbx-run " SBX_VERSION "\n");
            return 0;
        }
        if (line.help && line.bundle.empty()) {
            print(help_text());
            return 0;
        }
        Launch(line, environment).run_and_end();
    } catch (const Refusal& refusal) {
        Console(Verbosity::quiet).refusal(refusal);
        return refusal.exit_code;
    }
}

}  // namespace sbx::runtime
