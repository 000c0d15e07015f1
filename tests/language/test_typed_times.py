"""Moments that people type: understood where one moment can be meant, refused where several can."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeflow.language.formats import time_text
from changeflow.language.reader import Reader
from changeflow.language.typed_days import UnclearTimeError
from changeflow.language.typed_times import typed_time
from changeflow.model.zones import time_zone

SHANGHAI = time_zone("Asia/Shanghai")
BERLIN = time_zone("Europe/Berlin")
# a Thursday, at 16:00 in Shanghai
NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def understood(text: str, zone: str = "Asia/Shanghai", now: datetime = NOW) -> str:
    return typed_time(text, now, time_zone(zone)).moment.isoformat(timespec="minutes")[:16]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01", "2026-12-01T00:00"),
        ("2026-12-01 22:00", "2026-12-01T22:00"),
        ("2026-12-01T22:00", "2026-12-01T22:00"),
        ("today", "2026-11-26T00:00"),
        ("now", "2026-11-26T16:00"),
        ("Tomorrow 22:00", "2026-11-27T22:00"),
        ("tomorrow at 9:30 pm", "2026-11-27T21:30"),
        ("yesterday noon", "2026-11-25T12:00"),
        ("12am", "2026-11-26T00:00"),
        ("monday", "2026-11-30T00:00"),
        ("thu", "2026-11-26T00:00"),
        ("next thursday", "2026-12-03T00:00"),
        ("last thursday", "2026-11-19T00:00"),
        ("next friday 9:30", "2026-11-27T09:30"),
        ("+2w", "2026-12-10T16:00"),
        ("-36h", "2026-11-25T04:00"),
        ("in 3 days", "2026-11-29T16:00"),
        ("3 days ago", "2026-11-23T16:00"),
        ("+3mo", "2027-02-26T16:00"),
        ("22:00", "2026-11-26T22:00"),
        ("1 dec", "2026-12-01T00:00"),
        ("1 nov", "2027-11-01T00:00"),
        ("feb 29", "2028-02-29T00:00"),
        ("Dec 1st, 2026 22:00", "2026-12-01T22:00"),
        ("13.12.2026", "2026-12-13T00:00"),
        ("Tue 2026-12-01", "2026-12-01T00:00"),
        ("明天 22:00", "2026-11-27T22:00"),
        ("下周一9:30", "2026-11-30T09:30"),
        ("上周日", "2026-11-22T00:00"),
        ("3天后", "2026-11-29T16:00"),
        ("2026年12月1日", "2026-12-01T00:00"),
        ("12月1日 周二 22:00", "2026-12-01T22:00"),
        ("11月1号9:30", "2027-11-01T09:30"),
        ("2月29日", "2028-02-29T00:00"),
        ("2026年12月1日20点", "2026-12-01T20:00"),
        ("12月1日 晚上10点半", "2026-12-01T22:30"),
        ("明天03点", "2026-11-27T03:00"),
        ("明天9时", "2026-11-27T09:00"),
        ("今晚8点15分", "2026-11-26T20:15"),
        ("明天凌晨2点", "2026-11-27T02:00"),
        ("下周五下午 3:30", "2026-12-04T15:30"),
        ("周六上午９时整", "2026-11-28T09:00"),
        ("明天中午12点", "2026-11-27T12:00"),
        ("明天中午1点", "2026-11-27T13:00"),
        ("下午15点", "2026-11-26T15:00"),
        ("3小时后", "2026-11-26T19:00"),
        ("下周三 ２２：００", "2026-12-02T22:00"),
    ],
)
def test_it_is_the_moment_by_the_clocks_of_the_zone(text: str, moment: str) -> None:
    assert understood(text) == moment


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("01/02/2026", "may be 2026-01-02 or 2026-02-01"),
        ("1.2.2026", "may be 2026-01-02 or 2026-02-01"),
        ("26 dec 27", "may be 2026-12-27 or 2027-12-26"),
        ("+5m", "minutes or months"),
        ("Mon 2026-12-01", "2026-12-01 is a Tuesday"),
        ("2026-13-01", "not a day of the calendar"),
        ("2026-02-30", "not a day of the calendar"),
        ("2026年13月1日", "not a day of the calendar"),
        ("2027年2月29日", "not a day of the calendar"),
        ("周一 12月1日", "2026-12-01 is a Tuesday"),
        ("tomorrow 25:00", "no time of the day"),
        ("13pm", "no time of the day"),
        ("10:00 11:00", "two times of the day"),
        ("明天25点", "no time of the day"),
        ("晚上12点", "no time of the day"),
        ("凌晨12点", "no time of the day"),
        ("上午15点", "no time of the day"),
        ("明天18点70分", "no time of the day"),
        ("明天3点", "may be 3:00 or 15:00"),
        ("下周五9点半", "may be 9:30 or 21:30"),
        ("今晚8点 晚上9点", "two times of the day"),
        ("+99999y", "not in the calendar"),
        ("0001-01-01 00:00", "not in the calendar"),
        ("+3 bananas", "no unit of time"),
    ],
)
def test_what_may_be_several_or_cannot_be_is_refused_with_the_reason(text: str, told: str) -> None:
    with pytest.raises(UnclearTimeError, match=told):
        typed_time(text, NOW, SHANGHAI)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "banana", "foo monday bar", "12", "a", "may", "2026-12", "1 dec cet", "- -", "mon tue",
     "2026-12-01 2026-12-02", "٢٠٢٦-12-01", "today +1h", "x" * 5000, "1 dec\0", "tomorow"],
)  # fmt: skip
def test_what_is_no_moment_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UnclearTimeError) as refused:
        typed_time(text, NOW, SHANGHAI)
    assert "`tomorrow 22:00`" in refused.value.hint


def test_a_time_that_the_clocks_skip_is_refused_and_both_neighbours_are_offered() -> None:
    with pytest.raises(UnclearTimeError, match="never show 2026-03-29 02:30") as refused:
        typed_time("2026-03-29 02:30", NOW, BERLIN)
    assert "2026-03-29T01:30:00+01:00 or 2026-03-29T03:30:00+02:00" in refused.value.hint


def test_a_time_that_the_clocks_show_twice_is_refused_and_both_are_offered() -> None:
    with pytest.raises(UnclearTimeError, match="show 2026-10-25 02:30 twice") as refused:
        typed_time("2026-10-25 02:30", NOW, BERLIN)
    assert "2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00" in refused.value.hint
    assert understood("2026-10-25 02:30 +01:00") == "2026-10-25T02:30"


def test_a_day_begins_when_its_first_clock_does() -> None:
    # in Beirut the clocks go from midnight to one
    assert understood("2026-03-29", "Asia/Beirut") == "2026-03-29T01:00"
    # in Havana they show the hour after midnight twice
    assert typed_time("2026-11-01", NOW, time_zone("America/Havana")).moment.fold == 0


def test_days_and_weeks_keep_the_clock_and_hours_do_not() -> None:
    saturday = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    assert understood("+1d", "Europe/Berlin", saturday) == "2026-03-29T12:00"
    assert understood("+24h", "Europe/Berlin", saturday) == "2026-03-29T13:00"


def test_a_span_counts_from_the_beginning_of_the_period() -> None:
    monday = typed_time("monday", NOW, SHANGHAI).moment
    assert typed_time("+2w", NOW, SHANGHAI, monday).moment == monday + timedelta(days=14)


@given(
    st.datetimes(min_value=NOW.replace(tzinfo=None, year=1990), max_value=NOW.replace(tzinfo=None, year=2090)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC"]),
    st.sampled_from(["en", "zh"]),
)
def test_what_answers_show_can_be_typed(naive: datetime, zone: str, language: str) -> None:
    shown = naive.replace(tzinfo=UTC, microsecond=0)
    reader = Reader(language=language, zone=time_zone(zone))  # type: ignore[arg-type]
    assert typed_time(time_text(shown, reader), NOW, SHANGHAI).moment == shown


def test_a_date_of_the_calendar_does_not_load_the_library() -> None:
    lines = (
        "import sys; from datetime import UTC, datetime; from changeflow.language.typed_times import typed_time;"
        "[typed_time(t, datetime.now(UTC), UTC) for t in ('2026-12-01', 'monday 9:30', '+2w')];"
        "print('dateutil' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
