# Run by CPack on what is to be packaged, before it is: what Debian asks of files that upstream's installation does not do.
# SOURCE_DATE_EPOCH is set, in seconds, so that two builds of the same sources give the same bytes.
set(package_of_compiler policyc)
set(package_of_runtime sbx-run)
foreach(component compiler runtime)
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component})
  set(package ${package_of_${component}})
  set(doc ${root}/usr/share/doc/${package})
  if(NOT IS_DIRECTORY ${root}/usr)
    message(FATAL_ERROR "there is nothing of component ${component} in ${CPACK_TEMPORARY_DIRECTORY}")
  endif()
  # Debian's zsh looks for completions of packages here.
  if(IS_DIRECTORY ${root}/usr/share/zsh/site-functions)
    file(RENAME ${root}/usr/share/zsh/site-functions ${root}/usr/share/zsh/vendor-completions)
  endif()
  file(MAKE_DIRECTORY ${doc} ${root}/usr/share/lintian/overrides)
  file(COPY_FILE ${CPACK_SBX_PACKAGE_FILES}/copyright ${doc}/copyright)
  file(COPY_FILE ${CPACK_SBX_PACKAGE_FILES}/changelog ${doc}/changelog)
  file(WRITE ${root}/usr/share/lintian/overrides/${package}
    "# Static by design: it runs in images and sandboxes that have no loader and no library.\n${package}: statically-linked-binary\n")
  file(GLOB_RECURSE to_compress ${root}/usr/share/man/*.[1-9])
  list(SORT to_compress)
  execute_process(COMMAND gzip -9n ${to_compress} ${doc}/changelog COMMAND_ERROR_IS_FATAL ANY)
  # Modes do not depend on the umask of who builds.
  execute_process(COMMAND chmod -R u=rwX,go=rX ${root} COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND find ${root} -exec touch --no-dereference --date=@$ENV{SOURCE_DATE_EPOCH} {} + COMMAND_ERROR_IS_FATAL ANY)
endforeach()
