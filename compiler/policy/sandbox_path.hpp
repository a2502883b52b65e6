// Paths as policies mean them: absolute, normal, perhaps below a launch parameter. A SandboxPath cannot hold anything else.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace sbx::policy {

/// `/usr/lib` (parameter empty, tail `/usr/lib`), `/` (tail `/`), `$scratch` (tail empty) or `$scratch/out` (tail `/out`).
/// The tail has no `//`, `.`, `..`, NUL or trailing slash, each component at most 255 bytes, the whole at most 4095.
class SandboxPath {
public:
    SandboxPath() : tail_("/") {}
    /// nullopt unless `text` is already absolute and normal; `why_not` (optional) then says why, in words for a message.
    [[nodiscard]] static std::optional<SandboxPath> literal(std::string_view text, std::string* why_not = nullptr);
    /// `tail` is empty or `/…`.
    [[nodiscard]] static std::optional<SandboxPath> below_parameter(std::string_view parameter, std::string_view tail,
                                                                    std::string* why_not = nullptr);
    /// The normal form of an absolute path that is not normal (`//`, `.`, trailing `/`; `..` resolved textually), for a fix.
    [[nodiscard]] static std::string normalized(std::string_view text);

    [[nodiscard]] bool is_literal() const { return parameter_.empty(); }
    [[nodiscard]] bool is_root() const { return parameter_.empty() && tail_ == "/"; }
    [[nodiscard]] const std::string& parameter() const { return parameter_; }
    [[nodiscard]] const std::string& tail() const { return tail_; }
    /// As in a policy: `/usr`, `$scratch/out`.
    [[nodiscard]] std::string text() const;

    /// True when `other` is this path or lies below it, for every value of the parameter (both must open with the same one).
    [[nodiscard]] bool contains(const SandboxPath& other) const;
    /// Nullopt at `/` and at a bare `$parameter`.
    [[nodiscard]] std::optional<SandboxPath> parent() const;
    /// The last component; empty at `/` and at a bare parameter.
    [[nodiscard]] std::string_view file_name() const;
    /// `suffix` is empty or `/…`, normal.
    [[nodiscard]] SandboxPath joined(std::string_view suffix) const;

    friend bool operator==(const SandboxPath&, const SandboxPath&) = default;
    /// Literals first; then by parameter; then component by component, so that a parent comes right before its subtree.
    friend std::strong_ordering operator<=>(const SandboxPath& a, const SandboxPath& b);

private:
    std::string parameter_;
    std::string tail_;
};

}  // namespace sbx::policy
