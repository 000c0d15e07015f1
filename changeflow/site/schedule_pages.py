"""The pages of the forward schedule: a calendar of weeks, and the changes and freezes day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from changeflow.language.formats import date_text
from changeflow.language.sentences import in_a_row
from changeflow.model.answers.schedule import ScheduleAnswer, ScheduledChange, ScheduledFreeze
from changeflow.model.times import start_of_day
from changeflow.render.escape import html
from changeflow.site import addresses
from changeflow.site.frame import Frame
from changeflow.site.parts import (
    PageSource,
    change_link,
    item_links,
    joined,
    pages_of,
    paragraph,
    points,
)

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

# changes on a page
ON_PAGE: Final = 300
_WEEK: Final = 7
# items of a change that its line names
_FEW: Final = 5


def schedule_pages(
    found: ScheduleAnswer, today: date, zone: ZoneInfo, items: Container[str], frame: Frame
) -> Iterator[PageSource]:
    """Yield each page.

    Args:
        found: the schedule, from the beginning of a week to the end of one.
        today: the day that is marked.
        zone: whose days they are.
        items: those that have a page.
        frame: of the pages.
    """
    pager = _Pager(found, today, zone, items, frame)
    count = len(pager.parts)
    for number in range(1, count + 1):
        at = addresses.numbered(addresses.SCHEDULE, number)
        yield PageSource(at, partial(pager.source, number), partial(pager.page, number))


class _Pager:
    def __init__(
        self,
        found: ScheduleAnswer,
        today: date,
        zone: ZoneInfo,
        items: Container[str],
        frame: Frame,
    ) -> None:
        self._found, self._zone, self._items, self._frame = found, zone, items, frame
        self._today = today
        self._first = found.from_.astimezone(zone).date()
        self._last = (found.to - timedelta(seconds=1)).astimezone(zone).date()
        changes = found.planned
        starts = range(0, len(changes), ON_PAGE)
        self.parts: list[Sequence[ScheduledChange]] = [
            changes[start : start + ON_PAGE] for start in starts
        ] or [()]

    def source(self, number: int) -> object:
        """Return what the page with this number is made from."""
        found, part = self._found, self.parts[number - 1]
        told = [one.model_dump_json(by_alias=True) for one in part]
        settings = (self._today, self._first, self._last, number, len(self.parts))
        if number > 1:
            return settings, told
        begun = [*map(self._day, found.planned)]
        return settings, told, begun, found.freezes, found.unknown, found.unreadable

    def page(self, number: int) -> str:
        """Return the text of the page with this number."""
        from changeflow.render.markup import Markup

        frame, to = self._frame, self._frame.to
        at = addresses.numbered(addresses.SCHEDULE, number)
        title = frame.says("site.area", case="schedule")
        days = {"start": self._first.isoformat(), "end": self._last.isoformat()}
        head = Markup("<h1>{}</h1>\n<p class='quiet'>{}</p>\n").format(
            title, frame.says("site.period", **days, zone=self._zone.key)
        )
        pages = pages_of(frame, at, addresses.SCHEDULE, number, len(self.parts))
        parts = [head]
        if number == 1:
            parts += [self._month(), self._freezes()]
        if not self._found.planned:
            parts.append(paragraph(to.says("schedule.empty")))
        parts += [pages, self._agenda(self.parts[number - 1], at), pages]
        for one in self._found.unknown if number == 1 else ():
            why = one.data or one.why
            parts.append(paragraph(to.says("schedule.unknown", calendar=one.calendar, why=why)))
        for name in self._found.unreadable if number == 1 else ():
            parts.append(paragraph(to.says("schedule.unreadable", path=name)))
        return frame.page(at, title, joined(parts), "schedule")

    # -- the calendar ------------------------------------------------------------------------------

    def _month(self) -> Markup:
        """Return a table of weeks; each day says how many changes begin on it."""
        from changeflow.render.markup import Markup

        counts: Mapping[date, int] = self._counts()
        head, body, day = Markup(""), Markup(""), self._first
        for number in range(_WEEK):
            name = self._frame.says(
                "site.weekday", case=str((day + timedelta(number)).isoweekday())
            )
            head += Markup('<th scope="col">{}').format(name)
        while day <= self._last:
            week = Markup("")
            for _ in range(_WEEK):
                week += self._day_cell(day, counts.get(day, 0))
                day += timedelta(1)
            body += Markup("<tr>{}\n").format(week)
        caption = self._frame.says("site.calendar")
        return Markup(
            '<section><table class="month"><caption>{}</caption><thead><tr>{}</thead>\n<tbody>\n{}</tbody></table></section>\n'
        ).format(caption, head, body)

    def _counts(self) -> Mapping[date, int]:
        counts: dict[date, int] = defaultdict(int)
        for one in self._found.planned:
            counts[self._day(one)] += 1
        return counts

    def _day(self, one: ScheduledChange) -> date:
        """Return the day under which a change is listed: the first one of the period that it has."""
        return max(self._first, one.start.astimezone(self._zone).date())

    def _day_cell(self, day: date, count: int) -> Markup:
        from changeflow.render.markup import Markup

        kinds = []
        if day == self._today:
            kinds.append("today")
        frozen = self._frozen(day)
        if frozen:
            kinds.append("frozen")
        told = Markup("{}").format(f"{day.month:02}-{day.day:02}")
        if count:
            text = self._frame.says("site.begin", count=count)
            told += Markup('<br><a href="{}#d{}">{}</a>').format(
                self._page_of(day), day.isoformat(), text
            )
        if frozen:
            told += Markup('<br><span class="quiet">{}</span>').format(
                self._frame.says("site.frozen")
            )
        return Markup('<td class="{}">{}').format(" ".join(kinds), told)

    def _page_of(self, day: date) -> str:
        """Return the page on which the changes of a day begin, seen from the first one."""
        for number, part in enumerate(self.parts, start=1):
            if part and self._day(part[-1]) >= day:
                path = addresses.numbered(addresses.SCHEDULE, number)
                return path.rpartition("/")[2] if number > 1 else ""
        return ""

    def _frozen(self, day: date) -> bool:
        for one in self._found.freezes:
            start = one.start.astimezone(self._zone).date()
            end = (one.end - timedelta(microseconds=1)).astimezone(self._zone).date()
            if start <= day <= end:
                return True
        return False

    def _freezes(self) -> Markup:
        if not self._found.freezes:
            return joined(())
        return points(html(self._freeze(one)) for one in self._found.freezes)

    def _freeze(self, one: ScheduledFreeze) -> str:
        to = self._frame.to
        start, end = to.time(one.start), to.time(one.end)
        return self._frame.says("site.freeze", name=one.name, start=start, end=end)

    # -- day by day --------------------------------------------------------------------------------

    def _agenda(self, part: Sequence[ScheduledChange], at: str) -> Markup:
        from changeflow.render.markup import Markup

        by_day: dict[date, list[ScheduledChange]] = defaultdict(list)
        for one in part:
            by_day[self._day(one)].append(one)
        found = Markup("")
        for day in sorted(by_day):
            found += Markup('<h2 class="day" id="d{}">{}</h2>\n{}').format(
                day.isoformat(),
                date_text(day, self._frame.to),
                points(self._change(one, at) for one in by_day[day]),
            )
        return found

    def _change(self, one: ScheduledChange, at: str) -> Markup:
        from changeflow.render.markup import Markup

        frame, to = self._frame, self._frame.to
        facts = [to.shows("word", one.type)]
        if one.state:
            facts.insert(0, to.says("list.state", state=one.state))
        if one.environments:
            facts.append(to.shows("environments", list(one.environments)))
        said = Markup('{} {}<br><span class="quiet">{} · {}</span>').format(
            change_link(frame, at, one.change, one.title),
            html(one.change),
            html(
                frame.says(
                    "site.span",
                    start=to.time(one.start, seconds=False),
                    end=to.time(one.end, seconds=False),
                )
            ),
            html(in_a_row(facts, to)),
        )
        if one.items:
            said += Markup("<br>{}").format(item_links(frame, at, one.items[:_FEW], self._items))
        if one.conflicts:
            others = list(dict.fromkeys(found.change for found in one.conflicts))[:_FEW]
            links = Markup(" ").join(change_link(frame, at, name) for name in others)
            said += Markup('<br><strong class="overdue">{}</strong> {}').format(
                html(frame.says("site.relation", case="conflicts")), links
            )
        if one.freezes:
            said += Markup('<br><strong class="overdue">{}</strong>').format(
                html(to.says("schedule.frozen", freezes=list(one.freezes)))
            )
        return said


def period_of_schedule(today: date, zone: ZoneInfo, weeks: int) -> tuple[datetime, datetime]:
    """Return the beginning of the week of a day in a zone, and the end of so many weeks."""
    monday = today - timedelta(today.weekday())
    end = monday + timedelta(weeks=weeks)
    return start_of_day(monday, zone).astimezone(zone), start_of_day(end, zone).astimezone(zone)
