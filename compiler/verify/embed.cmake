# The SHA-256 of emitters/launcher_*.part, one after the other in the order of their names, as a function of sbx_verify: the reader of
# `launch` knows its fixed part by that number alone. Guarantees that a change to a piece rebuilds it.
file(GLOB launcher_pieces CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/emitters/launcher_*.part)
list(SORT launcher_pieces)
set(launcher_text "")
foreach(piece ${launcher_pieces})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${piece})
  file(READ ${piece} text)
  string(APPEND launcher_text "${text}")
endforeach()
string(SHA256 launcher_digest "${launcher_text}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/launcher_fixed_digest.cpp @ONLY CONTENT [==[
// Generated from emitters/launcher_*.part.
#include "compiler/verify/digest.hpp"

namespace sbx::verify {

std::string_view launcher_fixed_digest() {
    return "@launcher_digest@";
}

}  // namespace sbx::verify
]==])
target_sources(sbx_verify PRIVATE ${CMAKE_BINARY_DIR}/generated/launcher_fixed_digest.cpp)
