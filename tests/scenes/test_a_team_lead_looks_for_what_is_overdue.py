"""A team lead with 34 changes wants to see what is overdue, and by whom, and what each person has to do."""

from __future__ import annotations

import pytest

from tests.register.office import BEFORE, CHANGE, SignedOffice, do, step, typed
from tests.register.test_list import emergency
from tests.shop import request

WEEK_AFTER = "2026-11-28T10:00:00Z"
STEPS = {
    "implementation": {"steps": [step("Promote")]},
    "verification": [step("Smoke")],
    "rollback": {"trigger": "Errors", "limit": "PT30M", "steps": [step("Demote")]},
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> SignedOffice:
    """An emergency that nobody has come back to, a change in time, and one that is only planned."""
    office = SignedOffice(tmp_path_factory.mktemp("lead") / "shop")
    name = emergency(office)
    office.opinion("approve", "carol", name)
    office.released(name, now=BEFORE)
    office.ask(window={"start": "2026-12-05T22:00:00+08:00", "end": "2026-12-05T23:00:00+08:00"})
    office.ask("CHG-20261121-draft", draft=True)
    return office


def test_what_is_owed_is_on_one_screen_and_what_is_overdue_says_so(office: SignedOffice) -> None:
    text = office.done("list", "--owed", "--now", WEEK_AFTER)
    flat = " ".join(text.split())
    assert len(text.splitlines()) <= 24
    assert (
        "OVERDUE: approval in retrospect as `cab`: Dave Dubois (dave), Erin Eze (erin), was due Thu 2026-11-26 10:00 +00:00"
        in flat
    )
    assert "OVERDUE: post-implementation review" in flat
    assert f"submitted {CHANGE}" in flat
    assert "CHG-20261121-draft" not in text


def test_the_same_for_a_meeting_as_a_table_and_for_a_spreadsheet(office: SignedOffice) -> None:
    table = office.done("list", "--owed", "--now", WEEK_AFTER, "--format", "markdown")
    assert "| Change | Title | State |" in table
    page = office.done("list", "--owed", "--now", WEEK_AFTER, "--format", "html", "--lang", "zh")
    assert "逾期" in page


def test_each_person_has_their_own_part_of_it(office: SignedOffice) -> None:
    assert office.done("todo", "--as", "dave", "--now", WEEK_AFTER).count("OVERDUE") == 2
    assert "Nothing waits" in office.done("todo", "--as", "alice", "--now", WEEK_AFTER)


# -- thirty-four of them ---------------------------------------------------------------------------

PEOPLE = ("alice", "bob", "carol", "dave", "erin")
SOON = "2026-11-24T10:00:00Z"
MISSED = {"start": "2026-11-23T22:00:00+08:00", "end": "2026-11-23T23:00:00+08:00"}


def window(number: int) -> dict[str, str]:
    """A window of an hour, each on a day of its own, all of them in December."""
    day = f"2026-12-{number + 1:02}"
    return {"start": f"{day}T22:00:00+08:00", "end": f"{day}T23:00:00+08:00"}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> SignedOffice:
    """Sixteen wait for approval, eight are drafts, six are approved, two of them too late, four are off."""
    office = SignedOffice(tmp_path_factory.mktemp("busy") / "shop")
    requests = {f"CHG-20261121-waits-{number}": {"window": window(number)} for number in range(16)}
    requests |= {f"CHG-20261121-draft-{number}": {"draft": True} for number in range(8)}
    ready = {f"CHG-20261121-ready-{number}": {"window": window(number + 16)} for number in range(4)}
    ready |= {f"CHG-20261121-late-{number}": {"window": MISSED} for number in range(2)}
    off = {f"CHG-20261121-off-{number}": {"window": window(number + 22)} for number in range(4)}
    for name, spec in (requests | ready | off).items():
        office.write(
            f"changes/{name}/rfc.yaml", request(name, f"变更 {name[-9:]}", **(STEPS | spec))
        )
    office.commit("Everything at once")
    for name in ready:
        office.opinion("approve", "carol", name)
    for name in off:
        office.opinion("withdraw", "alice", name)
    return office


def test_all_thirty_four_are_listed_in_every_form(busy: SignedOffice) -> None:
    found = busy.answer("list", now=SOON)
    states = [one["state"] for one in found["changes"]]
    assert {state: states.count(state) for state in states} == {
        "submitted": 16,
        "draft": 8,
        "scheduled": 6,
        "withdrawn": 4,
    }
    assert found["total"] == 34
    names = [one["change"] for one in found["changes"]]
    for format_ in ("text", "markdown", "html", "csv"):
        told = busy.done("list", "--now", SOON, "--format", format_)
        assert [name for name in names if name not in told] == [], format_


def test_of_all_that_is_owed_only_what_is_late_is_called_overdue_and_its_people_are_named(
    busy: SignedOffice,
) -> None:
    owed = busy.answer("list", "--owed", now=SOON)
    late = {
        (one["change"], what["what"], *what["by"])
        for one in owed["changes"]
        for what in one["owed"]
        if what["overdue"]
    }
    assert owed["total"] == 22
    assert late == {
        (f"CHG-20261121-late-{number}", "release", "bob", "alice") for number in range(2)
    }
    text = " ".join(busy.done("list", "--owed", "--now", SOON).split())
    assert text.count("OVERDUE") == 2
    assert (
        "OVERDUE: release, to be moved to another window or withdrawn: Bob Berg (bob), Alice Chen (alice)"
        in text
    )


def test_what_is_owed_by_all_is_what_each_finds_on_their_own_list(busy: SignedOffice) -> None:
    by_all = {
        (one["change"], what["what"], person)
        for one in busy.answer("list", "--owed", now=SOON)["changes"]
        for what in one["owed"]
        for person in what["by"]
    }
    by_each = set()
    for person in PEOPLE:
        for one in busy.answer("todo", "--as", person, now=SOON)["changes"]:
            by_each |= {(one["change"], what["what"], person) for what in one["owed"]}
    assert by_each == by_all


def test_the_next_week_of_one_person_is_one_question(busy: SignedOffice) -> None:
    week = ("--from", "2026-12-01", "--to", "+1w")
    found = busy.answer("list", *week, "--person", "bob", now=SOON)["changes"]
    assert [one["change"] for one in found] == [
        f"CHG-20261121-waits-{number}" for number in range(7)
    ]


def test_every_command_that_the_lists_of_the_cab_tell_works_when_it_is_typed(
    busy: SignedOffice,
) -> None:
    for person, share in (("carol", slice(0, 6)), ("dave", slice(0, 5)), ("erin", slice(0, None))):
        lines = typed(busy.done("todo", "--as", person, "--now", SOON))
        for line in lines[share]:
            do(busy, line, SOON, person)
    assert busy.answer("list", "--state", "submitted", now=SOON)["total"] == 0
    for person in ("carol", "dave", "erin"):
        assert "Nothing waits" in busy.done("todo", "--as", person, "--now", SOON)
    assert len(typed(busy.done("todo", "--as", "bob", "--now", SOON))) == 20
