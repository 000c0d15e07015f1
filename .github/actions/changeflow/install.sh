#!/usr/bin/env bash
# Installs changeflow from the action's own checkout into a folder of its own, with dependencies locked by hash.
set -euo pipefail

source_folder=$(cd "$ACTION_FOLDER/../../.." && pwd)
home=$RUNNER_TEMP/changeflow
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_NO_CACHE_DIR=1

cd "$RUNNER_TEMP" # Python looks for modules where it is started: not in anybody's checkout
"$PYTHON" -I -m venv --clear "$home"
"$home/bin/python" -I -m pip install --quiet --require-hashes -r "$source_folder/requirements/run.txt"
"$home/bin/python" -I -m pip install --quiet --no-deps --no-build-isolation "$source_folder"
"$home/bin/changeflow" --version
