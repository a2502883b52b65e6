# Puts compiler/cli/pages/*.txt into sbx_cli as string literals, byte by byte, and tells it its version. Assumes nothing of the texts;
# guarantees that a change to a page rebuilds the table.
file(GLOB explanation_pages CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/pages/*.txt)
list(SORT explanation_pages)
set(embedded ${CMAKE_BINARY_DIR}/generated/embedded_pages.cpp)
set(rows "")
foreach(page ${explanation_pages})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
  get_filename_component(name ${page} NAME_WE)
  file(READ ${page} hex HEX)
  # Each byte as an escape in a literal of its own, so that no digit that follows joins it.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1\"\"" escaped "${hex}")
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(APPEND rows "        {\"SBX-${name}\", std::string_view(\"${escaped}\", ${size})},\n")
endforeach()
file(CONFIGURE OUTPUT ${embedded} @ONLY CONTENT [==[
// Generated from compiler/cli/pages/*.txt.
#include "compiler/cli/pages.hpp"

namespace sbx::cli {

const std::vector<Page>& pages() {
    static const std::vector<Page> table = {
@rows@    };
    return table;
}

}  // namespace sbx::cli
]==])
target_sources(sbx_cli PRIVATE ${embedded})
target_compile_definitions(sbx_cli PUBLIC SBX_VERSION="${PROJECT_VERSION}")
