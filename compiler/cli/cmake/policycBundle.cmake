# policyc_add_bundle(NAME SOURCE file.sbx [OUTPUT dir] [DEFINES name=value…] [INCLUDE dir…] [DEPENDS file…] [WITH_RUNTIME] [ALL])
#
# Adds a target NAME that compiles the profile SOURCE into the bundle OUTPUT, by default the directory NAME of the current binary
# directory, whenever the profile, a file that it takes in, or policyc itself has changed. With ALL it is part of `cmake --build`.
# DEFINES are what `-D` takes, INCLUDE what `-I` takes, WITH_RUNTIME puts sbx-run into the bundle; DEPENDS names what else has to be
# there before, as files that another rule makes. A relative SOURCE or INCLUDE is one of the current source directory, a relative
# OUTPUT one of the current binary directory. Where the bundle is stands in the target's property POLICYC_BUNDLE; to install it:
#
#   get_target_property(bundle NAME POLICYC_BUNDLE)
#   install(DIRECTORY "${bundle}" DESTINATION share/policies USE_SOURCE_PERMISSIONS)
#
# An error in the policy fails the build with policyc's message, and leaves the bundle as it was.
include_guard(GLOBAL)

# What this module's commands mean, whatever its user asks for: CMP0116 has generators read dependency files as they are written here.
cmake_policy(PUSH)
cmake_policy(VERSION 3.20)

function(policyc_add_bundle name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "WITH_RUNTIME;ALL" "SOURCE;OUTPUT" "DEFINES;INCLUDE;DEPENDS")
  if(DEFINED arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "policyc_add_bundle(${name}): it does not know what to do with `${arg_UNPARSED_ARGUMENTS}`")
  endif()
  if(DEFINED arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "policyc_add_bundle(${name}): nothing follows ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT DEFINED arg_SOURCE)
    message(FATAL_ERROR "policyc_add_bundle(${name}): it needs SOURCE, the profile to compile")
  endif()
  if(NOT DEFINED arg_OUTPUT)
    set(arg_OUTPUT "${name}")
  endif()
  get_filename_component(source "${arg_SOURCE}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  get_filename_component(output "${arg_OUTPUT}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
  get_filename_component(parent "${output}" DIRECTORY)

  set(options "")
  set(depends "${source}" "${policyc_EXECUTABLE}" ${arg_DEPENDS})
  foreach(definition IN LISTS arg_DEFINES)
    list(APPEND options "-D" "${definition}")
  endforeach()
  foreach(directory IN LISTS arg_INCLUDE)
    get_filename_component(directory "${directory}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND options "-I" "${directory}")
  endforeach()
  if(arg_WITH_RUNTIME)
    list(APPEND options "--with-runtime")
  endif()
  set(all "")
  if(arg_ALL)
    set(all "ALL")
  endif()

  set(depfile "${CMAKE_CURRENT_BINARY_DIR}/${name}.bundle.d")
  add_custom_command(
    OUTPUT "${output}/policy.json"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${parent}"
    COMMAND policyc::policyc build "${source}" -o "${output}" --depfile "${depfile}" ${options}
    DEPENDS ${depends}
    DEPFILE "${depfile}"
    COMMENT "Compiling policy ${name}"
    VERBATIM)
  add_custom_target("${name}" ${all} DEPENDS "${output}/policy.json")
  # Not only the one file that the rule knows: what is left would be no bundle.
  set_target_properties("${name}" PROPERTIES
    POLICYC_BUNDLE "${output}"
    ADDITIONAL_CLEAN_FILES "${output};${depfile}")
endfunction()

cmake_policy(POP)
