"""Compiles policies with Bazel.

A bundle leaves Bazel as an archive: Bazel gives its outputs modes of its own, and a bundle has those that a launch insists on.
"""

# Inputs are links into the source tree, and a policy takes in no file that a link leads out of its directory to; so they are copied,
# in the directories that they have. Who owns the files, and when they were written, is in no archive.
_COMPILE = """
set -eu
policyc=$PWD/$1 archive=$PWD/$2 name=$3 profile=$4
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in" "$work/out"
cp -L --parents -- "$@" "$work/in"
cd "$work/in"
"$policyc" "$profile" -o "$work/out/$name"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar -C "$work/out" -cf "$archive" "$name"
"""

def _policy_bundle(ctx):
    archive = ctx.actions.declare_file(ctx.label.name + ".tar")
    ctx.actions.run_shell(
        outputs = [archive],
        inputs = [ctx.file.profile] + ctx.files.fragments,
        tools = [ctx.executable._policyc],
        command = _COMPILE,
        arguments = [ctx.executable._policyc.path, archive.path, ctx.label.name, ctx.file.profile.path] +
                    [fragment.path for fragment in ctx.files.fragments],
        mnemonic = "Policyc",
        progress_message = "Compiling policy " + ctx.label.name,
    )
    return [DefaultInfo(files = depset([archive]))]

policy_bundle = rule(
    implementation = _policy_bundle,
    doc = "NAME.tar, which holds the bundle of a profile in the directory NAME.",
    attrs = {
        "profile": attr.label(mandatory = True, allow_single_file = [".sbx"]),
        "fragments": attr.label_list(allow_files = [".sbx"], doc = "Every file that the profile takes in; std/… is in policyc."),
        "_policyc": attr.label(default = "@policyc//:policyc", allow_single_file = True, executable = True, cfg = "exec"),
    },
)

def _policyc_of_this_machine(ctx):
    ctx.symlink(ctx.attr.path, "policyc")
    ctx.file("BUILD.bazel", "exports_files([\"policyc\"], visibility = [\"//visibility:public\"])\n")

policyc_of_this_machine = repository_rule(
    implementation = _policyc_of_this_machine,
    local = True,
    doc = "A repository with the policyc that is installed, which is an input of each bundle like the policies.",
    attrs = {"path": attr.string(default = "/usr/bin/policyc")},
)
