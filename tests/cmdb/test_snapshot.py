"""A snapshot gives the graph that it was made of, and nothing that was tampered with is believed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from cmdb_items import item
from hypothesis import given, settings

from changeflow.cmdb.columns_of_records import columns_of
from changeflow.cmdb.graph import FACTS, Graph
from changeflow.cmdb.impact import blast_radius
from changeflow.cmdb.snapshot import decode, encode
from changeflow.model.cmdb import ConfigurationItem
from changeflow.model.impact_weights import ImpactWeights
from changeflow.repo import snapshot_store
from changeflow.repo.index_store import IndexStore
from changeflow.repo.snapshot_store import DAMAGED, SnapshotStore
from tests.cmdb.test_impact_oracle import NAMES, cmdbs
from tests.examples import examples

KEY = bytes(range(32))
ITEMS = [
    item("payments-db", criticality="tier1", owner="team-payments", environment="production", name="Zahlungen 支付"),
    item("payments-api", "payments-db", {"ci": "cache", "strength": "soft"}, status="planned"),
    item("shop", {"any_of": ["payments-api", "ghost"], "min": 1}),
]


def whole(items: Sequence[ConfigurationItem], **about: Any) -> bytes:
    by_id = {one.metadata.id: one for one in items}
    return b"".join(map(bytes, encode(columns_of(by_id), about)))


def told(graph: Graph) -> dict[str, Any]:
    """All that a graph says, in plain values."""
    ids = list(graph.ids)
    return {
        "ids": ids,
        "nodes": [graph.node(ci) for ci in ids],
        "needed": [graph.needed_by(ci) for ci in ids],
        "columns": [list(graph.first), list(graph.dependents), list(graph.codes), list(graph.tipping)],
        "words": list(graph.words),
        "facts": {name: list(graph.facts[name]) for name in FACTS},
    }


@settings(max_examples=examples(200))
@given(items=cmdbs)
def test_a_snapshot_gives_the_graph_it_was_made_of(items: list[ConfigurationItem]) -> None:
    graph = Graph.of(items)
    columns, about, _ = decode(whole(items, why="test"))
    again = columns.graph
    assert told(again) == told(graph)
    assert about == {"why": "test"}
    for ci in NAMES:
        assert blast_radius([ci], again, ImpactWeights()) == blast_radius([ci], graph, ImpactWeights())


def test_facts_and_names_in_any_script_come_back() -> None:
    again = decode(whole(ITEMS)).columns.graph
    node = again.node("payments-db")
    assert node is not None
    assert (node.name, node.criticality, node.owner, node.environment) == (
        "Zahlungen 支付", "tier1", "team-payments", "production",
    )  # fmt: skip
    assert again.status("payments-api") == "planned"
    assert again.node("ghost") is None
    assert again.ids.number_of("nowhere") is None


@pytest.mark.parametrize("cut", [0, 5, 30, 200, -1])
def test_bytes_that_are_cut_off_are_no_graph(cut: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of any reader on the way
        decode(whole(ITEMS)[:cut])


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path, IndexStore(tmp_path / "index.sqlite3", KEY))


def again(folder: Path, key: bytes = KEY) -> SnapshotStore:
    """The store as the next command finds it."""
    return SnapshotStore(folder, IndexStore(folder / "index.sqlite3", key))


@pytest.fixture
def damaged() -> Iterator[list[str]]:
    """The snapshots that were found damaged."""
    found: list[str] = []
    token = DAMAGED.set(found)
    yield found
    DAMAGED.reset(token)


def test_what_was_kept_is_found_by_the_next_command(store: SnapshotStore, tmp_path: Path, damaged: list[str]) -> None:
    store.put("one", [b"some", b" bytes"])
    later = again(tmp_path)
    found = later.get("one")
    assert found is not None
    assert bytes(found) == b"some bytes"
    assert later.get("other") is None
    assert not damaged


def test_a_snapshot_is_for_its_user_alone(store: SnapshotStore, tmp_path: Path) -> None:
    store.put("one", [b"some bytes"])
    assert next((tmp_path / "cmdb").iterdir()).stat().st_mode & 0o777 == 0o600


def test_a_copied_snapshot_with_other_times_is_compared_and_believed(
    store: SnapshotStore, tmp_path: Path, damaged: list[str]
) -> None:
    store.put("one", [b"some bytes"])
    file = next((tmp_path / "cmdb").iterdir())
    file.write_bytes(b"some bytes")
    later = again(tmp_path)
    assert later.get("one") is not None
    assert not damaged


@pytest.mark.parametrize("bytes_", [b"same bytes", b"some byte", b"", b"some bytes and more"])
def test_a_snapshot_with_other_bytes_is_not_believed(
    store: SnapshotStore, tmp_path: Path, bytes_: bytes, damaged: list[str]
) -> None:
    store.put("one", [b"some bytes"])
    file = next((tmp_path / "cmdb").iterdir())
    before = file.stat()
    file.write_bytes(bytes_)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    later = again(tmp_path)
    assert later.get("one") is None
    assert damaged == ["one"]
    later.put("one", [b"some bytes"])
    assert again(tmp_path).get("one") is not None


LARGE = b"some bytes" * 200_000


def compared(store: SnapshotStore, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a snapshot is compared as a whole when it is asked for."""
    asked: list[int] = []
    whole_digest = snapshot_store._digest_of
    monkeypatch.setattr(snapshot_store, "_digest_of", lambda fd: asked.append(fd) or whole_digest(fd))
    assert store.get("one") is not None
    return bool(asked)


@pytest.mark.parametrize(("bytes_", "each_time"), [(b"some bytes", True), (LARGE, False)])
def test_a_large_snapshot_that_was_not_touched_is_compared_once(
    store: SnapshotStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bytes_: bytes, each_time: bool
) -> None:
    store.put("one", [bytes_])
    assert compared(again(tmp_path), monkeypatch) == each_time


def test_a_large_snapshot_that_was_touched_is_compared_again(
    store: SnapshotStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: list[str]
) -> None:
    store.put("one", [LARGE])
    file = next((tmp_path / "cmdb").iterdir())
    before = file.stat()
    file.write_bytes(LARGE)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    # just now, however busy the machine is: what follows at once may leave the same times
    with pytest.MonkeyPatch.context() as slow:
        slow.setattr(snapshot_store, "_TICK", 3_600)
        assert compared(again(tmp_path), monkeypatch)
    time.sleep(0.03)
    assert compared(again(tmp_path), monkeypatch)
    assert not damaged
    monkeypatch.undo()
    assert not compared(again(tmp_path), monkeypatch)
    file.write_bytes(LARGE[:-1] + b"x")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert again(tmp_path).get("one") is None
    assert damaged == ["one"]


def test_a_snapshot_of_another_user_s_key_is_none(store: SnapshotStore, tmp_path: Path) -> None:
    store.put("one", [b"some bytes"])
    assert again(tmp_path, bytes(32)).get("one") is None


def test_a_link_in_place_of_a_snapshot_is_not_followed(store: SnapshotStore, tmp_path: Path) -> None:
    store.put("one", [b"some bytes"])
    file = next((tmp_path / "cmdb").iterdir())
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert again(tmp_path).get("one") is None


def test_only_the_newest_snapshots_stay(store: SnapshotStore, tmp_path: Path) -> None:
    for number in range(9):
        store.put(f"key{number}", [b"bytes"])
        os.utime(tmp_path / "cmdb" / f"key{number}.columns", ns=(number, number))
    assert sorted(file.name for file in (tmp_path / "cmdb").iterdir()) == [f"key{n}.columns" for n in (5, 6, 7, 8)]


def test_a_writer_that_is_killed_leaves_no_snapshot(tmp_path: Path) -> None:
    program = f"""
import os, signal
from pathlib import Path
from changeflow.repo.index_store import IndexStore
from changeflow.repo import snapshot_store
from changeflow.repo.snapshot_store import DAMAGED, SnapshotStore
def pieces():
    yield b"half"
    os.kill(os.getpid(), signal.SIGKILL)
folder = Path({str(tmp_path)!r})
SnapshotStore(folder, IndexStore(folder / "index.sqlite3", {KEY!r})).put("one", pieces())
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    store = SnapshotStore(tmp_path, IndexStore(tmp_path / "index.sqlite3", KEY))
    assert store.get("one") is None
    assert [file.suffix for file in (tmp_path / "cmdb").iterdir()] == [".part"]
    os.utime(next((tmp_path / "cmdb").iterdir()), (0, 0))
    store.put("one", [b"whole"])
    assert [file.name for file in (tmp_path / "cmdb").iterdir()] == ["one.columns"]
