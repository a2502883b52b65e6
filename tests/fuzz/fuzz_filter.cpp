// Packet filters as text and as nft's JSON, and resolver.conf: any bytes give something that can be judged, or a refusal.
#include "compiler/policy/policy.hpp"
#include "compiler/verify/compare_packet_filter.hpp"
#include "compiler/verify/nft_json.hpp"
#include "compiler/verify/nft_text.hpp"
#include "compiler/verify/resolver_table.hpp"
#include "tests/fuzz/claims.hpp"

#include <string_view>

namespace {

using namespace sbx::verify;

void judge(const NftRuleset& ruleset) {
    Findings findings;
    compare_packet_filter(ruleset, 1, sbx::policy::Network{}, "egress.nft", findings);
    for (const Finding& finding : findings) {
        sbx::test::require(!finding.message.empty(), "a finding says what it is");
    }
}

void try_text(std::string_view bytes) {
    NftRuleset ruleset;
    static_cast<void>(read_nft_text(bytes, 0, ruleset));
    judge(ruleset);
}

template <class Try>
void attempt(Try try_it) {
    try {
        try_it();
    } catch (const Malformed& mistake) {
        sbx::test::require(!mistake.message.empty(), "a refusal says why");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    attempt([&] { try_text(text); });
    attempt([&] { judge(read_nft_json(text)); });
    attempt([&] { static_cast<void>(read_resolver_table(text)); });
    return 0;
}
