"""Holds as text and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from changeflow.model.answers.holds import HoldAnswer, HoldsAnswer
from changeflow.model.times import format_instant
from changeflow.render.escape import spelled
from changeflow.render.json_text import answer_json
from changeflow.render.presentation import Presentation, for_programs


def holds_text(answer: HoldsAnswer, to: Presentation) -> str:
    """Render some lines for each hold."""
    lines: list[str] = []
    for one in answer.holds:
        lines += _lines(one, to)
    if not lines:
        lines.append(to.says("holds.none"))
    return "\n".join(map(spelled, lines)) + "\n"


def _lines(one: HoldAnswer, to: Presentation) -> Iterator[str]:
    said = {"id": one.id, "scope": one.scope, "reason": one.reason, "who": one.placed_by}
    yield to.says("holds.title", case=one.state, **said)
    if one.since is not None:
        yield "  " + to.says("holds.since", at=format_instant(one.since))
    if one.until is not None:
        yield "  " + to.says("holds.until", at=format_instant(one.until))
    for told in ("agreed", "lifting", "others"):
        people = list(getattr(one, told))
        if people:
            yield "  " + to.says("holds.people", case=told, people=people)
    if one.missing and not (one.state == "in force" and not one.lifting):
        case = None if one.by else "no_person"
        yield "  " + to.says("holds.missing", case=case, count=one.missing, people=list(one.by))
    if one.stops is not None:
        count = len(one.stops)
        yield "  " + to.says("holds.stops", case=None if count else "none", count=count)
        for change in one.stops:
            yield "    " + to.says("holds.change", **change.model_dump(exclude={"type"}))
    if one.state == "proposed":
        yield "  " + to.says("holds.next", case="proposed", id=one.id)
    if one.state == "in force":
        yield "  " + to.says("holds.next", case="lift", id=one.id)


FORMATS: Final[dict[str, Callable[[HoldsAnswer, Presentation], str]]] = {
    "text": holds_text,
    "json": for_programs(answer_json),
}
