// `policyc verify DIR`: whether a bundle still means its policy, from the bundle alone.
#include "compiler/cli/bundle_reader.hpp"
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/render_findings.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/cli/verify_within.hpp"
#include "compiler/verify/certify.hpp"
#include "runtime/artifact_format.hpp"

#include <fmt/format.h>

namespace sbx::cli {

ExitCode verify_command(const Options& options) {
    const std::string& path = options.words.front();
    const StoredBundle bundle = read_bundle(path);
    const verify::BundleFiles files = bundle.view();
    if (!files.contains(std::string(format::manifest_file))) {
        print_error(fmt::format("policyc: `{}` is no bundle: it has no {}\n", displayed(path), format::manifest_file));
        return ExitCode::input_output;
    }
    verify::Findings findings = bundle.strangers;
    for (verify::Finding& finding : verify::certify_bundle(files)) {
        findings.push_back(std::move(finding));
    }
    if (findings.empty() && !options.within.empty()) {
        return verify_within(options, files.size());
    }
    const ExitCode code = findings.empty() ? ExitCode::done : ExitCode::different;
    if (options.format == Format::json) {
        print_out(render_findings_json(findings, path, files.size()));
    } else if (!findings.empty()) {
        print_error(render_findings(findings, path));
        print_error(fmt::format("policyc: `{}` does not mean its policy: {} difference{}\n", displayed(path), findings.size(),
                                findings.size() == 1 ? "" : "s"));
    } else if (!options.quiet) {
        print_out(fmt::format("`{}` means its policy: {} files were read\n", displayed(path), files.size()));
    }
    return code;
}

}  // namespace sbx::cli
