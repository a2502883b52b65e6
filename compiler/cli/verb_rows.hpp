// The two halves of the table of verbs. Internal to it.
#pragma once

#include "compiler/cli/options.hpp"

#include <vector>

namespace sbx::cli {

/// Of verbs that read one policy and print what they make of it.
inline const std::vector<OptionId> options_of_reading = {OptionId::define, OptionId::include, OptionId::format,
                                                         OptionId::color,  OptionId::quiet,   OptionId::help};
inline const std::vector<OptionId> only_help = {OptionId::help};

[[nodiscard]] std::vector<Verb> verbs_for_policies();
[[nodiscard]] std::vector<Verb> verbs_for_readers();

}  // namespace sbx::cli
