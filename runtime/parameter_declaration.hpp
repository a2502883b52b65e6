// A launch parameter as manifest.json declares it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

enum class ParameterType : std::uint8_t { path, port, address, count, string };

struct ParameterDeclaration {
    std::string name;
    ParameterType type = ParameterType::string;
    std::string under;  ///< absolute, or empty
    std::optional<std::string> default_value;
    std::vector<std::string> one_of;
    std::optional<std::uint64_t> minimum, maximum;
    std::string characters;  ///< `a-z0-9._-`, or empty
    std::optional<std::uint64_t> min_length, max_length;
};

[[nodiscard]] std::string_view type_name(ParameterType type);

}  // namespace sbx::runtime
