"""The READMEs of both languages: what they show to type works when pasted, and is the same in both."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.typed import PROJECT, blocks, type_in

READMES = ("README.md", "README.zh.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


@pytest.fixture(params=READMES)
def pasted(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """The commands of a README, pasted in a fresh checkout where `make demo` has set up `.venv`, by a person git does not know."""
    checkout = tmp_path / "changeflow"
    subprocess.run(["git", "init", "-q", str(checkout)], check=True)
    (checkout / ".venv").symlink_to(Path(sys.executable).parent.parent)
    script = blocks(request.param)
    assert script.count("make demo\n") == 1
    return tmp_path / "my-changes", type_in(tmp_path, f"cd {checkout}", script.replace("make demo\n", ""))


def test_the_start_works_when_pasted_on_a_machine_that_git_does_not_know(pasted: tuple[Path, str]) -> None:
    folder, said = pasted
    (request,) = folder.glob("changes/CHG-*-my-first-change/rfc.yaml")
    assert "  requester: you\n" in request.read_text(encoding="utf-8")
    assert "documents checked: 0 errors, 1 warning" in said
    told = subprocess.run(["git", "-C", str(folder), "rev-parse", "--show-toplevel"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(folder)


def test_both_languages_show_the_same_commands() -> None:
    english, chinese = ([block for block in BLOCK.findall(text(name)) if block[0] != "mermaid"] for name in READMES)
    assert english == chinese


def test_both_languages_have_the_same_pictures() -> None:
    """Ids and arrows are the same; labels are words of the language."""
    english, chinese = (re.sub(r'"[^"]*"', "", "".join(found for kind, found in BLOCK.findall(text(name)) if kind == "mermaid")) for name in READMES)
    assert english == chinese


def test_both_languages_are_built_alike() -> None:
    english, chinese = (outline(text(name)) for name in READMES)
    assert english == chinese


def outline(page: str) -> list[str]:
    """Levels of titles, kinds of lines, and the commands and pages that each line names, in order."""
    plain = BLOCK.sub("BLOCK", page).replace(".zh.md", ".md")
    found = []
    for line in plain.splitlines():
        begin = re.match(r"#+|- \*\*|\||BLOCK", line)
        if begin:
            found.append(begin[0])
    named = re.findall(r"`(changeflow [a-z ]+)`|\]\(([^)]+)\)", plain)
    return found + sorted(command or page for command, page in named)


def test_what_is_pasted_has_no_comments_which_zsh_takes_for_arguments() -> None:
    assert [name for name in READMES if re.search(r"(^|\s)#", blocks(name))] == []
