"""The change schedule as a paper: what is planned, which services are away, whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report_rules import AnnouncedChange, FreezeException, SchedulePaper
from changeflow.model.times import format_duration
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import list_person, list_word, spanned
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.report_sla import told_of
from changeflow.render.request import answered
from changeflow.render.sheet import Block, Prose, Rows, Section, Sheet

_COLUMNS: Final = ("window", "change", "services", "outage", "concerned", "contacts", "remarks")
_LISTED: Final = (
    "start", "end", "change", "title", "type", "state", "items", "environments", "services",
    "outage_minutes", "concerned", "requester", "implementer", "owners", "conflicts", "freezes",
    "exceptions", "notices",
)  # fmt: skip
_FREEZES: Final = ("freeze", "span", "environments")


def sheet_of(paper: SchedulePaper, to: Presentation) -> Sheet:
    """Return the changes by their window, and the freezes."""
    return Sheet(
        to.says("schedule_paper.title"),
        "",
        (
            head_section(paper, to),
            Section(to.says("schedule_paper.changes"), tuple(_changes(paper, to))),
            Section(to.says("schedule_paper.freezes"), (_freezes(paper, to),)),
            *tail_sections(paper, to),
        ),
        wide=True,
    )


def _changes(paper: SchedulePaper, to: Presentation) -> Iterator[Block]:
    if paper.changes:
        rows = tuple(_row(one, to) for one in paper.changes)
        yield Rows(to.headings("schedule_paper.column", _COLUMNS), rows)
    else:
        yield Prose(to.says("schedule_paper.none"))
    if paper.cancelled:
        yield Prose(to.says("schedule_paper.cancelled", changes=list(paper.cancelled)))


def _row(one: AnnouncedChange, to: Presentation) -> tuple[str, ...]:
    kind = [to.shows("word", one.type)]
    if one.state:
        kind.append(to.says("list.state", state=one.state))
    concerned = [answered(one.customers, to) or to.says("paper.not_said")]
    concerned += [told_of(notice, to) for notice in one.notices]
    return (
        spanned(one.start, one.end, to),
        in_a_row([to.says("paper.named", id=one.change, title=one.title), *kind], to),
        to.shows("items", list(one.services)) if one.services else "-",
        in_a_row(_outages(one, to), to),
        in_a_row(concerned, to),
        in_a_row(_contacts(one, to), to),
        in_a_row(_remarks(one, to), to),
    )


def _outages(one: AnnouncedChange, to: Presentation) -> Iterator[str]:
    for item in one.items:
        if item.minutes is None:
            yield to.says("schedule_paper.outage", case="unknown", ci=item.ci)
        elif not item.minutes:
            yield to.says("schedule_paper.outage", case="none", ci=item.ci)
        else:
            length = format_duration(timedelta(minutes=item.minutes))
            yield to.says("schedule_paper.outage", ci=item.ci, length=length)


def _contacts(one: AnnouncedChange, to: Presentation) -> Iterator[str]:
    yield to.says("schedule_paper.requester", who=one.requester)
    if one.implementer is not None:
        yield to.says("schedule_paper.implementer", who=one.implementer)
    for owner in one.owners:
        yield to.says("schedule_paper.owner", owner=to.shows("owner", owner))


def _remarks(one: AnnouncedChange, to: Presentation) -> Iterator[str]:
    if one.conflicts:
        yield to.says("schedule_paper.conflicts", changes=list(one.conflicts))
    if one.freezes:
        yield to.says("schedule_paper.frozen", freezes=list(one.freezes))
    for exception in one.exceptions:
        yield _exception(exception, one, to)


def _exception(exception: FreezeException, one: AnnouncedChange, to: Presentation) -> str:
    if exception.granted_by is None:
        return to.says(
            "schedule_paper.exception", case="type", freeze=exception.freeze, type=one.type
        )
    return to.says(
        "schedule_paper.exception",
        freeze=exception.freeze,
        who=exception.granted_by,
        why=exception.reason or "",
    )


def _freezes(paper: SchedulePaper, to: Presentation) -> Block:
    if not paper.freezes:
        return Prose(to.says("schedule_paper.no_freeze"))
    rows = []
    for one in paper.freezes:
        where = to.says("schedule_paper.everywhere")
        if one.environments:
            where = to.shows("environments", list(one.environments))
        rows.append((one.name, spanned(one.start, one.end, to), where))
    return Rows(to.headings("schedule_paper.column", _FREEZES), tuple(rows))


def lists_of(paper: SchedulePaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each change, and one for each freeze."""
    key = "schedule_paper.column"
    changes = (_listed(one, to) for one in paper.changes)
    freezes = list[Mapping[str, Cell]]()
    for one in paper.freezes:
        where = " ".join(one.environments)
        freezes.append(
            {"freeze": one.name, "start": one.start, "end": one.end, "environments": where}
        )
    names, times = ("freeze", "start", "end", "environments"), ("start", "end")
    return (
        list_table(to.says("schedule_paper.changes"), key, _LISTED, changes, to, times),
        list_table(to.says("schedule_paper.freezes"), key, names, freezes, to, times),
    )


def _listed(one: AnnouncedChange, to: Presentation) -> Mapping[str, Cell]:
    stated = [item.minutes for item in one.items]
    total = None if None in stated else sum(filter(None, stated))
    return {
        "start": one.start,
        "end": one.end,
        "change": one.change,
        "title": one.title,
        "type": to.shows("word", one.type),
        "state": list_word(one.state or None, to),
        "items": " ".join(item.ci for item in one.items),
        "environments": " ".join(one.environments),
        "services": " ".join(one.services),
        "outage_minutes": total,
        "concerned": one.customers,
        "requester": to.shows("person", one.requester),
        "implementer": list_person(one.implementer, to),
        "owners": " ".join(one.owners),
        "conflicts": " ".join(one.conflicts),
        "freezes": " ".join(one.freezes),
        "exceptions": "\n".join(_exception(found, one, to) for found in one.exceptions),
        "notices": "\n".join(told_of(notice, to) for notice in one.notices),
    }


FORMATS: Final[dict[str, Callable[[SchedulePaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
