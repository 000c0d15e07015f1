#!/bin/sh
# Makes .venv beside the Makefile and installs what is locked in requirements/<set>.txt, then changeflow itself.
# Usage: requirements/install.sh run|dev    (PYTHON=... chooses the interpreter)
set -eu

set_name=${1:?say which set: run or dev}
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

suitable() {
    "$1" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 14)))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if suitable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    say "error: no Python 3.11, 3.12, 3.13 or 3.14 found (python3 is: $(python3 --version 2>&1 || echo missing))"
    say "hint: Debian: sudo apt install python3 python3-venv    macOS: brew install python@3.13"
    say "hint: or name one: make PYTHON=/path/to/python3.12 ..."
    exit 1
}

# Debian packages Python without the parts that make virtual environments.
require_venv() {
    if ! "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        say "error: $1 (Python $version) cannot make virtual environments: ensurepip is missing"
        say "hint: sudo apt install python$version-venv, then run make again"
        exit 1
    fi
}

# On a terminal each package is named as its turn comes: it takes a minute, and silence looks like a fault.
install_locked() {
    if ! [ -t 2 ]; then
        .venv/bin/python -m pip install --quiet --require-hashes -r "$1"
        return
    fi
    all=$(grep -c '^[A-Za-z0-9].*==' "$1")
    failed=$(mktemp)
    { .venv/bin/python -m pip install --progress-bar off --require-hashes -r "$1" || echo failed >"$failed"; } |
        name_packages "$all"
    if [ -s "$failed" ]; then
        rm -f "$failed"
        return 1
    fi
    rm -f "$failed"
}

name_packages() {
    count=0
    while read -r word name _; do
        case $word in
            Collecting) count=$((count + 1)); printf '\r\033[K  %s of %s: %s' "$count" "$1" "$name" >&2 ;;
            Installing) printf '\r\033[K  %s packages are here; installing them' "$count" >&2 ;;
        esac
    done
    printf '\r\033[K' >&2
}

# An environment survives neither a moved checkout nor a removed interpreter.
if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! suitable .venv/bin/python; then
    python=$(find_python)
    require_venv "$python"
    say "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
say "Installing requirements/$set_name.txt"
install_locked "requirements/$set_name.txt"
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .

# The development set holds everything of the run-time set, at the same versions.
touch .venv/.run
if [ "$set_name" = dev ]; then touch .venv/.dev; fi
