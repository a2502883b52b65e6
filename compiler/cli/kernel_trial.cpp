// Expectations to trials and answers to verdicts. The kernel's answer is held against decide's, not against what the test hopes
// for: a test that fails is reported as such anyway. An answer proves a disagreement only where nothing but the policy can explain
// it, so where a grant came to nothing the host is asked as the id that ran whether it has the thing at all.
#include "compiler/cli/kernel_trial.hpp"

#include "compiler/cli/kernel_answer.hpp"
#include "compiler/cli/probe_sandbox.hpp"
#include "compiler/policy/judge.hpp"
#include "compiler/policy/socket_families.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

using policy::RequestKind;
using policy::SandboxPath;
using policy::Verdict;

bool asks_for_path(RequestKind kind) {
    return kind == RequestKind::read || kind == RequestKind::write || kind == RequestKind::exec;
}

class Trials {
public:
    Trials(const Compilation& compilation, const std::vector<std::string>& settings)
        : policy_(compilation.profile.policy), compilation_(compilation), settings_(settings), values_(policy_, settings) {}

    KernelReport run() {
        for (const policy::Test& test : compilation_.profile.tests) {
            for (const policy::Expectation& expectation : test.expectations) {
                plan(expectation);
            }
        }
        ProbeSetup setup;
        setup.name = "tried";
        setup.policy = policy_;
        setup.settings = settings_;
        setup.passed = passed_;
        setup.environment = environment_;
        const char* path = std::getenv("PATH");
        setup.environment["PATH"] = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
        for (const PlannedTrial& each : planned_) {
            setup.requests.push_back(each.request);
        }
        if (!planned_.empty()) {
            ProbeAnswers answers = run_probe(setup);
            report_.node = answers.node;
            report_.refusal = answers.refusal;
            for (std::size_t number = 0; number < planned_.size(); ++number) {
                const auto found = answers.results.find(number);
                report_.trials.push_back(judge_answer(policy_, values_, planned_[number],
                                                      found == answers.results.end() ? std::string() : found->second));
            }
        }
        return std::move(report_);
    }

private:
    // ---- what is tried ------------------------------------------------------------------------------------------------------

    void skip(const policy::Expectation& expectation, std::string reason) {
        report_.trials.push_back({&expectation, Agreement::skipped, policy::to_statement(expectation), "", "", std::move(reason)});
    }
    void try_it(const policy::Expectation& expectation, std::string kind, std::string argument, policy::Decision decision,
                SandboxPath place = {}) {
        planned_.push_back({&expectation, {std::move(kind), std::move(argument)}, std::move(decision), std::move(place)});
    }

    void plan(const policy::Expectation& expectation) {
        const policy::Request& request = expectation.request;
        if (expectation.never) {
            return request.kind == RequestKind::write ? plan_never_write(expectation) : plan_never_connect(expectation);
        }
        const policy::Decision decision = policy::decide(policy_, request);
        if (asks_for_path(request.kind)) {
            return plan_path(expectation, request.path, decision);
        }
        switch (request.kind) {
            case RequestKind::connect_tcp:
            case RequestKind::connect_udp:
                return try_it(expectation, request.kind == RequestKind::connect_tcp ? "tcp" : "udp",
                              request.endpoint ? policy::to_text(*request.endpoint) : "", decision);
            case RequestKind::environment:
                return plan_variable(expectation, decision);
            case RequestKind::limit:
                return plan_limit(expectation, decision);
            case RequestKind::syscall:
                return plan_system_call(expectation, decision);
            case RequestKind::resolve:
            case RequestKind::read:
            case RequestKind::write:
            case RequestKind::exec:
                return skip(expectation, "nothing tries this yet");
        }
    }
    void plan_path(const policy::Expectation& expectation, const SandboxPath& path, const policy::Decision& decision) {
        const auto place = values_.concrete(path);
        if (decision.verdict == Verdict::depends) {
            return skip(expectation, "the answer depends on the launch");
        }
        if (!place) {
            return skip(expectation, fmt::format("`${}` has no value; give it one with `--set`", path.parameter()));
        }
        const RequestKind kind = expectation.request.kind;
        try_it(expectation,
               kind == RequestKind::read    ? "read"
               : kind == RequestKind::write ? "write"
                                            : "exec",
               place->text(), decision, *place);
    }
    /// The path itself, and every place of the view below it.
    void plan_never_write(const policy::Expectation& expectation) {
        std::vector<SandboxPath> places = {expectation.request.path};
        for (const auto& [path, node] : policy_.filesystem.nodes) {
            if (expectation.request.path.contains(path) && path != places.front()) {
                places.push_back(path);
            }
        }
        for (const SandboxPath& place : places) {
            policy::Request request = expectation.request;
            request.path = place;
            plan_path(expectation, place, policy::decide(policy_, request));
        }
    }
    /// Both ends of each range, at one port.
    void plan_never_connect(const policy::Expectation& expectation) {
        for (const policy::AddressRange& range : expectation.addresses.ranges()) {
            for (const policy::Address& address : {range.first, range.last}) {
                policy::Request request = expectation.request;
                request.endpoint = policy::Endpoint{address, 443};
                try_it(expectation, "tcp", policy::to_text(*request.endpoint), policy::decide(policy_, request));
            }
        }
    }
    void plan_variable(const policy::Expectation& expectation, const policy::Decision& decision) {
        const std::string& name = expectation.request.name;
        if (name == "PATH" && decision.verdict != Verdict::allowed) {
            return skip(expectation, "the launcher itself needs `PATH`");
        }
        const bool is_accepted = decision.verdict == Verdict::depends && decision.reason.find("`accept ") != std::string::npos;
        (is_accepted ? passed_ : environment_)[name] = "sbx-probe";
        try_it(expectation, "env", name, decision);
    }
    /// The call with an argument that the policy lets through if it lets any through.
    void plan_system_call(const policy::Expectation& expectation, const policy::Decision& decision) {
        const policy::SystemCallRow& row =
            policy::system_call_table().at(policy::find_system_call(expectation.request.name).value_or(0));
#if defined(__x86_64__)
        const std::uint32_t number = row.x86_64;
#else
        const std::uint32_t number = row.aarch64;
#endif
        if (number == policy::absent_call) {
            return skip(expectation, "this machine has no such call");
        }
        if (row.name == "uprobe" || row.name == "uretprobe") {
            return skip(expectation, "no filter is asked about it");
        }
        std::uint32_t argument = row.name == "socketpair" ? 1 : 0;
        for (const policy::SocketFamily& family : policy::socket_families()) {
            if (row.name == "socket" && argument == 0 && policy_.sockets.allowed.count(family.name) != 0) {
                argument = family.number;
            }
        }
        try_it(expectation, "syscall", fmt::format("{}:{}", number, argument), decision);
    }
    void plan_limit(const policy::Expectation& expectation, const policy::Decision& decision) {
        static const std::map<policy::Limit, std::string> names = {{policy::Limit::cpu_time, "cpu"},
                                                                   {policy::Limit::address_space, "as"},
                                                                   {policy::Limit::data, "data"},
                                                                   {policy::Limit::stack, "stack"},
                                                                   {policy::Limit::core, "core"},
                                                                   {policy::Limit::locked_memory, "memlock"},
                                                                   {policy::Limit::message_queues, "msgqueue"},
                                                                   {policy::Limit::file_size, "fsize"},
                                                                   {policy::Limit::open_files, "nofile"},
                                                                   {policy::Limit::processes, "nproc"}};
        const auto name = names.find(expectation.request.limit.value_or(policy::Limit::tmpfs_total));
        if (name == names.end()) {
            return skip(expectation, expectation.request.limit == policy::Limit::tmpfs_total
                                         ? "the compiler enforces it, and no kernel"
                                         : "sbx-run enforces it, and nothing inside can ask for it");
        }
        try_it(expectation, "limit", name->second, decision);
    }

    const policy::Policy& policy_;
    const Compilation& compilation_;
    const std::vector<std::string>& settings_;
    LaunchValues values_;
    std::map<std::string, std::string> passed_;
    std::map<std::string, std::string> environment_;
    std::vector<PlannedTrial> planned_;
    KernelReport report_;
};

}  // namespace

std::size_t KernelReport::count(Agreement agreement) const {
    return static_cast<std::size_t>(
        std::count_if(trials.begin(), trials.end(), [&](const KernelTrial& each) { return each.agreement == agreement; }));
}

KernelReport try_on_kernel(const Compilation& compilation, const std::vector<std::string>& settings) {
    return Trials(compilation, settings).run();
}

}  // namespace sbx::cli
