"""Rules, configuration and requests that an earlier command read: the same answers, and what was edited is read."""

from __future__ import annotations

import contextlib
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from changeflow import errors
from changeflow.documents import records
from changeflow.reading.document_records import DocumentRecords
from changeflow.reading.repository_store import Store
from changeflow.repo.git import Git
from changeflow.usecases.ledger.log import open_at
from tests.cmdb.remembering import Shop, git, started

PROJECT = Path(__file__).parents[2]
CHANGE = "CHG-20261120-shipping-2-4"
RFC = f"changes/{CHANGE}/rfc.yaml"
ASSESS = ("assess", CHANGE, "--now", "2026-11-19T10:00:00Z", "--format", "json")
APPROVE = ("gate", "approve", CHANGE, "--now", "2026-11-19T10:00:00Z", "--format", "json")


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    root = tmp_path / "shop"
    shutil.copytree(PROJECT / "examples" / "webshop", root)
    return started(root, capsys, monkeypatch)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The files of which records are built."""
    seen: list[str] = []
    whole = records.record

    def watched(document: Any) -> Any:
        seen.append(document.path)
        return whole(document)

    monkeypatch.setattr(records, "record", watched)
    return iter([seen])


def edit(shop: Shop, path: str, *swaps: tuple[str, str]) -> None:
    text = (shop.root / path).read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    shop.write(path, text)


def warm(shop: Shop, *words: str) -> None:
    # the first finds the CMDB, the second the rules
    for _ in range(2):
        shop.ask(*words)


def object_of(shop: Shop, path: str) -> str:
    entry = Store(Git(shop.root)).at("main").entries()[path]
    assert entry.oid is not None
    return entry.oid


@contextlib.contextmanager
def damaged(shop: Shop, path: str, old: str, new: str) -> Iterator[None]:
    """An object holds something else for a while, which git gives out under its name."""
    oid = object_of(shop, path)
    file = shop.root / ".git" / "objects" / oid[:2] / oid[2:]
    whole = file.read_bytes()
    text = zlib.decompress(whole).partition(b"\0")[2]
    assert old.encode() in text
    text = text.replace(old.encode(), new.encode())
    file.chmod(0o600)
    file.write_bytes(zlib.compress(b"blob %d\0" % len(text) + text))
    yield
    file.write_bytes(whole)


@pytest.mark.parametrize("words", [ASSESS, APPROVE])
def test_a_command_builds_no_record_that_an_earlier_one_has_built(shop: Shop, built: Iterator[list[str]], words: tuple[str, ...]) -> None:
    seen = next(built)
    expected = shop.ask(*words, index=False)
    assert "policies/risk.yaml" in seen
    warm(shop, *words)
    seen.clear()
    assert shop.ask(*words) == expected
    assert seen == []


EDITS: dict[str, Callable[[Shop], None]] = {
    "a policy on main": lambda shop: (edit(shop, "policies/risk.yaml", ("spec:", "spec:\n  impact_bands: [1, 2, 3, 4]")), shop.commit())[1],
    "the configuration on main": lambda shop: (edit(shop, "changeflow.yaml", ("spec:", "spec:\n  timezone: Asia/Shanghai")), shop.commit())[1],
    "the request in the work tree": lambda shop: edit(shop, RFC, ("title: ", "title: Other ")),
    "a request that is none": lambda shop: edit(shop, RFC, ("requester: ", "requestor: ")),
    "a request with a mere warning": lambda shop: edit(shop, RFC, ("apiVersion", "# a\t tab\napiVersion")),
    "a policy that is none": lambda shop: (shop.write("policies/odd.yaml", "kind: Policy\n"), shop.commit())[1],
    "a policy that is a link": lambda shop: ((shop.root / "policies/odd.yaml").symlink_to("risk.yaml"), shop.commit())[1],
    "a policy at the place of none": lambda shop: (shop.write("policies/far/away/odd.yaml", "a: b\n"), shop.commit())[1],
    "a policy that is gone": lambda shop: ((shop.root / "policies/risk.yaml").unlink(), shop.commit())[1],
    "a policy under another name": lambda shop: ((shop.root / "policies/risk.yaml").rename(shop.root / "policies/score.yaml"), shop.commit())[1],
    "a calendar whose zone is none": lambda shop: (
        shop.write(
            "policies/odd.yaml",
            "apiVersion: changeflow/v1\nkind: Calendar\nmetadata: {id: odd}\nspec:\n  freezes:\n"
            "    - {id: x, name: X, start: '2026-11-20T00:00', end: '2026-11-21T00:00', zone: Mars/Olympus}\n",
        ),
        shop.commit(),
    )[1],
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_what_was_edited_is_read(shop: Shop, name: str) -> None:
    warm(shop, *ASSESS)
    before = shop.ask(*ASSESS, index=False)
    EDITS[name](shop)
    expected = shop.ask(*ASSESS, index=False)
    for _ in range(3):
        assert shop.ask(*ASSESS) == expected
    assert expected != before or "warning" in name
    approval = shop.ask(*APPROVE, index=False)
    assert [shop.ask(*APPROVE), shop.ask(*APPROVE)] == [approval, approval]


def test_the_gate_deploy_builds_all_records(shop: Shop, built: Iterator[list[str]]) -> None:
    seen = next(built)
    for _ in range(3):
        seen.clear()
        shop.ask("gate", "deploy", CHANGE, "--now", "2026-11-19T10:00:00Z")
        assert {"policies/risk.yaml", "changeflow.yaml", RFC} <= set(seen)


def test_the_gate_deploy_looks_no_document_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy = ("gate", "deploy", CHANGE, "--now", "2026-11-19T10:00:00Z")
    expected = shop.ask(*deploy, index=False)
    warm(shop, *ASSESS)
    monkeypatch.setattr(DocumentRecords, "parsed", None)
    assert shop.ask(*deploy) == expected


def test_a_ledger_is_verified_by_the_configuration_that_is_read(shop: Shop, built: Iterator[list[str]]) -> None:
    warm(shop, *ASSESS)
    seen = next(built)
    seen.clear()
    opened = open_at(shop.root)
    assert opened.main.config.main_branch == "main"
    assert opened.main.people
    assert {"changeflow.yaml", "policies/roster.yaml"} <= set(seen)


def test_without_the_key_nothing_is_believed(shop: Shop, tmp_path: Path, built: Iterator[list[str]]) -> None:
    warm(shop, *ASSESS)
    expected = shop.ask(*ASSESS, index=False)
    (tmp_path / "state" / "changeflow" / "index.key").unlink()
    seen = next(built)
    assert shop.ask(*ASSESS) == expected
    assert {"policies/risk.yaml", "changeflow.yaml", RFC} <= set(seen)


def test_documents_of_kept_rules_are_those_of_the_files(shop: Shop) -> None:
    warm(shop, *ASSESS)
    fresh = Store(Git(shop.root), recalls=False).at("main").rulebook
    kept = Store(Git(shop.root)).at("main").rulebook
    assert [(one.path, one.data) for one in kept.documents] == [(one.path, one.data) for one in fresh.documents if not one.path.startswith("cmdb/")]
    assert len(kept.documents) > 10
    assert kept.documents[0].path == "changeflow.yaml"
    for name in ("config", "roster", "policies", "tests", "models", "risk_model", "calendars", "digests", "switched_off", "exceptions", "problems"):
        assert getattr(kept, name) == getattr(fresh, name), name


def test_few_requests_of_a_command_are_looked_up(shop: Shop, built: Iterator[list[str]]) -> None:
    paths = []
    for number in range(6):
        path = f"changes/CHG-20261120-copy-{number}/rfc.yaml"
        shop.write(path, (shop.root / RFC).read_text(encoding="utf-8").replace(CHANGE, f"CHG-20261120-copy-{number}"))
        paths.append(path)
    seen = next(built)
    for _ in range(2):
        seen.clear()
        state = Store(Git(shop.root)).work_tree()
        for path in paths:
            state.parsed(path)
    # two of the first may have the same place in the index
    assert seen[-2:] == paths[4:]
    assert len(seen) < len(paths)


def test_a_recalled_request_still_has_its_document(shop: Shop) -> None:
    warm(shop, *ASSESS)
    state = Store(Git(shop.root)).at("main")
    found = state.parsed(RFC)
    (document,) = found.documents
    assert document.data["metadata"]["id"] == CHANGE
    assert document.position(("metadata", "id"))[0] > 1
    assert found.errors == ()


def test_a_file_with_the_name_of_an_object_is_not_what_the_object_holds(shop: Shop) -> None:
    kept = Store(Git(shop.root)).at("main").parsed(RFC)
    assert [one.kind for one in kept.records] == ["ChangeRequest"]
    shop.write(RFC, object_of(shop, RFC))
    assert Store(Git(shop.root)).work_tree().parsed(RFC).errors


@pytest.mark.parametrize(
    ("format_", "path", "old", "new"),
    [
        ("text", RFC, "Shipping service 2.4.0", "Tampered"),
        ("json", "policies/risk.yaml", "soft: 0.5 ", "soft: 0.9 "),
    ],
)
def test_what_was_read_of_a_damaged_object_is_not_remembered(shop: Shop, format_: str, path: str, old: str, new: str) -> None:
    asked = (*ASSESS, "--head", "main", "--format", format_)
    expected = shop.ask(*asked, index=False)
    # finds the CMDB
    shop.ask("impact", "shipping")
    with damaged(shop, path, old, new):
        assert shop.ask(*asked) == shop.ask(*asked) != expected
    assert shop.ask(*asked) == expected
    assert shop.ask(*asked) == expected


def test_what_was_read_of_a_damaged_item_is_not_remembered(shop: Shop) -> None:
    asked = ("cmdb", "show", "ad", "--rev", "main", "--format", "json")
    expected = shop.ask(*asked, index=False)
    with damaged(shop, "cmdb/shop.yaml", "Chooses advertisements", "Forgets them"):
        assert "Forgets them" in shop.ask(*asked)[1]
    assert "Chooses advertisements" in expected[1]
    assert shop.ask(*asked) == expected


def test_what_was_read_of_a_damaged_request_is_not_remembered_for_others(shop: Shop) -> None:
    def asked() -> list[Any]:
        return list(Store(Git(shop.root)).at("main").request_fields([RFC]))

    with damaged(shop, RFC, "type: normal", "type: standard"):
        (_, damaged_fields), *_ = asked()
    ((_, fields),) = asked()
    assert (damaged_fields["type"], fields["type"]) == ("standard", "normal")
    assert asked() == [(RFC, fields)]


def test_a_link_is_not_read_whatever_it_holds(shop: Shop) -> None:
    Store(Git(shop.root)).at("main").parsed(RFC)
    git(shop.root, "update-index", "--cacheinfo", f"120000,{object_of(shop, RFC)},{RFC}")
    git(shop.root, "commit", "-q", "-m", "a link")
    with pytest.raises(errors.Unreadable, match="link"):
        Store(Git(shop.root)).at("main").parsed(RFC)
