// What the verbs that read policies share; see the header.
#include "compiler/cli/session.hpp"

#include "compiler/cli/disk_files.hpp"
#include "compiler/cli/render_json.hpp"
#include "compiler/cli/render_text.hpp"
#include "compiler/cli/streams.hpp"

#include <unistd.h>
#include <utility>

namespace sbx::cli {

Compilation compile_file(const std::string& path, const Options& options, Until until, FindingLevels levels) {
    CompileRequest request;
    request.path = path;
    request.text = read_root(path);
    request.options = {options.definitions, options.include_directories};
    request.out = options.output;
    request.until = until;
    request.levels = std::move(levels);
    return compile(std::move(request), DiskFiles());
}

void print_diagnostics(const std::vector<const Compilation*>& compilations, const Options& options, bool output_is_report) {
    std::vector<Diagnostic> shown;
    InclusionMap included_from;
    for (const Compilation* compilation : compilations) {
        for (const Diagnostic& diagnostic : compilation->diagnostics) {
            if (diagnostic.severity == Severity::error || !options.quiet) {
                shown.push_back(diagnostic);
            }
        }
        included_from.insert(compilation->profile.included_from.begin(), compilation->profile.included_from.end());
    }
    const RenderInput input{shown, included_from};
    if (options.format == Format::json) {
        if (output_is_report) {
            print_out(render_json(input));
        } else if (!shown.empty()) {
            print_error(render_json(input));
        }
        return;
    }
    print_error(render_text(input, options.wants_color(STDERR_FILENO), options.quiet ? Summary::left_out : Summary::printed));
}

}  // namespace sbx::cli
