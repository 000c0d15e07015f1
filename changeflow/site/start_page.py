"""The first page: measures at a glance, what is owed, what is open, what comes next."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Final

from changeflow.lazy_dataclass import dataclass
from changeflow.model.answers.register import Ending, ListedChange
from changeflow.model.answers.report import KpiReport, Paper
from changeflow.model.answers.schedule import ScheduledChange
from changeflow.render.escape import html
from changeflow.render.owed import ending_to
from changeflow.render.report_head import head_section
from changeflow.render.sheet import html_sections
from changeflow.site import addresses
from changeflow.site.find import find_form, find_scripts
from changeflow.site.frame import Frame
from changeflow.site.kpi_page import at_a_glance
from changeflow.site.parts import change_link, joined, paragraph, points, section
from changeflow.site.register_pages import open_section, owed_points

if TYPE_CHECKING:
    from changeflow.render.markup import Markup

_MOST: Final = 50
_NEXT: Final = 10


@dataclass(frozen=True)
class StartPage:
    """What the first page shows.

    Attributes:
        head: what the site was made from.
        report: measures; None where they cannot be computed.
        rows: all changes, by time.
        open: those that are not over.
        next: what is planned next.
        ending: what ends soon.
        items: those that have a page.
        chunks: how many files the search has.
    """

    head: Paper
    report: KpiReport | None
    rows: Sequence[ListedChange]
    open: Sequence[ListedChange]
    next: Sequence[ScheduledChange]
    ending: Sequence[Ending]
    items: Container[str]
    chunks: int


def start_page(start: StartPage, frame: Frame) -> str:
    """Return the page."""
    from changeflow.render.markup import Markup

    at = addresses.START
    parts = [Markup("<h1>{}</h1>\n").format(html(frame.title))]
    if start.report is not None:
        link = Markup("<p>{}</p>").format(
            frame.link(at, addresses.KPIS, frame.says("site.all_measures"))
        )
        numbers = joined((at_a_glance(start.report, frame), link))
        parts.append(section(frame.says("site.area", case="kpis"), numbers))
    parts += [
        section(
            frame.to.says("show.section", case="owed"), owed_points(start.rows, at, _MOST, frame)
        ),
        open_section(frame.says("site.open"), start.open, at, _MOST, start.items, frame),
        section(frame.says("site.next"), _next(start.next, frame)),
    ]
    if start.ending:
        lines = [html(ending_to(one, frame.to)) for one in start.ending]
        parts.append(section(frame.to.says("ending.title"), points(lines)))
    parts.append(html_sections([head_section(start.head, frame.to)]))
    return frame.page(at, frame.title, joined(parts), "start")


def _next(found: Sequence[ScheduledChange], frame: Frame) -> Markup:
    from changeflow.render.markup import Markup

    at = addresses.START
    if not found:
        return paragraph(frame.to.says("schedule.empty"))
    lines = []
    for one in found[:_NEXT]:
        said = frame.says(
            "site.span",
            start=frame.to.time(one.start, seconds=False),
            end=frame.to.time(one.end, seconds=False),
        )
        link = change_link(frame, at, one.change, one.title)
        lines.append(
            Markup('{}<br><span class="quiet">{} · {}</span>').format(link, one.change, html(said))
        )
    link = Markup("<p>{}</p>").format(
        frame.link(at, addresses.SCHEDULE, frame.says("site.whole_schedule"))
    )
    return joined((points(lines), link))


def search_page(chunks: int, frame: Frame) -> str:
    """Return the page of the search over everything."""
    from changeflow.render.markup import Markup

    title = frame.says("site.area", case="search")
    body = Markup("<h1>{}</h1>\n<p class='quiet'>{}</p>\n{}").format(
        title, frame.says("site.search"), find_form(frame)
    )
    scripts = find_scripts(chunks)
    return frame.page(addresses.SEARCH, title, body, "search", scripts=scripts)
