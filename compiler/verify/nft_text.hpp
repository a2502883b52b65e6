// Files for `nft -f`, as nft(8) describes them: the statements that a filter of ours consists of. Whatever else stands there cannot
// be read, and is Malformed, never left out.
#pragma once

#include "compiler/verify/nft_ruleset.hpp"
#include "compiler/verify/nft_words.hpp"

namespace sbx::verify {

/// Does to the ruleset what loading the file does. `file` marks the rules that it brings. Returns how many elements it brings.
std::size_t read_nft_text(std::string_view bytes, std::size_t file, NftRuleset& ruleset);

/// One rule, up to the end of its statement, which stays.
[[nodiscard]] NftRule read_nft_rule(NftWords& words);
/// `{ 10.0.0.0/8 . 443, … }`: elements of these types.
void read_nft_elements(NftWords& words, const std::vector<NftType>& types, std::vector<NftElement>& elements);

}  // namespace sbx::verify
