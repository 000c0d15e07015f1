"""A check that remembers the files without findings says the same as one that does not."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import valid_repository as valid
from valid_repository import CHANGE, RFC_PATH

from changeflow.reading import check_memory as remembered
from changeflow.repo import index_store
from changeflow.usecases.check import check as checking
from changeflow.usecases.check.check import Checked, check
from changeflow.usecases.check.target import CheckTarget

NAMES = [f"CHG-20261121-upgrade-{number}" for number in "abcdefgh"]
ROSTER = "policies/roster.yaml"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    valid.write(folder)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    for name in NAMES:
        _write(folder, name)
    return folder


def _write(folder: Path, name: str, old: str = "", new: str = "") -> None:
    path = folder / "changes" / name / "rfc.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = valid.RFC.replace(CHANGE, name)
    path.write_text(text.replace(old, new) if old else text, encoding="utf-8")


def _said(checked: Checked) -> object:
    return checked.findings, checked.excerpts, checked.paths, checked.unreadable


def _without(folder: Path, monkeypatch: pytest.MonkeyPatch, wanted: tuple[str, ...] | None = None) -> Checked:
    with monkeypatch.context() as patch:
        patch.setenv("CHANGEFLOW_INDEX", "off")
        return check(CheckTarget(folder, wanted))


def _depend(folder: Path, dice: random.Random) -> None:
    one, other = dice.sample(NAMES, 2)
    _write(folder, one, "depends_on: []", f"depends_on: [{other}]")


def _delete(folder: Path, dice: random.Random) -> None:
    (folder / "changes" / dice.choice(NAMES) / "rfc.yaml").unlink(missing_ok=True)


def _same_size(folder: Path, dice: random.Random) -> None:
    path = folder / "changes" / dice.choice(NAMES) / "rfc.yaml"
    if path.exists():
        facts, text = path.stat(), path.read_text(encoding="utf-8")
        path.write_text(text.replace("type: normal", "type: nurmal"), encoding="utf-8")
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def _swap(folder: Path, dice: random.Random) -> None:
    one, other = (folder / "changes" / name for name in dice.sample(NAMES, 2))
    if one.is_dir() and other.is_dir():
        one.rename(folder / "away")
        other.rename(one)
        (folder / "away").rename(other)


def _people(folder: Path, _: random.Random) -> None:
    path = folder / ROSTER
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("bob:", "rob:") if "bob:" in text else text.replace("rob:", "bob:"), encoding="utf-8")


def _break(folder: Path, dice: random.Random) -> None:
    whole = (folder.parent / "roster").read_text(encoding="utf-8")
    (folder / ROSTER).write_text(dice.choice(["{", whole]), encoding="utf-8")


def _link(folder: Path, dice: random.Random) -> None:
    path = folder / "changes" / dice.choice(NAMES) / "rfc.yaml"
    if path.exists():
        path.rename(folder / "elsewhere.yaml")
        path.symlink_to(folder / "elsewhere.yaml")


def _restore(folder: Path, dice: random.Random) -> None:
    path = folder / "changes" / dice.choice(NAMES) / "rfc.yaml"
    path.unlink(missing_ok=True)
    _write(folder, path.parent.name)


def _harm_index(folder: Path, dice: random.Random) -> None:
    path = folder / ".git" / "changeflow" / index_store.FILE
    if path.exists():
        dice.choice([path.unlink, lambda: path.write_bytes(b"no index"), lambda: os.truncate(path, 5000)])()


STEPS: tuple[Callable[[Path, random.Random], None], ...] = (
    _depend, _delete, _same_size, _swap, _people, _break, _link, _restore, _restore, _restore, _harm_index,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("untouched_counts", [False, True])
def test_every_answer_is_that_of_a_check_without_memory(
    seed: int, untouched_counts: bool, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop.parent / "roster").write_text((shop / ROSTER).read_text(encoding="utf-8"), encoding="utf-8")
    # as if everything had been written long ago; or a moment ago, as it was
    monkeypatch.setattr(remembered, "_JUST_NOW", -3_000_000_000 if untouched_counts else 3_000_000_000)
    dice = random.Random(seed)  # noqa: S311
    for _ in range(14):
        dice.choice(STEPS)(shop, dice)
        # The clock of a file system ticks a hundred times a second.
        time.sleep(0.02 if untouched_counts else 0)
        wanted = dice.choice([None, None, ("changes",), (f"changes/{NAMES[0]}",)])
        if wanted in (None, ("changes",)) or (shop / wanted[0] / "rfc.yaml").exists():
            assert _said(check(CheckTarget(shop, wanted))) == _said(_without(shop, monkeypatch, wanted))


def _parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    paths: list[str] = []
    read = checking.read

    def watched(path: str, data: bytes) -> object:
        paths.append(path)
        return read(path, data)

    monkeypatch.setattr(checking, "read", watched)
    return paths


def test_a_request_without_findings_is_parsed_once(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(CheckTarget(shop))
    parsed = _parsed(monkeypatch)
    _write(shop, NAMES[0], "PostgreSQL 13", "PostgreSQL 14")
    check(CheckTarget(shop))
    assert [path for path in parsed if path.startswith("changes/")] == [f"changes/{NAMES[0]}/rfc.yaml"]


def test_a_file_that_was_not_touched_is_not_even_read(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_JUST_NOW", -3_000_000_000)
    check(CheckTarget(shop))
    opened: list[str] = []
    read = checking.WorkTree.as_on_disk
    monkeypatch.setattr(checking.WorkTree, "as_on_disk", lambda self, path, *limit: opened.append(path) or read(self, path, *limit))
    check(CheckTarget(shop))
    assert opened
    assert not [path for path in opened if path.startswith("changes/")]


def test_other_rules_or_people_have_every_request_judged_again(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(CheckTarget(shop))
    parsed = _parsed(monkeypatch)
    _people(shop, random.Random(1))  # noqa: S311
    checked = check(CheckTarget(shop))
    assert RFC_PATH in parsed
    assert "rfc-unknown-person" in {finding.rule for finding in checked.findings.findings}


@pytest.mark.parametrize("untouched_counts", [False, True])
def test_a_request_is_judged_again_when_what_it_waits_for_is_gone_or_there_again(
    untouched_counts: bool, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "_JUST_NOW", -3_000_000_000 if untouched_counts else 3_000_000_000)
    _write(shop, NAMES[0], "depends_on: []", f"depends_on: [{NAMES[1]}]")
    assert "rfc-depends-on-missing" not in _rules(check(CheckTarget(shop)))
    (shop / "changes" / NAMES[1] / "rfc.yaml").unlink()
    assert "rfc-depends-on-missing" in _rules(check(CheckTarget(shop)))
    _write(shop, NAMES[1])
    assert "rfc-depends-on-missing" not in _rules(check(CheckTarget(shop)))


def _rules(checked: Checked) -> set[str]:
    return {finding.rule for finding in checked.findings.findings}


def test_a_check_without_a_repository_remembers_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    valid.write(folder)
    assert _said(check(CheckTarget(folder))) == _said(check(CheckTarget(folder)))
    assert not list(tmp_path.rglob(index_store.FILE))


def test_work_trees_of_one_repository_remember_each_their_own(shop: Path, tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com"]
    subprocess.run([*git, "add", "-A"], cwd=shop, check=True)
    subprocess.run([*git, "commit", "-qm", "x"], cwd=shop, check=True)
    subprocess.run([*git, "worktree", "add", "-q", str(tmp_path / "other")], cwd=shop, check=True)
    first, second = check(CheckTarget(shop)), check(CheckTarget(tmp_path / "other"))
    assert _said(first) == _said(second)
    assert not (tmp_path / "other" / ".git").is_dir()
    assert len(list(tmp_path.rglob(index_store.FILE))) == 1
