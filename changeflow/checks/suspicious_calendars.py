"""Rules about calendars that can be read and are hardly meant: too long, always, or never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from changeflow.checks.any_shape import mappings, text, words_of
from changeflow.checks.calendars import PERIODS, periods, series_arguments
from changeflow.documents.document import Document
from changeflow.model.finding_rules import FindingRule
from changeflow.model.findings import Finding, Route
from changeflow.model.periods import LONGEST_FREEZE
from changeflow.model.times import END_OF_TIME, format_duration, parse_duration

if TYPE_CHECKING:
    from changeflow.checks.repository_facts import RepositoryFacts
    from changeflow.schedule.recurrence import Series

# Periods that leave no gap for so long leave none.
_LOOKED_THROUGH: Final = timedelta(days=2 * 366)
_WEEK: Final = 7
_WHOLE_DAY: Final = ("00:00", "24:00")


def _lengths(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find freezes that last longer than the configuration lets them."""
    most = _longest(facts)
    for route, freeze in mappings(document.spec.get("freezes"), ("spec", "freezes")):
        found = _series(freeze, facts.timezone)
        if found is None:
            continue
        begin, end = found.first
        if end - begin > most:
            key = "end" if "end" in freeze else "duration"
            length = format_duration(end - begin)
            yield document.found(
                "calendar-too-long",
                (*route, key),
                id=text(freeze.get("id")),
                length=length,
                most=format_duration(most),
            )


def _longest(facts: RepositoryFacts) -> timedelta:
    try:
        return parse_duration(text(facts.calendar_config.get("longest_freeze")))
    except ValueError:
        return LONGEST_FREEZE


def _always(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find periods that come again before they end, and hours that are all of the week."""
    for route, period in periods(document):
        found = _series(period, facts.timezone)
        if found is not None and found.rule is not None and _has_no_gap(found):
            yield _found_always(document, route, period, "rrule")
    for route, hours in mappings(document.spec.get("hours"), ("spec", "hours")):
        if (hours.get("from"), hours.get("to")) == _WHOLE_DAY and not hours.get("holidays"):
            days = set(words_of(hours.get("days"))) if "days" in hours else ()
            if len(days) == _WEEK:
                name = text(hours.get("id"))
                yield document.found("calendar-always", (*route, "to"), case="hours", id=name)


def _found_always(
    document: Document, route: Route, period: dict[str, Any], key: str
) -> Finding:
    what, name = PERIODS[str(route[1])], text(period.get("id"))
    return document.found("calendar-always", (*route, key), case=what, id=name)


def _has_no_gap(found: Series) -> bool:
    """Return whether periods follow each other for two years without a moment between them."""
    from changeflow.schedule.recurrence import RecurrenceError, merged

    begin = found.first[0]
    until = begin + min(_LOOKED_THROUGH, END_OF_TIME - begin)
    try:
        joined = merged(list(found.overlapping(begin, until)))
    except RecurrenceError:
        return False
    return len(joined) == 1 and joined[0][1] >= until


def _never(document: Document, facts: RepositoryFacts) -> Iterator[Finding]:
    """Find periods of no time: those that a clock skips, and holidays without a day."""
    for route, period in periods(document):
        found = _series(period, facts.timezone)
        if found is not None and _is_skipped(found, period) and not _comes_again(found):
            what, name = PERIODS[str(route[1])], text(period.get("id"))
            yield document.found("calendar-never", route, case=what, id=name)
    for route, holidays in mappings(document.spec.get("holidays"), ("spec", "holidays")):
        if "country" not in holidays and holidays.get("days") == []:
            name = text(holidays.get("id"))
            yield document.found("calendar-never", (*route, "days"), case="holidays", id=name)


def _is_skipped(found: Series, period: dict[str, Any]) -> bool:
    """Return whether a clock skips what has a length as it is written; other rules find the rest."""
    if found.first[1] > found.first[0] or "duration" not in period:
        return False
    return parse_duration(text(period["duration"])) > timedelta()


def _comes_again(found: Series) -> bool:
    return found.rule is not None or bool(found.more)


def _series(period: dict[str, Any], zone: str) -> Series | None:
    """Return the periods of a freeze or window; None where they cannot be read, which is said."""
    from changeflow.schedule.recurrence import RecurrenceError, series

    try:
        arguments = series_arguments(period, zone)
        return series(**arguments) if arguments is not None else None
    except (RecurrenceError, ValueError):
        return None


_rule = partial(FindingRule, kind="Calendar")
RULES: Final = (
    _rule(
        "calendar-too-long",
        "warning",
        "A freeze lasts longer than `spec.calendars.longest_freeze` (60 days unless it is written).",
        find_with=_lengths,
    ),
    _rule(
        "calendar-always",
        "warning",
        "A freeze or window begins again before it ends, or business hours are all of the week: it "
        "is always so.",
        find_with=_always,
    ),
    _rule(
        "calendar-never",
        "warning",
        "A freeze or window lasts no time, or holidays have no day: it never is so.",
        find_with=_never,
    ),
)
