# Links sbx-run with musl instead of glibc, where g++ and Debian's musl-dev are there: a program that lives for a few milliseconds is
# ready 0.6 ms earlier, since glibc's start asks the processor what it can (CPUID) dozens of times, which a virtual machine has to
# answer one by one. Debian has no C++ library for musl; the one for glibc needs little of glibc that musl lacks, and that stands in
# this folder. SBX_MUSL: AUTO (where it works), ON (or it is an error), OFF (glibc).
set(SBX_MUSL AUTO CACHE STRING "Link sbx-run with musl: AUTO, ON or OFF")
set_property(CACHE SBX_MUSL PROPERTY STRINGS AUTO ON OFF)

set(musl_headers /usr/include/${CMAKE_SYSTEM_PROCESSOR}-linux-musl)
set(musl_library /usr/lib/${CMAKE_SYSTEM_PROCESSOR}-linux-musl)
set(musl_missing "")
if(NOT EXISTS ${musl_headers}/features.h OR NOT EXISTS ${musl_library}/libc.a)
  set(musl_missing "there is no ${musl_library} (Debian: musl-dev)")
elseif(NOT CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  set(musl_missing "the compiler is not g++")
elseif(SBX_SANITIZE OR SBX_FUZZ)
  set(musl_missing "the sanitizers need glibc")
endif()
if(SBX_MUSL STREQUAL ON AND musl_missing)
  message(FATAL_ERROR "SBX_MUSL=ON: ${musl_missing}")
endif()
set(sbx_musl OFF)
set(sbx_runtime_library "glibc (LGPL-2.1-or-later)")
if(SBX_MUSL AND NOT musl_missing)
  set(sbx_musl ON)
  set(sbx_runtime_library "musl (MIT)")
endif()

# The headers of the kernel and of libmd lie among those of glibc: links show them, and nothing else.
function(sbx_link_headers folder)
  file(MAKE_DIRECTORY ${folder})
  foreach(header linux asm-generic asm sha2.h)
    find_path(found ${header} PATHS /usr/include /usr/include/${CMAKE_LIBRARY_ARCHITECTURE} NO_DEFAULT_PATH NO_CACHE REQUIRED)
    file(CREATE_LINK ${found}/${header} ${folder}/${header} SYMBOLIC)
    unset(found)
  endforeach()
endfunction()

# Compiles and links the target with musl: what it adds to its flags, and what it takes the place of.
function(sbx_use_musl target)
  set(links ${CMAKE_BINARY_DIR}/generated/musl)
  sbx_link_headers(${links})
  # Those of the C++ library first, since they include_next the others; then musl's before the compiler's, as it wants.
  set(headers ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})
  list(FILTER headers INCLUDE REGEX "/c\\+\\+/")
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=include OUTPUT_VARIABLE compilers OUTPUT_STRIP_TRAILING_WHITESPACE)
  foreach(name libgcc.a libgcc_eh.a libstdc++.a crtbegin.o crtend.o)
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${name} OUTPUT_VARIABLE file OUTPUT_STRIP_TRAILING_WHITESPACE)
    list(APPEND compilers_files ${file})
  endforeach()
  list(POP_BACK compilers_files crtend)
  list(POP_BACK compilers_files crtbegin)
  target_sources(${target} PRIVATE runtime/musl/find_object.cpp runtime/musl/allocation.cpp runtime/musl/memory.cpp
    runtime/musl/process_calls.cpp)
  # What is defined here the compiler knows: it would inline half of a pair of new and delete, or see that a loop copies and have it
  # call memcpy.
  set_source_files_properties(runtime/musl/allocation.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set_source_files_properties(runtime/musl/memory.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON COMPILE_OPTIONS
    "-fno-builtin;-fno-tree-loop-distribute-patterns;-O2")
  target_compile_options(${target} PRIVATE
    -nostdinc -nostdinc++
    "SHELL:-isystem $<JOIN:${headers};${musl_headers};${compilers};${links}, -isystem >"
    "SHELL:-include ${CMAKE_SOURCE_DIR}/runtime/musl/libstdcxx.hpp"
    $<$<CONFIG:Release>:-O2>  # nothing of it runs long: what is smaller is read from the file and mapped sooner
    -fno-pie)                 # at a fixed address: the start has nothing to relocate
  target_link_options(${target} PRIVATE
    -static -no-pie -nostdlib ${musl_library}/crt1.o ${musl_library}/crti.o ${crtbegin}
    -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
    -Wl,--eh-frame-hdr)  # the table by which an exception finds its handler; g++ leaves it out with -static
  target_link_libraries(${target} PRIVATE
    -Wl,--start-group ${compilers_files} ${musl_library}/libc.a -Wl,--end-group ${crtend} ${musl_library}/crtn.o)
endfunction()
