# How policyc is linked and what `cmake --install` adds to the programs: manual pages, the schemas of a bundle's JSON
# files, and the standard fragments as documentation.

# Static, like sbx-run: half of a dynamic start goes to the loader. Sanitizers need the loader.
if(NOT SBX_SANITIZE AND NOT SBX_FUZZ)
  target_link_options(policyc PRIVATE -static)
endif()

set(manual_pages ${CMAKE_BINARY_DIR}/generated/man)
file(MAKE_DIRECTORY ${manual_pages})
add_custom_command(OUTPUT ${manual_pages}/policyc.1
  COMMAND policyc help --man > ${manual_pages}/policyc.1
  DEPENDS policyc VERBATIM)
add_custom_target(manual ALL DEPENDS ${manual_pages}/policyc.1)
configure_file(${CMAKE_CURRENT_LIST_DIR}/man/sbx-run.1.in ${manual_pages}/sbx-run.1 @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/man/sbx.5.in ${manual_pages}/sbx.5 @ONLY)
install(FILES ${manual_pages}/policyc.1 ${manual_pages}/sbx-run.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${manual_pages}/sbx.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)

file(GLOB schemas CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/schemas/*.schema.json)
install(FILES ${schemas} DESTINATION ${CMAKE_INSTALL_DATADIR}/policyc)

file(GLOB fragments CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/compiler/standard/*.sbx ${CMAKE_SOURCE_DIR}/compiler/standard/*.md)
install(FILES ${fragments} DESTINATION ${CMAKE_INSTALL_DOCDIR}/standard)
