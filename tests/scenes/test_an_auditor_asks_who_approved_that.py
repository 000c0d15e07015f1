"""An auditor with a bare clone asks who approved a change, and is never answered with a shut gate."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.register.office import AFTER, CHANGE, SignedOffice

LATER = "2030-01-01T00:00:00Z"
WORDS = "Tried on staging on Thursday; go ahead"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[SignedOffice, str]:
    """The bare clone of a team with keys: one change closed, one rejected on a branch that is gone."""
    folder = tmp_path_factory.mktemp("audit")
    office = SignedOffice(folder / "shop")
    office.ask(reason="The old version has no support any more")
    office.opinion("approve", "carol", words=WORDS)
    office.released()
    office.reviewed()
    office.git("switch", "-q", "-c", "idea")
    office.ask(
        "CHG-20261126-idea",
        window={"start": "2026-12-05T22:00:00+08:00", "end": "2026-12-05T23:00:00+08:00"},
    )
    office.git("switch", "-q", "idea")
    office.opinion("reject", "dave", "CHG-20261126-idea", now=AFTER, words="Not before the audit")
    office.git("switch", "-q", "main")
    office.git("tag", "kept", "idea")
    office.git("branch", "-D", "idea")
    office.git("clone", "-q", "--bare", str(office.root), str(folder / "archive.git"))
    return office, str(folder / "archive.git")


def test_the_answer_names_the_person_the_role_the_words_and_the_proof(
    archive: tuple[SignedOffice, str],
) -> None:
    office, bare = archive
    text = office.done("--repo", bare, "show", CHANGE, "--now", LATER)
    assert "SHUT" not in text
    assert "Sat 2026-11-21 10:00 +00:00: 陈凯若 (carol) approved as `cab`" in text
    assert f"“{WORDS}”" in text
    (entry,) = re.findall(r"ledger entry (\d+), signed by 陈凯若 \(carol\)", text)
    proof = office.done("--repo", bare, "ledger", "show", entry)
    assert WORDS in proof
    assert "The old version has no support any more" in text
    assert re.search(r"Reviewer +Erin Eze \(erin\), Thu 2026-11-26", text)


def test_years_later_the_register_still_has_it_and_what_was_rejected(
    archive: tuple[SignedOffice, str],
) -> None:
    office, bare = archive
    found = office.answer("--repo", bare, "list", now=LATER)
    assert {one["change"]: one["state"] for one in found["changes"]} == {
        CHANGE: "closed",
        "CHG-20261126-idea": "rejected",
    }
    text = office.done("--repo", bare, "show", "CHG-20261126-idea", "--now", LATER)
    assert "“Not before the audit”" in text


def test_the_page_for_the_file_says_the_same_and_prints(archive: tuple[SignedOffice, str]) -> None:
    office, bare = archive
    page = office.done("--repo", bare, "show", CHANGE, "--now", LATER, "--format", "html")
    for words in (
        "陈凯若 (carol) approved as",
        WORDS,
        "signed by 陈凯若 (carol)",
        "@page { size: A4",
    ):
        assert words in page
    assert "<script" not in page


def logged(office: SignedOffice, bare: str) -> list[dict[str, Any]]:
    text = office.done("--repo", bare, "ledger", "log", CHANGE, "--format", "json")
    entries: list[dict[str, Any]] = json.loads(text)["entries"]
    return entries


def test_the_evidence_holds_and_every_decision_is_computed_again_from_the_bare_clone_alone(
    archive: tuple[SignedOffice, str],
) -> None:
    office, bare = archive
    verified = office.done("--repo", bare, "ledger", "verify")
    assert verified.startswith("ok: 12 entries in an unbroken chain")
    replayed = office.done("--repo", bare, "ledger", "replay")
    assert "DIFFERS" not in replayed
    listed = logged(office, bare)
    kinds = [entry["kind"] for entry in listed]
    # asked, decided, done, looked back on: in this order
    assert list(dict.fromkeys(kinds)) == ["assessment", "approval", "decision", "release", "review"]
    for entry in listed:
        assert office.done("--repo", bare, "ledger", "show", str(entry["seq"]))


def test_every_number_on_the_page_leads_to_an_entry_and_every_entry_of_the_change_is_on_it(
    archive: tuple[SignedOffice, str],
) -> None:
    office, bare = archive
    shown = office.answer("--repo", bare, "show", CHANGE, now=LATER)
    on_page = {event["seq"] for event in shown["timeline"] if event["seq"] is not None}
    log = logged(office, bare)
    assert on_page == {entry["seq"] for entry in log}
    assert [(one["by"], one["signed_by"], one["counts"]) for one in shown["opinions"]] == [
        ("carol", "carol", True)
    ]


def test_an_approval_that_opened_one_gate_is_not_called_ignored_by_another(
    archive: tuple[SignedOffice, str],
) -> None:
    office, bare = archive
    for gate in ("submit", "close"):
        said = office.say("--repo", bare, "gate", gate, CHANGE, "--now", LATER, "-v")
        assert "ignored" not in said.out
        assert "not asked 陈凯若" not in said.out
        assert "not asked this gate asks for no opinion of 陈凯若 (carol)" in said.out
        page = office.say(
            "--repo", bare, "gate", gate, CHANGE, "--now", LATER, "--format", "markdown"
        )
        assert "not asked: this gate asks for no opinion of 陈凯若" in page.out
        zh = office.say("--repo", bare, "gate", gate, CHANGE, "--now", LATER, "--lang", "zh")
        assert "此门禁不要求陈凯若 (carol) 的意见" in zh.out
        told = (
            office.answer("--repo", bare, "gate", gate, CHANGE, now=LATER)
            if gate == "close"
            else None
        )
        if told is not None:
            assert [one["reason_code"] for one in told["ignored"]] == ["approver.no_role"]


def test_an_archive_that_somebody_edited_is_not_believed_and_the_page_says_so(
    archive: tuple[SignedOffice, str], tmp_path: Path
) -> None:
    office, bare = archive
    copy = tmp_path / "copy.git"
    office.git("clone", "-q", "--bare", bare, str(copy))
    office.git(
        "--git-dir", str(copy), "update-ref", "refs/heads/changeflow/ledger", "changeflow/ledger~3"
    )
    assert office.say("--repo", str(copy), "ledger", "verify").code == 0, (
        "a chain does not know its end"
    )
    anchored = tmp_path / "anchored.git"
    office.git("clone", "-q", "--bare", bare, str(anchored))
    assert office.say("--repo", str(anchored), "ledger", "verify").code == 0
    office.git(
        "--git-dir",
        str(anchored),
        "update-ref",
        "refs/heads/changeflow/ledger",
        "changeflow/ledger~3",
    )
    assert office.say("--repo", str(anchored), "ledger", "verify").code == 1
    said = office.say("--repo", str(anchored), "show", CHANGE, "--now", LATER)
    assert "the ledger does not hold" in said.err
    assert (
        office.answer("--repo", str(anchored), "list", now=LATER)["changes"][0]["state"] != "closed"
    )
