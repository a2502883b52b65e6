// The launcher: the check of the tools, which goes on while the shell reads the rest; what the policy says, as functions; then the
// fixed part, which calls them. Everything that it uses is in it (words for bubblewrap, contents of files, system-call filter,
// limits, environment): nothing can differ between check and use, no file of the bundle is read, and it can be copied on its own. A
// script that was cut short runs nothing but that check, because the last line starts it.
#include "emitters/launcher_script.hpp"

#include "emitters/launcher_parts.hpp"
#include "emitters/quote.hpp"

namespace sbx::emit {
namespace {

constexpr std::string_view opening =
    R"(# Runs a command inside the sandbox of one policy: `launch --help`. Made by {0} from the profile
# {1}. Change the profile and compile it again, not this file.
#
)";

constexpr std::string_view heading =
    R"(
# ==== The policy =================================================================================================================

)";

}  // namespace

std::string launcher_script(const plan::ExecutionPlan& plan, const BundleInfo& info, const std::vector<Artifact>& artifacts) {
    const ShellNames names(plan);
    std::string text = "#!/bin/sh\n";
    text += fmt::format(opening, Comment(info.compiler), Comment(info.profile));
    text += launcher_ahead_part();
    text += heading;
    text += launcher_constants(plan, names);
    text += launcher_parameters(plan, names);
    text += launcher_environment(plan, names);
    text += launcher_limits(plan, names);
    text += launcher_records(plan, names);
    text += launcher_places(plan, names);
    text += launcher_command(plan, names);
    text += launcher_filter(artifacts);
    text += launcher_network(plan, names, artifacts);
    text += launcher_help(plan, info);
    if (!plan.parameters.empty()) {
        text += launcher_values_part();
    }
    if (launcher_filters(plan)) {
        text += launcher_network_part();
    }
    text += launcher_fixed_part();
    return text;
}

}  // namespace sbx::emit
