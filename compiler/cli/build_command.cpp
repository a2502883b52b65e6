// `policyc FILE -o DIR`: a profile to a bundle on disk, if what was made of it means the profile.
#include "compiler/cli/build_command.hpp"

#include "compiler/cli/bundle_writer.hpp"
#include "compiler/cli/commands.hpp"
#include "compiler/cli/dependency_file.hpp"
#include "compiler/cli/house_rules.hpp"
#include "compiler/cli/render_findings.hpp"
#include "compiler/cli/report_writer.hpp"
#include "compiler/cli/runtime_binary.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"

#include <fmt/format.h>

namespace sbx::cli {
namespace {

ExitCode refuse_writing(const std::string& reason) {
    print_error(fmt::format("policyc: {}\n", reason));
    return ExitCode::input_output;
}

/// Before the bundle: if nothing comes of that, the rule names more than it has to, and never less.
std::optional<std::string> write_dependencies(const Options& options, const std::vector<std::string>& inputs) {
    if (options.depfile.empty()) {
        return std::nullopt;
    }
    const std::string target = bundle_target(options.output);
    if (auto refused = refuse_names(target, inputs)) {
        return refused;
    }
    write_whole(options.depfile, dependency_rule(target, inputs));
    return std::nullopt;
}

}  // namespace

ExitCode build_command(const Options& options) {
    if (options.output.empty()) {
        return refuse_usage(
            {"`policyc build` needs `-o DIR`, the bundle to write", "`policyc check FILE` reads a policy and writes nothing"});
    }
    CompileRequest request;
    request.path = options.words.front();
    request.text = read_root(request.path);
    request.options = {options.definitions, options.include_directories};
    request.out = options.output;
    request.until = Until::emitted;
    // Said before anything else is: the policy may be fine, and still nothing can be written.
    if (auto refused = refuse_output(options.output)) {
        return refuse_writing(*refused);
    }
    if (auto refused = options.depfile.empty() ? std::nullopt : refuse_place(options.depfile, options.output)) {
        return refuse_writing(*refused);
    }
    RecordedFiles files;
    if (request.path != "-") {
        files.add(request.path);
    }
    if (options.with_runtime) {
        RuntimeSearch search = find_runtime_binary();
        if (search.bytes.empty()) {
            return refuse_writing(
                fmt::format("found no sbx-run for `--with-runtime`; looked at {}", fmt::join(search.looked_at, ", ")));
        }
        request.runtime_binary = std::move(search.bytes);
        files.add(search.path);
    }
    HouseRuleBook book;  // diagnostics point into it
    const HouseRules& rules = book.of(request.path);
    Compilation done = compile(std::move(request), files);
    apply_house_rules(done, rules);
    for (const std::string& name : rules.inputs) {
        files.add(name);
    }
    return write_compilation(done, options, files.names());
}

ExitCode write_compilation(const Compilation& done, const Options& options, const std::vector<std::string>& inputs) {
    print_diagnostics({&done}, options, true);
    if (!done.differences.empty()) {
        print_error("policyc: this is a bug in policyc: what it made of the policy does not mean the policy. Nothing is written\n");
        print_error(render_findings(done.differences, ""));
        return ExitCode::different;
    }
    if (done.bundle) {
        if (auto refused = write_dependencies(options, inputs)) {
            return refuse_writing(*refused);
        }
        if (auto refused = write_bundle(*done.bundle, options.output)) {
            return refuse_writing(*refused);
        }
    }
    return done.rejected ? ExitCode::rejected : ExitCode::done;
}

}  // namespace sbx::cli
