// Templates, and the sets of characters that values of parameters are held to: reading is total, a literal template is the inverse
// of quoting, and expansion is one pass. An input is read as a template, as bytes to be quoted, and as two halves: a set and a
// text.
#include "emitters/quote.hpp"
#include "runtime/parameters.hpp"
#include "runtime/templates.hpp"
#include "tests/fuzz/claims.hpp"

#include <string>

namespace {

using namespace sbx::runtime;
using sbx::test::require;

void try_template(std::string_view text) {
    std::size_t length = 0;
    const Template read = read_template(text, length);
    require(length >= 2 && length <= text.size() && text[length - 1] == '"', "a template ends in its quote", text);
    Values values;
    std::string wanted;
    for (const TemplatePart& part : read.parts) {
        require(!part.text.empty() && part.text.find('\0') == std::string::npos, "no part is empty or holds NUL", text);
        if (part.is_parameter) {
            values.emplace(part.text, "${" + part.text + "}\\n\"");
        }
        wanted += part.is_parameter ? values[part.text] : part.text;
    }
    require(expand(read, values) == wanted, "expansion is one pass", text);
}

void try_quoting(std::string_view bytes) {
    if (bytes.find('\0') != std::string_view::npos) {
        return;
    }
    const std::string quoted = sbx::emit::Template(sbx::policy::Text(std::string(bytes))).text();
    const Template read = read_template(quoted);
    require(read.literal() && expand(read, {}) == bytes, "what was quoted is read back", quoted);
}

void try_set(std::string_view set, std::string_view text) {
    if (only_of(text, set)) {
        for (const char c : text) {
            require(only_of({&c, 1}, set), "a text is made of bytes that are let through one by one", text);
        }
    }
    require(only_of("", set), "nothing is made of anything");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        try_template(text);
    } catch (const Refusal& refusal) {
        sbx::test::require_well_said(refusal);
    }
    try_quoting(text);
    try_set(text.substr(0, size / 2), text.substr(size / 2));
    return 0;
}
