"""The tables of a site: a later build writes the bytes of a first one, and measures again what measures read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from changeflow.history.tables import write
from changeflow.insight.records import TABLES
from changeflow.repo.index_store import IndexStore
from changeflow.usecases.site.site_tables import SiteTables

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
MEASURED = {"value": 1}

Rows = dict[str, list[dict[str, Any]]]


def rows(changes: dict[str, dict[str, Any]], **others: list[dict[str, Any]]) -> Rows:
    """Tables of changes with one item each; `opinions` says how many there are."""
    found: Rows = {name: [] for name in TABLES}
    for name, said in changes.items():
        key = {"source": "shop", "change": name}
        opinions = said.get("opinions", 1)
        own = {column: value for column, value in said.items() if column != "opinions"}
        found["changes"].append({**key, "recorded_at": START, **own})
        found["change_items"].append({**key, "item": "db", "action": "modify"})
        for number in range(opinions):
            at = START + timedelta(hours=number)
            found["opinions"].append({**key, "person": "carol", "decision": "approve", "decided_at": at})
    return found | others


class Site:
    """The builds of one site."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        (folder / "git").mkdir()

    def built(self, tables: Rows, general: str = "rules") -> bool:
        """Build, compare with tables that are written anew, and return whether measures are as they were."""
        self._count += 1
        later, fresh = self._folder / f"later-{self._count}", self._folder / f"fresh-{self._count}"
        later.mkdir()
        texts = {row["change"]: "" for row in tables["changes"]}
        for name in texts:
            mine = [row for table in ("changes", "change_items", "opinions") for row in tables[table] if row["change"] == name]
            texts[name] = json.dumps(mine, default=str)
        store = IndexStore(self._folder / "git" / "changeflow" / "index", b"k" * 32)
        site = SiteTables(store, "shop", general, texts)
        site.write(later, tables)
        write(fresh, tables)
        assert {path.name: path.read_bytes() for path in later.iterdir()} == {path.name: path.read_bytes() for path in fresh.iterdir()}
        known = site.recalled()
        site.keep(later, MEASURED)
        return bool(known)


def test_measures_hold_until_a_column_changes_that_they_read(tmp_path: Path) -> None:
    site = Site(tmp_path)
    changes: dict[str, dict[str, Any]] = {f"C{number}": {"title": f"Change {number}", "type": "normal"} for number in range(30)}
    assert not site.built(rows(changes))
    assert site.built(rows(changes))
    changes["C7"]["title"] = "Another title"
    assert site.built(rows(changes))
    changes["C7"]["type"] = "emergency"
    assert not site.built(rows(changes))
    # an opinion more, and none at all
    for count in (2, 0):
        changes["C8"]["opinions"] = count
        assert not site.built(rows(changes))
    # one is gone, and comes back
    gone = changes.pop("C9")
    assert not site.built(rows(changes))
    assert not site.built(rows(changes | {"C9": gone}))
    # an incident of another source of rows
    incident = {"source": "shop", "incident": "INC-1", "change": "C3", "link": "caused_by", "opened_at": START}
    assert not site.built(rows(changes, incidents=[incident]))
    assert site.built(rows(changes, incidents=[incident | {"title": "It is down"}]))
    assert not site.built(rows(changes, incidents=[incident | {"title": "It is down", "link": "fixes"}]))
    assert not site.built(rows(changes))
    assert not site.built(rows({}))


def test_other_rules_are_another_site(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert not site.built(rows({"C1": {}}))
    assert not site.built(rows({"C1": {}}), "other rules")
    assert site.built(rows({"C1": {}}), "other rules")


def test_a_change_of_which_nothing_is_known_has_all_tables_written(tmp_path: Path) -> None:
    store = IndexStore(tmp_path / "git" / "changeflow" / "index", b"k" * 32)
    (tmp_path / "git").mkdir()
    found = rows({"C1": {}, "C2": {}})
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        site = SiteTables(store, "shop", "rules", {"C1": "text"})
        site.write(folder, found)
        assert site.recalled() == {}
        site.keep(folder, MEASURED)


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "变更"])
def test_awkward_texts_stand_for_themselves(tmp_path: Path, text: str) -> None:
    store = IndexStore(tmp_path / "git" / "changeflow" / "index", b"k" * 32)
    (tmp_path / "git").mkdir()
    found = []
    for number, said in enumerate((text, text, f"{text}.")):
        folder = tmp_path / str(number)
        folder.mkdir()
        site = SiteTables(store, "shop", "rules", {"C1": said})
        site.write(folder, rows({"C1": {}}))
        found.append(site.recalled().get("value"))
        site.keep(folder, MEASURED)
    # the last text is another one, and measures read the same of it
    assert found == [None, 1, 1]
