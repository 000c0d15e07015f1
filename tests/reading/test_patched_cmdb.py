"""Where few files of many were edited, their rows are replaced: the same CMDB as from scratch, to the byte."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from changeflow.cmdb.impact import Blast
from changeflow.cmdb.snapshot import encode
from changeflow.cmdb.spread import FEW
from changeflow.cmdb.tally import tallies
from changeflow.cmdb.upstream import Upstream
from changeflow.cmdb.wide_columns import combined, part_of
from changeflow.model.impact_weights import ImpactWeights
from changeflow.reading import cmdb_memory, patched_cmdb, rulebook
from changeflow.reading.rulebook import Rulebook, load_rulebook
from changeflow.reading.state import State
from changeflow.reading.view import state_at
from changeflow.repo import listed_files, parallel, work_tree_memory
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
    monkeypatch.setattr(listed_files, "LARGE", 1)
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


def put_together(book: Rulebook) -> bytes:
    """The columns, put together anew from themselves: numbers of words come in their order."""
    return b"".join(map(bytes, encode(combined([part_of(book.columns)]), {})))


def answers(book: Rulebook) -> list[object]:
    """The blast radius of each item, followed one by one and in whole columns, and what they rest on."""
    found: list[object] = []
    for number, ci in enumerate(book.graph.ids):
        weights = ImpactWeights()
        for few in (0, FEW):
            blast = Blast((ci,), book.graph, weights, few=few)
            found += [blast.impact(), tallies(blast.affected)]
        found.append(Upstream([number], book.graph, book.columns.needs, weights).causes())
    return found


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note how an edited CMDB was found, each time."""
    noted: list[str] = []
    for name in ("with_edits", "patched"):
        monkeypatch.setattr(patched_cmdb, name, _noting(getattr(patched_cmdb, name), name, noted))
    return noted


@pytest.fixture
def recalled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time that git was asked about the files of its index alone."""
    noted: list[str] = []
    recall = work_tree_memory.WorkTreeMemory.recall
    monkeypatch.setattr(
        work_tree_memory.WorkTreeMemory, "recall", _noting(recall, "recalled", noted)
    )
    return noted


def _noting(find: Callable[..., object], name: str, noted: list[str]) -> Callable[..., object]:
    def noting(*asked: object) -> object:
        found = find(*asked)
        if found is not None:
            noted.append(name)
        return found

    return noting


def test_after_any_edits_the_cmdb_is_the_one_from_scratch(repo: Repo, replaced: list[str]) -> None:
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
    assert replaced.count("patched") >= 4


def plain(repo: Repo, number: int, chance: random.Random) -> None:
    """Write an item whose dependencies have no group, on items that there are, and on one that there is not."""
    needs = chance.choices([*range(40), 77], [*range(40, 0, -1), 2], k=chance.randrange(6))
    lines = "".join(
        f"  - {{ci: ci-{need}, strength: {chance.choice(['hard', 'soft'])}}}\n" for need in needs
    )
    facts = {
        "type": ["server", "application", "business service"],
        "status": ["live", "retired"],
        "criticality": ["tier1", "tier2"],
        "environment": ["production"],
        "description": ["ein Gerät", "what it is for"],
        "maps": ["{paths: [src/**]}"],
        "confirmed": ["2026-03-01"],
    }
    chosen = [
        f"  {name}: {chance.choice(known)}\n"
        for name, known in facts.items()
        if chance.random() < 0.3
    ]
    file = repo.path / "cmdb" / f"{number}.yaml"
    name = f"Name {chance.randrange(40)}"
    text = f"apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {{id: ci-{number}, name: {name}}}\nspec:\n"
    file.write_text(
        f"{text}{''.join(chosen)}  depends_on:{' []' if not needs else ''}\n{lines}",
        encoding="utf-8",
    )


def test_edits_in_a_row_leave_the_columns_as_they_were_kept(
    repo: Repo, replaced: list[str], recalled: list[str]
) -> None:
    chance = random.Random(11)  # noqa: S311 - the same edits each time
    for number in range(40):
        plain(repo, number, chance)
    repo.commit()
    # what was touched within a fiftieth of a second of being read is not remembered
    time.sleep(0.05)
    first = seen(state_at(repo.path).rulebook)
    assert first == seen(from_scratch(repo))
    before = {file: file.read_bytes() for file in (repo.path / "cmdb").iterdir()}
    for step in range(12):
        for _ in range(chance.randrange(1, 4)):
            plain(repo, chance.randrange(40), chance)
        if step == 5:
            repo.commit()
        found, expected = state_at(repo.path).rulebook, from_scratch(repo)
        assert seen(found) == seen(expected)
        assert put_together(found) == in_bytes(expected)
        assert answers(found) == answers(expected)
    for file, data in before.items():
        file.write_bytes(data)
    assert seen(state_at(repo.path).rulebook) == first
    assert replaced.count("with_edits") >= 8
    assert len(recalled) >= 4


@pytest.mark.parametrize(
    "text",
    [
        "{id: ci-1}\nspec: {depends_on: [{ci: not-there-before}]}\n",
        "{id: not-there-before}\nspec: {}\n",
        "{id: ci-1}\nspec: {depends_on: [{any_of: [ci-2, ci-3]}]}\n",
        "{id: ci-1}\nspec: {}\n---\napiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: other}\nspec: {}\n",
        "{id: ci-1}\nspec: {}\n",
    ],
    ids=[
        "a new id that is needed",
        "a new id",
        "a group",
        "a second item",
        "an id that is needed no more",
    ],
)
def test_where_numbers_change_columns_are_put_together_anew(
    repo: Repo, replaced: list[str], text: str
) -> None:
    chance = random.Random(5)  # noqa: S311 - the same edits each time
    for number in range(40):
        plain(repo, number, chance)
    begin = "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: "
    file = repo.path / "cmdb" / "1.yaml"
    file.write_text(
        begin + "{id: ci-1}\nspec: {depends_on: [{ci: needed-by-one}]}\n", encoding="utf-8"
    )
    assert not state_at(repo.path).rulebook.problems
    file.write_text(begin + text, encoding="utf-8")
    found, expected = state_at(repo.path).rulebook, from_scratch(repo)
    assert in_bytes(found) == in_bytes(expected)
    assert seen(found) == seen(expected)
    assert replaced == ["patched"]


def test_after_many_edits_columns_are_put_together_anew(
    repo: Repo, replaced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patched_cmdb, "_FEW", 3)
    chance = random.Random(5)  # noqa: S311 - the same edits each time
    for number in range(40):
        plain(repo, number, chance)
    assert not state_at(repo.path).rulebook.problems
    for number in range(6):
        file = repo.path / "cmdb" / f"{number}.yaml"
        file.write_text(
            file.read_text(encoding="utf-8").replace("Name", "New name"), encoding="utf-8"
        )
        found, expected = state_at(repo.path).rulebook, from_scratch(repo)
        assert seen(found) == seen(expected)
        assert put_together(found) == in_bytes(expected)
    assert replaced == ["with_edits"] * 3 + ["patched"] + ["with_edits"] * 2


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cmdb/1.yaml", "apiVersion: changeflow/v1\nkind: [\n"),
        (
            "cmdb/1.yaml",
            "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: ci-2}\nspec: {}\n",
        ),
        (
            "cmdb/1.yaml",
            "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: x}\nspec: {owner: 7}\n",
        ),
        (
            "cmdb/sources/s.yaml",
            "apiVersion: changeflow/v1\nkind: ConfigurationSource\nmetadata: {id: s}\nspec: {format: csv, nodes: n.csv}\n",
        ),
        ("cmdb/notes.txt", "no document\n"),
        ("cmdb/sub.yml/x", "no document\n"),
    ],
    ids=["broken", "an id twice", "not valid", "a source", "another file", "a folder"],
)
def test_what_is_no_edit_of_plain_items_is_read_from_scratch(
    repo: Repo, replaced: list[str], path: str, text: str
) -> None:
    assert not state_at(repo.path).rulebook.problems
    file = repo.path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    (repo.path / "n.csv").write_text("id\nnew\n", encoding="utf-8")
    assert seen(state_at(repo.path).rulebook) == seen(from_scratch(repo))
    assert not replaced


@pytest.mark.parametrize("path", ["cmdb/1.yaml", "cmdb/.gitattributes", ".gitattributes"])
def test_what_is_edited_while_it_is_read_is_not_kept(
    repo: Repo, replaced: list[str], monkeypatch: pytest.MonkeyPatch, path: str
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
    assert replaced[-1] == "patched"
