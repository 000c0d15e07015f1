"""Unauthorised changes as a paper: text, Markdown, a page on A4, CSV and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from changeflow.language.sentences import in_a_row
from changeflow.model.answers.completeness import (
    Completeness,
    CompletenessGap,
    Delivery,
)
from changeflow.model.answers.report_unauthorised import UnauthorisedPaper
from changeflow.render.cmdb_diff import differences_sections
from changeflow.render.escape import spelled
from changeflow.render.list_formats import list_formats
from changeflow.render.list_table import Cell, ListTable, list_table
from changeflow.render.presentation import Presentation
from changeflow.render.report_cells import list_person
from changeflow.render.report_head import head_section, tail_sections
from changeflow.render.sheet import Block, Facts, Points, Prose, Rows, Section, Sheet, TypedLine

_COLUMNS: Final = ("at", "what", "who", "touched", "found", "disposition")
_GAPS: Final = ("at", "gap", "change", "place")
_TOTALS: Final = (
    "needing", "request", "excepted", "unauthorised", "retrospective", "reverted", "open", "owners",
)  # fmt: skip
_LISTED: Final = (
    "at", "at_by", "stated", "kind", "name", "commit", "title", "who", "paths", "items", "found",
    "standing", "changes", "why", "named", "reason", "excepted_by", "until", "settled_by", "command",
)  # fmt: skip
_LISTED_GAPS: Final = ("at", "gap", "change", "commit", "place")
_TIMES: Final = ("at", "stated", "found")
# characters of a commit, and paths that a row names
_SHORT: Final = 12
_MOST: Final = 5


def sheet_of(paper: UnauthorisedPaper, to: Presentation) -> Sheet:
    """Return totals, a row for each delivery without authority, and what to type."""
    sections = [
        head_section(paper, to),
        Section(to.says("delivered.totals"), tuple(_totals(paper, to))),
        Section(to.says("delivered.unauthorised"), (_unauthorised(paper, to),)),
    ]
    sections += _to_type(paper.unauthorised, to)
    if paper.excepted:
        sections.append(Section(to.says("delivered.excepted"), (delivery_table(paper.excepted, to),)))
    sections += gap_sections(paper.completeness.gaps, to)
    sections += drift_sections(paper.completeness, to)
    return Sheet(to.says("delivered.title"), "", (*sections, *tail_sections(paper, to)), wide=True)


# -- numbers ---------------------------------------------------------------------------------------


def _totals(paper: UnauthorisedPaper, to: Presentation) -> Iterator[Block]:
    totals = paper.completeness.totals
    rows = []
    for name in _TOTALS:
        rows.append((to.says("delivered.total", case=name), f"{getattr(totals, name):,}"))
    share = to.says("delivered.no_share")
    if paper.share is not None:
        share = to.says("report.value", case="%", value=f"{paper.share:,}")
    rows.append((to.says("delivered.total", case="share"), share))
    yield Facts((*rows, *untold_facts(paper.completeness, to)))
    yield from verdict_blocks(paper.completeness, to)


def untold_facts(found: Completeness, to: Presentation) -> Iterator[tuple[str, str]]:
    """Yield what is not known, because the code host did not tell it: that is not none."""
    for name in found.untold:
        yield to.says("delivered.total", case=name), to.says("delivered.not_known")


def verdict_blocks(found: Completeness, to: Presentation) -> Iterator[Block]:
    """Yield whether everything is accounted for, and where it was not looked."""
    yield Prose(to.says("delivered.complete", case=_verdict(found.complete)))
    for name in found.not_asked:
        yield Prose(to.says("delivered.not_asked", case=name))
    if found.told:
        because = in_a_row(found.told, to)
        yield Prose(to.says("delivered.not_asked", case="host", because=because))


def _verdict(complete: bool | None) -> str:
    if complete is None:
        return "not_known"
    return "yes" if complete else "no"


# -- rows ------------------------------------------------------------------------------------------


def _unauthorised(paper: UnauthorisedPaper, to: Presentation) -> Block:
    if paper.unauthorised or not paper.completeness.not_asked:
        return delivery_table(paper.unauthorised, to)
    return Prose(to.says("delivered.none", case="looked"))


def delivery_table(found: Sequence[Delivery], to: Presentation) -> Block:
    """Return a row for each delivery, or that there is none."""
    if not found:
        return Prose(to.says("delivered.none"))
    rows = tuple(_row(one, to) for one in found)
    return Rows(to.headings("delivered.column", _COLUMNS), rows)


def _row(one: Delivery, to: Presentation) -> tuple[str, ...]:
    found = to.says("delivered.found")
    if one.found is not None:
        found = to.time(one.found, seconds=False)
    return (
        in_a_row(_time(one, to), to),
        in_a_row(_what(one, to), to),
        to.says("list.people", people=list(one.who)),
        in_a_row(_touched(one, to), to),
        found,
        in_a_row(_disposition(one, to), to),
    )


def _time(one: Delivery, to: Presentation) -> Iterator[str]:
    yield to.time(one.at, seconds=False)
    if one.stated is not None:
        stated = to.time(one.stated, seconds=False)
        yield to.says("delivered.stated", case=one.at_by, stated=stated)


def _what(one: Delivery, to: Presentation) -> Iterator[str]:
    name = one.name[:_SHORT] if one.name == one.commit else one.name
    yield to.says("delivered.what", case=one.what, name=name)
    if one.commit is not None and one.name != one.commit:
        yield to.says("delivered.at_commit", commit=one.commit[:_SHORT])
    if one.title:
        yield one.title


def _touched(one: Delivery, to: Presentation) -> Iterator[str]:
    if one.items:
        yield to.says("list.items", items=list(one.items))
    if one.paths:
        left = one.paths_total - min(_MOST, len(one.paths))
        case = "more" if left else None
        yield to.says("delivered.paths", case=case, paths=list(one.paths[:_MOST]), left=left)


def _disposition(one: Delivery, to: Presentation) -> Iterator[str]:
    """Yield what became of a delivery, and what is missing."""
    data = {"changes": list(one.changes), "commit": (one.settled_by or "")[:_SHORT]}
    case = one.standing
    if one.standing == "reverted" and one.settled_by is None:
        yield to.says("delivered.standing", case="reverts")
    else:
        yield to.says("delivered.standing", case=case, **data)
    said = one.exception
    if said is not None:
        held = "holds" if said.holds else said.why_not
        day = "" if said.until is None else said.until.isoformat()
        yield to.says("delivered.exception", case=held, by=said.by, reason=said.reason, day=day)
    if one.why is not None and one.standing in ("open", "retrospective"):
        named = [told.told for told in one.named]
        yield to.says("delivered.why", case=one.why, named=named)


def _to_type(found: Sequence[Delivery], to: Presentation) -> Iterator[Section]:
    """Yield the command for each delivery that is open."""
    points = []
    for one in found:
        if one.command is not None:
            points.append((in_a_row(_what(one, to), to), (TypedLine(one.command),)))
    if points:
        yield Section(to.says("delivered.to_type"), (Points(tuple(points)),))


# -- what else does not agree ----------------------------------------------------------------------


def gap_sections(gaps: Sequence[CompletenessGap], to: Presentation) -> Iterator[Section]:
    """Yield what one of the four sides has and another one lacks, if anything."""
    if not gaps:
        return
    rows = []
    for one in gaps:
        place = one.place[:_SHORT] if one.place == one.commit else one.place
        told = to.says("delivered.gap", case=one.kind, commit=(one.commit or "")[:_SHORT])
        rows.append((to.time(one.at, seconds=False), told, one.change or "", place))
    table = Rows(to.headings("delivered.column", _GAPS), tuple(rows))
    yield Section(to.says("delivered.gaps"), (table,))


def drift_sections(found: Completeness, to: Presentation) -> Iterator[Section]:
    """Yield how the CMDB differs from its last baseline."""
    drift = found.drift
    if drift is None:
        said = to.says("delivered.drift", case="none")
        yield Section(to.says("delivered.cmdb"), (Prose(said),))
        return
    data = {"count": len(drift.differences), "unmatched": drift.unmatched}
    said = to.says("delivered.drift", baseline=drift.baseline, **data)
    yield Section(to.says("delivered.cmdb"), (Prose(said),))
    yield from differences_sections(drift.differences, to)


# -- lists -----------------------------------------------------------------------------------------


def lists_of(paper: UnauthorisedPaper, to: Presentation) -> tuple[ListTable, ...]:
    """Return a row for each delivery without authority or excepted, and one for each gap."""
    every = sorted((*paper.unauthorised, *paper.excepted), key=lambda one: one.at)
    rows = (_listed(one, paper.made, to) for one in every)
    gaps = (_listed_gap(one, to) for one in paper.completeness.gaps)
    return (
        list_table(to.says("delivered.title"), "delivered.column", _LISTED, rows, to, _TIMES),
        list_table(to.says("delivered.gaps"), "delivered.column", _LISTED_GAPS, gaps, to, _TIMES),
    )


def _listed(one: Delivery, made: datetime, to: Presentation) -> Mapping[str, Cell]:
    said = one.exception
    why = None
    if one.why is not None:
        why = to.says("delivered.why", case=one.why, named=[told.told for told in one.named])
    return {
        "at": one.at,
        "at_by": to.says("delivered.at_by", case=one.at_by),
        "stated": one.stated,
        "kind": to.says("delivered.kind", case=one.what),
        "name": one.name,
        "commit": one.commit,
        "title": spelled(one.title),
        "who": spelled(" ".join(to.shows("person", who) for who in one.who)),
        "paths": " ".join(one.paths),
        "items": " ".join(one.items),
        "found": one.found or made,
        "standing": to.says("delivered.word", case=one.standing),
        "changes": " ".join(one.changes),
        "why": why,
        "named": " ".join(named.change for named in one.named),
        "reason": said.reason if said is not None else None,
        "excepted_by": list_person(said.by if said is not None else None, to),
        "until": said.until if said is not None else None,
        "settled_by": one.settled_by,
        "command": one.command,
    }


def _listed_gap(one: CompletenessGap, to: Presentation) -> Mapping[str, Cell]:
    told = to.says("delivered.gap", case=one.kind, commit=(one.commit or "")[:_SHORT])
    return {
        "at": one.at,
        "gap": told,
        "change": one.change,
        "commit": one.commit,
        "place": one.place,
    }


FORMATS: Final[dict[str, Callable[[UnauthorisedPaper, Presentation], str | bytes]]] = list_formats(
    sheet_of, lists_of
)
