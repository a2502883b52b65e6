// A place in a source file as JSON. Lines and columns count from 1, columns in code points; `begin` and `end` are bytes from the
// start of the file. Null for an unknown place.
#pragma once

#include "grammar/source_file.hpp"

#include <nlohmann/json.hpp>

namespace sbx::cli {

[[nodiscard]] nlohmann::ordered_json json_place(const Origin& origin);

}  // namespace sbx::cli
