# shellcheck shell=sh
# How often each status occurs in a web server's log: the ninth field of the common format.
awk '{ count[$9]++ } END { for (status in count) print status, count[status] }' "$1" | sort
