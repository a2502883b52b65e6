# Puts emitters/launcher_*.part, one after the other in the order of their names, into sbx_verify, byte by byte: the reader of `launch`
# knows its fixed part by what it has to be, and by nothing that an emitter says. Guarantees that a change to a piece rebuilds it.
file(GLOB launcher_pieces CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/emitters/launcher_*.part)
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
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/launcher_known_part.cpp @ONLY CONTENT [==[
// Generated from emitters/launcher_*.part.
#include "compiler/verify/digest.hpp"

namespace sbx::verify {

std::string_view launcher_known_part() {
    return std::string_view(
@launcher_rows@        , @launcher_size@);
}

}  // namespace sbx::verify
]==])
target_sources(sbx_verify PRIVATE ${CMAKE_BINARY_DIR}/generated/launcher_known_part.cpp)
