"""What a management review has before it, as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from changeflow.language.measured_values import measured_value
from changeflow.model.answers.report import KpiAnswer
from changeflow.model.answers.report_lists import ImprovementRow
from changeflow.model.answers.report_management import ManagementPaper
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import measured_target
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.report_trends import review_blocks, signal_text, titles_of
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet
from changeflow.render.sheet_formats import sheet_formats

_MEASURES: Final = ("measure", "value", "previous", "target")
_ACTIONS: Final = ("id", "owner", "due", "state", "action")
_BLANK: Final = ("decision", "who", "until")


def sheet_of(paper: ManagementPaper, to: Presentation) -> Sheet:
    """Return the inputs in the order of the clause, and room for what is decided."""
    titles = titles_of(to)
    parts: dict[str, Sequence[Block]] = {
        "actions": tuple(_actions(paper, to)),
        "rules": tuple(_rules(paper, to)),
        "performance": (_measures(paper.performance, titles, to),),
        "targets": tuple(_targets(paper, titles, to)),
        "nonconformities": tuple(_nonconformities(paper, to)),
        "audits": tuple(_audits(paper, to)),
        "risks": tuple(_risks(paper, to)),
        "sla": tuple(_sla(paper, to)),
        "suppliers": (Prose(to.says("management.not_known")),),
        "resources": (_measures(paper.resources, titles, to),),
        "opportunities": tuple(_opportunities(paper, titles, to)),
        "decisions": tuple(_decided(paper, titles, to)),
    }
    sections = []
    for name, blocks in parts.items():
        sections.append(Section(to.says("management.section", case=name), tuple(blocks)))
    return Sheet(
        to.says("management.paper"),
        "",
        (head_section(paper, to), *sections, *tail_sections(paper, to)),
        dense=True,
    )


def _actions(paper: ManagementPaper, to: Presentation) -> Iterator[Block]:
    day = "" if paper.last_review is None else paper.last_review.isoformat()
    yield Prose(to.says("management.last", case="day" if day else None, day=day))
    yield Prose(to.says("management.open", count=len(paper.actions), overdue=paper.overdue))
    if paper.actions:
        yield _improvements(paper.actions, to)
    points = []
    for one in paper.decisions:
        due = "" if one.due is None else one.due.isoformat()
        case = "due" if due else None
        who = to.says("management.decided", case=case, review=one.review, owner=one.owner, due=due)
        points.append((who, (one.decision, to.says("management.state_unknown"))))
    if points:
        yield Points(tuple(points))


def _improvements(rows: Sequence[ImprovementRow], to: Presentation) -> Rows:
    shown = []
    for one in rows:
        owner = (
            to.says("management.not_known") if one.owner is None else to.shows("owner", one.owner)
        )
        due = "" if one.due is None else one.due.isoformat()
        state = to.says("management.overdue") if one.overdue else to.says("management.due")
        shown.append((one.id, owner, due, state, one.action))
    return Rows(to.headings("management.column", _ACTIONS), tuple(shown))


def _rules(paper: ManagementPaper, to: Presentation) -> Iterator[Block]:
    if not paper.rules:
        yield Prose(to.says("management.none"))
        return
    points = []
    for one in paper.rules:
        told = to.says("management.commit", commit=one.commit[:12], title=one.title)
        points.append(
            (f"{to.time(one.at, seconds=False)} {told}", (to.shows("list", [*one.files]),))
        )
    yield Points(tuple(points))


def _measures(kpis: Sequence[KpiAnswer], titles: Mapping[str, str], to: Presentation) -> Rows:
    rows = []
    for one in kpis:
        rows.append(
            (
                titles[one.id],
                _value(one.value, one.unit, to),
                _value(one.previous, one.unit, to),
                _target(one, to),
            )
        )
    return Rows(to.headings("management.column", _MEASURES), tuple(rows), names_break=True)


def _value(value: float | None, unit: str, to: Presentation) -> str:
    return to.says("management.not_known") if value is None else measured_value(value, unit, to)


def _target(one: KpiAnswer, to: Presentation) -> str:
    if one.target is None:
        return "-"
    return measured_target(one, to)


def _targets(
    paper: ManagementPaper, titles: Mapping[str, str], to: Presentation
) -> Iterator[Block]:
    if not paper.kpis:
        yield Prose(to.says("management.no_target"))
        return
    yield Prose(
        to.says("management.met", met=paper.met, count=len(paper.kpis), untold=paper.untold)
    )
    yield _measures(paper.kpis, titles, to)


def _nonconformities(paper: ManagementPaper, to: Presentation) -> Iterator[Block]:
    if paper.nonconformities:
        yield _improvements(paper.nonconformities, to)
    else:
        yield Prose(to.says("management.none"))
    if paper.unauthorised is None:
        yield Prose(to.says("management.unauthorised", case="unknown"))
    else:
        counts = {"count": paper.unauthorised, "open": paper.unauthorised_open}
        yield Prose(to.says("management.unauthorised", **counts))
    if paper.unauthorised_untold:
        what = [{"code": "delivered.total", "case": name} for name in paper.unauthorised_untold]
        yield Prose(to.says("management.untold", what=what))


def _audits(paper: ManagementPaper, to: Presentation) -> Iterator[Block]:
    if not paper.audits:
        yield Prose(to.says("management.no_audit"))
        return
    points = []
    for one in paper.audits:
        said = one.conclusion or to.says("management.no_conclusion")
        points.append((to.says("management.audit", path=one.path, items=one.items), (said,)))
    yield Points(tuple(points))


def _risks(paper: ManagementPaper, to: Presentation) -> Iterator[Block]:
    if not paper.risks:
        yield Prose(to.says("management.no_risk"))
        return
    points = []
    for one in paper.risks:
        level, score, state = one.risk.level, one.risk.score, one.state
        below = to.says("management.risk", level=level, score=score, state=state)
        points.append((f"{one.change}: {one.title}", (below,)))
    yield Points(tuple(points))


def _sla(paper: ManagementPaper, to: Presentation) -> Iterator[Block]:
    if not paper.services:
        yield Prose(to.says("management.no_sla"))
        return
    yield Prose(to.says("management.sla", services=paper.services, over=len(paper.over)))
    points = []
    for one in paper.over:
        minutes = {name: f"{getattr(one, name):g}" for name in ("budget", "used", "planned")}
        points.append((to.says("management.over", service=one.service, **minutes), ()))
    if points:
        yield Points(tuple(points))


def _opportunities(
    paper: ManagementPaper, titles: Mapping[str, str], to: Presentation
) -> Iterator[Block]:
    points = []
    for one in paper.signals:
        points.append((titles[one.measure], (signal_text(one.signal, to),)))
    if points:
        yield Points(tuple(points))
    yield Prose(to.says("management.recurring", count=paper.recurring))


def _decided(
    paper: ManagementPaper, titles: Mapping[str, str], to: Presentation
) -> Iterator[Block]:
    yield Facts(((to.says("trend.fact", case="numbers"), paper.numbers),))
    if paper.review is not None:
        yield from review_blocks(paper.review, titles, to)
        return
    yield Rows(to.headings("management.column", _BLANK), (("", "", ""),) * 4)


FORMATS: Final[dict[str, Callable[[ManagementPaper, Presentation], str]]] = sheet_formats(sheet_of)
