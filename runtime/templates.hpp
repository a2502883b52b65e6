// Text in which launch parameters stand, as runtime/artifact_format.hpp writes it. Reading is total; expansion is one pass, so a
// value is never read again for parameters or escapes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

/// Values by name; `uid` and `gid` among them.
using Values = std::map<std::string, std::string, std::less<>>;

struct TemplatePart {
    bool is_parameter = false;
    std::string text;  ///< the literal bytes, or the parameter's name
    friend bool operator==(const TemplatePart&, const TemplatePart&) = default;
};

struct Template {
    std::vector<TemplatePart> parts;
    [[nodiscard]] bool literal() const;
    friend bool operator==(const Template&, const Template&) = default;
};

/// The text as it is, without parameters or escapes.
[[nodiscard]] Template literal_text(std::string_view text);

/// Reads `"…"` at the beginning of `text` and sets `length` to what it took. Refuses at step `verify` what is malformed.
[[nodiscard]] Template read_template(std::string_view text, std::size_t& length);
/// The same where nothing may follow.
[[nodiscard]] Template read_template(std::string_view text);

/// Refuses a parameter that has no value.
[[nodiscard]] std::string expand(const Template& text, const Values& values);

}  // namespace sbx::runtime
