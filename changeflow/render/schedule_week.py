"""A picture of the forward schedule: a band of seven days for each week, a bar for each change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

from changeflow.language.formats import date_text
from changeflow.model.answers.schedule import ScheduleAnswer, ScheduledChange, ScheduledFreeze
from changeflow.model.times import start_of_day
from changeflow.render.presentation import Presentation
from changeflow.render.svg_parts import MARGIN, Canvas, framed, letters_width, small_text
from changeflow.render.table import shortened

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

_DAY_WIDTH: Final = 148
_WEEK: Final = 7
_ROW: Final = 22
_HEAD: Final = 26
_GAP: Final = 18
_BAR: Final = 14
# pixels of the shortest bar, so that it can be seen
_SHORTEST: Final = 4
# weeks that are drawn, and rows of one of them
MOST_WEEKS: Final = 6
_MOST_ROWS: Final = 40
# cells of a label
_LABEL: Final = 48
_SOLID: Final = ("approved", "scheduled", "implementing", "implemented", "in_review", "closed")
_GONE: Final = ("withdrawn", "rejected", "rolled_back", "rollback_failed")
# what a bar looks like: fill, line, dashes
_LOOKS: Final = {
    "planned": ("#1f4e8c", "#16396a", ""),
    "tentative": ("#dbe7f6", "#1f4e8c", "3 2"),
    "gone": ("#f2f4f7", "#98a2b3", "1 3"),
    "hard": ("#fde8e6", "#b3261e", ""),
    "freeze": ("#e4e7ec", "#98a2b3", ""),
}


class _Row(NamedTuple):
    look: str
    start: datetime
    end: datetime
    label: str


def picture(schedule: ScheduleAnswer, to: Presentation, captions: Sequence[str] = ()) -> Markup:
    """Return the picture. Days are those of the reader's zone, and of UTC where it has none.

    Args:
        schedule: what is drawn.
        to: the reader.
        captions: lines below it.
    """
    from changeflow.render.markup import Markup

    zone = to.zone or UTC
    first = schedule.from_.astimezone(zone).date()
    monday = first - timedelta(days=first.weekday())
    last = (schedule.to - timedelta(seconds=1)).astimezone(zone).date()
    weeks = min((last - monday).days // _WEEK + 1, MOST_WEEKS)
    parts: list[Markup] = []
    y, notes = MARGIN, list(captions)
    for number in range(weeks):
        days = [monday + timedelta(days=number * _WEEK + day) for day in range(_WEEK)]
        drawn = _Week(schedule, days, zone, to)
        parts += drawn.parts(y)
        y += drawn.height + _GAP
    if (last - monday).days // _WEEK + 1 > weeks:
        notes.append(to.says("schedule.picture_ends", weeks=weeks))
    canvas = _with_legend(Canvas(tuple(parts), 2 * MARGIN + _WEEK * _DAY_WIDTH, y), notes, to)
    # in a group: a page shows the frame of a picture without its fill
    group = Markup("<g>{}</g>").format(Markup("\n").join(canvas.parts))
    start, end = first.isoformat(), last.isoformat()
    title = to.says("schedule.picture", start=start, end=end)
    return framed(Canvas((group,), canvas.width, canvas.height), title)


class _Week:
    """A band of seven days.

    Args:
        schedule: what is drawn.
        days: of the week.
        zone: where they begin.
        to: the reader.
    """

    def __init__(
        self, schedule: ScheduleAnswer, days: list[date], zone: tzinfo, to: Presentation
    ) -> None:
        self._days, self._to = days, to
        self._edges = [start_of_day(day, zone) for day in days]
        self._edges.append(start_of_day(days[-1] + timedelta(days=1), zone))
        rows = [*map(self._of_freeze, schedule.freezes), *map(self._of_change, schedule.planned)]
        begin, end = self._edges[0], self._edges[-1]
        self._rows = [one for one in rows if one.start < end and one.end > begin]

    @property
    def height(self) -> int:
        """Return how high it is, in pixels."""
        return _HEAD + max(1, min(len(self._rows), _MOST_ROWS + 1)) * _ROW

    def parts(self, y: int) -> Iterator[Markup]:
        """Yield what is drawn, from a height on."""
        from changeflow.render.markup import Markup

        for number, day in enumerate(self._days):
            x = MARGIN + number * _DAY_WIDTH
            yield Markup(
                '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="#dfe3e8"/>'
            ).format(x, y, _DAY_WIDTH, self.height, "#f6f7f9" if number > 4 else "#ffffff")  # noqa: PLR2004
            yield small_text(x + 8, y + 17, date_text(day, self._to))
        for number, row in enumerate(self._rows[:_MOST_ROWS]):
            yield from self._bar(row, y + _HEAD + number * _ROW)
        if len(self._rows) > _MOST_ROWS:
            more = self._to.says("schedule.more_rows", count=len(self._rows) - _MOST_ROWS)
            yield small_text(MARGIN + 8, y + _HEAD + _MOST_ROWS * _ROW + 14, more)

    def _bar(self, row: _Row, y: int) -> Iterator[Markup]:
        from changeflow.render.markup import Markup

        fill, line, dashes = _LOOKS[row.look]
        left, right = self._x(row.start), self._x(row.end)
        width = max(right - left, _SHORTEST)
        span = f"{self._to.time(row.start)} – {self._to.time(row.end)}"
        yield Markup(
            '<rect x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}" stroke="{}"'
            ' stroke-dasharray="{}"><title>{}</title></rect>'
        ).format(left, y + 3, width, _BAR, fill, line, dashes, f"{row.label} ({span})")
        label = shortened(row.label, _LABEL)
        x, anchor = left + width + 6, "start"
        if x + letters_width(label) > MARGIN + _WEEK * _DAY_WIDTH:
            x, anchor = left - 6, "end"
        if anchor == "end" and x - letters_width(label) < MARGIN:
            x, anchor = MARGIN + 8, "start"
        ink = "#ffffff" if row.look == "planned" and x < left + width else "#1b1f24"
        yield Markup(
            '<text x="{}" y="{}" font-size="11" text-anchor="{}" fill="{}">{}</text>'
        ).format(x, y + 14, anchor, ink, label)

    def _x(self, at: datetime) -> int:
        """Return where a moment is: a day is as wide as any other, however many hours it has."""
        for number, (begin, end) in enumerate(zip(self._edges, self._edges[1:], strict=False)):
            if at < end:
                share = max((at - begin) / (end - begin), 0.0)
                return MARGIN + round((number + share) * _DAY_WIDTH)
        return MARGIN + _WEEK * _DAY_WIDTH

    def _of_freeze(self, freeze: ScheduledFreeze) -> _Row:
        label = self._to.says("schedule.event_of_freeze", name=freeze.name)
        return _Row("freeze", freeze.start, freeze.end, label)

    def _of_change(self, change: ScheduledChange) -> _Row:
        label = f"{change.change}: {change.title}"
        return _Row(_look(change), change.start, change.end, label)


def _look(change: ScheduledChange) -> str:
    if change.state in _GONE:
        return "gone"
    if any(one.hard for one in change.conflicts):
        return "hard"
    return "planned" if change.state in _SOLID else "tentative"


def _with_legend(canvas: Canvas, notes: list[str], to: Presentation) -> Canvas:
    """Return the drawing with what its bars mean below it."""
    from changeflow.render.markup import Markup

    parts, x, y = [], MARGIN, canvas.height
    for look, (fill, line, dashes) in _LOOKS.items():
        text = to.says("schedule.legend", case=look)
        parts.append(
            Markup(
                '<rect x="{}" y="{}" width="14" height="10" rx="2" fill="{}" stroke="{}"'
                ' stroke-dasharray="{}"/>'
            ).format(x, y, fill, line, dashes)
        )
        parts.append(small_text(x + 20, y + 9, text))
        x += 44 + letters_width(text)
    for note in notes:
        y += 18
        parts.append(small_text(MARGIN, y + 9, note))
    return Canvas((*canvas.parts, *parts), canvas.width, y + 28)
