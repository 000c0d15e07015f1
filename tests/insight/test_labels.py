"""Labels of past changes: what counts as trouble, of which changes it is known, and the same count before them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from changeflow.insight.labels import Label, Labelled, label_named, labelled
from changeflow.insight.past import columns_of_rows, past

START = datetime(2025, 3, 10, 12, tzinfo=UTC)
END = START + timedelta(hours=2)
LAST = START + timedelta(days=40)
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


def change(name: str = "C1", **said: Any) -> dict[str, Any]:
    return {"source": "itsm", "change": name, "actual_start": START, "actual_end": END, "outcome": "implemented"} | said


def incident(opened: datetime, number: int = 1, **said: Any) -> dict[str, Any]:
    return {"source": "itsm", "incident": f"I{number}", "item": "db", "opened_at": opened} | said


def judged(label: str, *incidents: dict[str, Any], **said: Any) -> Labelled:
    rows = {
        "changes": [change(**said)],
        "change_items": [{"source": "itsm", "change": "C1", "item": "db"}],
        "incidents": [*incidents, incident(LAST, 99, item="elsewhere")],
    }
    return labelled(past(columns_of_rows(rows)), label_named(label))


@pytest.mark.parametrize(
    ("opened", "positive"),
    [(END, True), (END - SECOND, False), (END + WEEK - SECOND, True), (END + WEEK, False)],
)
def test_an_incident_counts_from_the_end_of_the_change_until_seven_days_later(opened: datetime, positive: bool) -> None:
    found = judged("incident-within:P7D", incident(opened))
    assert found.judged.all()
    assert found.positive.tolist() == [positive]


@pytest.mark.parametrize(
    ("opened", "before"),
    [(START - SECOND, True), (START, False), (START - WEEK, True), (START - WEEK - SECOND, False)],
)
def test_the_placebo_counts_incidents_of_as_long_a_time_before_the_start(opened: datetime, before: bool) -> None:
    found = judged("incident-within:P7D", incident(opened))
    assert found.placebo is not None
    assert found.placebo.tolist() == [before]


def test_excess_is_more_incidents_after_than_before() -> None:
    after, before = incident(END, 1), incident(START - SECOND, 2)
    assert judged("incident-excess:P7D", after).positive.all()
    assert not judged("incident-excess:P7D", after, before).positive.any()
    assert judged("incident-excess:P7D", after, before, incident(END, 3)).positive.all()


def test_an_incident_with_several_rows_counts_once() -> None:
    same = [incident(END, 1, change="C1"), incident(END, 1, change="C2")]
    assert not judged("incident-excess:P7D", *same, incident(START - SECOND, 2)).positive.any()


def test_a_change_whose_time_is_not_over_when_the_records_end_is_not_judged() -> None:
    over = judged("incident-within:P7D", actual_end=LAST - WEEK)
    assert over.judged.all()
    early = judged("incident-within:P7D", actual_end=LAST - WEEK + SECOND)
    assert not early.judged.any()
    assert early.open.all()


@pytest.mark.parametrize("said", [{"actual_start": None}, {"actual_end": None}, {"actual_end": START - SECOND}])
def test_without_start_and_end_nothing_is_said_about_incidents(said: dict[str, Any]) -> None:
    found = judged("incident-within:P7D", incident(END), **said)
    assert not (found.judged | found.positive | found.open).any()


@pytest.mark.parametrize(
    ("outcome", "positive", "known"),
    [("failed", True, True), ("rolled_back", True, True), ("implemented", False, True), (None, False, False), ("withdrawn", False, False)],
)
def test_a_failed_or_rolled_back_change_failed(outcome: str | None, positive: bool, known: bool) -> None:
    found = judged("failed", outcome=outcome)
    assert (found.positive.tolist(), found.judged.tolist()) == ([positive], [known])


@pytest.mark.parametrize(
    ("said", "positive"),
    [
        ({"link": "caused_by"}, True),
        ({"link": "related"}, True),
        ({"link": "fixes"}, False),
        ({"link": "caused_by", "opened_at": START}, True),
        ({"link": "caused_by", "opened_at": START - SECOND}, False),
        ({"link": "caused_by", "change": "C2"}, False),
        ({"link": "caused_by", "source": "pager"}, True),
    ],
)
def test_a_change_caused_an_incident_that_names_it_and_was_opened_after_it_started(said: dict[str, Any], positive: bool) -> None:
    named = incident(END, change="C1", closed_at=LAST) | said
    assert judged("caused-incident", named).positive.tolist() == [positive]


def test_an_open_incident_that_names_a_change_is_an_outcome_though_no_fact_yet() -> None:
    assert judged("caused-incident", incident(END, change="C1", link="caused_by")).positive.all()


def test_a_revert_counts_within_its_time_and_later_ones_do_not() -> None:
    rows = {
        "changes": [
            change("soon", reverted_at=END + WEEK - SECOND),
            change("late", reverted_at=END + WEEK),
            change("open", actual_start=LAST - WEEK, actual_end=LAST - WEEK + SECOND, reverted_at=LAST),
            change("last", actual_start=LAST, actual_end=None),
        ]
    }
    found = labelled(past(columns_of_rows(rows)), label_named("reverted-within:P7D"))
    assert found.positive.tolist() == [True, False, False, False]
    assert found.judged.tolist() == [True, True, False, False]
    assert found.open.tolist() == [False, False, True, True]


def test_without_changes_or_incidents_nothing_is_judged() -> None:
    nothing = past(columns_of_rows({}))
    for label in ("failed", "caused-incident", "incident-within:P7D", "incident-excess:P7D", "reverted-within:P7D"):
        assert not np.any(labelled(nothing, label_named(label)).judged)


@pytest.mark.parametrize("text", ["", "fail", "failed:P7D", "incident-within", "incident-within:", "incident-within:7", "incident-within:P0D"])
def test_what_is_no_label_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller says it in its own words
        label_named(text)


def test_a_label_says_its_kind_and_its_time() -> None:
    assert label_named("incident-excess:P14D") == Label("incident-excess", timedelta(days=14))
    assert label_named("failed").by_proximity is False


@pytest.mark.parametrize(
    ("days", "placebo"),
    [((3,), True), ((10,), False), ((3, 10), False), ((3, 4, 10), True), ((), False)],
)
def test_the_placebo_of_excess_is_more_in_the_week_before_than_in_the_week_before_that(
    days: tuple[int, ...], placebo: bool
) -> None:
    incidents = [incident(START - timedelta(days=day), day) for day in days]
    found = judged("incident-excess:P7D", *incidents)
    assert found.placebo is not None
    assert found.placebo.tolist() == [placebo]


def known_at(label: str, *incidents: dict[str, Any], **said: Any) -> int:
    return int(judged(label, *incidents, **said).known_at[0])


def microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def test_what_became_of_a_change_is_known_when_its_time_is_over() -> None:
    assert known_at("incident-within:P7D") == microseconds(END + WEEK)
    assert known_at("incident-excess:P7D") == microseconds(END + WEEK)
    assert known_at("reverted-within:P7D") == microseconds(END + WEEK)
    assert known_at("reverted-within:P7D", actual_end=None) == microseconds(START + WEEK)


def test_how_a_change_ended_is_known_when_its_record_is_closed() -> None:
    assert known_at("failed") == microseconds(END)
    assert known_at("failed", closed_at=END + WEEK) == microseconds(END + WEEK)
    assert known_at("failed", closed_at=START) == microseconds(END)


def test_that_a_change_caused_an_incident_is_known_when_the_incident_names_it() -> None:
    named = incident(END + WEEK, change="C1", link="caused_by")
    assert known_at("caused-incident", named | {"linked_at": LAST}) == microseconds(LAST)
    # an open incident may name it any time
    assert known_at("caused-incident", named) > microseconds(LAST)
    assert known_at("caused-incident") == microseconds(END)
