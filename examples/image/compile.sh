#!/bin/sh
# Compiles the policies of the image. Run where the compiler is: in the first stage of Containerfile, or by hand.
# usage: compile.sh POLICIES BUNDLES
set -eu
policies=$1
bundles=$2
mkdir -p "$bundles"
# `launch` in the bundle is plain shell, and needs bubblewrap and util-linux in the image.
policyc "$policies/count-lines.sbx" -o "$bundles/count-lines"
# `wall-time` and `output` need a program that keeps them: sbx-run goes into the bundle.
policyc "$policies/sum-numbers.sbx" -o "$bundles/sum-numbers" --with-runtime
for bundle in count-lines sum-numbers; do
    policyc verify -q "$bundles/$bundle"
done
