#!/bin/sh
# Brings the schemas that reports are held against, whose text is not ours to copy into this tree: SARIF 2.1.0 of OASIS, and that of
# Jenkins for JUnit's XML. Two packages of Debian sid have them. They are downloaded and unpacked, not installed: apt works on
# directories of its own, with sid for its only source, and takes from it what the key ring of the archive vouches for.
# usage: schemas.sh DIRECTORY; writes sarif.schema.json and junit.xsd there, unless both are there already
# Exit 1, with the reason, where they can't be had. Needs neither root nor more than fifteen seconds.
set -eu
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$1"
cd "$1"
[ ! -s sarif.schema.json ] || [ ! -s junit.xsd ] || exit 0
for needed in apt-get dpkg-deb timeout; do
    command -v "$needed" >/dev/null || {
        printf '%s is not installed\n' "$needed" >&2
        exit 1
    }
done
[ -e "$keyring" ] || {
    printf '%s is missing; debian-archive-keyring has it\n' "$keyring" >&2
    exit 1
}

work=$(mktemp -d "$PWD/new.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/unpacked"
: >"$work/status"
# An index of another architecture, of contents or of translations would be as large again.
printf 'deb [arch=%s target=Packages signed-by=%s] http://deb.debian.org/debian sid main\n' \
    "$(dpkg --print-architecture)" "$keyring" >"$work/sources.list"
# Read after the configuration of the host, of which a proxy is to hold, and nothing that chooses releases or runs commands.
cat >"$work/apt.conf" <<END
#clear APT::Update;
#clear APT::Default-Release;
#clear DPkg;
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
Dir::Cache::archives "$work/archives";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
APT::Get::AllowUnauthenticated "false";
Acquire::Languages "none";
Acquire::Retries "0";
Acquire::http::Timeout "5";
END

cd "$work"
{
    timeout 10 apt-get -q -c apt.conf update &&
        timeout 4 apt-get -q -c apt.conf download librust-serde-sarif-dev librust-junit-report-dev
} >log 2>&1 </dev/null || {
    printf 'the mirror gave none: %s\n' "$(grep '^[EW]:' log | grep -v unsandboxed | head -n 1)" >&2
    exit 1
}
for package in *.deb; do
    dpkg-deb --extract "$package" unpacked
done
registry=unpacked/usr/share/cargo/registry
mv "$registry"/serde-sarif-*/src/schema.json ../sarif.schema.json
mv "$registry"/junit-report-*/tests/JUnit.xsd ../junit.xsd
