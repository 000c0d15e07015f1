"""The tab key offers what is in the repository, in the protocol of each shell, and never complains."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.register.office import CHANGE, Office
from tests.shop import CONFIG

CACHE = "CHG-20261122-flush-cache"
COMMAND = str(Path(sys.executable).with_name("changeflow"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = Office(tmp_path_factory.mktemp("tab") / "shop")
    model = {
        "apiVersion": "changeflow/v1",
        "kind": "ChangeModel",
        "metadata": {"id": "restart", "title": "Restart a service"},
    }
    made.write("policies/models/restart.yaml", model)
    made.write("cmdb/broken.yaml", "kind: [\n")
    made.write("releases/winter/release.yaml", {"kind": "Release"})
    made.ask()
    made.ask(CACHE)
    return made


def tab(office: Office | Path, line: str, shell: str = "bash", **environment: str) -> list[str]:
    """What a shell is told at the end of a line. Nothing else is ever written."""
    words = line.split(" ")
    asked = {"_CHANGEFLOW_COMPLETE": f"{shell}_complete", "COMP_WORDS": line}
    asked["COMP_CWORD"] = words[-1] if shell == "fish" else str(len(words) - 1)
    done = subprocess.run(
        [COMMAND],
        cwd=office if isinstance(office, Path) else office.root,
        env=os.environ | asked | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    # click ends also an empty answer with a line break
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("changeflow show ", [CHANGE, CACHE]),
        ("changeflow gate approve CHG-20261122", [CACHE]),
        ("changeflow approve flu", ["flush-cache"]),
        ("changeflow release run w", ["winter"]),
        ("changeflow approve db --as ca", ["carol"]),
        ("changeflow approve db --role eca", ["ecab"]),
        ("changeflow new a --ci ", ["db"]),
        ("changeflow impact d", ["db"]),
        ("changeflow new a --model ", ["restart"]),
        ("changeflow policy explain cab-q", ["cab-quorum"]),
        ("changeflow assess db --base m", ["main"]),
        ("changeflow gate s", ["submit"]),
        ("changeflow assess db --format ma", ["markdown"]),
        ("changeflow init --timezone Asia/Shang", ["Asia/Shanghai"]),
        ("changeflow show nothing-of-this", []),
    ],
)
def test_bash_is_told_what_fits(office: Office, line: str, offered: list[str]) -> None:
    assert tab(office, line) == [f"plain,{name}" for name in offered]


def test_every_shell_is_told_the_same(office: Office) -> None:
    line = "changeflow new a --model r"
    assert tab(office, line, "zsh") == ["plain", "restart", "Restart a service"]
    assert tab(office, line, "fish") == ["plain,restart\tRestart a service"]


def test_files_are_left_to_the_shell(office: Office) -> None:
    assert tab(office, "changeflow approve db --key ~/.s") == ["file,~/.s"]
    assert tab(office, "changeflow --repo ex") in (["file,ex"], ["dir,ex"])


def test_the_repository_may_be_named(office: Office, tmp_path: Path) -> None:
    assert tab(tmp_path, f"changeflow --repo {office.root} new a --ci ") == ["plain,db"]
    assert tab(tmp_path, "changeflow new a --ci ", CHANGEFLOW_REPO=str(office.root)) == ["plain,db"]


@pytest.mark.parametrize(
    "words", ["show ", "new a --ci ", "new a --model ", "approve x --as ", "assess x --base "]
)
def test_where_nothing_can_be_read_nothing_is_offered(tmp_path: Path, words: str) -> None:
    assert tab(tmp_path, f"changeflow {words}") == []
    (tmp_path / "changeflow.yaml").write_text(str(CONFIG), encoding="utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/roster.yaml").write_text("kind: Roster\nspec: 3\n", encoding="utf-8")
    offered = tab(tmp_path, f"changeflow {words}", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert offered in ([], ["plain,HEAD"])


def test_no_key_waits_for_pydantic(office: Office) -> None:
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('pydantic' in sys.modules, file=sys.stderr))\n"
        "from changeflow.cli.main import cli\ncli(prog_name='changeflow')\n"
    )
    for line in ("changeflow show ", "changeflow approve db --as ", "changeflow new a --ci "):
        asked = {"_CHANGEFLOW_COMPLETE": "bash_complete", "COMP_WORDS": line}
        asked["COMP_CWORD"] = str(len(line.split(" ")) - 1)
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=office.root,
            env=os.environ | asked,
            capture_output=True,
            text=True,
            check=True,
        )
        assert (done.stdout != "", done.stderr) == (True, "False\n")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_itself_completes(office: Office) -> None:
    script = (
        f'eval "$(_CHANGEFLOW_COMPLETE=bash_source {COMMAND})"\n'
        "COMP_WORDS=(changeflow show flu); COMP_CWORD=2\n"
        f'_changeflow_completion {COMMAND}; echo "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=office.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("flush-cache\n", "")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_take_the_script(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    asked = {"_CHANGEFLOW_COMPLETE": f"{shell}_source"}
    script = subprocess.run(
        [COMMAND], env=os.environ | asked, capture_output=True, text=True, check=True
    ).stdout
    done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("changeflow wh", ["when:说明变更最早何时可以开始，以及这一答案何时会变"]),
        ("changeflow --ver", ["--verbose:", "--version:显示版本并退出"]),
        ("changeflow release pl", ["plan:逐步列出发布将执行的操作"]),
        ("changeflow todo --no", ["--now:以此为当前时间（RFC 3339 格式，须带时区偏移）"]),
        ("changeflow release run --he", ["--help:显示本帮助并退出"]),
    ],
)
def test_commands_and_options_are_described_in_the_language_of_the_reader(tmp_path: Path, line: str, offered: list[str]) -> None:
    (tmp_path / "changeflow.yaml").write_text("apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: x}\nspec: {language: zh}\n", encoding="utf-8")
    answer = tab(tmp_path, line, "zsh")
    # of each: kind, name, description
    described = [f"{name}:{text}" for name, text in zip(answer[1::3], answer[2::3], strict=True)]
    assert all(one.startswith(start) for one, start in zip(described, offered, strict=True)), described
    assert not any("\u4e00" <= character <= "\u9fff" for character in "".join(tab(tmp_path, line, "zsh", CHANGEFLOW_LANG="en")))
