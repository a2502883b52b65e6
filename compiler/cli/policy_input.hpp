// A policy from the command line, whichever form it has: a source file, or a bundle, whose policy.json holds its meaning and whose
// manifest.json says where each statement stood.
#pragma once

#include "compiler/cli/compile.hpp"
#include "compiler/cli/options.hpp"

#include <string>

namespace sbx::cli {

struct PolicyInput {
    std::string name;         ///< as the user wrote it; `<stdin>` for `-`
    bool is_bundle = false;   ///< then places are lines of files that need not be there
    Compilation compilation;  ///< of a bundle: its policy, name and places, and no plan; never rejected

    [[nodiscard]] const policy::Policy& policy() const { return compilation.profile.policy; }
};

/// `path` is a bundle if it is a directory. What is no policy.json of a bundle, or does not have the digest that the manifest gives
/// it, is std::system_error, as is what cannot be read. Whether a policy was rejected is for the caller to see. `until`
/// is how far a source file is compiled.
[[nodiscard]] PolicyInput read_policy_input(const std::string& path, const Options& options, Until until = Until::checked);

}  // namespace sbx::cli
