// `policyc FILE -o DIR`: a profile to a bundle on disk, if what was made of it means the profile.
#include "compiler/cli/build_command.hpp"

#include "compiler/cli/bundle_writer.hpp"
#include "compiler/cli/commands.hpp"
#include "compiler/cli/disk_files.hpp"
#include "compiler/cli/render_findings.hpp"
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
    if (options.with_runtime) {
        RuntimeSearch search = find_runtime_binary();
        if (search.bytes.empty()) {
            return refuse_writing(
                fmt::format("found no sbx-run for `--with-runtime`; looked at {}", fmt::join(search.looked_at, ", ")));
        }
        request.runtime_binary = std::move(search.bytes);
    }
    return write_compilation(compile(std::move(request), DiskFiles()), options);
}

ExitCode write_compilation(const Compilation& done, const Options& options) {
    print_diagnostics({&done}, options, true);
    if (!done.differences.empty()) {
        print_error("policyc: this is a bug in policyc: what it made of the policy does not mean the policy. Nothing is written\n");
        print_error(render_findings(done.differences, ""));
        return ExitCode::different;
    }
    if (done.bundle) {
        if (auto refused = write_bundle(*done.bundle, options.output)) {
            return refuse_writing(*refused);
        }
    }
    return done.rejected ? ExitCode::rejected : ExitCode::done;
}

}  // namespace sbx::cli
