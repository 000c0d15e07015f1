"""Periods that people type: a name is the whole period, in every command that has --from and --to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.cli.typed_periods import from_to
from changeflow.errors import UsageError
from changeflow.insight.period import Period
from changeflow.insight.sub_periods import name_of_period
from changeflow.language.reader import Reader
from changeflow.language.typed_days import UnclearTimeError
from changeflow.language.typed_periods import typed_period
from changeflow.model.times import start_of_day
from changeflow.model.zones import time_zone

SHANGHAI = time_zone("Asia/Shanghai")
READER = Reader(language="en", zone=SHANGHAI)
# a Thursday, at 16:00 in Shanghai
NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def days(text: str) -> tuple[str, str] | None:
    typed = typed_period(text, NOW, SHANGHAI)
    return typed and (f"{typed.start:%Y-%m-%d}", f"{typed.end:%Y-%m-%d}")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-10", "2026-10-01", "2026-11-01"),
        ("2026/10", "2026-10-01", "2026-11-01"),
        ("10/2026", "2026-10-01", "2026-11-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("Oct 2026", "2026-10-01", "2026-11-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026q4", "2026-10-01", "2027-01-01"),
        ("Q1 2026", "2026-01-01", "2026-04-01"),
        ("2026-W48", "2026-11-23", "2026-11-30"),
        ("2026W01", "2025-12-29", "2026-01-05"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
        ("last quarter", "2026-07-01", "2026-10-01"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("next month", "2026-12-01", "2027-01-01"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("2026年", "2026-01-01", "2027-01-01"),
        ("2026年10月", "2026-10-01", "2026-11-01"),
        ("2026年10月份", "2026-10-01", "2026-11-01"),
        ("２０２６年第四季度", "2026-10-01", "2027-01-01"),
        ("2026年第48周", "2026-11-23", "2026-11-30"),
        ("上季度", "2026-07-01", "2026-10-01"),
        ("本月", "2026-11-01", "2026-12-01"),
    ],
)
def test_a_name_is_the_whole_period(text: str, start: str, end: str) -> None:
    assert days(text) == (start, end)


@pytest.mark.parametrize("text", ["2026-Q5", "2026-13", "2026-00", "2025-W53", "2026-W00", "0000", "9999", "Q0 2026"])
def test_a_period_that_is_none_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(UnclearTimeError, match="no period") as refused:
        typed_period(text, NOW, SHANGHAI)
    assert "2026-Q4" in refused.value.hint


@pytest.mark.parametrize("text", ["2026-10-01", "monday", "+2w", "1 dec", "now", "quarter", "mon 2026", "20261001", ""])
def test_what_is_no_name_of_a_period_is_read_as_a_moment(text: str) -> None:
    assert days(text) is None


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)), st.sampled_from([1, 3]))
def test_what_papers_call_a_period_can_be_typed(day: date, months: int) -> None:
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    index = first.year * 12 + first.month - 1 + months
    last = date(index // 12, index % 12 + 1, 1)
    asked = Period(*(start_of_day(one, SHANGHAI).astimezone(SHANGHAI) for one in (first, last)), SHANGHAI)
    name = name_of_period(asked)
    assert name is not None
    assert typed_period(name, NOW, SHANGHAI) == (asked.start, asked.end)


def test_a_period_begins_where_a_midnight_is_skipped() -> None:
    # the clocks of Samoa had no 30 December 2011: the day after the 29th is the 31st
    typed = typed_period("2011-12", NOW, time_zone("Pacific/Apia"))
    assert typed is not None
    assert typed.end.astimezone(UTC) - typed.start.astimezone(UTC) == timedelta(days=30)


def test_after_from_alone_it_is_that_period(capsys: pytest.CaptureFixture[str]) -> None:
    start, end = from_to("2026-Q4", None, NOW, READER)
    assert start == datetime(2026, 10, 1, tzinfo=SHANGHAI)
    assert end == datetime(2027, 1, 1, tzinfo=SHANGHAI)
    said = capsys.readouterr().err
    assert "--from is the period from Thu 2026-10-01 00:00 +08:00 to before Fri 2027-01-01 00:00 +08:00" in said


def test_to_ends_with_the_period(capsys: pytest.CaptureFixture[str]) -> None:
    start, end = from_to("2026-10", "2026-11", NOW, READER)
    assert start == datetime(2026, 10, 1, tzinfo=SHANGHAI)
    assert end == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    assert "--to is Tue 2026-12-01 00:00 +08:00" in capsys.readouterr().err
    assert from_to(None, "2026", NOW, READER) == (None, datetime(2027, 1, 1, tzinfo=SHANGHAI))


def test_a_span_counts_from_the_beginning_of_the_period() -> None:
    assert from_to("2026-10", "+2w", NOW, READER).end == datetime(2026, 10, 15, tzinfo=SHANGHAI)


def test_days_are_moments_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    assert from_to("2026-10-01", None, NOW, READER) == (datetime(2026, 10, 1, tzinfo=SHANGHAI), None)
    assert from_to(None, None, NOW, READER) == (None, None)
    assert not capsys.readouterr().err


def test_no_period_is_an_error_of_the_option() -> None:
    with pytest.raises(UsageError, match="--from: the calendar has no period `2026-Q5`"):
        from_to("2026-Q5", None, NOW, READER)
