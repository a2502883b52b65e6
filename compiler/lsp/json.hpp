// JSON as messages have it: members in the order in which they are put, so that the same question has the same bytes for an answer.
#pragma once

#include <nlohmann/json.hpp>

namespace sbx::lsp {

using Json = nlohmann::ordered_json;

}  // namespace sbx::lsp
