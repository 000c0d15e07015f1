"""What policies ask of reviews: until when, by the type of a change and how it went, and by whose days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from changeflow.documents.loader import load
from changeflow.documents.records import record
from changeflow.model.policy import Policy
from changeflow.model.times import NominalDuration, later_by_the_clock, parse_nominal_duration
from changeflow.model.zones import time_zone
from changeflow.policy.review_duties import Course, Duties, duties
from changeflow.resources import folder

ENDED = datetime(2026, 11, 25, 14, 10, tzinfo=UTC)


def shipped() -> Policy:
    path = folder("policies") / "close.yaml"
    built = record(load(path.read_bytes(), "policies/close.yaml").documents[0])
    assert isinstance(built, Policy)
    return built


def policy(reviews: dict[str, Any] | None, **spec: Any) -> Policy:
    rule = {"id": "reviewed", "assert": "evidence.review.complete", "message": "A review"}
    words = {"gate": "close", "rules": [rule], **({"reviews": reviews} if reviews is not None else {}), **spec}
    return Policy.model_validate({"apiVersion": "changeflow/v1", "kind": "Policy", "metadata": {"id": "close"}, "spec": words})


def asked(*policies: Policy, ended: datetime | None = ENDED, zone: str = "UTC") -> Duties:
    return duties(policies, ended, time_zone(zone))


@pytest.mark.parametrize(
    ("kind", "went", "days"),
    [
        ("emergency", {"successful"}, 3),
        ("emergency", {"rolled-back"}, 3),
        ("normal", {"successful"}, 14),
        ("normal", {"successful-with-issues", "overran"}, 14),
        ("normal", {"rolled-back"}, 5),
        ("normal", {"failed"}, 5),
        ("normal", {"successful", "incident"}, 5),
        ("standard", {"successful"}, None),
        ("standard", {"successful", "overran"}, 14),
        ("standard", {"failed"}, 5),
        ("standard", {"successful", "incident"}, 5),
    ],
)
def test_the_shipped_deadline_depends_on_the_type_and_on_how_it_went(kind: str, went: set[str], days: int | None) -> None:
    due = asked(shipped()).due(Course(kind, frozenset(went)), ENDED, UTC)
    assert due == (None if days is None else ENDED + timedelta(days=days))


@pytest.mark.parametrize(
    ("zone", "ended", "within", "due"),
    [
        # the last evening of a month, and of a year, by the clock of the organisation
        ("Asia/Shanghai", "2026-01-31T15:30:00Z", "P3D", "2026-02-03T15:30:00Z"),
        ("Asia/Shanghai", "2026-12-31T16:30:00Z", "P14D", "2027-01-14T16:30:00Z"),
        ("UTC", "2028-02-28T10:00:00Z", "P1D", "2028-02-29T10:00:00Z"),
        # clocks go back, and forward: the day has 25, and 23 hours
        ("Europe/Berlin", "2026-10-24T10:00:00Z", "P1D", "2026-10-25T11:00:00Z"),
        ("Europe/Berlin", "2026-10-24T10:00:00Z", "PT24H", "2026-10-25T10:00:00Z"),
        ("Europe/Berlin", "2026-03-28T10:00:00Z", "P1W", "2026-04-04T09:00:00Z"),
        # 02:30 is no time on that day
        ("Europe/Berlin", "2026-03-28T01:30:00Z", "P1D", "2026-03-29T01:30:00Z"),
        ("UTC", "9999-12-30T10:00:00Z", "P14D", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_days_are_those_of_the_calendar_and_hours_are_exact(zone: str, ended: str, within: str, due: str) -> None:
    found = later_by_the_clock(datetime.fromisoformat(ended), parse_nominal_duration(within), time_zone(zone))
    assert found == datetime.fromisoformat(due)


def test_a_length_keeps_days_and_hours_apart() -> None:
    part = policy({"due": [{"within": "P1DT2H"}]}).spec.reviews
    assert part is not None
    assert part.due[0].within == NominalDuration(1, timedelta(hours=2))
    assert part.model_dump(mode="json")["due"][0]["within"] == "P1DT2H"


def test_the_first_row_that_fits_counts_and_of_several_policies_the_earliest() -> None:
    course = Course("normal", frozenset({"successful"}))
    first = policy({"due": [{"types": ["normal"], "within": "P9D"}, {"within": "P1D"}]})
    assert asked(first).due(course, ENDED, UTC) == ENDED + timedelta(days=9)
    both = asked(first, policy({"due": [{"within": "P2D"}]}))
    assert both.due(course, ENDED, UTC) == ENDED + timedelta(days=2)


@pytest.mark.parametrize(
    "silent",
    [
        policy(None),
        policy({"due": [{"within": "P1D"}]}, enabled=False),
        policy({"due": [{"within": "P1D"}]}, gate="deploy"),
        policy({"due": [{"within": "P1D"}], "since": "2026-11-26"}),
    ],
)
def test_nothing_is_asked_by_a_policy_that_is_off_or_of_another_gate_or_that_came_later(silent: Policy) -> None:
    assert not asked(silent).given


def test_the_day_since_which_it_is_asked_begins_by_the_clock_of_the_organisation() -> None:
    young = policy({"since": date(2026, 11, 26), "not_by": ["approver"]})
    late = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
    assert asked(young, ended=late, zone="Asia/Shanghai").not_by == {"approver"}
    assert not asked(young, ended=late).given


def test_questions_are_asked_once_by_how_it_went() -> None:
    found = asked(shipped(), shipped())
    assert found.questions(Course("normal", frozenset({"successful"}))) == ()
    ids = [one.id for one in found.questions(Course("normal", frozenset({"rolled-back"})))]
    assert ids == ["root-cause", "detection", "rollback", "prevention", "nonconformity"]
    assert "rollback" not in [one.id for one in found.questions(Course("normal", frozenset({"successful", "incident"})))]
    assert found.known_questions == set(ids)


def test_every_shipped_question_is_asked_in_both_languages() -> None:
    part = shipped().spec.reviews
    assert part is not None
    assert all(one.asks is not None and one.asks.zh for one in part.questions)
