"""Many files of items are read into columns at once: the same CMDB, digests and problems as file by file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from changeflow.cmdb.items_view import ItemsView
from changeflow.cmdb_sources import reading_sources
from changeflow.reading import rulebook
from changeflow.reading.rulebook import Rulebook, load_rulebook
from changeflow.reading.state import State
from changeflow.repo import parallel
from changeflow.repo.source import WorkTree
from tests.repositories import Repo

PLAIN = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata:
  id: {ci}
  name: Item {ci}
spec:
  type: server
  criticality: tier2
  depends_on:
    - ci: db
    - ci: flags
      strength: soft
    - any_of: [a, b, a]
      min: 2
"""
RICH = """\
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: rich, labels: {z: "1", a: "ü"}}
spec:
  status: planned
  description: |
    Two
    lines
  maps: {paths: [src/**]}
---
apiVersion: changeflow/v1
kind: ConfigurationItem
metadata: {id: db, labels: {k: v}}
spec: {description: "the database", owner: team, environment: production, status: retired}
"""
SOURCE = """\
apiVersion: changeflow/v1
kind: ConfigurationSource
metadata: {id: estate}
spec: {format: csv, nodes: nodes.csv}
"""
FILES = {
    "cmdb/a.yaml": PLAIN.format(ci="a"),
    "cmdb/b.yaml": PLAIN.format(ci="b"),
    "cmdb/rich.yaml": RICH,
    "cmdb/c.yml": 'apiVersion: "changeflow/v1"\nkind: ConfigurationItem\nmetadata: {id: "c:1/x"}\nspec: {}\n',
    "changeflow.yaml": "apiVersion: changeflow/v1\nkind: Config\nmetadata: {id: changeflow}\nspec: {}\n",
}


def written(root: Path, more: dict[str, str]) -> Path:
    for path, text in {**FILES, **more}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def seen(book: Rulebook) -> list[Any]:
    columns = book.columns
    items = {ci: json.loads(item.model_dump_json()) for ci, item in ItemsView(columns).items()}
    return [
        items,
        list(columns.graph.ids),
        {ci: columns.graph.needed_by(ci) for ci in columns.graph.ids},
        {ci: columns.provenance(ci) for ci in items},
        {ci: columns.native_place(ci) for ci in items},
        columns.ids_having("maps"),
        book.digests,
        sorted((one.rule, one.path, one.line, one.message) for one in book.problems),
        book.sourced.digests if book.sourced is not None else None,
    ]


def both(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Rulebook, Rulebook]:
    one_by_one = load_rulebook(State(WorkTree(root)))
    monkeypatch.setattr(rulebook, "MANY", 1)
    monkeypatch.setattr(reading_sources, "_LARGE", 0)
    monkeypatch.setattr(parallel, "MANY", 1)
    return one_by_one, load_rulebook(State(WorkTree(root)))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"cmdb/sources/estate.yaml": SOURCE, "nodes.csv": "id,name,owner\na,Other,them\nnew,New,\n"},
        {"cmdb/broken.yaml": "kind: [\n"},
        {"cmdb/odd.yaml": "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: odd}\nspec: {owner: 7}\n"},
        {"cmdb/again.yaml": PLAIN.format(ci="a")},
        {"cmdb/rich-again.yaml": RICH.replace("id: db", "id: other")},
        {"cmdb/tabs.yaml": PLAIN.format(ci="t").replace("tier2", "tier2\t# not simple, but valid")},
        {"policies/risk.yaml": "apiVersion: changeflow/v1\nkind: RiskModel\nmetadata: {id: x}\nspec: {unknown: 1}\n"},
    ],
    ids=["valid", "with a source", "broken", "not valid", "an id twice", "an id twice in rare items", "not simple", "a problem elsewhere"],
)
def test_many_files_are_read_at_once_as_each_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, str]
) -> None:
    slow, fast = both(written(tmp_path, more), monkeypatch)
    assert seen(fast) == seen(slow)


def test_the_files_of_a_commit_are_read_at_once_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from changeflow.repo.source import Revision

    repo = Repo(tmp_path / "repo")
    written(repo.path, {})
    repo.commit()
    slow = load_rulebook(State(Revision(repo.git, "HEAD")))
    monkeypatch.setattr(rulebook, "MANY", 1)
    monkeypatch.setattr(parallel, "MANY", 1)
    assert seen(load_rulebook(State(Revision(repo.git, "HEAD")))) == seen(slow)


def test_no_record_is_made_of_an_item_that_says_what_most_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = written(tmp_path, {})
    monkeypatch.setattr(rulebook, "MANY", 1)
    parsed: list[str] = []
    state = State(WorkTree(root))
    read = state.parsed

    def noted(path: str, *, many: bool = False) -> Any:
        parsed.append(path)
        return read(path, many=many)

    monkeypatch.setattr(state, "parsed", noted)
    load_rulebook(state)
    assert sorted(parsed) == ["changeflow.yaml", "cmdb/rich.yaml"]


