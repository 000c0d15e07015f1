"""A condition over a watched time has the library's answer, and says until when it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.model.watched_time import Holding, Watch, answer_during, in_hours
from changeflow.policy.cel import ConditionError, compile_condition

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
STEP = timedelta(microseconds=1)
CLEAR = (
    "calendar.lead_hours >= 72.0",
    "calendar.lead_hours < double(change.number)",
    "!(30.5 > calendar['lead_hours'])",
    "now - timestamp(change.at) <= duration('72h')",
    "timestamp(change.at) > now + duration('90m')",
    "duration('1h') < timestamp(change.at) - now",
    "(change.other == '' ? now : timestamp(change.other)) - timestamp(change.at) <= duration('72h')",
    "change.number > 3 || now >= timestamp(change.at) && calendar.lead_hours > 1.0",
    "(change.number > 3 ? calendar.lead_hours : 7.5) > 2.0",
    "change.missing == '' || now < timestamp(change.at)",
    "now < timestamp(change.at) ? calendar.lead_hours > 5.0 : change.number > 3",
)
UNCLEAR = (
    "now.getHours() >= 8",
    "calendar.lead_hours * 2.0 > 9.0",
    "[1, 2].exists(one, calendar.lead_hours > double(one))",
    "string(now) == change.at",
    "has(calendar.lead_hours) && calendar.lead_hours + 1.0 > double(size(calendar))",
    "now in [timestamp(change.at)]",
    "[now < timestamp(change.at), true] == [true, true]",
    "calendar.lead_hours + 1.0 > double(change.number)",
    "12.5 <= 1.0 - calendar.lead_hours",
    "now > [timestamp('2026-11-23T10:00:00Z') + duration('36h'), now][0]",
    "[now, timestamp('2026-11-23T10:00:00Z')][1] < now - duration('1h')",
    "{'a': now, 'b': timestamp('2026-11-20T10:00:00Z')}['b'] <= now",
)


def seen(now: datetime, start: datetime, change: dict[str, Any], **calendar: Any) -> dict[str, Any]:
    facts = {"lead_hours": in_hours(start - now), **calendar}
    return {"change": change, "calendar": facts, "now": now, "conflicts": [], "impact": {}, "risk": {}, "evidence": {}}


def truth(source: str, facts: dict[str, Any]) -> object:
    try:
        return compile_condition(source).truth(facts)
    except ConditionError:
        return ConditionError


moments = st.one_of(st.integers(-300, 300).map(lambda tenths: NOW + timedelta(hours=tenths / 10)), st.just(NOW), st.just(NOW + STEP))


@given(st.sampled_from(CLEAR + UNCLEAR), moments, moments, st.integers(0, 9), st.booleans())
def test_the_answer_holds_as_long_as_it_says(source: str, at: datetime, start: datetime, number: int, other: bool) -> None:
    change = {"at": at.isoformat(), "number": number, "other": at.isoformat() if other else ""}
    watch = Watch(NOW)
    found = truth(source, seen(watch.now, start, change))
    assert found == truth(source, seen(NOW, start, change))
    during = watch.holding
    assert during.since <= NOW < during.until
    between = [max(during.since, NOW - timedelta(days=90)), min(during.until - STEP, NOW + timedelta(days=90))]
    for moment in (*between, NOW + (between[1] - NOW) / 3):
        assert truth(source, seen(moment, start, change)) == found, (moment, during)


@pytest.mark.parametrize("source", CLEAR)
def test_comparisons_with_the_time_hold_for_longer_than_a_moment(source: str) -> None:
    watch = Watch(NOW)
    change = {"at": "2026-11-23T10:00:00Z", "number": 2, "other": ""}
    truth(source, seen(watch.now, NOW + timedelta(hours=80), change))
    assert watch.holding.until > NOW + timedelta(minutes=30)


@pytest.mark.parametrize("source", UNCLEAR)
def test_what_reads_the_time_in_another_way_holds_for_this_moment_alone(source: str) -> None:
    watch = Watch(NOW)
    truth(source, seen(watch.now, NOW, {"at": "2026-11-23T10:00:00Z", "number": 2, "other": ""}))
    assert watch.holding == Holding(NOW, NOW + STEP)


def test_a_fact_that_holds_for_some_time_counts_where_it_is_read() -> None:
    during = Holding(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    for source, wanted in (("calendar.outside", during), ("size(calendar) > 3", during), ("change.number > 3", Holding())):
        watch = Watch(NOW)
        facts = seen(NOW, NOW, {"number": 4}, outside=answer_during(True, during, watch.now), lead_hours=1.0)
        truth(source, facts)
        assert watch.holding == wanted, source
