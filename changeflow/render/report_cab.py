"""Agenda and minutes of a change advisory board as a paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.one_change import GivenOpinion
from changeflow.model.answers.report_change import CabItem, CabMinute, CabPaper
from changeflow.model.document_parts import format_instant
from changeflow.model.times import format_duration
from changeflow.reading.places import MAIN
from changeflow.render.factors import conflict_lines, freeze_lines, why
from changeflow.render.owed import owed_to
from changeflow.render.presentation import Presentation
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.sheet import Facts, Points, Prose, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats


def sheet_of(paper: CabPaper, to: Presentation) -> Sheet:
    """Return a section for each change, and who took part."""
    case = "minutes" if paper.minutes else "agenda"
    if paper.minutes:
        middle = tuple(_minutes(paper, to))
    else:
        middle = tuple(_agenda(paper, to))
    sections = (head_section(paper, to), *middle, *tail_sections(paper, to))
    return Sheet(to.says("paper.cab", case=case), "", sections, dense=True)


def _agenda(paper: CabPaper, to: Presentation) -> Iterator[Section]:
    count = len(paper.agenda)
    case = None if count else "none"
    yield Section("", (Prose(to.says("paper.waiting", case=case, count=count)),))
    for number, one in enumerate(paper.agenda, start=1):
        title = to.says("paper.numbered", number=number, id=one.change, title=one.title)
        yield Section(title, (Facts(tuple(_item(one, to))),))


def _item(one: CabItem, to: Presentation) -> Iterator[tuple[str, str]]:
    people = dict.fromkeys((one.requester, one.implementer or one.requester))
    case = None if one.class_ == one.type else "class"
    kind = to.says("list.kind", case=case, kind=one.type, of_class=one.class_)
    risk = to.says("list.risk", level=one.risk.level, score=one.risk.score)
    facts = {
        "kind": in_a_row([kind, risk], to),
        "summary": one.summary,
        "people": to.says("list.people", people=list(people)),
        "window": _window(one, to),
        "factors": in_a_row(_factors(one, to), to),
        "items": in_a_row(_items(one, to), to),
        "services": to.says("list.items", items=list(one.services)),
        "conflicts": in_a_row(conflict_lines(one.conflicts, to), to),
        "freezes": in_a_row(freeze_lines(one.freezes, to), to) or to.says("paper.no_freeze"),
        "rollback": _rollback(one, to),
        "missing": in_a_row(_missing(one, to), to),
        "waiting": in_a_row([owed_to(owed, to) for owed in one.waiting], to),
        "at": "" if one.at == MAIN else one.at,
    }
    for name, said in facts.items():
        if said:
            yield to.says("paper.cab_fact", case=name), said


def _window(one: CabItem, to: Presentation) -> str:
    if one.window is None:
        return to.says("paper.at_once")
    start, end = format_instant(one.window.start), format_instant(one.window.end)
    return to.says("list.window", case="period", start=start, end=end)


def _factors(one: CabItem, to: Presentation) -> Iterator[str]:
    for factor in one.factors:
        yield to.says("paper.factor", points=f"{factor.points:+d}", why=why(factor, to))


def _items(one: CabItem, to: Presentation) -> Iterator[str]:
    for item in one.items:
        case = None
        if item.outage is not None:
            case = "outage" if item.outage else "no_outage"
        outage = format_duration(item.outage) if item.outage else ""
        yield to.says("show.item", case=case, ci=item.ci, action=item.action, outage=outage)


def _rollback(one: CabItem, to: Presentation) -> str:
    said = [one.rollback_trigger] if one.rollback_trigger else []
    if one.rollback_limit is not None:
        said.append(to.says("paper.within", limit=format_duration(one.rollback_limit)))
    return in_a_row(said, to) or to.says("paper.not_said")


def _missing(one: CabItem, to: Presentation) -> Iterator[str]:
    for seat in one.missing:
        data = {"role": seat.role, "have": seat.have, "needed": seat.needed}
        case = None if seat.eligible else "impossible"
        yield to.says("paper.seat", case=case, by=list(seat.eligible), **data)


def _minutes(paper: CabPaper, to: Presentation) -> Iterator[Section]:
    case = None if paper.attended else "none"
    attended = to.says("paper.attended", case=case, people=list(paper.attended))
    yield Section(to.says("paper.present"), (Prose(attended),))
    for number, one in enumerate(paper.discussed, start=1):
        title = to.says("paper.numbered", number=number, id=one.change, title=one.title)
        yield Section(title, tuple(_minute(one, to)))


def _minute(one: CabMinute, to: Presentation) -> Iterator[Facts | Points | Prose]:
    decided = to.says("show.approved", case="not")
    if one.approved is not None:
        decided = to.says("show.approved", at=format_instant(one.approved))
    rows = {
        "kind": to.says("list.risk", level=one.risk.level, score=one.risk.score),
        "decision": in_a_row([to.says("list.state", state=one.state), decided], to),
    }
    yield Facts(tuple((to.says("paper.cab_fact", case=name), said) for name, said in rows.items()))
    yield Prose(to.says("paper.opinions"))
    yield Points(tuple(_opinion(opinion, to) for opinion in one.opinions))
    if one.open_points:
        yield Prose(to.says("paper.open_points"))
        yield Points(tuple((owed_to(owed, to), ()) for owed in one.open_points))


def _opinion(one: GivenOpinion, to: Presentation) -> tuple[str, tuple[str, ...]]:
    case = "approve_as" if one.decision == "approve" and one.role else one.decision
    said = to.says("show.opinion", case=case, at=format_instant(one.at), who=one.by, role=one.role)
    below = (to.says("show.words", words=one.words),) if one.words else ()
    return said, below


FORMATS: Final = sheet_formats(sheet_of)
