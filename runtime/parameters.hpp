// Launch parameters: what the caller gave, or the default, checked against type and constraint. A value that passes cannot add a
// path component, an option or an argument: it is data from here on.
#pragma once

#include "runtime/manifest.hpp"
#include "runtime/templates.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

/// `given` holds `NAME=VALUE` as on the command line. Adds `uid` and `gid`. Refuses unknown, repeated, missing and ill-typed ones.
[[nodiscard]] Values bind_parameters(const std::vector<ParameterDeclaration>& declared, const std::vector<std::string>& given,
                                     std::uint32_t uid, std::uint32_t gid);

/// Absolute, at most 4095 bytes, no component empty, `.`, `..` or longer than 255, no slash at the end, not `/` itself.
[[nodiscard]] bool is_normal_path(std::string_view path);

/// `path` is below `directory` or is it.
[[nodiscard]] bool at_or_below(std::string_view path, std::string_view directory);

/// Whether every byte is in `set`, which is written like `a-z0-9._-`: `X-Y` is a range, a dash at either end is itself.
[[nodiscard]] bool only_of(std::string_view text, std::string_view set);

/// The constraint in words, for help and messages: `path under /var/tmp`.
[[nodiscard]] std::string describe(const ParameterDeclaration& parameter);

}  // namespace sbx::runtime
