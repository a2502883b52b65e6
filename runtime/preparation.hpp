// Everything that is decided before a process is made: who runs, what with, under which names, limits and variables. Assumes a
// scrubbed process; guarantees that what it holds was checked, and that nothing was done to the host yet but reserving names and
// taking locks.
#pragma once

#include "runtime/bound_arguments.hpp"
#include "runtime/bound_network.hpp"
#include "runtime/bundle.hpp"
#include "runtime/command_line.hpp"
#include "runtime/environment_table.hpp"
#include "runtime/identity.hpp"
#include "runtime/landlock.hpp"
#include "runtime/limits_table.hpp"
#include "runtime/reservations.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

struct Preparation {
    std::string bubblewrap;
    Identity identity;
    BoundArguments arguments;
    BoundEnvironment environment;
    std::vector<EffectiveLimit> limits;
    BoundLandlock landlock;
    std::optional<BoundNetwork> network;  ///< only where it is filtered
    std::vector<std::string> command;
    std::vector<int> passed;        ///< descriptors that the policy passes and the caller has
    std::vector<Descriptor> locks;  ///< held until the sandbox has ended
    bool survives_parent = false;
    bool keeps_terminal = false;
    bool limits_output = false;
};

/// The names in `pass_descriptors` that are open, and not by us. Closes all other inherited descriptors but `own`.
[[nodiscard]] std::vector<int> keep_passed_descriptors(const Manifest& manifest, const std::vector<int>& own);

/// Refuses whatever the caller, the policy and the host do not allow together.
[[nodiscard]] Preparation prepare(const CommandLine& line, const Bundle& bundle,
                                  const std::vector<std::string_view>& caller_environment, const Identity& identity,
                                  Reservations& reservations);

}  // namespace sbx::runtime
