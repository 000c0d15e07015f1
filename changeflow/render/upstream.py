"""What could have caused trouble on items, for people in a hurry: changes first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from changeflow.language.sentences import said_of
from changeflow.model.answers.impact import ImpactAnswer, SuspectChange, Upstream
from changeflow.model.document_parts import format_instant
from changeflow.render.escape import spelled
from changeflow.render.presentation import Presentation
from changeflow.render.sheet import Block, Points, Prose, Rows, Section, Sheet, TypedLine
from changeflow.render.sheet_formats import sheet_formats

# items that are shown; the rest is counted
MOST_CAUSES: Final = 30


def sheet_of(answer: ImpactAnswer, to: Presentation) -> Sheet:
    """Return the changes, what could not be read, and what the items rest on."""
    found = answer.upstream
    if found is None:
        raise ValueError("what the items rest on was not asked")
    title = to.says("upstream.title", items=list(answer.changed))
    return Sheet(title, "", (*_unread(found, to), _changes(found, to), _causes(found, to)))


def _unread(found: Upstream, to: Presentation) -> Iterator[Section]:
    lines = [to.says("upstream.problem", why=said_of(one, to).text) for one in found.told]
    if found.unreadable:
        lines.append(to.says("upstream.unreadable", changes=list(found.unreadable)))
    if lines:
        points = tuple((to.painted("conflict", line), ()) for line in lines)
        yield Section(to.says("upstream.incomplete"), (Points(points),))


def _changes(found: Upstream, to: Presentation) -> Section:
    title = to.says("upstream.changes", since=format_instant(found.since))
    if not found.changes:
        case = "unknown" if found.told or found.unreadable else None
        return Section(title, (Prose(to.says("upstream.none", case=case)),))
    points = tuple((f"{one.change}: {one.title}", _lines(one, to)) for one in found.changes)
    return Section(title, (Points(points),))


def _lines(one: SuspectChange, to: Presentation) -> tuple[str, ...]:
    times = {
        "began": format_instant(one.began) if one.began is not None else None,
        "ended": format_instant(one.ended) if one.ended is not None else None,
    }
    case = "began"
    if one.ended is not None:
        case = "ended"
    elif one.began is None:
        case = "untimed"
    by = one.by or one.requester
    what = to.says("upstream.change", case=case, state=one.state, by=by, **times)
    touched = to.says(
        "upstream.touched",
        case="own" if one.own else None,
        items=list(one.items),
        score=f"{one.score:.2f}",
    )
    return what, touched, TypedLine(one.see)


def _causes(found: Upstream, to: Presentation) -> Section:
    title = to.says("upstream.rests_on", count=found.rests_on)
    counts = {"hitting": found.causes_total, "count": found.rests_on}
    if not found.causes:
        case = "none" if found.rests_on else "nothing"
        return Section(title, (Prose(to.says("upstream.sum", case=case, **counts)),))
    names = ("score", "steps", "tier", "owner", "item")
    rows = []
    for one in found.causes[:MOST_CAUSES]:
        tier = to.says("impact.tier", tier=one.criticality) if one.criticality else ""
        owner = spelled(to.shows("owner", one.owner)) if one.owner else ""
        item = spelled(to.shows("item", one.ci))
        rows.append((f"{one.score:.2f}", str(one.hops), tier, owner, item))
    headings = to.headings("upstream.column", names)
    blocks: list[Block] = [Prose(to.says("upstream.sum", **counts)), Rows(headings, tuple(rows))]
    rest = found.causes_total - len(rows)
    if rest:
        blocks.append(Prose(to.says("upstream.more", count=rest)))
    return Section(title, tuple(blocks))


FORMATS: Final = sheet_formats(sheet_of)
