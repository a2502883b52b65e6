" Indents by blocks and lists: four blanks for each that is open, as `policyc fmt` does.

if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=SbxIndent() indentkeys=0},0],!^F,o,O
let b:undo_indent = 'setlocal indentexpr< indentkeys<'

if exists('*SbxIndent')
  finish
endif

" The line without its strings and its comment, which may hold brackets.
function s:Words(number)
  let text = substitute(getline(a:number), '"\%(\\.\|[^"\\]\)*"', '', 'g')
  return substitute(text, '\%(^\|\s\)#.*$', '', '')
endfunction

function SbxIndent()
  let above = prevnonblank(v:lnum - 1)
  if above == 0
    return 0
  endif
  let words = s:Words(above)
  let indent = indent(above)
  let open = len(substitute(words, '[^{[]', '', 'g')) - len(substitute(words, '[^}\]]', '', 'g'))
  if open > 0
    let indent += shiftwidth()
  elseif open < 0 && words !~ '^\s*[}\]]'
    let indent -= shiftwidth()
  endif
  if getline(v:lnum) =~ '^\s*[}\]]'
    let indent -= shiftwidth()
  endif
  return max([indent, 0])
endfunction
