// The lines in which a text differs from its form in the style, or from what edits make of it, as `diff -u` shows them.
#pragma once

#include <string>
#include <string_view>

namespace sbx::cli {

/// A unified diff that patch(1) and git-apply(1) take with `-p0`, both sides called `name`; empty if the texts are equal. It turns
/// `before` into `after` whatever they are; and it is short where they have the same characters in the same order, white space, `,`
/// and `;` apart, and where fewer than 256 lines on end were taken out or put in.
[[nodiscard]] std::string unified_diff(std::string_view name, std::string_view before, std::string_view after);

}  // namespace sbx::cli
