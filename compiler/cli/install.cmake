# How policyc is linked and what `cmake --install` adds to the programs: manual pages, what shells complete with, the CMake package,
# the schemas of a bundle's JSON files, the standard fragments as documentation, and files for editors. Two components: `runtime`,
# which is sbx-run, and `compiler`, all else.

# Static, like sbx-run: half of a dynamic start goes to the loader. Sanitizers need the loader.
if(NOT SBX_SANITIZE AND NOT SBX_FUZZ)
  target_link_options(policyc PRIVATE -static)
endif()

# Files that policyc prints, so that they say what this policyc does.
set(printed "")
function(sbx_print file)
  add_custom_command(OUTPUT ${file} COMMAND policyc ${ARGN} > ${file} DEPENDS policyc VERBATIM)
  set(printed ${printed} ${file} PARENT_SCOPE)
endfunction()

set(manual_pages ${CMAKE_BINARY_DIR}/generated/man)
set(completions ${CMAKE_BINARY_DIR}/generated/completions)
file(MAKE_DIRECTORY ${manual_pages} ${completions}/bash ${completions}/zsh ${completions}/fish)
sbx_print(${manual_pages}/policyc.1 help --man policyc)
sbx_print(${manual_pages}/sbx-run.1 help --man sbx-run)
sbx_print(${manual_pages}/sbx.5 help --man sbx)
foreach(program policyc sbx-run)
  sbx_print(${completions}/bash/${program} completion bash ${program})
  sbx_print(${completions}/zsh/_${program} completion zsh ${program})
  sbx_print(${completions}/fish/${program}.fish completion fish ${program})
endforeach()
add_custom_target(manual ALL DEPENDS ${printed})

install(FILES ${manual_pages}/policyc.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT compiler)
install(FILES ${manual_pages}/sbx.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 COMPONENT compiler)
install(FILES ${manual_pages}/sbx-run.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT runtime)
set(program_of_compiler policyc)
set(program_of_runtime sbx-run)
foreach(component compiler runtime)
  set(program ${program_of_${component}})
  install(FILES ${completions}/bash/${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT ${component})
  install(FILES ${completions}/zsh/_${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT ${component})
  install(FILES ${completions}/fish/${program}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT ${component})
endforeach()

file(GLOB schemas CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/schemas/*.schema.json)
install(FILES ${schemas} DESTINATION ${CMAKE_INSTALL_DATADIR}/policyc COMPONENT compiler)

file(GLOB fragments CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/compiler/standard/*.sbx ${CMAKE_SOURCE_DIR}/compiler/standard/*.md)
install(FILES ${fragments} DESTINATION ${CMAKE_INSTALL_DOCDIR}/standard COMPONENT compiler)

# find_package(policyc), of what is installed and of the build tree. The same for every architecture: it names programs, no libraries.
include(CMakePackageConfigHelpers)
set(package_directory lib/cmake/policyc)
set(policyc_executable ${CMAKE_INSTALL_BINDIR}/policyc)
set(sbx_run_executable ${CMAKE_INSTALL_BINDIR}/sbx-run)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/cmake/policycConfig.cmake.in ${CMAKE_BINARY_DIR}/generated/cmake/policycConfig.cmake
  INSTALL_DESTINATION ${package_directory} PATH_VARS policyc_executable sbx_run_executable)
set(policyc_executable policyc)
set(sbx_run_executable sbx-run)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/cmake/policycConfig.cmake.in ${CMAKE_BINARY_DIR}/cmake/policycConfig.cmake
  INSTALL_DESTINATION cmake INSTALL_PREFIX ${CMAKE_BINARY_DIR} PATH_VARS policyc_executable sbx_run_executable)
foreach(directory generated/cmake cmake)
  write_basic_package_version_file(${CMAKE_BINARY_DIR}/${directory}/policycConfigVersion.cmake
    VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/cmake/policycBundle.cmake ${CMAKE_BINARY_DIR}/cmake/policycBundle.cmake COPYONLY)
install(FILES ${CMAKE_BINARY_DIR}/generated/cmake/policycConfig.cmake ${CMAKE_BINARY_DIR}/generated/cmake/policycConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/cmake/policycBundle.cmake DESTINATION ${package_directory} COMPONENT compiler)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/grammar/editors DESTINATION ${CMAKE_INSTALL_DATADIR}/policyc COMPONENT compiler
  PATTERN .gitignore EXCLUDE)
