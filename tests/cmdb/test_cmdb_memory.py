"""`impact` answers from the CMDB that an earlier command found, and never otherwise than without it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from changeflow.reading import rulebook
from changeflow.repo.index_store import program
from changeflow.usecases.cmdb import impact
from tests.cmdb.remembering import Shop, git, started

PROJECT = Path(__file__).parents[2]
WEBSHOP = PROJECT / "examples" / "webshop"
ITEM = "apiVersion: changeflow/v1\nkind: ConfigurationItem\nmetadata: {{id: {ci}}}\nspec: {{depends_on: [{{ci: {needs}}}]}}\n"
SOURCE = (
    "apiVersion: changeflow/v1\nkind: ConfigurationSource\nmetadata: {id: racks}\n"
    "spec: {format: edges, path: PATH}\n"
)


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    root = tmp_path / "shop"
    shutil.copytree(WEBSHOP / "cmdb", root / "cmdb")
    shutil.copy(WEBSHOP / "changeflow.yaml", root)
    (root / "policies").mkdir()
    for name in ("roster.yaml", "risk.yaml"):
        shutil.copy(WEBSHOP / "policies" / name, root / "policies")
    return started(root, capsys, monkeypatch)


def no_reading(*_: Any) -> Any:
    raise AssertionError("the rulebook was read again")


@pytest.mark.parametrize("words", [(), ("--rev", "HEAD")])
def test_the_second_answer_reads_no_document(shop: Shop, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    first = shop.ask("impact", "payments-db", *words)
    assert first[0] == 0
    monkeypatch.setattr(rulebook, "load_rulebook", no_reading)
    assert shop.ask("impact", "payments-db", *words) == first
    other = shop.ask("impact", "payments-api", *words)
    assert other[0] == 0
    assert "payments-api" in other[1]


@pytest.mark.parametrize("words", [(), ("--rev", "HEAD")])
def test_another_library_reads_all_documents(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, words: tuple[str, ...]
) -> None:
    # what it says here is none of what other tests in this process are to remember by
    request.addfinalizer(program.cache_clear)
    libraries = tmp_path / "site-packages"
    libraries.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(libraries)])
    program.cache_clear()
    first = shop.ask("impact", "payments-db", *words)
    os.utime(libraries, (1, 1))
    # as in another process
    program.cache_clear()
    seen: list[str] = []
    whole = rulebook.native_places

    def noted(documents: Any) -> Any:
        seen.extend(document.path for document in documents)
        return whole(documents)

    monkeypatch.setattr(rulebook, "native_places", noted)
    assert shop.ask("impact", "payments-db", *words) == first
    assert any(path.startswith("cmdb/") for path in seen)


def edit(path: str, old: str, new: str) -> Callable[[Shop], None]:
    def edited(shop: Shop) -> None:
        text = (shop.root / path).read_text(encoding="utf-8")
        assert old in text
        shop.write(path, text.replace(old, new))

    return edited


def add(path: str, text: str, *more: str) -> Callable[[Shop], None]:
    def added(shop: Shop) -> None:
        shop.write(path, text)
        for words in more:
            git(shop.root, *words.split())

    return added


def unseen(shop: Shop) -> None:
    """An edit of a file at which git is told not to look."""
    shop.write("cmdb/rack.yaml", ITEM.format(ci="rack", needs="payments-db"))
    git(shop.root, "add", "cmdb/rack.yaml")
    git(shop.root, "commit", "-q", "-m", "rack")
    git(shop.root, "update-index", "--assume-unchanged", "cmdb/rack.yaml")
    shop.agree()
    shop.write("cmdb/rack.yaml", ITEM.format(ci="tower", needs="payments-db"))


def same_size(shop: Shop) -> None:
    """An edit that leaves size and times as they were."""
    shop.write("cmdb/rack.yaml", ITEM.format(ci="rack", needs="payments-db"))
    git(shop.root, "add", "-A")
    shop.agree()
    before = (shop.root / "cmdb/rack.yaml").stat()
    shop.write("cmdb/rack.yaml", ITEM.format(ci="cage", needs="payments-db"))
    os.utime(shop.root / "cmdb/rack.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Shop], None]] = {
    "a new item": add("cmdb/rack.yaml", ITEM.format(ci="rack", needs="payments-db")),
    "a staged item": add("cmdb/rack.yaml", ITEM.format(ci="rack", needs="payments-db"), "add -A"),
    "a committed item": add(
        "cmdb/rack.yaml", ITEM.format(ci="rack", needs="payments-db"), "add -A", "commit -q -m rack"
    ),
    "an ignored item": add(".gitignore", "cmdb/rack.yaml\n"),
    "a file of items is gone": lambda shop: max((shop.root / "cmdb").glob("*.yaml")).unlink(),
    "another language": edit("changeflow.yaml", "spec:", "spec:\n  language: zh"),
    "another name of a person": edit("policies/roster.yaml", "name: ", "name: Dr. "),
    "other weights": edit("policies/risk.yaml", "spec:", "spec:\n  weights: {soft: 0.9}"),
    "a broken item": add("cmdb/rack.yaml", "kind: ["),
    "an edit that git is told not to look for": unseen,
    "an edit of the same size and time": same_size,
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_after_a_change_is_that_of_reading(shop: Shop, change: str) -> None:
    before = shop.agree()
    CHANGES[change](shop)
    after = shop.agree()
    told = {"a new item", "a staged item", "a committed item", "another language", "other weights", "a broken item"}
    assert (after != before) == (change in told or change.startswith("an edit") or "gone" in change)


@pytest.mark.parametrize("path", ["cmdb/exports/racks.tsv", "infra/racks.tsv", "racks"])
def test_the_files_of_a_source_count(shop: Shop, path: str) -> None:
    shop.write("cmdb/sources/racks.yaml", SOURCE.replace("PATH", path))
    file = path if path.endswith(".tsv") else f"{path}/one.tsv"
    for rows in ("rack\tpayments-db\n", "cage\tpayments-db\n", "rack\tpayments-db\ncage\track\n"):
        shop.write(file, rows)
        out = shop.agree()
        assert [name in out for name in ("rack", "cage")] == [name in rows for name in ("rack", "cage")]
    git(shop.root, "add", "-A")
    git(shop.root, "commit", "-q", "-m", "racks")
    assert "cage" in shop.agree("impact", "payments-db", "--rev", "HEAD")
    shop.write(file, "rack\tpayments-db\n")
    assert "cage" not in shop.agree()
    assert "cage" in shop.agree("impact", "payments-db", "--rev", "HEAD")


def test_a_source_that_git_ignores_is_read_each_time(shop: Shop) -> None:
    shop.write(".gitignore", "infra/\n")
    shop.write("cmdb/sources/racks.yaml", SOURCE.replace("PATH", "infra/racks.tsv"))
    for rows in ("rack\tpayments-db\n", "cage\tpayments-db\n"):
        shop.write("infra/racks.tsv", rows)
        shop.agree()


def test_a_snapshot_that_was_damaged_is_made_again_and_told_about(shop: Shop) -> None:
    expected = shop.agree()
    (file,) = (shop.root / ".git" / "changeflow" / "cmdb").iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    code, out, err = shop.ask("-v", "impact", "payments-db")
    assert (code, "the snapshot of the CMDB was damaged" in err) == (0, True)
    assert shop.agree() == expected
    assert shop.ask("-v", "impact", "payments-db")[2] == ""
    assert out


def test_nothing_is_kept_where_there_shall_be_no_index(shop: Shop) -> None:
    shop.ask("impact", "payments-db", index=False)
    assert not (shop.root / ".git" / "changeflow" / "cmdb").exists()


def test_a_file_that_is_no_part_of_the_cmdb_is_not_read(shop: Shop) -> None:
    with (shop.root / "dump.bin").open("wb") as file:
        file.truncate(1 << 38)
    shop.agree()
    assert list((shop.root / ".git" / "changeflow" / "cmdb").iterdir())


def test_what_was_edited_while_it_was_read_is_not_kept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shop.ask("impact", "payments-db", index=False)
    readable = impact.readable

    def edited_meanwhile(state: Any) -> Any:
        shop.write("cmdb/rack.yaml", ITEM.format(ci="rack", needs="payments-db"))
        return readable(state)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(impact, "readable", edited_meanwhile)
        assert shop.ask("impact", "payments-db") != before
    (shop.root / "cmdb/rack.yaml").unlink()
    assert shop.ask("impact", "payments-db") == before
