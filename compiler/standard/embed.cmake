# Puts compiler/standard/*.sbx into sbx_policy as string literals, byte by byte. Assumes nothing of the texts; guarantees that a
# change to a fragment rebuilds the table, and that an empty folder gives an empty one.
file(GLOB standard_fragments CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.sbx)
list(SORT standard_fragments)
set(embedded ${CMAKE_BINARY_DIR}/generated/embedded_fragments.cpp)
set(rows "")
foreach(fragment ${standard_fragments})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${fragment})
  get_filename_component(name ${fragment} NAME_WE)
  file(READ ${fragment} hex HEX)
  # Each byte as an escape in a literal of its own, so that no digit that follows joins it.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1\"\"" escaped "${hex}")
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(APPEND rows "        {\"std/${name}\", std::string_view(\"${escaped}\", ${size})},\n")
endforeach()
file(CONFIGURE OUTPUT ${embedded} @ONLY CONTENT [==[
// Generated from compiler/standard/*.sbx.
#include "compiler/policy/standard_fragments.hpp"

namespace sbx::policy {

std::vector<StandardFragment> embedded_fragments();
std::vector<StandardFragment> embedded_fragments() {
    return {
@rows@    };
}

}  // namespace sbx::policy
]==])
target_sources(sbx_policy PRIVATE ${embedded})
