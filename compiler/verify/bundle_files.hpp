// A bundle as the readers get it: names, bytes and modes, wherever they come from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sbx::verify {

struct BundleFile {
    std::string_view bytes;
    std::uint32_t mode = 0;  ///< permission bits
};
/// By name relative to the bundle: `data/000`.
using BundleFiles = std::map<std::string, BundleFile>;

}  // namespace sbx::verify
