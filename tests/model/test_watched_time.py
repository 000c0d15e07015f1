"""A watched time compares, adds and subtracts as any other, and says until when the outcome holds."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.model.times import END_OF_TIME, format_instant, local_day
from changeflow.model.watched_time import ALWAYS, Holding, Watch, WatchedTime, in_hours
from changeflow.model.zones import time_zone

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
STEP = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
COMPARE = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
Question = Callable[[datetime], Any]

spans = st.one_of(
    st.integers(-3, 3).map(lambda steps: steps * STEP),
    st.integers(-200_000, 200_000).map(lambda seconds: timedelta(seconds=seconds)),
    st.sampled_from([timedelta(days=4_000_000), timedelta(days=-4_000_000), timedelta(days=700_000), timedelta(days=-700_000)]),
)
moments = st.one_of(
    st.integers(-3, 3).map(lambda steps: NOW + steps * STEP),
    st.integers(-200_000, 200_000).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    st.sampled_from([END_OF_TIME, datetime.min.replace(tzinfo=UTC)]),
)
hours = st.one_of(st.integers(-300, 300).map(lambda tenths: tenths / 10), st.floats(-50, 50))


def holds(question: Question) -> None:
    """A question has the same answer wherever a watch says so, and the watch is right about now."""
    watch = Watch(NOW)
    found = outcome(question, watch.now)
    assert found == outcome(question, NOW)
    during = watch.holding
    assert during.since <= NOW < during.until
    for moment in (during.since, during.until - STEP, during.since + (NOW - during.since) / 3, NOW + (during.until - NOW) / 3):
        assert outcome(question, moment) == found, (moment, during)


def outcome(question: Question, moment: datetime) -> Any:
    try:
        return question(moment)
    except OverflowError:
        return OverflowError


def turns_at(question: Question, moment: datetime) -> bool:
    watch = Watch(NOW)
    question(watch.now)
    return moment in watch.holding


@given(st.sampled_from(COMPARE), moments, spans)
def test_comparisons_of_sums(compare: Callable[[Any, Any], bool], moment: datetime, span: timedelta) -> None:
    holds(lambda now: compare(now, moment))
    holds(lambda now: compare(moment, now))
    holds(lambda now: compare(now + span, moment))
    holds(lambda now: compare(now - span, moment))


@given(st.sampled_from(COMPARE), moments, moments, spans)
def test_comparisons_of_differences(compare: Callable[[Any, Any], bool], one: datetime, other: datetime, span: timedelta) -> None:
    holds(lambda now: compare(now - one, span))
    holds(lambda now: compare(one - now, span))
    holds(lambda now: compare(span, one - now))
    holds(lambda now: compare(abs(one - now), span))
    holds(lambda now: compare((one - now) + (now - other), span))
    holds(lambda now: compare((now - one) - span, timedelta()))
    holds(lambda now: max(now, one) == one or min(now, other) == now)
    holds(lambda now: bool(one - now))


@given(st.sampled_from(COMPARE), moments, hours)
def test_comparisons_of_hours(compare: Callable[[Any, Any], bool], moment: datetime, count: float) -> None:
    holds(lambda now: compare(in_hours(moment - now), count))
    holds(lambda now: compare(in_hours(now - moment), count))


@pytest.mark.parametrize("question", [lambda hours: hours + 1.0, lambda hours: 2 - hours, lambda hours: f"{hours:.1f}", round, hash, bool])
def test_what_is_computed_with_hours_holds_for_this_moment_alone(question: Callable[[float], object]) -> None:
    watch = Watch(NOW)
    assert question(in_hours(NOW + HOUR * 3 - watch.now)) == question(3.0)
    assert watch.holding == Holding(NOW, NOW + STEP)


def test_a_comparison_turns_at_the_moment_itself() -> None:
    later = NOW + HOUR
    assert turns_at(lambda now: now < later, later)
    assert turns_at(lambda now: now <= later, later + STEP)
    assert turns_at(lambda now: later - now > HOUR / 2, NOW + HOUR / 2)
    assert turns_at(lambda now: in_hours(later - now) >= 0.25, NOW + HOUR * 3 / 4 + STEP)


def test_what_is_never_compared_holds_for_ever() -> None:
    watch = Watch(NOW)
    assert isinstance(watch.now, WatchedTime)
    assert watch.now.astimezone(UTC) - watch.now == timedelta()
    assert watch.holding == ALWAYS


QUESTIONS: tuple[Question, ...] = (
    str, repr, hash, lambda now: now.isoformat(), format_instant, lambda now: now.year, lambda now: now.timestamp(), lambda now: now.date(),
    lambda now: f"{now:%H}", lambda now: now.replace(minute=3), lambda now: (now - NOW).total_seconds(), lambda now: (NOW - now).days,
    lambda now: (now - NOW) // HOUR, lambda now: now.weekday(), lambda now: now.astimezone(time_zone("Asia/Tokyo")), lambda now: now == NOW,
    lambda now: str(now - NOW), lambda now: (now - NOW) * 2,
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_tells_the_moment_itself_holds_for_this_moment_alone(question: Question) -> None:
    watch = Watch(NOW)
    assert question(watch.now) == question(NOW)
    assert (watch.holding.since, watch.holding.until) == (NOW, NOW + STEP)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"])
@pytest.mark.parametrize("moment", ["2026-11-21T10:00:00Z", "2026-11-01T05:29:59Z", "2027-03-14T03:00:00Z", "2011-12-30T09:59:59Z", "2010-11-07T02:35:00Z"])
def test_a_day_holds_from_its_beginning_to_its_end(zone: str, moment: str) -> None:
    at, place = datetime.fromisoformat(moment), time_zone(zone)
    watch = Watch(at)
    day = local_day(watch.now, place)
    assert day == local_day(at, place)
    since, until = watch.holding
    assert {local_day(one, place) for one in (since, at, until - STEP)} == {day}
    assert day not in {local_day(since - STEP, place), local_day(until, place)}


def test_what_is_noted_apart_is_not_noted_here_unless_it_fails() -> None:
    watch = Watch(NOW)
    answer, during = watch.noted(lambda: watch.now < NOW + HOUR)
    assert answer
    assert during.until == NOW + HOUR
    assert watch.holding == ALWAYS

    def failing() -> None:
        if watch.now < NOW + HOUR:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        watch.noted(failing)
    assert watch.holding.until == NOW + HOUR
