"""Prints what a pipeline runs, for the tests to run it.

usage: steps.py github FILE STEP      the `run` of the step of this name
       steps.py gitlab FILE JOB       the lines of the job's `script`
       steps.py all FILE              all scripts of either form, each behind a line `== NAME`
       steps.py hook FILE ID MEMBER   a member of a pre-commit hook, a list as one line a word
"""
import sys

import yaml


def github_steps(document):
    for job in document["jobs"].values():
        for step in job["steps"]:
            if "run" in step:
                yield step["name"], step["run"].rstrip("\n") + "\n"


def gitlab_jobs(document):
    for name, job in document.items():
        if isinstance(job, dict) and "script" in job:
            yield name, "\n".join(job["script"]) + "\n"


def main(kind, path, *rest):
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    if kind == "hook":
        value = next(hook for hook in document if hook["id"] == rest[0]).get(rest[1], "")
        print("\n".join(value) if isinstance(value, list) else value)
        return
    scripts = dict(github_steps(document) if "jobs" in document else gitlab_jobs(document))
    if kind == "all":
        for name, script in scripts.items():
            print(f"== {name}\n{script}", end="")
    else:
        print(scripts[rest[0]], end="")


main(*sys.argv[1:])
