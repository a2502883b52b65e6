# Puts emitters/launcher_*.part, in the order of their names, into sbx_emitters as one string, byte by byte: the fixed part of every
# launcher. Guarantees that a change to a piece rebuilds it.
file(GLOB launcher_pieces CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/launcher_*.part)
list(SORT launcher_pieces)
set(launcher_rows "")
set(launcher_size 0)
foreach(piece ${launcher_pieces})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${piece})
  file(READ ${piece} hex HEX)
  # Each byte as an escape in a literal of its own, so that no digit that follows joins it.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1\"\"" escaped "${hex}")
  string(LENGTH "${hex}" digits)
  math(EXPR launcher_size "${launcher_size} + ${digits} / 2")
  string(APPEND launcher_rows "        \"${escaped}\"\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/launcher_fixed_part.cpp @ONLY CONTENT [==[
// Generated from emitters/launcher_*.part.
#include "emitters/launcher_parts.hpp"

namespace sbx::emit {

std::string_view launcher_fixed_part() {
    return std::string_view(
@launcher_rows@        , @launcher_size@);
}

}  // namespace sbx::emit
]==])
target_sources(sbx_emitters PRIVATE ${CMAKE_BINARY_DIR}/generated/launcher_fixed_part.cpp)
