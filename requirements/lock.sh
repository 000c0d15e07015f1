#!/bin/sh
# Compiles requirements/run.txt and requirements/dev.txt from pyproject.toml: one version of each package for every supported
# Python and platform, with the hashes of its files, and no word on which index they come from.
# UPGRADE=1 takes the newest versions; otherwise what is locked stays as long as it fits.
set -eu

cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
.venv/bin/python -m venv "$tools"
"$tools/bin/python" -m pip install --quiet uv

# Shared packages get the version locked for run time: dev.txt is a superset of run.txt.
lock() {
    name=$1
    shift
    "$tools/bin/uv" pip compile pyproject.toml requirements/build.in --output-file "requirements/$name.txt" \
        --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
        --no-emit-index-url --no-annotate --custom-compile-command "make lock" --quiet ${UPGRADE:+--upgrade} "$@"
}

lock run
lock dev --group dev --constraint requirements/run.txt
