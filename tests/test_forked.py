"""A command line whose process was forked answers as one whose interpreter was started for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import valid_repository as valid

from tests import forked

NOON = {"CHANGEFLOW_NOW": "2026-11-21T12:00:00Z"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return valid.write(tmp_path_factory.mktemp("forked"))


def started(root: Path, *arguments: str, **environment: str) -> tuple[int, bytes, bytes]:
    command = [sys.executable, "-m", "changeflow", *arguments]
    done = subprocess.run(command, cwd=root, env=os.environ | environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def forked_from(root: Path, *arguments: str, **environment: str) -> tuple[int, bytes, bytes]:
    done = forked.run(arguments, cwd=root, env=os.environ | environment)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "code"),
    [
        (("--version",), {}, 0),
        (("check", "--strict"), {"CHANGEFLOW_LANG": "zh"}, 0),
        (("show", "CHG-20261121-none"), {}, 5),
        (("no-such-command",), {}, 2),
        (("check", "--repo", "nowhere\udcff"), {}, 2),
        (("cmdb", "show", "payments-api"), {"LC_ALL": "C", "PYTHONUTF8": "0"}, 0),
    ],
)
def test_it_writes_the_same_bytes_and_ends_with_the_same_code(
    root: Path, arguments: tuple[str, ...], environment: dict[str, str], code: int
) -> None:
    expected = started(root, *arguments, **environment)
    assert forked_from(root, *arguments, **environment) == expected
    assert expected[0] == code


def test_the_program_of_a_shell_has_its_folder_environment_streams_and_code(root: Path) -> None:
    script = "cd changes && changeflow --repo .. check | cat; changeflow show CHG-20261121-none 2>&1 >/dev/null; echo $?"
    said = []
    for folder in (forked.folder_of_program(), Path(sys.executable).parent):
        environment = os.environ | NOON | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
        said.append(subprocess.run(["bash", "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=True).stdout)
    assert said[0] == said[1]
    assert "no problems" in said[0]
    assert said[0].endswith("\n5\n")


def test_nothing_of_one_command_is_left_for_the_next(root: Path) -> None:
    chinese = forked_from(root, "check", CHANGEFLOW_LANG="zh", TZ="Asia/Shanghai")[1].decode()
    english = forked_from(root, "check")[1].decode()
    assert "no problems" in english
    assert "no problems" not in chinese


TAKEN_OVER = """\
import json, os, sys, time
from tests.forked.server import become
become([b"/", b"1", b"caf\\xc3\\xa9", b"TZ=Asia/Shanghai", b"A=b=c"], [os.open(os.devnull, os.O_RDONLY), os.dup(1), os.dup(2)])
print(json.dumps([os.getcwd(), sys.argv[1:], sorted(os.environ), os.environ["A"], time.localtime(0).tm_hour, sys.stdin.read()]))
"""


def test_a_child_takes_over_folder_arguments_environment_zone_and_streams() -> None:
    environment = {"PYTHONPATH": str(forked.PROJECT), "TZ": "UTC", "LEFT": "over"}
    told = subprocess.check_output([sys.executable, "-c", TAKEN_OVER], env=environment, input=b"not read")
    assert json.loads(told) == ["/", ["café"], ["A", "TZ"], "b=c", 8, ""]


def test_a_child_that_is_killed_is_told_by_its_signal(root: Path, tmp_path: Path) -> None:
    git = tmp_path / "git"
    git.write_text('#!/bin/sh\nkill -9 "$PPID"\n', encoding="utf-8")
    git.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    assert forked.run(["show", "CHG-20261121-none"], cwd=root, env=environment).returncode == -9
    environment["PATH"] = f"{tmp_path}{os.pathsep}{forked.folder_of_program()}{os.pathsep}{os.environ['PATH']}"
    assert subprocess.run(["changeflow", "show", "CHG-20261121-none"], cwd=root, env=environment, capture_output=True, check=False).returncode == 137
