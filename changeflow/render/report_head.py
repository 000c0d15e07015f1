"""Head and end of every paper: what it is about, what it was made from, and who signs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.report import Paper, ReportPeriod
from changeflow.model.times import format_instant
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Facts, Points, Rows, Section

_SIGNED: Final = ("prepared", "reviewed", "approved")


def head_section(paper: Paper, to: Presentation) -> Section:
    """Return what a paper is about, and what it was made from."""
    return Section("", (Facts(tuple(_facts(paper, to))),))


def tail_sections(paper: Paper, to: Presentation) -> Iterator[Section]:
    """Yield what could not be read, and the lines on which a printed paper is signed."""
    if paper.unreadable:
        points = tuple((path, ()) for path in paper.unreadable)
        yield Section(to.says("paper.unreadable"), (Points(points),))
    yield signatures(to)


def signatures(to: Presentation) -> Section:
    """Return the lines on which a printed paper is signed."""
    headings = ("", *(to.says("paper.signed", case=one) for one in _SIGNED))
    blank = ("",) * len(_SIGNED)
    rows = tuple((to.says("paper.signature", case=one), *blank) for one in ("name", "date"))
    return Section(to.says("paper.signatures"), (Rows(headings, rows),))


def _facts(paper: Paper, to: Presentation) -> Iterator[tuple[str, str]]:
    facts = {
        "organisation": paper.organisation or to.says("paper.no_organisation"),
        "period": period_text(paper.period, to),
        "made": to.time(paper.made),
        "main": paper.cutoff.main,
        "ledger": paper.cutoff.ledger,
        "holds": _holds(paper, to),
        "version": f"changeflow {paper.version}",
        "inputs": "",
        "digest": "",
    }
    if paper.inputs:
        facts["inputs"] = to.says("paper.inputs", count=len(paper.inputs))
        facts["digest"] = paper.digest
    for name, said in facts.items():
        if said:
            yield to.says("paper.fact", case=name), said


def period_text(period: ReportPeriod, to: Presentation) -> str:
    """Return a period with its zone; an end that is open is named as such."""
    start = None if period.from_ is None else format_instant(period.from_)
    end = None if period.to is None else format_instant(period.to)
    case = {(True, False): "since", (False, True): "until", (False, False): "all"}
    known = (start is not None, end is not None)
    return to.says("paper.period", case=case.get(known), start=start, end=end, zone=period.zone)


def _holds(paper: Paper, to: Presentation) -> str:
    if paper.ledger_holds is None:
        return to.says("paper.holds", case="none") if paper.cutoff.main else ""
    if paper.ledger_holds:
        return to.says("paper.holds")
    problem = in_a_row([paper.told or paper.ledger_problem], to)
    return to.says("paper.holds", case="broken", problem=problem)
