#!/bin/sh
# Says what the profiles below DIRECTORY allow that those of another checkout, BASE, do not, as Markdown for a comment.
# usage: compare.sh BASE DIRECTORY
# Ends with 0 if none allows more; with 4 if one does, or is new; with what policyc said (1, 3) if one could not be compared.
set -u
if [ $# -ne 2 ]; then
    echo "usage: $0 BASE DIRECTORY" >&2
    exit 2
fi
base=$1
directory=$2
work=$(mktemp -d) || exit 3
trap 'rm -rf -- "$work"' EXIT
find "$directory" -name '*.sbx' | LC_ALL=C sort >"$work/files"
(cd -- "$base" && find "$directory" -name '*.sbx') 2>/dev/null | LC_ALL=C sort >"$work/before"

# What has gone wrong counts more than what is wider.
result=0
note() {
    case $1 in
        0) ;;
        4) [ "$result" -ne 0 ] || result=4 ;;
        *) result=$1 ;;
    esac
}
# A fragment means what the profiles that use it make of it.
is_profile() { grep -q '^[[:space:]]*profile[[:space:]]' "$1"; }

while IFS= read -r file; do
    is_profile "$file" || continue
    if [ ! -e "$base/$file" ]; then
        # The back-quotes are Markdown's.
        # shellcheck disable=SC2016
        printf '**new**: %s allows what nothing allowed before; `policyc plan %s` shows it\n\n' "$file" "$file"
        note 4
        continue
    fi
    policyc diff --format markdown --fail-on wider "$base/$file" "$file" >"$work/difference" 2>"$work/errors"
    status=$?
    note "$status"
    case $status in
        0 | 4)
            if grep -q '^\*\*equivalent\*\*' "$work/difference"; then
                printf '**equivalent**: %s means what it meant\n\n' "$file"
            else
                cat "$work/difference"
                echo
            fi
            ;;
        *)
            printf '**not compared**: %s\n\n```\n' "$file"
            cat "$work/errors"
            printf '```\n\n'
            ;;
    esac
done <"$work/files"
LC_ALL=C comm -13 "$work/files" "$work/before" | while IFS= read -r file; do
    printf '**removed**: %s\n\n' "$file"
done
exit "$result"
