" Vim syntax file
" Language: sbx, sandbox policies of policyc
"
" The lists of words are those of the compiler, which one of its tests sees to.

if exists('b:current_syntax')
  finish
endif

syntax case match
syntax iskeyword @,48-57,_,-

" What stands as one run without a name of its own: `std/system`, `usr/lib`.
syntax match sbxWord /[A-Za-z0-9_.\/@+~%-][A-Za-z0-9_.\/:@+~%-]*/
syntax match sbxName /\<[A-Za-z_][A-Za-z0-9_-]*\>\%([.\/@+~%]\|::\)\@!/

" Words that belong to a statement, wherever they stand in it.
syntax match sbxInner /\<\%(all\|allow\|any\|argv0\|as\|because\|bind-fd\|bwrap\|clone\|connect\|disable-userns\|except\|exec\|host\|icmp\|ioctl\|ipc\|keep\|landlock\|link-local\|metadata\|namespaces\|noexec\|none\|of\|off\|on\|one\|only\|overlay\|read\|resolve\|syscall\|tcp\|to\|udp\|under\|unlimited\|unrestricted\|uts\|waive\|without\|write\)\>\%([.\/@+~%]\|::\)\@!/
syntax match sbxType /\<\%(path\|port\|address\|count\|string\)\>\%([.\/@+~%]\|::\)\@!/

" The word of a statement stands first on a line, or behind `;`, `{` or `final`.
syntax match sbxStatement /\%(\%(^\|[;{]\)\s*\%(final\s\+\)\?\)\@80<=\<\%(final\|sbx\|profile\|fragment\|description\|use\|extends\|within\|waive\|let\|param\|may-degrade\|unconfined\|target\|require\|filesystem\|network\|limits\|environment\|process\|syscalls\|sockets\|test\|read\|write\|tmpfs\|dir\|file\|symlink\|hide\|proc\|dev\|device\|socket\|workdir\|size\|mode\|allow\|deny\|resolver\|unblock\|publish\|cpu-time\|wall-time\|grace\|memory\|address-space\|data\|stack\|core\|locked-memory\|message-queues\|file-size\|open-files\|processes\|cpus\|output\|tmpfs-total\|keep\|set\|accept\|run-as\|hostname\|command\|pass-descriptor\|controlling-terminal\|nested-namespaces\|survive-parent\|share\|groups\|allowed\|denied\|never\|limit\|sees\|hides\)\>\ze\%([ \t;{}]\|$\)/

syntax match sbxNumber /\%([A-Za-z0-9_.\/:@+~%-]\)\@1<!\d[A-Za-z0-9_.\/:@+~%-]*/
syntax match sbxNumber /\%([A-Za-z0-9_.\/:@+~%-]\)\@1<!\%([0-9A-Fa-f.\/-]*:[0-9A-Fa-f.\/-]*:\)\@=[0-9A-Fa-f:.\/-]\+\%([A-Za-z0-9_@+~%]\)\@!/
syntax match sbxNumber /\[[0-9A-Fa-f:.]\+\]:\d[A-Za-z0-9_.\/:@+~%-]*/
syntax match sbxPattern /\%(\<[A-Za-z_][A-Za-z0-9_-]*\)\?\*/
syntax match sbxSet /@[A-Za-z_][A-Za-z0-9_-]*/
syntax match sbxKnownSet /@\%(public\|private\|any\|loopback\|link-local\|metadata\|multicast\|documentation\|aio\|chown\|clock\|debug\|default\|file-handle\|file-system\|identity\|io\|io-event\|io-uring\|ipc\|kernel\|keyring\|loader\|memory\|module\|mount\|mount-info\|namespace\|network\|numa\|obsolete\|process\|raw-io\|reboot\|resources\|sandbox\|setuid\|signal\|start\|swap\|sync\|timer\)\>/
syntax match sbxVariable /\$[A-Za-z_][A-Za-z0-9_-]*/
syntax match sbxPath /\%([A-Za-z0-9_.:@+~%-]\)\@1<!\%(\$[A-Za-z_][A-Za-z0-9_-]*\)\?\/[^ \t{},;\]?#"$*\[\\]*/ contains=sbxVariable
syntax match sbxOperator /->\|=\|?/

syntax match sbxEscape /\\\%([\\"nt]\|x[0-7]\x\|u{\x\{1,6}}\)/ contained
syntax match sbxReference /\${[A-Za-z_][A-Za-z0-9_-]*}/ contained
syntax region sbxString start=/"/ skip=/\\\\\|\\"/ end=/"/ oneline contains=sbxEscape,sbxReference
syntax match sbxComment /\%(^\|[ \t;{}]\)\@1<=#.*$/ contains=@Spell

highlight default link sbxStatement Statement
highlight default link sbxInner Keyword
highlight default link sbxType Type
highlight default link sbxNumber Number
highlight default link sbxPattern Identifier
highlight default link sbxSet Constant
highlight default link sbxKnownSet Constant
highlight default link sbxVariable Identifier
highlight default link sbxPath Directory
highlight default link sbxOperator Operator
highlight default link sbxEscape SpecialChar
highlight default link sbxReference Identifier
highlight default link sbxString String
highlight default link sbxComment Comment

let b:current_syntax = 'sbx'
