"""A team lead with many changes wants to see on one screen what is overdue, and by whom."""

from __future__ import annotations

import pytest

from tests.register.office import BEFORE, CHANGE, SignedOffice
from tests.register.test_list import emergency

WEEK_AFTER = "2026-11-28T10:00:00Z"


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
