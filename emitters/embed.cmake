# Puts emitters/launcher_*.part, in the order of their names, into a target as one string, byte by byte: the fixed part of every launcher;
# emitters/network_*.part, which stands before it where launch sets up a filtered network; emitters/values_*.part, which stands before
# those where there are parameters; and emitters/ahead_*.part, which every launcher begins with.
# Guarantees that a change to a piece rebuilds it. The emitter has it to write, the reader of `launch` to know what has to be there.
set(launcher_pieces_directory ${CMAKE_CURRENT_LIST_DIR})
function(embed_launcher_pieces pieces target header namespace name)
  file(GLOB launcher_pieces CONFIGURE_DEPENDS ${launcher_pieces_directory}/${pieces}_*.part)
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
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${name}.cpp @ONLY CONTENT [==[
// Generated from emitters/@pieces@_*.part.
#include "@header@"

namespace @namespace@ {

std::string_view @name@() {
    return std::string_view(
@launcher_rows@        , @launcher_size@);
}

}  // namespace @namespace@
]==])
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
endfunction()

embed_launcher_pieces(ahead sbx_emitters emitters/launcher_parts.hpp sbx::emit launcher_ahead_part)
embed_launcher_pieces(values sbx_emitters emitters/launcher_parts.hpp sbx::emit launcher_values_part)
embed_launcher_pieces(launcher sbx_emitters emitters/launcher_parts.hpp sbx::emit launcher_fixed_part)
embed_launcher_pieces(network sbx_emitters emitters/launcher_parts.hpp sbx::emit launcher_network_part)
embed_launcher_pieces(ahead sbx_verify compiler/verify/digest.hpp sbx::verify launcher_known_ahead_part)
embed_launcher_pieces(values sbx_verify compiler/verify/digest.hpp sbx::verify launcher_known_values_part)
embed_launcher_pieces(launcher sbx_verify compiler/verify/digest.hpp sbx::verify launcher_known_part)
embed_launcher_pieces(network sbx_verify compiler/verify/digest.hpp sbx::verify launcher_known_network_part)
