"""The action's script, run by real bash: values are never evaluated, orders to the runner never come from documents."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hosts.office import CHANGE, Office
from tests.repositories import Repo
from tests.workflows.places import ACTION

INSIDE = "2026-11-25T22:10:00+08:00"
REAL = f'#!/usr/bin/env bash\nexec "{sys.executable}" -m changeflow "$@"\n'


@dataclass(frozen=True)
class Ran:
    code: int
    log: str
    outputs: str
    summary: str


class Runner:
    """A runner with changeflow installed as the action's first step would: the real one, or a script in its place."""

    def __init__(self, folder: Path) -> None:
        self.temp = folder / "temp"
        (self.temp / "changeflow" / "bin").mkdir(parents=True)
        self.install(REAL)
        self.files = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}

    def install(self, text: str) -> None:
        program = self.temp / "changeflow" / "bin" / "changeflow"
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)

    def run(self, command: str, **inputs: str) -> Ran:
        for file in self.files.values():
            file.write_text("", encoding="utf-8")
        named = {"REPOSITORY_PATH": ".", "LEDGER_KEY": "", "CHANGE": "", "CHANGE_FROM": "", "APPLICATION_PATH": "."} | inputs
        environment = os.environ | {f"INPUT_{key}": value for key, value in named.items() if not key.startswith("CHANGEFLOW_")}
        environment |= {key: value for key, value in named.items() if key.startswith("CHANGEFLOW_")}
        environment |= {
            "INPUT_COMMAND": command,
            "RUNNER_TEMP": str(self.temp),
            "ACTION_FOLDER": str(ACTION),
            "GITHUB_TOKEN": "t",
        }
        environment |= {name: str(path) for name, path in self.files.items()}
        done = subprocess.run(["bash", str(ACTION / "run.sh")], env=environment, capture_output=True, text=True, check=False)
        output, summary = (self.files[name].read_text(encoding="utf-8") for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"))
        return Ran(done.returncode, done.stdout + done.stderr, output, summary)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def exits(code: int, said: str = "") -> str:
    return f"#!/usr/bin/env bash\nprintf '%s\\n' \"$@\" >>\"$RUNNER_TEMP/called\"\nprintf '%s' '{said}'\nexit {code}\n"


@pytest.mark.parametrize(("command", "arguments"), [("ci", ["ci"]), ("ci-judge", ["ci", "--judge"]), ("ci-record", ["ci", "--record"])])
@pytest.mark.parametrize(("code", "becomes"), [(0, 0), (1, 0), (2, 2), (4, 4), (5, 5), (70, 70)])
def test_a_verdict_that_was_published_is_a_job_that_succeeded(
    runner: Runner, command: str, arguments: list[str], code: int, becomes: int
) -> None:
    runner.install(exits(code))
    assert runner.run(command).code == becomes
    assert (runner.temp / "called").read_text(encoding="utf-8").split() == ["--repo", ".", *arguments]


@pytest.mark.parametrize(("code", "open_"), [(0, "true"), (1, "false"), (3, "false"), (5, "false")])
def test_a_deploy_gate_that_is_not_open_fails_the_job(runner: Runner, code: int, open_: str) -> None:
    runner.install(exits(code))
    ran = runner.run("gate-deploy", CHANGE=CHANGE)
    assert (ran.code, ran.outputs) == (code, f"open={open_}\n")


HOSTILE = ["$(touch /tmp/pwned)", "`id`", "a; exit 0", "--now=2030-01-01T00:00:00Z", "-h", "a b\nc", "${IFS}", "*"]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_reach_the_program_as_they_are(runner: Runner, value: str) -> None:
    runner.install(exits(1).replace("'%s\\n'", "'%s\\0'"))
    runner.run("gate-deploy", CHANGE=value)
    runner.run("gate-deploy", CHANGE_FROM=value, APPLICATION_PATH=value)
    fixed = ["--repo", ".", "gate", "deploy", "--format", "markdown"]
    expected = [*fixed, "--", value, *fixed, f"--change-from={value}", f"--in={value}"]
    assert (runner.temp / "called").read_text(encoding="utf-8").split("\0")[:-1] == expected


@pytest.mark.parametrize("inputs", [{}, {"CHANGE": CHANGE, "CHANGE_FROM": "HEAD"}])
def test_a_change_is_named_in_one_way(runner: Runner, inputs: dict[str, str]) -> None:
    runner.install(exits(0))
    assert runner.run("gate-deploy", **inputs).code == 2
    assert not (runner.temp / "called").exists()


def test_an_unknown_command_runs_nothing(runner: Runner) -> None:
    runner.install(exits(0))
    assert runner.run("release").code == 2
    assert not (runner.temp / "called").exists()


def test_text_in_the_log_gives_the_runner_no_orders(runner: Runner) -> None:
    runner.install(exits(1, "::error::not an order\n::add-mask::x"))
    log = runner.run("ci").log
    word = re.match(r"::stop-commands::([0-9a-f]{32})\n", log)
    assert word is not None
    assert log.endswith(f"\n::{word[1]}::\n")
    assert log.index("::stop-commands::") < log.index("::error::") < log.rindex(word[1])


def test_both_streams_are_between_the_words(runner: Runner) -> None:
    runner.install("#!/usr/bin/env bash\necho one\necho '::error::two' >&2\n")
    for ran in (runner.run("ci"), runner.run("gate-deploy", CHANGE=CHANGE)):
        assert re.fullmatch(r"::stop-commands::(\w+)\n(one\n)?::error::two\n\n::\1::\n", ran.log), ran.log


def test_the_word_is_another_one_every_time(runner: Runner) -> None:
    runner.install(exits(0))
    assert runner.run("ci").log != runner.run("ci").log


def test_what_a_gate_says_goes_to_the_summary_and_not_to_the_log(runner: Runner) -> None:
    runner.install(exits(1, "::error::in the summary this is text"))
    ran = runner.run("gate-deploy", CHANGE=CHANGE)
    assert "::error::" in ran.summary
    assert "::error::" not in ran.log


def test_the_ledger_s_key_is_in_a_file_for_its_owner_and_is_gone_afterwards(runner: Runner) -> None:
    runner.install(
        '#!/usr/bin/env bash\nstat -c %a "$CHANGEFLOW_KEY" >"$RUNNER_TEMP/mode"\ncp "$CHANGEFLOW_KEY" "$RUNNER_TEMP/copy"\n'
        'printf %s "${INPUT_LEDGER_KEY-gone}" >"$RUNNER_TEMP/variable"\nexit 5\n'
    )
    ran = runner.run("ci-record", LEDGER_KEY="-----BEGIN KEY-----\nsecret\n-----END KEY-----")
    assert ran.code == 5
    assert (runner.temp / "mode").read_text(encoding="utf-8").strip() == "600"
    assert (runner.temp / "copy").read_text(encoding="utf-8") == "-----BEGIN KEY-----\nsecret\n-----END KEY-----\n"
    assert (runner.temp / "variable").read_text(encoding="utf-8") == "gone"
    assert not list(runner.temp.glob("ledger-key.*"))
    assert "secret" not in ran.log


@pytest.mark.parametrize(("command", "given"), [("ci", "t"), ("ci-judge", "t"), ("ci-record", "t"), ("gate-deploy", "none"), ("check", "none")])
def test_only_the_bot_gets_the_token(runner: Runner, command: str, given: str) -> None:
    runner.install('#!/usr/bin/env bash\nprintf %s "${GITHUB_TOKEN-none}" >"$RUNNER_TEMP/token"\n')
    runner.run(command, CHANGE=CHANGE)
    assert (runner.temp / "token").read_text(encoding="utf-8") == given


def test_without_a_key_none_is_named(runner: Runner) -> None:
    runner.install('#!/usr/bin/env bash\nprintf %s "${CHANGEFLOW_KEY-none}" >"$RUNNER_TEMP/key"\n')
    runner.run("ci-record")
    assert (runner.temp / "key").read_text(encoding="utf-8") == "none"


def test_a_deployment_is_asked_for_with_the_real_program(runner: Runner, office: Office, application: Repo) -> None:
    application.commit(f"Speed up settlement\n\nChange: {CHANGE}")
    places = {"REPOSITORY_PATH": str(office.repo.path), "APPLICATION_PATH": str(application.path), "CHANGE_FROM": "HEAD"}
    ran = runner.run("gate-deploy", **places, CHANGEFLOW_NOW=INSIDE)
    assert (ran.code, ran.outputs) == (0, "open=true\n"), ran.log
    assert "approved: carol" in ran.summary
    assert runner.run("gate-deploy", **places, CHANGEFLOW_NOW="2026-11-26T22:10:00+08:00").outputs == "open=false\n"


def test_the_scripts_can_be_read_by_everybody_and_changed_by_their_owner() -> None:
    assert all(not path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH) for path in ACTION.iterdir())
