"""The wall clock of a zone as SQL: from local time to an instant, by the rules of `tzdata`.

When the clock goes forward, local times are left out; when it goes back, some stand twice. DuckDB's
own conversion picks an instant for both without a word, and knows the zones by another database.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Final, Literal, NamedTuple

from changeflow.model.zones import time_zone

Fold = Literal["earlier", "later", "finding"]

# years in which times are believed
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2100
# shorter than any time between two changes of a clock
_STEP: Final = 14 * 24 * 3600
_MILLION: Final = 1_000_000


class _Span(NamedTuple):
    """Local times from a second on, until the next span: seconds from UTC, None where unclear."""

    start: int
    offset: int | None


def instant_sql(moment: str, zone: str, fold: Fold, likely: Sequence[int] = ()) -> str:
    """Return an expression for the instant of a local time.

    It is NULL for a time that the clock leaves out, for one that it shows twice where `fold` is
    `finding`, and outside of the years from 1970 to 2100.

    Args:
        moment: an expression for microseconds of the local clock since 1970. It stands in many
            comparisons, so it should be a column.
        zone: by its IANA name.
        fold: which of two instants a time means that stands twice.
        likely: some of the moments that are to be converted: they are found by the first
            comparisons.
    """
    seconds = sorted(one // _MILLION for one in likely)
    return f"make_timestamptz({moment} - {_tree(moment, _spans(zone, fold), seconds)})"


def zone_problem_at(microseconds: int, zone: str) -> Literal["gap", "fold", "year"]:
    """Return why a local time has no instant, by the microseconds of its clock since 1970."""
    try:
        local = _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return "year"
    return zone_problem(local, zone)


def zone_problem(local: datetime, zone: str) -> Literal["gap", "fold", "year"]:
    """Return why a local time has no instant."""
    if not FIRST_YEAR <= local.year < LAST_YEAR:
        return "year"
    moment = round((local.replace(tzinfo=UTC) - _EPOCH).total_seconds())
    earlier, later = (_offset_at(moment, _spans(zone, fold)) for fold in ("earlier", "later"))
    return "gap" if earlier is None and later is None else "fold"


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _offset_at(moment: int, spans: Sequence[_Span]) -> int | None:
    found = None
    for span in spans:
        if span.start <= moment:
            found = span.offset
    return found


def _tree(moment: str, spans: Sequence[_Span], likely: Sequence[int]) -> str:
    """Return microseconds from UTC as nested cases, so that few comparisons find them."""
    if len(spans) == 1:
        offset = spans[0].offset
        return "NULL" if offset is None else str(offset * _MILLION)
    middle = _middle(spans, likely)
    start = spans[middle].start
    cut = bisect_left(likely, start)
    left = _tree(moment, spans[:middle], likely[:cut])
    right = _tree(moment, spans[middle:], likely[cut:])
    return f"CASE WHEN {moment} < {start * _MILLION} THEN {left} ELSE {right} END"


def _middle(spans: Sequence[_Span], likely: Sequence[int]) -> int:
    """Return the span before which the likely moments are cut in two, as evenly as can be."""
    if not likely:
        return len(spans) // 2
    starts = [span.start for span in spans]
    after = bisect_right(starts, likely[len(likely) // 2])
    cuts = {min(max(one, 1), len(spans) - 1) for one in (after - 1, after)}
    return min(cuts, key=lambda cut: abs(2 * bisect_left(likely, starts[cut]) - len(likely)))


@cache
def _spans(zone: str, fold: Fold) -> tuple[_Span, ...]:
    """Return all spans of local time, the first without a beginning."""
    return tuple(_each_span(zone, fold))


def _each_span(zone: str, fold: Fold) -> Iterator[_Span]:
    first = _seconds(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
    last = _seconds(datetime(LAST_YEAR, 1, 1, tzinfo=UTC))
    yield _Span(-(2**40), None)
    begun = False
    for moment, before, after in _transitions(zone):
        if not begun:
            yield _Span(first, before)
            begun = True
        if after > before:
            yield _Span(moment + before, None)
            yield _Span(moment + after, after)
        elif fold == "earlier":
            yield _Span(moment + before, after)
        elif fold == "later":
            yield _Span(moment + after, after)
        else:
            yield _Span(moment + after, None)
            yield _Span(moment + before, after)
    if not begun:
        yield _Span(first, round(_offset_in(time_zone(zone))(first).total_seconds()))
    yield _Span(last, None)


def _transitions(zone: str) -> Iterator[tuple[int, int, int]]:
    """Yield when the offset of a zone changes, and its seconds before and after."""
    offset = _offset_in(time_zone(zone))
    first = _seconds(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
    last = _seconds(datetime(LAST_YEAR, 1, 1, tzinfo=UTC))
    before = offset(first)
    for at in range(first, last, _STEP):
        after = offset(at + _STEP)
        if after != before:
            moment = _change_between(at, at + _STEP, offset)
            yield moment, round(before.total_seconds()), round(after.total_seconds())
        before = after


def _change_between(before: int, after: int, offset: Callable[[int], timedelta]) -> int:
    """Return the first second since 1970 with the offset of `after`."""
    old = offset(before)
    while after - before > 1:
        middle = (before + after) // 2
        if offset(middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset_in(zone: tzinfo) -> Callable[[int], timedelta]:
    """Return what tells the offset of a zone at a second since 1970."""

    def offset(second: int) -> timedelta:
        return datetime.fromtimestamp(second, zone).utcoffset() or timedelta()

    return offset


def _seconds(at: datetime) -> int:
    return round((at - _EPOCH).total_seconds())
