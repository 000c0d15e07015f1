"""The page for on-call in both languages, typed to the letter: each section in the situation that it is for."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .site import Done, Site, checked_step, run_step

GUIDES = Path(__file__).resolve().parents[2] / "docs/guides"
ID = "CHG-20261121-payments-db-upgrade"
RUN = "8ef4b6fc43a11106"
# does what it is for, and then the process that drives the release is gone
DIE = '#!/bin/sh\necho "$CHANGEFLOW_STEP_KEY $1" >> "$MARKS"\nkill -9 "$PPID"\n'


def sections(page: str) -> list[str]:
    return re.findall(r"^## (.*)$", (GUIDES / page).read_text(encoding="utf-8"), re.MULTILINE)


def commands(page: str, section: str) -> list[list[str]]:
    found = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", (GUIDES / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None
    lines = re.findall(r"^\$ changeflow (.*)$", found[1], re.MULTILINE)
    assert lines, section
    return [shlex.split(line) for line in lines]


def killed(site: Site, *, checked: bool) -> None:
    step = checked_step if checked else run_step
    undo = {"run": ["./scripts/mark", "back"], "verify": ["./scripts/marked", "back"]}
    site.change(ID, steps=[step("one", "die", undo=undo), checked_step("two", undo=undo)], rollback=[])
    assert site.process("release", "run", ID).code == -9


def elsewhere(site: Site) -> None:
    killed(site, checked=True)
    # a clone on another machine knows nothing of the process
    shutil.rmtree(site.root / ".git/changeflow/releases")


def unknown(site: Site) -> None:
    killed(site, checked=False)
    assert "implementation/0" in site.cli("release", "resume", ID, "--as", "bob").err


def failed(site: Site) -> None:
    steps = [run_step("drop", irreversible="A dropped table is gone"), run_step("two", "fail", undo={"run": ["./scripts/mark", "back"]})]
    site.change(ID, steps=steps, rollback=[])
    assert site.release("run", change=ID).answer["state"] == "rollback_failed"


SITUATIONS: dict[str, tuple[Callable[[Site], None], str]] = {
    "How it stands": (lambda site: killed(site, checked=True), "implementing"),
    "Go on": (lambda site: killed(site, checked=True), "implemented"),
    "Say what happened": (unknown, "implemented"),
    "From another machine": (elsewhere, "implemented"),
    "Turn back": (lambda site: killed(site, checked=True), "rolled_back"),
    "Restore by hand": (failed, "rolled_back"),
}


CHINESE = dict(zip(SITUATIONS, ("现在是什么状态", "继续执行", "说明发生了什么", "在另一台机器上", "回退", "手工恢复"), strict=True))


def test_every_section_has_its_situation():
    assert sections("on-call.md") == list(SITUATIONS)
    assert sections("on-call.zh.md") == list(CHINESE.values())


def test_both_pages_say_the_same_commands_apart_from_words_for_the_record():
    def without_words(said: list[list[str]]) -> list[list[str]]:
        return [[word for before, word in zip(["", *words], words, strict=False) if before != "--note"] for words in said]

    for section, chinese in CHINESE.items():
        assert without_words(commands("on-call.md", section)) == without_words(commands("on-call.zh.md", chinese))


@pytest.mark.parametrize("section", SITUATIONS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_commands_of_a_section_lead_out_of_its_situation(tmp_path: Path, section: str, language: str):
    arrange, state = SITUATIONS[section]
    site = Site.at(tmp_path / "repo", **{"scripts/die": DIE})
    arrange(site)
    before = site.cli("release", "status", ID, CHANGEFLOW_LANG=language)
    said = Done(0, "", "")
    for words in commands("on-call.md", section) if language == "en" else commands("on-call.zh.md", CHINESE[section]):
        in_charge = site.release("status", change=ID).answer["run"]
        said = site.cli(*[in_charge if word == RUN else word for word in words], CHANGEFLOW_LANG=language)
        assert said.code == 0, (words, said.out, said.err)
    assert site.release("status", change=ID).answer["state"] == state, said.err
    text = before.out + before.err
    if section == "How it stands":
        assert {"en": "hint:", "zh": "提示："}[language] in text
        assert f"changeflow release resume {ID}" in text
    if section == "From another machine":
        assert "--run" in text
    assert [mark for mark in site.marks if mark.startswith("implementation/0")] == site.marks[:1], "no step ran twice"
