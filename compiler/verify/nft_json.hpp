// What `nft -j list table inet sbx` says is loaded (libnftables-json(5)), read into the same ruleset as the text that was loaded.
#pragma once

#include "compiler/verify/nft_ruleset.hpp"

namespace sbx::verify {

/// Malformed where it holds what cannot be judged.
[[nodiscard]] NftRuleset read_nft_json(std::string_view bytes);

}  // namespace sbx::verify
