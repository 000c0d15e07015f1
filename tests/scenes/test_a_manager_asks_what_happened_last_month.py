"""A manager asks what changed last month, what is overdue, who approved it, and how often it burned.

There is no report command in this scene: `list`, `show` and `schedule` answer.
"""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.register.office import BEFORE, CHANGE, INSIDE, SignedOffice, step
from tests.register.test_list import emergency

NOVEMBER = ("--from", "2026-11-01", "--to", "2026-12-01")
TODAY = "2026-12-04T09:00:00Z"
BROKEN = {
    "implementation": {"steps": [step("Promote", verify=["false"])]},
    "window": {"start": "2026-11-27T22:00:00+08:00", "end": "2026-11-27T23:30:00+08:00"},
}
ROLLED_BACK, FIRE, PLANNED = "CHG-20261121-cache", "CHG-20261121-fire", "CHG-20261201-api"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SignedOffice:
    """November of a team: a fire that is still owed for, a change closed, one rolled back, one planned."""
    office = SignedOffice(tmp_path_factory.mktemp("month") / "shop")
    emergency(office, FIRE)
    office.opinion("approve", "carol", FIRE, words="The shop is down; go")
    assert office.released(FIRE, now=BEFORE).code == 0
    office.ask()
    office.ask(ROLLED_BACK, title="Warm the cache", **BROKEN)
    for name in (CHANGE, ROLLED_BACK):
        office.opinion("approve", "dave", name, now="2026-11-21T11:00:00Z")
    assert office.released().code == 0
    office.reviewed()
    assert office.released(ROLLED_BACK, now="2026-11-27T14:10:00Z").code == 1
    office.ask(
        PLANNED,
        title="接口网关升级",
        window={"start": "2026-12-10T22:00:00+08:00", "end": "2026-12-10T23:00:00+08:00"},
    )
    return office


def rows(office: SignedOffice, *options: str) -> dict[str, dict[str, str]]:
    """The register as a spreadsheet reads it."""
    text = office.done("list", *options, "--now", TODAY, "--format", "csv")
    return {row["change"]: row for row in csv.DictReader(io.StringIO(text))}


def test_what_changed_last_month_is_one_question_and_says_how_each_change_ended(
    office: SignedOffice,
) -> None:
    found = rows(office, *NOVEMBER)
    assert {name: row["state"] for name, row in found.items()} == {
        FIRE: "implemented",
        CHANGE: "closed",
        ROLLED_BACK: "rolled_back",
    }
    assert (found[CHANGE]["requester"], found[CHANGE]["implementer"]) == ("alice", "bob")
    text = office.done("list", *NOVEMBER, "--now", TODAY)
    assert text.rstrip().endswith("3 changes")
    assert PLANNED not in text


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-11-01", "2026-12-01"),
        ("2026-11-01", "+30d"),
        ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
    ],
)
def test_how_many_emergencies_there_were_is_a_number(
    office: SignedOffice, since: str, until: str
) -> None:
    period = ("--from", since, "--to", until)
    answer = office.answer("list", "--type", "emergency", *period, now=TODAY)
    assert (answer["total"], [one["change"] for one in answer["changes"]]) == (1, [FIRE])
    assert office.answer("list", *period, now=TODAY)["total"] == 3
    assert (
        office.answer("list", "--type", "emergency", "--from", "2026-12-01", now=TODAY)["total"]
        == 0
    )


def test_what_is_overdue_names_the_people_and_is_found_by_a_spreadsheet_as_well(
    office: SignedOffice,
) -> None:
    text = " ".join(office.done("list", "--owed", "--now", TODAY).split())
    assert (
        "OVERDUE: approval in retrospect as `cab`: Dave Dubois (dave), Erin Eze (erin), was due"
        in text
    )
    assert "OVERDUE: post-implementation review" in text
    found = rows(office, "--owed")
    assert {name: row["overdue"] for name, row in found.items()} == {
        FIRE: "overdue",
        ROLLED_BACK: "overdue",
        PLANNED: "",
    }
    assert found[FIRE]["owed by"] == "dave erin"


def test_who_approved_it_is_on_the_page_of_each_change_with_words_and_proof(
    office: SignedOffice,
) -> None:
    approved_by = {
        FIRE: "陈凯若 (carol) approved as `ecab`",
        CHANGE: "Dave Dubois (dave) approved as `cab`",
    }
    for name in rows(office, *NOVEMBER):
        text = office.done("show", name, "--now", TODAY)
        assert approved_by.get(name, "Dave Dubois (dave) approved as `cab`") in text
        (entry, *_) = re.findall(r"ledger entry (\d+), signed by", text)
        assert office.done("ledger", "show", entry)
    assert "“The shop is down; go”" in office.done("show", FIRE, "--now", TODAY)
    assert set(rows(office, "--person", "carol")) == {FIRE}


def test_the_page_for_the_meeting_has_it_all_and_prints(office: SignedOffice) -> None:
    for language, words in (("en", ("rolled back", "OVERDUE")), ("zh", ("已回退", "逾期"))):
        page = office.done(
            "list", *NOVEMBER, "--now", TODAY, "--format", "html", "--lang", language
        )
        for word in (*words, CHANGE, "Upgrade the database", "@page { size: A4"):
            assert word in page, word
        assert "<script" not in page


def test_what_comes_next_is_the_schedule(office: SignedOffice) -> None:
    text = office.done("schedule", "--from", "2026-12-01", "--to", "2027-01-01", "--now", TODAY)
    assert PLANNED in text
    assert "接口网关升级" in text
    assert CHANGE not in text


def test_the_rolled_back_change_says_what_failed_and_what_was_done_then(
    office: SignedOffice,
) -> None:
    text = office.done("show", ROLLED_BACK, "--now", TODAY)
    assert re.search(r"failed +Fri 2026-11-27 14:10 .* Promote: verify: exit code 1", text)
    assert re.search(r"done +Fri 2026-11-27 14:10 .* Demote", text)
    assert re.search(r"State +rolled back", text)


def test_a_person_or_a_period_that_does_not_exist_is_an_error_and_no_empty_month(
    office: SignedOffice,
) -> None:
    for options, hint in (
        (("--person", "carrol"), "did you mean `--person carol`?"),
        (("--from", "2026-12-01", "--to", "2026-11-01"), "--from comes before --to"),
        (("--from", "last mnoth"), "--from"),
    ):
        said = office.say("list", *options, "--now", TODAY)
        assert (said.code, hint in said.err, said.out) == (2, True, ""), said.err


def test_nothing_that_she_asks_leaves_a_mark(office: SignedOffice) -> None:
    before = office.git("rev-parse", "main", "changeflow/ledger")
    office.done("list", *NOVEMBER, "--now", INSIDE)
    office.done("show", FIRE, "--now", TODAY)
    assert office.git("rev-parse", "main", "changeflow/ledger") == before
    assert office.git("status", "--porcelain") == ""
