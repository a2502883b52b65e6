// The mount and process plans as bwrap.args, the guarded records of runtime/artifact_format.hpp.
#pragma once

#include "emitters/emit.hpp"

#include <string>
#include <vector>

namespace sbx::emit {

struct BwrapArguments {
    std::string bytes;
    std::vector<Artifact> data;
};
/// Hands over exactly plan::word_count(plan) words.
[[nodiscard]] BwrapArguments bwrap_arguments(const plan::ExecutionPlan& plan);

/// A path as a typed word: `=/usr`, or a template where it opens with a parameter.
[[nodiscard]] std::string path_word(const plan::SandboxPath& path);

}  // namespace sbx::emit
