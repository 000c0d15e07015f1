"""`report review`: the review of one change as a paper, and that its reviewer may speak."""

from __future__ import annotations

from typing import Any

import pytest

from tests.register.office import CHANGE, Office
from tests.report.papers import LATER, PROPOSED, busy_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return busy_office(tmp_path_factory.mktemp("reviews") / "shop")


def paper(office: Office, change: str = CHANGE) -> Any:
    return office.answer("report", "review", change, now=LATER)


def test_the_review_is_the_one_that_show_tells(office: Office) -> None:
    told = paper(office)
    assert told["record"] == office.answer("show", CHANGE, now=LATER)
    assert told["record"]["review"]["complete"]
    assert {one["kind"] for one in told["entries"]} == {"review"}


def test_it_states_who_had_a_part_and_that_the_reviewer_had_none(office: Office) -> None:
    told = paper(office)
    parts = {one["part"]: one["people"] for one in told["parts"]}
    request = told["record"]["request"]
    assert parts["requested"] == [request["metadata"]["requester"]]
    assert parts["implemented"] == [request["spec"]["implementer"]]
    reviewer = told["record"]["review"]["reviewer"]
    assert reviewer not in {who for people in parts.values() for who in people}
    assert told["independent"] is True
    assert f"{reviewer} had no such part" in office.done("report", "review", CHANGE, "--now", LATER)


def test_a_reviewer_who_had_a_part_is_named_as_not_independent(office: Office) -> None:
    path = office.root / f"changes/{CHANGE}/review.yaml"
    before = path.read_text("utf-8")
    told = paper(office)
    reviewer, maker = told["record"]["review"]["reviewer"], told["parts"][1]["people"][0]
    path.write_text(before.replace(f'reviewer: "{reviewer}"', f"reviewer: {maker}"), "utf-8")
    office.commit("another reviewer")
    try:
        told = paper(office)
        assert (told["independent"], told["in_time"]) == (False, None)
        said = office.done("report", "review", CHANGE, "--now", LATER)
        assert "NOT INDEPENDENT" in said
        assert "NOT ON RECORD" in said
    finally:
        path.write_text(before, "utf-8")
        office.commit("as it was")


def test_a_change_without_a_review_has_no_such_paper(office: Office) -> None:
    said = office.say("report", "review", PROPOSED, "--now", LATER)
    assert said.code == 3
    assert f"{PROPOSED} has no post-implementation review" in said.err
    assert f"changeflow review {PROPOSED}" in said.err
