"""`check` and `cmdb check` take items of sources from what an earlier command read, with the same findings."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import valid_repository as valid

from changeflow.reading import configuration_sources, sourced_items
from changeflow.reading.native_items import MANY
from changeflow.usecases.check.check import check
from changeflow.usecases.check.target import CheckTarget
from tests.cmdb.remembering import Shop, git, started
from tests.cmdb_sources.sourced import write_source

pytestmark = pytest.mark.once

NODES = (
    "id,name,type,status,criticality,owner,environment\n"
    "ledger-api,Ledger,service,live,tier1,team-payments,production\n"
    "payments-db,,table,in the cellar,tier 9,,\n"
)
EDGES = "from,to,strength\nledger-api,payments-db,hard\nledger-api,ledger-api,\n"
FILES = {"cmdb/exports/nodes.csv": NODES, "cmdb/exports/edges.csv": EDGES}
COMMANDS = (("check",), ("check", "--format", "json"), ("cmdb", "check"))


@pytest.fixture
def shop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shop:
    root = tmp_path / "shop"
    for path, text in {**valid.FILES, **FILES}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    write_source(
        root, "estate", format="csv", nodes="cmdb/exports/nodes.csv", edges="cmdb/exports/edges.csv"
    )
    made = started(root, capsys, monkeypatch)
    # files of a source that were touched just now are not remembered
    time.sleep(0.03)
    return made


def no_reading(*_: Any) -> Any:
    raise AssertionError("the sources were read again")


def agree(shop: Shop) -> list[str]:
    """Ask without an index, then before and after the items are remembered."""
    asked = [shop.agree(*words) for words in COMMANDS]
    shop.ask("impact", "payments-db")
    return [shop.agree(*words) for words in COMMANDS] if asked else []


@pytest.mark.parametrize(
    "words", [*COMMANDS, ("check", "--rev", "HEAD"), ("cmdb", "check", "--rev", "HEAD")]
)
def test_a_check_of_remembered_items_reads_no_source(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    expected = shop.ask(*words, index=False)
    assert "source-value" in expected[1] or words[0] == "cmdb"
    shop.ask("impact", "payments-db")
    shop.ask("impact", "payments-db", "--rev", "HEAD")
    monkeypatch.setattr(configuration_sources, "sourced_items", no_reading)
    assert shop.ask(*words) == expected


def edit(path: str, text: str) -> Callable[[Shop], None]:
    return lambda shop: shop.write(path, text)


def in_a_folder(shop: Shop) -> None:
    shop.write("infra/one/compose.yaml", "services: {web: {depends_on: [db]}, db: {}}\n")
    write_source(shop.root, "stack", format="compose", path="infra/one")


def with_an_ignored_file(shop: Shop) -> None:
    shop.write(".gitignore", "infra/one/local.yaml\n")
    in_a_folder(shop)
    shop.commit()
    agree(shop)
    shop.write("infra/one/local.yaml", "services: {worker: {depends_on: [gone]}}\n")


def with_an_ignored_item(shop: Shop) -> None:
    shop.write(".gitignore", "cmdb/local.yaml\n")
    shop.write("cmdb/local.yaml", valid.ITEMS.replace("payments-db", "other-db"))


def with_converted_lines(shop: Shop) -> None:
    shop.write(".gitattributes", "*.csv text eol=crlf\n")
    shop.commit()
    (shop.root / "cmdb/exports/nodes.csv").unlink()
    git(shop.root, "checkout", "--", "cmdb/exports/nodes.csv")
    assert b"\r\n" in (shop.root / "cmdb/exports/nodes.csv").read_bytes()


def with_a_filter(shop: Shop) -> None:
    shop.write(".gitattributes", "cmdb/exports/nodes.csv filter=upper\n")
    git(shop.root, "config", "filter.upper.clean", "sed s/tier1/tier2/")
    git(shop.root, "add", "--renormalize", "-A")
    shop.commit()


CHANGES: dict[str, Callable[[Shop], None]] = {
    "another row": edit("cmdb/exports/nodes.csv", NODES + "web,,,on the moon,,,\n"),
    "an error in a row": edit("cmdb/exports/edges.csv", EDGES + "ledger-api,gone,\n"),
    "a conflict": edit("cmdb/exports/nodes.csv", NODES.replace(",table,", ",queue,")),
    "another document": edit("cmdb/more.yaml", valid.ITEMS.replace("payments-db", "other-db")),
    "a broken document": edit("cmdb/more.yaml", "kind: ["),
    "a folder": in_a_folder,
    "an ignored file of a source": with_an_ignored_file,
    "an ignored item": with_an_ignored_item,
    "lines that git converts": with_converted_lines,
    "a file that git filters": with_a_filter,
    "a file that is gone": lambda shop: (shop.root / "cmdb/exports/edges.csv").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_findings_are_those_of_reading_after_each_change(shop: Shop, change: str) -> None:
    agree(shop)
    CHANGES[change](shop)
    agree(shop)


@pytest.mark.parametrize(
    "wanted", [None, ("cmdb/exports",), ("cmdb/sources/estate.yaml",), ("policies",)]
)
def test_the_paths_that_were_asked_for_have_their_findings(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, wanted: tuple[str, ...] | None
) -> None:
    expected = check(CheckTarget(shop.root, wanted))
    shop.ask("impact", "payments-db")
    monkeypatch.setattr(configuration_sources, "sourced_items", no_reading)
    assert check(CheckTarget(shop.root, wanted)) == expected
    assert bool(expected.findings.warnings) == (wanted != ("policies",))


def test_what_was_kept_under_another_digest_is_not_taken(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.ask("impact", "payments-db")
    asked = CheckTarget(shop.root)
    expected = check(asked)
    # as if the file were another one on the disk than git says
    monkeypatch.setattr(configuration_sources, "sourced_items", no_reading)
    assert check(asked) == expected
    monkeypatch.setattr(sourced_items, "digest_bytes", lambda _: "sha256:0")
    with pytest.raises(AssertionError, match="read again"):
        check(asked)


def test_many_native_items_beside_a_source_are_no_records(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(
        json.dumps(
            {
                "apiVersion": "changeflow/v1",
                "kind": "ConfigurationItem",
                "metadata": {"id": f"i{number}", "labels": {"row": "1"}},
                "spec": {
                    "type": "server",
                    "depends_on": [{"ci": f"i{number + 1}"}] if number < MANY else [],
                },
            }
        )
        + "\n---\n"
        for number in range(MANY + 1)
    )
    shop.write("cmdb/more.yaml", text.removesuffix("---\n"))
    slow = check(CheckTarget(shop.root))
    assert slow.findings.errors == 0
    made: list[str] = []
    record = configuration_sources.record
    monkeypatch.setattr(
        configuration_sources, "record", lambda one: (made.append(one.kind), record(one))[1]
    )
    assert check(CheckTarget(shop.root)) == slow
    assert made.count("ConfigurationItem") < MANY
    monkeypatch.setattr(configuration_sources, "MANY", 10**9)
    assert check(CheckTarget(shop.root)) == slow
