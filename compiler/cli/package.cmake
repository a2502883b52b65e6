# Debian packages by CPack: `cpack -G DEB --config build/release/CPackConfig.cmake` makes two, policyc and sbx-run. A host that only
# launches gets the second, which has nothing of the compiler.
set(SBX_PACKAGE_MAINTAINER "policyc maintainers <policyc@lists.example.org>" CACHE STRING "Who answers for the Debian packages")

# The day of the last commit, unless the environment says another: what is packaged has no other time in it.
set(source_date $ENV{SOURCE_DATE_EPOCH})
if(NOT source_date)
  execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 --format=%ct OUTPUT_VARIABLE source_date
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT source_date)
  set(source_date 1700000000)
endif()
set(ENV{SOURCE_DATE_EPOCH} ${source_date})
string(TIMESTAMP changelog_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(package_files ${CMAKE_BINARY_DIR}/generated/package)
configure_file(${CMAKE_CURRENT_LIST_DIR}/package/changelog.in ${package_files}/changelog @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/package/copyright.in ${package_files}/copyright @ONLY)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME policyc)
set(CPACK_PACKAGE_VENDOR policyc)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL compiler runtime)
set(CPACK_SBX_PACKAGE_FILES ${package_files})
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package/finish.cmake)
# The script, and CPack itself, read the time from the environment. Each package's description has a first line of its own.
file(WRITE ${package_files}/project.cmake "if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} ${source_date})
endif()
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY \"\")
")
set(CPACK_PROJECT_CONFIG_FILE ${package_files}/project.cmake)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${SBX_PACKAGE_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
if(DPKG_SHLIBDEPS)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()

set(CPACK_DEBIAN_COMPILER_PACKAGE_NAME policyc)
set(CPACK_DEBIAN_COMPILER_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_COMPILER_PACKAGE_RECOMMENDS sbx-run)
set(CPACK_DEBIAN_COMPILER_DESCRIPTION "compiler for sandbox policies
A policy says in a small declarative language what one process may touch:
files, network, limits, environment, system calls. policyc turns it into a
directory of static artifacts (arguments for bubblewrap, a packet filter, a
system-call filter, a launcher in plain sh, a manifest), which can be
reviewed before anything runs. What cannot be enforced is refused, never
skipped.

It also checks, compares, tests and explains policies, and says what a host
lacks to run them. Programs are run under a compiled policy by sbx-run, or
by the launcher in the compiled directory.")

# util-linux, which the launchers in bundles need too, is essential on Debian and not to be named.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME sbx-run)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS "bubblewrap (>= 0.8.0-2+deb12u1)")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS "nftables, slirp4netns, passt, dnsmasq-base")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS policyc)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "runs a program in the sandbox that a compiled policy describes
sbx-run takes a directory that policyc has compiled from a sandbox policy,
verifies every file of it, and runs a program under it: with bubblewrap, in
namespaces of its own, with a packet filter that is in force before there is
a network, with limits, a system-call filter and a supervisor. No privilege
is needed. If any step fails, nothing runs, and one line says why.

Policies with a filtered network need nftables and slirp4netns, or passt for
published ports and IPv6, and dnsmasq-base for names. The compiler is not
needed where programs only run.")
include(CPack)
