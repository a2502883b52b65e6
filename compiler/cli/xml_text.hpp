// Text in XML. What XML 1.0 cannot hold (section 2.2, control characters) is escaped as on a terminal, then the five characters
// that mean something are.
#pragma once

#include <string>
#include <string_view>

namespace sbx::cli {

[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace sbx::cli
