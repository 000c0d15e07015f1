"""Times, dates and durations that cannot be read."""

from __future__ import annotations

from typing import Final

from changeflow.language.catalogue import Template

SENTENCES: Final[dict[str, Template]] = {
    # -- written for programs
    "written.duration": "`{text}` is not an ISO 8601 duration such as PT30M, PT2H or P1D",
    "written.date": "`{text}` is not a date such as 2026-11-21",
    "written.no_day": "`{text}` is not a day of the calendar",
    "written.instant": "`{text}` is not a time with an offset such as 2026-11-25T22:00:00+08:00",
    "written.no_time": "`{text}` is not a time that exists",
    "written.local_time": (
        "`{text}` is not a local time without an offset such as 2026-10-02T20:00:00"
    ),
    "written.zone": "`{text}` is no IANA time zone",
    # -- typed by people
    "typed.unknown": (
        "this is not a time that changeflow understands",
        (
            "for example `2026-12-01`, `tomorrow 22:00`, `monday`, `next friday 9:30`, `+2w`, `3 "
            "days ago`, or 2026-12-01T22:00:00+08:00"
        ),
    ),
    "typed.no_day": (
        "`{text}` is not a day of the calendar",
        (
            "for example `2026-12-01`, `tomorrow 22:00`, `monday`, `next friday 9:30`, `+2w`, `3 "
            "days ago`, or 2026-12-01T22:00:00+08:00"
        ),
    ),
    "typed.calendar": (
        "`{text}` is not in the calendar",
        (
            "for example `2026-12-01`, `tomorrow 22:00`, `monday`, `next friday 9:30`, `+2w`, `3 "
            "days ago`, or 2026-12-01T22:00:00+08:00"
        ),
    ),
    "typed.no_period": (
        "the calendar has no period `{text}`",
        (
            "for example `2026-Q4`, `2026-10`, `2026` or `2026-W48`; a year has the quarters Q1 to "
            "Q4, the months 01 to 12, and the weeks W01 to W52, some years W53"
        ),
    ),
    "typed.unknown_day": (
        "`{text}` is not a day that changeflow understands",
        (
            "for example `2026-12-01`, `tomorrow 22:00`, `monday`, `next friday 9:30`, `+2w`, `3 "
            "days ago`, or 2026-12-01T22:00:00+08:00"
        ),
    ),
    "typed.several_days": ("`{text}` may be {days:either}", "write the one that is meant"),
    "typed.several_times": (
        "`{text}` may be {times:either}",
        "write the one that is meant, such as `03:00` or `15:00`",
    ),
    "typed.weekday": (
        "`{text}` contradicts itself: {day} is a {day:weekday}",
        "leave the weekday out, or correct the date",
    ),
    "typed.minutes_or_months": ("`{text}` may be minutes or months", "write `30min` or `2mo`"),
    "typed.unit": ("`{text}` is no unit of time", "units are min, h, d, w, mo, y"),
    "typed.two_times": (
        "`{text}` has two times of the day",
        (
            "for example `2026-12-01`, `tomorrow 22:00`, `monday`, `next friday 9:30`, `+2w`, `3 "
            "days ago`, or 2026-12-01T22:00:00+08:00"
        ),
    ),
    "typed.no_time": (
        "`{text}` is no time of the day",
        (
            "for example `2026-12-01`, `tomorrow 22:00`, `monday`, `next friday 9:30`, `+2w`, `3 "
            "days ago`, or 2026-12-01T22:00:00+08:00"
        ),
    ),
    "typed.clock_twice": (
        "the clocks in {zone} show {shown} twice: they are put back",
        "write {times:either}",
    ),
    "typed.clock_never": (
        "the clocks in {zone} never show {shown}: they are put forward",
        "write {times:either}",
    ),
}
