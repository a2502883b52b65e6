// policy.json from anywhere: any bytes give a policy or a reason with its line, and what is read is written as the same bytes.
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/read_canonical_json.hpp"
#include "tests/fuzz/claims.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const sbx::policy::ReadPolicy read = sbx::policy::read_canonical_json(text);
    sbx::test::require(read.policy.has_value() == read.error.empty(), "a policy or a reason", read.error);
    if (read.policy) {
        sbx::test::require(sbx::policy::canonical_json(*read.policy) == text, "what is read is written as the same bytes");
    } else {
        sbx::test::require(read.line > 0, "a reason has a line", read.error);
    }
    return 0;
}
