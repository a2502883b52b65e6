#!/bin/sh
# Boots a kernel whose controllers are all in cgroup v2 in a virtual machine, and runs tests/vm/cgroups_guest.sh in it.
# usage: cgroups.sh POLICYC SBX-RUN PAYLOAD WORK-DIRECTORY
# The parts that are read in set `root` and `kernel`, and read `work`.
# shellcheck disable=SC1091,SC2034,SC2154
set -eu
policyc=$1
runner=$2
payload=$3
work=$4
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/machine.sh"

find_any_kernel

begin_root "$policyc" "$runner" "$payload" "$here/cgroups_guest.sh"

policy free 'limits { wall-time 60s }'
policy memory 'limits { memory 64M; processes 50 }'
policy least 'limits { memory 1M }'
policy cpus 'limits { cpus 0.5 }'
policy processes 'limits { processes 50 }'
policy both 'limits { memory 64M' 'cpus 1 }'
policy half 'limits { memory 64M' 'cpus 1 }' 'may-degrade cpus because "none here"'
policy degrade 'limits { memory 64M }' 'may-degrade memory because "the machines of developers have none"'

boot "$kernel" 300 1536
