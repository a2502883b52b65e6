// The packet filter as text for `nft -f`, in files that one transaction each can hold without root.
#pragma once

#include "emitters/emit.hpp"

#include <string>
#include <vector>

namespace sbx::emit {

/// In the order of loading: egress.nft, the chunks, egress.allow.nft. Of a network that is not filtered there are none.
[[nodiscard]] std::vector<Artifact> egress_filter(const plan::ExecutionPlan& plan);
/// Their names alone, as the manifest lists them.
[[nodiscard]] std::vector<std::string> filter_files(const std::vector<Artifact>& artifacts);

}  // namespace sbx::emit
