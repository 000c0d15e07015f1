"""Every command says with the snapshot of the CMDB what it says without it, to the byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from changeflow.reading.state import State
from tests.cmdb.remembering import Shop, started

PROJECT = Path(__file__).parents[2]
WEBSHOP = PROJECT / "examples" / "webshop"
CHANGE = "CHG-20261120-shipping-2-4"
NOW = ("--now", "2026-11-19T10:00:00Z")
COMMANDS: dict[str, tuple[str, ...]] = {
    "impact": ("impact", "payments-db", "--format", "json"),
    "impact of a commit": ("impact", "shipping", "--rev", "HEAD"),
    "assess": ("assess", CHANGE, *NOW, "--format", "json"),
    "assess in words": ("assess", CHANGE, *NOW),
    "gate submit": ("gate", "submit", CHANGE, *NOW, "--format", "json"),
    "gate approve": ("gate", "approve", CHANGE, *NOW, "--format", "json"),
    "gate close": ("gate", "close", CHANGE, *NOW),
    "release plan": ("release", "plan", CHANGE),
    "schedule": ("schedule", "--from", "2026-11-01T00:00:00Z", "--to", "2026-12-01T00:00:00Z"),
    "list": ("list", *NOW),
    "todo": ("todo", "--as", "alice", *NOW),
    "show": ("show", CHANGE, *NOW),
    "cmdb show": ("cmdb", "show", "payments-db", "--format", "json"),
    "cmdb list": ("cmdb", "show", "--format", "json"),
    "cmdb check": ("cmdb", "check", "--format", "json"),
    "an item that is not there": ("impact", "payment-db"),
    "a shown item that is not there": ("cmdb", "show", "payment-db"),
    "a list of an item that is not there": ("list", "--ci", "payment-db", *NOW),
}
MISTYPED = {"a list of an item that is not there"}
SOURCE = """apiVersion: changeflow/v1
kind: ConfigurationSource
metadata: {id: estate}
spec: {format: csv, nodes: exports/nodes.csv, edges: exports/edges.csv, precedence: 10, defaults: {environment: production}}
"""
NODES = "id,name,type,status,criticality,owner,rack\npayments-db,Zahlungen,database,live,tier1,sre,r1\nsan-1,SAN,storage,live,tier2,sre,r2\n"
EDGES = "from,to,strength,group,min\npayments-db,san-1,hard,,\nshipping,san-1,soft,,\n"


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    root = tmp_path / "shop"
    shutil.copytree(WEBSHOP, root)
    return started(root, capsys, monkeypatch)


def sourced(shop: Shop) -> None:
    shop.write("cmdb/sources/estate.yaml", SOURCE)
    shop.write("exports/nodes.csv", NODES)
    shop.write("exports/edges.csv", EDGES)
    shop.commit()
    # Files that were written just now are not remembered: their times could not tell of an edit.
    time.sleep(0.03)


def edited(shop: Shop) -> None:
    """Items that are in no commit yet: one that is new, and one that is told otherwise."""
    shop.write(
        "cmdb/rack.yaml",
        "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: rack, labels: {b: x, a: y}}\n"
        "spec: {description: Where it all stands, depends_on: [{any_of: [payments-db, shipping], min: 1}]}\n",
    )


def with_problems(shop: Shop) -> None:
    """A CMDB that cannot be read, on the main branch."""
    shop.write("cmdb/rack.yaml", "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: rack}\nspec: {status: odd}\n")
    shop.commit()


def with_a_bad_policy(shop: Shop) -> None:
    shop.write("policies/odd.yaml", "apiVersion: changeflow/v1\nkind: Policy\nmetadata: {id: odd}\nspec: {}\n")
    shop.commit()


def with_an_item_elsewhere(shop: Shop) -> None:
    """An item that lies in a folder of another kind."""
    shop.write("policies/rack.yaml", "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {id: rack}\nspec: {}\n")
    shop.commit()


WORLDS: dict[str, Callable[[Shop], None]] = {
    "the example": lambda _: None,
    "with sources": sourced,
    "with edits": edited,
    "with a CMDB that cannot be read": with_problems,
    "with a policy that cannot be read": with_a_bad_policy,
    "with an item in another folder": with_an_item_elsewhere,
}


@pytest.mark.once
@pytest.mark.parametrize("world", WORLDS)
def test_every_command_says_the_same_with_the_snapshot_and_without(shop: Shop, world: str) -> None:
    WORLDS[world](shop)
    expected = {name: shop.ask(*words, index=False) for name, words in COMMANDS.items()}
    assert {name for name, answer in expected.items() if answer[0] in (2, 70)} <= MISTYPED
    assert shop.snapshots == []
    # the first builds what the others find
    for _ in range(2):
        assert {name: shop.ask(*words) for name, words in COMMANDS.items()} == expected
    assert bool(shop.snapshots) == ("CMDB" not in world and "another folder" not in world)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The files of the CMDB that are parsed."""
    seen: list[str] = []
    whole = State.parsed

    def watched(state: State, path: str, *, many: bool = False) -> Any:
        if path.startswith("cmdb/"):
            seen.append(path)
        return whole(state, path, many=many)

    monkeypatch.setattr(State, "parsed", watched)
    return iter([seen])


READ_NOTHING = ("impact", "impact of a commit", "assess", "gate submit", "gate approve", "gate close", "release plan", "cmdb show", "cmdb list")


@pytest.mark.parametrize("name", READ_NOTHING)
def test_a_command_reads_no_item_that_an_earlier_one_has_read(shop: Shop, parsed: Iterator[list[str]], name: str) -> None:
    sourced(shop)
    seen = next(parsed)
    before = shop.ask(*COMMANDS[name])
    assert seen
    seen.clear()
    assert shop.ask(*COMMANDS[name]) == before
    assert seen == []


def test_a_new_policy_leaves_the_snapshot_as_it_is(shop: Shop, parsed: Iterator[list[str]]) -> None:
    seen = next(parsed)
    shop.ask(*COMMANDS["assess"])
    shop.write("policies/risk.yaml", (shop.root / "policies" / "risk.yaml").read_text(encoding="utf-8") + "# seen\n")
    shop.commit()
    seen.clear()
    expected = shop.ask(*COMMANDS["assess"])
    assert seen == []
    assert expected == shop.ask(*COMMANDS["assess"], index=False)


def test_the_gate_deploy_reads_all_documents(shop: Shop, parsed: Iterator[list[str]]) -> None:
    seen = next(parsed)
    for _ in range(2):
        seen.clear()
        shop.ask("gate", "deploy", CHANGE, *NOW)
        assert seen


@pytest.mark.parametrize("name", ["assess", "gate approve", "cmdb show"])
def test_a_damaged_snapshot_is_read_again_and_told_about(shop: Shop, name: str) -> None:
    expected = shop.ask(*COMMANDS[name], index=False)
    assert shop.ask(*COMMANDS[name]) == expected
    for file in shop.snapshots:
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    code, out, err = shop.ask("-v", *COMMANDS[name])
    assert (code, "the snapshot of the CMDB was damaged" in err) == (expected[0], True)
    assert out == shop.ask("-v", *COMMANDS[name], index=False)[1]
    assert "damaged" not in shop.ask("-v", *COMMANDS[name])[2]


def test_a_snapshot_that_was_copied_without_the_key_is_not_believed(shop: Shop, tmp_path: Path, parsed: Iterator[list[str]]) -> None:
    seen = next(parsed)
    expected = shop.ask(*COMMANDS["gate approve"])
    (tmp_path / "state" / "changeflow" / "index.key").unlink()
    seen.clear()
    assert shop.ask(*COMMANDS["gate approve"]) == expected
    assert seen


def test_a_snapshot_under_the_name_of_another_is_not_believed(shop: Shop) -> None:
    shop.ask(*COMMANDS["cmdb list"])
    (first,) = shop.snapshots
    edited(shop)
    expected = shop.ask(*COMMANDS["cmdb list"], index=False)
    shop.ask(*COMMANDS["cmdb list"])
    (second,) = set(shop.snapshots) - {first}
    second.write_bytes(first.read_bytes())
    assert shop.ask(*COMMANDS["cmdb list"]) == expected
    assert '"rack"' in expected[1]


def environment() -> dict[str, str]:
    return {**os.environ, "CHANGEFLOW_INDEX": "on"}


def test_two_that_build_at_once_say_the_same(shop: Shop) -> None:
    expected = shop.ask(*COMMANDS["assess"], index=False)
    command = [sys.executable, "-m", "changeflow", "--repo", str(shop.root), *COMMANDS["assess"]]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) for _ in range(2)]
    assert [one.communicate()[0].decode() for one in both] == [expected[1]] * 2
    assert [one.returncode for one in both] == [expected[0]] * 2
    assert shop.ask(*COMMANDS["assess"]) == expected
    assert len(shop.snapshots) == 1


def test_a_builder_that_is_killed_leaves_nothing_that_is_believed(shop: Shop) -> None:
    program = (
        "import os, signal, sys\n"
        "from changeflow.repo import snapshot_store\n"
        "snapshot_store.os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from changeflow.cli.main import run\n"
        f"run(['--repo', {str(shop.root)!r}, *{COMMANDS['assess']!r}])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment(), check=False)
    assert done.returncode == -9
    assert shop.snapshots == []
    expected = shop.ask(*COMMANDS["assess"], index=False)
    assert [shop.ask(*COMMANDS["assess"]) for _ in range(2)] == [expected] * 2
    assert len(shop.snapshots) == 1


def test_a_record_is_made_of_no_item_but_those_that_are_asked_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from changeflow.cmdb import items_view

    shop.ask(*COMMANDS["assess"])
    made: list[int] = []
    whole = items_view.record_at

    def counted(columns: Any, number: int) -> Any:
        made.append(number)
        return whole(columns, number)

    monkeypatch.setattr(items_view, "record_at", counted)
    for name in ("assess", "gate approve", "schedule", "list", "cmdb show", "impact"):
        made.clear()
        shop.ask(*COMMANDS[name])
        assert len(made) <= 4, name
