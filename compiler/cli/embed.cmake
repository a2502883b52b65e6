# Puts compiler/cli/pages/*.txt, compiler/cli/schemas/*.schema.json and compiler/cli/man/*.in into sbx_cli as string literals, byte by
# byte, and tells it its version. Assumes nothing of the texts; guarantees that a change to one rebuilds the table.
include_guard()

# Rows `{"NAME", std::string_view("…", SIZE)},` of these files, NAME being PREFIX and the file's name up to its first dot.
function(sbx_embed_rows prefix result)
  set(rows "")
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} hex HEX)
    # Each byte as an escape in a literal of its own, so that no digit that follows joins it.
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1\"\"" escaped "${hex}")
    string(LENGTH "${hex}" digits)
    math(EXPR size "${digits} / 2")
    string(APPEND rows "        {\"${prefix}${name}\", std::string_view(\"${escaped}\", ${size})},\n")
  endforeach()
  set(${result} "${rows}" PARENT_SCOPE)
endfunction()

file(GLOB explanation_pages CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/pages/*.txt)
list(SORT explanation_pages)
sbx_embed_rows("SBX-" page_rows ${explanation_pages})
file(GLOB schema_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/schemas/*.schema.json)
list(SORT schema_files)
sbx_embed_rows("" schema_rows ${schema_files})
file(GLOB manual_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/man/*.in)
list(SORT manual_files)
sbx_embed_rows("" manual_rows ${manual_files})
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/embedded_pages.cpp @ONLY CONTENT [==[
// Generated from compiler/cli/pages/*.txt, compiler/cli/schemas/*.schema.json and compiler/cli/man/*.in.
#include "compiler/cli/manual_page.hpp"
#include "compiler/cli/pages.hpp"
#include "compiler/cli/schemas.hpp"

namespace sbx::cli {

const std::vector<Page>& pages() {
    static const std::vector<Page> table = {
@page_rows@    };
    return table;
}

const std::vector<Schema>& schemas() {
    static const std::vector<Schema> table = {
@schema_rows@    };
    return table;
}

const std::vector<ManualForm>& manual_forms() {
    static const std::vector<ManualForm> table = {
@manual_rows@    };
    return table;
}

}  // namespace sbx::cli
]==])
target_sources(sbx_cli PRIVATE ${CMAKE_BINARY_DIR}/generated/embedded_pages.cpp)
target_compile_definitions(sbx_cli PUBLIC SBX_VERSION="${PROJECT_VERSION}")
