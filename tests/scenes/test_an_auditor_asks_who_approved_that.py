"""An auditor with a bare clone asks who approved a change, and is never answered with a shut gate."""

from __future__ import annotations

import re

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
