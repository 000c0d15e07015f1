#!/usr/bin/env bash
# Runs one command of changeflow for the action. Everything comes through the environment, and nothing of it is evaluated.
set -euo pipefail

changeflow=$RUNNER_TEMP/changeflow/bin/changeflow

# Lines that begin with two colons are orders to the runner. Until the secret word is said, it takes none. Both streams go one
# way: the runner reads them side by side, and a line on the other one might come before the word.
without_orders() {
    local word code=0
    word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    echo "::stop-commands::$word"
    "$@" 2>&1 || code=$?
    printf '\n::%s::\n' "$word"
    return "$code"
}

# The key lives in a file only its owner can read, as long as the command runs.
with_ledger_key() {
    if [[ -n ${INPUT_LEDGER_KEY:-} ]]; then
        key_file=$(mktemp "$RUNNER_TEMP/ledger-key.XXXXXXXX")
        trap 'rm -f -- "$key_file"' EXIT
        printf '%s\n' "$INPUT_LEDGER_KEY" >"$key_file"
        export CHANGEFLOW_KEY=$key_file
    fi
    unset INPUT_LEDGER_KEY
}

# A gate that is shut is a verdict that was published, not a job that failed. Anything else is.
judge() {
    local code=0
    without_orders "$changeflow" --repo "$INPUT_REPOSITORY_PATH" ci "$@" || code=$?
    [[ $code -le 1 ]] || return "$code"
}

gate_deploy() {
    local code=0 which=()
    if [[ -n $INPUT_CHANGE && -z $INPUT_CHANGE_FROM ]]; then
        which=(-- "$INPUT_CHANGE")
    elif [[ -z $INPUT_CHANGE && -n $INPUT_CHANGE_FROM ]]; then
        which=("--change-from=$INPUT_CHANGE_FROM" "--in=$INPUT_APPLICATION_PATH")
    else
        echo "::error::gate-deploy takes either \`change\` or \`change-from\`"
        return 2
    fi
    without_orders in_summary "$changeflow" --repo "$INPUT_REPOSITORY_PATH" gate deploy --format markdown "${which[@]}" || code=$?
    if [[ $code -eq 0 ]]; then echo "open=true"; else echo "open=false"; fi >>"$GITHUB_OUTPUT"
    return "$code"
}

in_summary() {
    "$@" >>"$GITHUB_STEP_SUMMARY"
}

with_ledger_key
[[ $INPUT_COMMAND == ci* ]] || unset GITHUB_TOKEN # only the bot talks to GitHub
case $INPUT_COMMAND in
    ci) judge ;;
    ci-judge) judge --judge ;;
    ci-record) judge --record ;;
    gate-deploy) gate_deploy ;;
    check) "$changeflow" --repo "$INPUT_REPOSITORY_PATH" check --format github ;;
    *)
        echo "::error::the action's \`command\` is ci, ci-judge, ci-record, gate-deploy or check"
        exit 2
        ;;
esac
