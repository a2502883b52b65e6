// The words of artifacts that are more than a literal: templates, paths and numbers, as runtime/artifact_format.hpp describes them.
// Written from that description alone. Whatever is not in the form is Malformed.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/finding.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx::verify {

using policy::SandboxPath;
using policy::Text;
using Parameters = std::map<std::string, Located<policy::Parameter>>;

/// Cuts text into its lines, each without its LF. A last line without one is Malformed: a table that was cut short is no table.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}
    /// The next line; nullopt at the end.
    [[nodiscard]] std::optional<std::string_view> next();
    [[nodiscard]] std::size_t number() const { return number_; }  ///< of the last line, from 1
    [[nodiscard]] std::string place() const { return "line " + std::to_string(number_); }

private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

/// `"job-${name}"`, quotes included, the whole of `text`.
[[nodiscard]] Text read_template(std::string_view text);
/// `=literal` or a template.
[[nodiscard]] Text read_word(std::string_view text);
/// A text as a path: literal, or a parameter and a tail.
[[nodiscard]] SandboxPath as_path(const Text& text);
/// Decimal, without leading zeros, up to 2^64-1.
[[nodiscard]] std::optional<std::uint64_t> read_decimal(std::string_view digits);
/// Four octal digits.
[[nodiscard]] std::optional<std::uint32_t> read_mode(std::string_view digits);

}  // namespace sbx::verify
