"""Where few files of many were edited, their rows are replaced: the same CMDB as from scratch, to the byte."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from changeflow.cmdb.snapshot import encode
from changeflow.reading import cmdb_memory, patched_cmdb, rulebook
from changeflow.reading.rulebook import Rulebook, load_rulebook
from changeflow.reading.state import State
from changeflow.reading.view import state_at
from changeflow.repo import parallel
from changeflow.repo.source import WorkTree
from tests.reading.test_many_items import seen
from tests.repositories import Repo

ITEM = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {{id: {ci}, name: {name}}}
spec:
  owner: {owner}
{more}  depends_on:
    - ci: {need}
    - any_of: [{need}, ci-0]
"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setattr(rulebook, "MANY", 1)
    monkeypatch.setattr(cmdb_memory, "MANY", 1)
    monkeypatch.setattr(parallel, "MANY", 1_000)
    repo = Repo(tmp_path / "repo")
    chance = random.Random(1)  # noqa: S311 - the same edits each time
    for number in range(40):
        write(repo, number, chance)
    repo.commit()
    return repo


def write(repo: Repo, number: int, chance: random.Random) -> None:
    file = repo.path / "cmdb" / f"{number}.yaml"
    file.parent.mkdir(exist_ok=True)
    text = ITEM.format(
        ci=f"ci-{number}",
        name=f"Name {chance.randrange(5)}",
        owner=f"team-{chance.randrange(3)}",
        need=f"ci-{chance.randrange(60)}",
        more=chance.choice(["", "  maps: {paths: [src/**]}\n", "  description: what it is for\n"]),
    )
    file.write_text(text, encoding="utf-8")


def from_scratch(repo: Repo) -> Rulebook:
    return load_rulebook(State(WorkTree(repo.path)))


def in_bytes(book: Rulebook) -> bytes:
    return b"".join(map(bytes, encode(book.columns, {})))


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note whether rows were replaced, each time that it is tried."""
    noted: list[bool] = []
    patched = patched_cmdb.patched

    def noting(*asked: object) -> object:
        found = patched(*asked)  # type: ignore[arg-type]
        noted.append(found is not None)
        return found

    monkeypatch.setattr(patched_cmdb, "patched", noting)
    return noted


def test_after_any_edits_the_cmdb_is_the_one_from_scratch(repo: Repo, replaced: list[bool]) -> None:
    chance = random.Random(7)  # noqa: S311 - the same edits each time
    assert seen(state_at(repo.path).rulebook) == seen(from_scratch(repo))
    for step in range(6):
        for _ in range(chance.randrange(1, 4)):
            number = chance.randrange(50)
            if chance.random() < 0.3:
                (repo.path / "cmdb" / f"{number}.yaml").unlink(missing_ok=True)
            else:
                write(repo, number, chance)
        if step % 2:
            repo.commit()
        found, expected = state_at(repo.path).rulebook, from_scratch(repo)
        assert seen(found) == seen(expected)
        assert in_bytes(found) == in_bytes(expected)
    assert replaced.count(True) >= 4


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cmdb/1.yaml", "apiVersion: changeflow/v1\nkind: [\n"),
        ("cmdb/1.yaml", "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: ci-2}\nspec: {}\n"),
        ("cmdb/1.yaml", "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: x}\nspec: {owner: 7}\n"),
        ("cmdb/sources/s.yaml", "apiVersion: changeflow/v1\nkind: ConfigurationSource\nmetadata: {id: s}\nspec: {format: csv, nodes: n.csv}\n"),
        ("cmdb/notes.txt", "no document\n"),
        ("cmdb/sub.yml/x", "no document\n"),
    ],
    ids=["broken", "an id twice", "not valid", "a source", "another file", "a folder"],
)
def test_what_is_no_edit_of_plain_items_is_read_from_scratch(
    repo: Repo, replaced: list[bool], path: str, text: str
) -> None:
    assert not state_at(repo.path).rulebook.problems
    file = repo.path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    (repo.path / "n.csv").write_text("id\nnew\n", encoding="utf-8")
    assert seen(state_at(repo.path).rulebook) == seen(from_scratch(repo))
    assert True not in replaced


@pytest.mark.parametrize("path", ["cmdb/1.yaml", "cmdb/.gitattributes", ".gitattributes"])
def test_what_is_edited_while_it_is_read_is_not_kept(
    repo: Repo, replaced: list[bool], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    chance = random.Random(3)  # noqa: S311 - the same edits each time
    assert not state_at(repo.path).rulebook.problems
    write(repo, 1, chance)
    items, file = patched_cmdb._items, repo.path / path
    before = file.read_bytes() if file.exists() else None

    def edited_meanwhile(*asked: object) -> object:
        if path == "cmdb/1.yaml":
            write(repo, 1, chance)
        else:
            file.write_text("*.yaml text ident\n", encoding="utf-8")
        return items(*asked)  # type: ignore[arg-type]

    def count() -> int:
        return len(list((repo.path / ".git/changeflow/cmdb").iterdir()))

    kept = count()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(patched_cmdb, "_items", edited_meanwhile)
        assert state_at(repo.path).rulebook.label
    if before is None:
        file.unlink()
    else:
        file.write_bytes(before)
    assert count() == kept
    assert seen(state_at(repo.path).rulebook) == seen(from_scratch(repo))
    assert replaced[-1]
