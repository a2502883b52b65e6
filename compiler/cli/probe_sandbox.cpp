// Making it and running it. The policy is written out flat and compiled like any other, so that what is tried went through the
// whole compiler, checks included.
#include "compiler/cli/probe_sandbox.hpp"

#include "compiler/cli/bundle_writer.hpp"
#include "compiler/cli/compile.hpp"
#include "compiler/cli/disk_files.hpp"
#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/runtime_binary.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/policy/statement_text.hpp"
#include "compiler/policy/supervised_limits.hpp"
#include "runtime/artifact_format.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

using policy::SandboxPath;

constexpr std::string_view probe_file = "sbx-probe";
constexpr std::chrono::seconds patience{120};

/// Below /var/tmp, where every id can reach it and no path is a link on usual systems; gone at the end.
class Workshop {
public:
    Workshop() {
        std::string name = "/var/tmp/policyc-test-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            throw failure(errno, "create", name);
        }
        path_ = name;
        if (::chmod(path_.c_str(), 0755) != 0) {
            throw failure(errno, "open up", path_);
        }
    }
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;
    ~Workshop() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }

    void add_program(std::string_view name, std::string_view bytes) const {
        const std::string file = path(name);
        FileHandle handle(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700));
        if (!handle.valid()) {
            throw failure(errno, "create", file);
        }
        write_all(handle.get(), bytes, file);
        if (::fchmod(handle.get(), 0755) != 0 || handle.close() != 0) {
            throw failure(errno, "write", file);
        }
    }

private:
    std::string path_;
};

/// Where a node can be added without anything of the host having to be there: the root, unless that is the host's; else a tmpfs.
std::optional<SandboxPath> place_for_the_probe(const policy::Filesystem& filesystem) {
    if (filesystem.nodes.count(SandboxPath()) == 0) {
        return SandboxPath::literal("/.sbx-probe");
    }
    for (const auto& [path, node] : filesystem.nodes) {
        if (path.is_literal() && std::holds_alternative<policy::Tmpfs>(node.content)) {
            return path.joined("/.sbx-probe");
        }
    }
    return std::nullopt;
}

std::string flat_text(const std::string& name, const policy::Policy& policy) {
    std::string text = fmt::format("sbx 1\nprofile {}\n", name);
    for (const std::string& statement : policy::to_statements(policy)) {
        text += statement + "\n";
    }
    return text;
}

/// Why it cannot be; empty if it is there.
std::string write_sandbox(const ProbeSetup& setup, const policy::Policy& policy, const Workshop& workshop) {
    const RuntimeSearch runtime = find_shipped(format::runtime_file);
    if (runtime.bytes.empty()) {
        return fmt::format("found no sbx-run; looked at {}", fmt::join(runtime.looked_at, ", "));
    }
    CompileRequest request;
    request.path = "-";
    request.text = flat_text(setup.name, policy);
    request.until = Until::emitted;
    request.runtime_binary = runtime.bytes;
    const Compilation done = compile(std::move(request), DiskFiles());
    for (const Diagnostic& each : done.diagnostics) {
        if (each.severity == Severity::error) {
            return each.message;
        }
    }
    if (!done.bundle) {
        return "the policy cannot be compiled to a bundle";
    }
    return write_bundle(*done.bundle, workshop.path("bundle")).value_or("");
}

std::vector<std::string> words_of(const ProbeSetup& setup, const Workshop& workshop, const SandboxPath& probe) {
    std::vector<std::string> words = {workshop.path("bundle/" + std::string(format::runtime_file)), workshop.path("bundle")};
    for (const std::string& setting : setup.settings) {
        words.insert(words.end(), {"--set", setting});
    }
    for (const auto& [name, value] : setup.passed) {
        words.insert(words.end(), {"--env", fmt::format("{}={}", name, value)});
    }
    words.insert(words.end(), {"--", probe.text()});
    for (const ProbeRequest& request : setup.requests) {
        words.insert(words.end(), {request.kind, request.argument});
    }
    return words;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> result;
    for (std::string& word : words) {
        result.push_back(word.data());
    }
    result.push_back(nullptr);
    return result;
}

struct Spoken {
    int status = 0;
    std::string out;
    std::string err;
};

/// Reads both streams until both end, or patience does; the sandbox dies with its launcher.
void listen(int out, int err, pid_t child, Spoken& spoken) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    pollfd waiting[] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
    while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0 || ::poll(waiting, 2, static_cast<int>(left.count())) < 0) {
            ::kill(child, SIGKILL);
            return;
        }
        for (pollfd& stream : waiting) {
            if (stream.fd < 0 || stream.revents == 0) {
                continue;
            }
            char buffer[4096];
            const ssize_t count = ::read(stream.fd, buffer, sizeof buffer);
            if (count <= 0) {
                stream.fd = -1;
            } else {
                (stream.fd == out ? spoken.out : spoken.err).append(buffer, static_cast<std::size_t>(count));
            }
        }
    }
}

Spoken launch(std::vector<std::string> words, const std::map<std::string, std::string>& environment) {
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment) {
        variables.push_back(name + "=" + value);
    }
    const std::vector<char*> argv = pointers(words);
    const std::vector<char*> envp = pointers(variables);
    int out[2];
    int err[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
        throw failure(errno, "make a pipe for", words.front());
    }
    const FileHandle out_read(out[0]);
    const FileHandle err_read(err[0]);
    const pid_t child = ::fork();
    if (child == 0) {
        const int nothing = ::open("/dev/null", O_RDONLY);
        ::dup2(nothing, STDIN_FILENO);
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(125);
    }
    ::close(out[1]);
    ::close(err[1]);
    if (child < 0) {
        throw failure(errno, "start", words.front());
    }
    Spoken spoken;
    listen(out_read.get(), err_read.get(), child, spoken);
    while (::waitpid(child, &spoken.status, 0) < 0 && errno == EINTR) {
    }
    return spoken;
}

void read_results(const std::string& text, ProbeAnswers& answers) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        const std::size_t blank = line.find(' ');
        if (blank != std::string::npos && line.find_first_not_of("0123456789") == blank) {
            answers.results[std::stoul(line.substr(0, blank))] = line.substr(blank + 1);
        }
        at = end + 1;
    }
}

}  // namespace

ProbeAnswers run_probe(const ProbeSetup& setup) {
    ProbeAnswers answers;
    const auto place = place_for_the_probe(setup.policy.filesystem);
    if (!place) {
        answers.refusal = "the host's `/` is granted and no `tmpfs` stands in it, so there is no place for the probe";
        return answers;
    }
    const RuntimeSearch probe = find_shipped(probe_file);
    if (probe.bytes.empty()) {
        answers.refusal = fmt::format("found no {}; looked at {}", probe_file, fmt::join(probe.looked_at, ", "));
        return answers;
    }
    const Workshop workshop;
    workshop.add_program(probe_file, probe.bytes);
    policy::Policy policy = setup.policy;
    const auto source = SandboxPath::literal(workshop.path(probe_file));
    const policy::Node node{policy::HostTree{source.value_or(SandboxPath()), false, false}, false, false, {}};
    policy.filesystem.nodes[*place] = node;
    policy.process.command.reset();  // `command only` would run nothing but itself
    // Nothing inside can ask for these, and what is enough for the command need not be for the probe.
    policy.limits.erase(policy::Limit::wall_time);
    policy.limits.erase(policy::Limit::output);
    policy.limits.erase(policy::Limit::memory);
    policy.limits.erase(policy::Limit::cpus);
    policy::settle_degradations(policy.may_degrade, policy.limits);
    policy::settle_grace(policy.limits);
    policy::settle_landlock(policy);
    answers.node = fmt::format("read SBX-PROBE as {}", policy::quote_path(*place));
    answers.refusal = write_sandbox(setup, policy, workshop);
    if (!answers.refusal.empty()) {
        return answers;
    }
    const Spoken spoken = launch(words_of(setup, workshop, *place), setup.environment);
    read_results(spoken.out, answers);
    if (!WIFEXITED(spoken.status) || WEXITSTATUS(spoken.status) != 0) {
        answers.refusal = spoken.err.empty() ? "the sandbox ended before the probe did" : spoken.err;
    }
    return answers;
}

}  // namespace sbx::cli
